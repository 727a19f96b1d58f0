/** What is published: `npm pack`, installed in an empty folder; the README's code run there; a page that Vite built. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { build } from "vite";

import { inChromium } from "./chromium.js";
import { home } from "./places.js";
import { inWorkerd } from "./workerd.js";

const folder = mkdtempSync(join(tmpdir(), "lockstep-package-"));
const run = (command: string, args: string[], cwd = folder): string => execFileSync(command, args, { cwd, encoding: "utf8" });

/** The README's blocks of a kind. */
function blocks(kind: string): string[] {
  const readme = readFileSync(`${home}README.md`, "utf8");
  return [...readme.matchAll(/^```(.*)\n([^]*?)^```$/gm)].filter(([, info]) => info === kind).map(([, , code]) => code ?? "");
}

before(() => {
  // Licences lie at the top of the project.
  for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) cpSync(`${home}../../${licence}`, `${home}${licence}`);
  const packed = run("npm", ["pack", "--silent", "--pack-destination", folder], home).trim();
  writeFileSync(join(folder, "package.json"), '{"private": true, "type": "module"}\n');
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--offline", `./${packed}`]);
});

after(() => {
  for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) rmSync(`${home}${licence}`, { force: true });
  rmSync(folder, { recursive: true, force: true });
});

test("every block of the README is one that is run", () => {
  const kinds = [...readFileSync(`${home}README.md`, "utf8").matchAll(/^```(.+)$/gm)].map(([, kind]) => kind);
  assert.deepEqual([...new Set(kinds)], ["sh", "js", "html", "js worker"]);
  assert.deepEqual(blocks("sh"), ["npm install @lockstep/policy\n"]);
});

test("nothing is published but what is used", () => {
  const files = readdirSync(join(folder, "node_modules/@lockstep/policy"), { recursive: true, encoding: "utf8" }).filter((file) => /\.\w+$/.test(file));
  assert.ok(files.includes("README.md") && files.includes("dist/policy/wasm/lockstep_bg.wasm") && files.includes("dist/admin/admin.d.ts"));
  assert.ok(files.every((file) => /^(?:README\.md|package\.json|dist\/.*\.(?:js|d\.ts|wasm))$/.test(file)), files.join(" "));
  assert.ok(!files.some((file) => file.startsWith("dist/policy/admin")));
});

test("the README's JavaScript does in Node what its comments say", () => {
  const code = blocks("js").join("\n");
  writeFileSync(join(folder, "readme.mjs"), code);
  const printed = run(process.execPath, ["readme.mjs"]).trim().split("\n").map((line) => line.trim());
  const said = [...code.matchAll(/console\.log\([^\n]*; \/\/ ([^\n]*)$|^\/\/ (custom\/[^\n]*)$/gm)].map(([, beside, below]) => (beside ?? below ?? "").trim());
  assert.ok(said.length > 10);
  // What is printed in a loop without a comment may stand between.
  let from = 0;
  for (const line of said) {
    const found = printed.indexOf(line, from);
    assert.ok(found >= 0, `\`${line}\` isn't printed in its place:\n${printed.join("\n")}`);
    from = found + 1;
  }
});

const text = '{"format": "1.0", "revision": 9, "scopes": [{"id": "studio", "level": "workspace", "name": "Studio"}]}';

test("the README's page runs in Chromium", async () => {
  const [page] = blocks("html");
  // Its two scripts as files, which is how the promised policy for scripts has them.
  const script = /<script type="module">\n([^]*?)<\/script>/.exec(page ?? "")?.[1]?.replace('"@lockstep/policy"', '"/node_modules/@lockstep/policy/dist/policy/index.js"');
  writeFileSync(join(folder, "policy.json"), text);
  writeFileSync(join(folder, "page.js"), script ?? "");
  const title = await inChromium(folder, { "/": '<!doctype html><script type="module" src="/page.js"></script>' }, "/", async (opened) => {
    await opened.waitForFunction(() => document.title !== "", undefined, { timeout: 30_000 });
    return opened.title();
  });
  assert.equal(title, "revision 9");
});

test("the README's worker runs in workerd", async () => {
  const [source] = blocks("js worker");
  mkdirSync(`${home}build`, { recursive: true });
  const bound = (source ?? "").replace('"@lockstep/policy"', '"./dist/policy/index.js"').replace('"@lockstep/policy/policy.wasm"', '"./dist/policy/wasm/lockstep_bg.wasm"');
  const answer = await inWorkerd(bound, ["dist/policy"], async (worker) => {
    const response = await worker.dispatchFetch("http://localhost/", { method: "POST", body: text });
    return (await response.json()) as { revision: number; digest: string };
  });
  assert.equal(answer.revision, 9);
  assert.match(answer.digest, /^sha256:[0-9a-f]{64}$/);
});

test("a page that Vite builds of the package runs in Chromium", async () => {
  const site = join(folder, "site");
  mkdirSync(site);
  writeFileSync(join(site, "index.html"), '<!doctype html><script type="module" src="./main.js"></script>');
  writeFileSync(join(site, "main.js"), `import { init, Policy } from "@lockstep/policy";
await init();
document.title = \`revision \${Policy.load(${JSON.stringify(text)}).revision}\`;
`);
  await build({ root: site, logLevel: "silent", build: { assetsInlineLimit: 0, outDir: "out", modulePreload: { polyfill: false }, target: "es2022" } });
  const out = join(site, "out");
  const title = await inChromium(out, { "/": readFileSync(join(out, "index.html"), "utf8") }, "/", async (opened) => {
    await opened.waitForFunction(() => document.title !== "", undefined, { timeout: 30_000 });
    return opened.title();
  });
  assert.equal(title, "revision 9");
});
