// Builds both packages of `dist` from one crate and one source: `@lockstep/policy` and `@lockstep/policy/admin`.
// WASM_OPT says how wasm-opt works: -O3 is a little larger than -Oz before compression, and smaller after it. WASM_OPT=none
// leaves it out, for a quick look.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(here));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const level = process.env.WASM_OPT ?? "-O3";
const at = (...parts) => join(here, ...parts);
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
const node = (script, ...args) => run(process.execPath, at("node_modules", script), ...args);

/** The module with these features, and its glue, in `build/NAME`. */
function compile(name, features) {
  run("cargo", "build", "--quiet", "-p", "lockstep-wasm", "--profile", "wasm", "--target", "wasm32-unknown-unknown", "--features", features);
  rmSync(at("build", name), { recursive: true, force: true });
  run(join(target, "debug", "lockstep-pack"), join(target, "wasm32-unknown-unknown", "wasm", "lockstep_wasm.wasm"), at("build", name));
}

/** The optimised module; one that was made of the same bytes in the same way is taken again. */
function optimise(name) {
  const input = at("build", name, "lockstep_bg.wasm");
  if (level === "none") return input;
  const digest = createHash("sha256").update(level).update(readFileSync(input)).digest("hex");
  const kept = at("build", "optimised", `${name}-${digest.slice(0, 16)}.wasm`);
  if (!existsSync(kept)) {
    mkdirSync(dirname(kept), { recursive: true });
    for (const old of readdirSync(dirname(kept))) if (old.startsWith(`${name}-`)) rmSync(join(dirname(kept), old));
    // With names, for the table of sizes; what is published has none.
    node("binaryen/bin/wasm-opt", level, "-g", input, "-o", kept.replace(".wasm", ".named"));
    node("binaryen/bin/wasm-opt", "--strip-debug", kept.replace(".wasm", ".named"), "-o", kept);
  }
  return kept;
}

/** The published folder of an entry. */
function pack(name, withoutAdmin) {
  const folder = at("dist", name);
  mkdirSync(join(folder, "wasm"), { recursive: true });
  cpSync(at("build", "lib"), folder, {
    recursive: true,
    filter: (from) => !(withoutAdmin && /(?:admin(?:\.node)?|types\/answer)\.(?:d\.ts|js)$/.test(relative(at("build", "lib"), from))),
  });
  for (const file of ["lockstep.js", "lockstep.d.ts"]) cpSync(at("build", name, file), join(folder, "wasm", file));
  cpSync(optimise(name), join(folder, "wasm", "lockstep_bg.wasm"));
}

run("cargo", "build", "--quiet", "-p", "lockstep-pack");
compile("policy", "");
compile("admin", "admin");
// The facade is checked against the larger of the two.
rmSync(at("lib", "wasm"), { recursive: true, force: true });
cpSync(at("build", "admin"), at("lib", "wasm"), { recursive: true });
rmSync(at("build", "lib"), { recursive: true, force: true });
node("typescript/bin/tsc", "-p", at("tsconfig.json"));
rmSync(at("dist"), { recursive: true, force: true });
pack("policy", true);
pack("admin", false);
if (process.argv.includes("--trap")) {
  // For the tests alone: the same with an export that traps.
  compile("trapping", "admin trap-for-tests");
  rmSync(at("build", "trap"), { recursive: true, force: true });
  cpSync(at("build", "lib"), at("build", "trap"), { recursive: true });
  cpSync(at("build", "trapping"), at("build", "trap", "wasm"), { recursive: true });
}
