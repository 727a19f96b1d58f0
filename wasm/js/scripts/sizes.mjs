// How large the published modules are: raw, gzip and brotli, held to `sizes.txt`; and their 20 largest functions. A size that
// grew by more than 3 % fails until it is kept on purpose: ACCEPT=1 writes the file anew.

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const GROWTH = 1.03;
const LARGEST = 20;

/** The functions of a module with names: size and name, the largest first. */
function functions(bytes) {
  let place = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[place++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const text = () => {
    const length = number();
    place += length;
    return bytes.toString("utf8", place - length, place);
  };
  const sizes = [];
  const names = new Map();
  let imported = 0;
  while (place < bytes.length) {
    const section = bytes[place++];
    const end = number() + place;
    if (section === 2) {
      for (let left = number(); left > 0; left -= 1) {
        text();
        text();
        // wasm-bindgen's modules import functions alone.
        if (bytes[place++] !== 0) throw new Error("an import that is no function");
        number();
        imported += 1;
      }
    } else if (section === 10) {
      for (let left = number(); left > 0; left -= 1) {
        const size = number();
        sizes.push(size);
        place += size;
      }
    } else if (section === 0 && text() === "name") {
      while (place < end) {
        const kind = bytes[place++];
        const stop = number() + place;
        if (kind === 1) for (let left = number(); left > 0; left -= 1) names.set(number(), text());
        place = stop;
      }
    }
    place = end;
  }
  return sizes.map((size, index) => [size, names.get(index + imported) ?? "?"]).sort(([one], [other]) => other - one);
}

/** A name as people read it: without its hash, and cut. */
function readable(name) {
  return name.replace(/::h[0-9a-f]{16}$/, "").slice(0, 120);
}

const measured = ["policy", "admin"].map((name) => {
  const bytes = readFileSync(at(`dist/${name}/wasm/lockstep_bg.wasm`));
  return { name, sizes: { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length } };
});

console.log("module        raw      gzip    brotli");
for (const { name, sizes } of measured) console.log(`${name.padEnd(8)}${Object.values(sizes).map((size) => String(size).padStart(9)).join(" ")}`);
for (const { name } of measured) {
  const named = existsSync(at("build/optimised")) ? readdirSync(at("build/optimised")).find((file) => file.startsWith(`${name}-`) && file.endsWith(".named")) : undefined;
  if (named === undefined) continue;
  console.log(`\nthe ${LARGEST} largest functions of ${name}`);
  for (const [size, function_] of functions(readFileSync(at(`build/optimised/${named}`))).slice(0, LARGEST)) console.log(`${String(size).padStart(7)} ${readable(function_)}`);
}

const file = at("sizes.txt");
if (process.env.ACCEPT) {
  const head = "# Bytes of the published modules: raw, gzip, brotli. `make wasm-sizes ACCEPT=1` keeps new ones.\n";
  writeFileSync(file, head + measured.map(({ name, sizes }) => `${name} ${Object.values(sizes).join(" ")}\n`).join(""));
}
const kept = new Map(readFileSync(file, "utf8").split("\n").filter((line) => /^\w/.test(line)).map((line) => [line.split(" ")[0], line.split(" ").slice(1).map(Number)]));
const grown = measured.flatMap(({ name, sizes }) =>
  Object.entries(sizes).flatMap(([kind, size], column) => {
    const before = kept.get(name)?.[column];
    return before !== undefined && size <= before * GROWTH ? [] : [`${name}: ${kind} is ${size}, kept is ${before ?? "nothing"}`];
  }),
);
if (grown.length > 0) {
  console.error(`\n${grown.join("\n")}\nif that is meant, keep it: make wasm-sizes ACCEPT=1`);
  process.exit(1);
}
