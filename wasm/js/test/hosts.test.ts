/** All vectors in every JavaScript host, from what is published; and the table of it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";

import type * as Admin from "../lib/admin.js";
import { inChromium } from "./chromium.js";
import { answers, dist, home } from "./places.js";
import { run } from "./vectors.js";
import type { Report } from "./vectors.js";
import { inWorkerd } from "./workerd.js";

const rows: [host: string, report: Report][] = [];

function holds(host: string, report: Report): void {
  rows.push([host, report]);
  assert.deepEqual(report.told, []);
  assert.equal(report.differences, 0);
  assert.ok(report.typed > 1000 && report.json > 1000, `${report.typed} and ${report.json} asked`);
}

test("every vector is answered in Node as in native", async () => {
  const api = (await import(dist("admin/admin.node.js"))) as typeof Admin;
  await api.init();
  holds("Node", run(readFileSync(answers, "utf8"), api));
});

test("every vector is answered in Chromium as in native", async () => {
  const page = '<!doctype html><title>vectors</title><script type="module" src="/build/test/test/hosts/page.js"></script>';
  const report = await inChromium(home, { "/": page }, "/", async (opened) => {
    await opened.waitForFunction(() => "report" in globalThis, undefined, { timeout: 120_000 });
    return (await opened.evaluate(() => (globalThis as { report?: unknown }).report)) as Report;
  });
  holds("Chromium", report);
});

test("every vector is answered in workerd as in native", async () => {
  const source = `import * as api from "./dist/admin/admin.js";
import module from "./dist/admin/wasm/lockstep_bg.wasm";
import { worker } from "./build/test/test/hosts/worker.js";
export default worker(api, module);`;
  const report = await inWorkerd(source, [...["hosts/worker", "vectors", "canonical"].map((file) => `build/test/test/${file}.js`), "dist/admin"], async (worker) => {
    const answer = await worker.dispatchFetch("http://localhost/", { method: "POST", body: readFileSync(answers, "utf8") });
    return (await answer.json()) as Report;
  });
  holds("workerd", report);
});

after(() => {
  console.log("host      typed interface   JSON   differences from native");
  for (const [host, { typed, json, differences }] of rows) {
    console.log(`${host.padEnd(8)}  ${String(typed).padStart(15)}  ${String(json).padStart(5)}  ${String(differences).padStart(23)}`);
  }
});
