/** `make bench-wasm`: the same questions in native, Node and Chromium, with their ratios. Native's, where they are measured, come as a file of JSON, microseconds by question. */

import { readFileSync } from "node:fs";

import type * as Api from "../lib/index.js";
import { inChromium } from "./chromium.js";
import { dist, home } from "./places.js";
import { measure } from "./speed.js";
import type { Times } from "./speed.js";

const api = (await import(dist("policy/index.node.js"))) as typeof Api;
await api.init();
const node = measure(api);
const page = '<!doctype html><title>times</title><script type="module" src="/build/test/test/hosts/speed.js"></script>';
const chromium = await inChromium(home, { "/": page }, "/", async (opened) => {
  await opened.waitForFunction(() => "times" in globalThis, undefined, { timeout: 120_000 });
  return (await opened.evaluate(() => (globalThis as { times?: unknown }).times)) as Times;
});
const [, , path] = process.argv;
const native = path === undefined ? {} : (JSON.parse(readFileSync(path, "utf8")) as Times);

const cell = (value: number | undefined, digits: number): string => (value === undefined ? "-" : value.toFixed(digits)).padStart(10);
console.log("microseconds at the median   native      Node  Chromium   Node/native   Chromium/Node");
for (const [what, inNode] of Object.entries(node)) {
  const [bare, inPage] = [native[what], chromium[what]];
  const ratios = [bare === undefined ? undefined : inNode / bare, inPage === undefined ? undefined : inPage / inNode];
  console.log(`${what.padEnd(25)}${cell(bare, 3)}${cell(inNode, 3)}${cell(inPage, 3)}${cell(ratios[0], 2)}${cell(ratios[1], 2)}`);
}
