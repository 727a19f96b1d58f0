/** All vectors in Node, from what is published. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import type * as Admin from "../lib/admin.js";
import { answers, dist } from "./places.js";
import { run } from "./vectors.js";

test("every vector is answered in Node as in native", async () => {
  const api = (await import(dist("admin/admin.node.js"))) as typeof Admin;
  await api.init();
  const report = run(readFileSync(answers, "utf8"), api);
  console.log(JSON.stringify({ host: "Node", ...report }));
  assert.deepEqual(report.told, []);
  assert.equal(report.differences, 0);
});
