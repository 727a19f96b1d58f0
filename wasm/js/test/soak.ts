/**
 * A million decisions, a hundred thousand callers and ten thousand loads: how many pages of memory the module holds, and how
 * large the JavaScript heap is, at 10, 50 and 100 %. It fails if the module grows by a page after 10 %.
 */

import { readFileSync } from "node:fs";

import type * as Admin from "../lib/admin.js";
import type { PolicyDocument, Request } from "../lib/admin.js";
import { dist, home } from "./places.js";

const api = (await import(dist("policy/index.node.js"))) as typeof Admin;
await api.init();
const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error("run it with node --expose-gc");

const bytes = readFileSync(`${home}../../host-demo/examples/northwind/policy.json`);
const document = JSON.parse(bytes.toString()) as PolicyDocument;
const user = document.users?.find((each) => each.memberOf.length > 0 && each.access === "enabled");
const server = document.servers?.find((each) => (each.tools ?? []).length > 0);
const workspace = document.scopes.find((each) => each.level === "workspace");
const tool = server?.tools?.[0]?.name;
if (user === undefined || server === undefined || workspace === undefined || tool === undefined) throw new Error("Northwind has nobody who could call");

const caller = { user: user.id, credential: { kind: "platform" }, workspace: workspace.id, agent: "assistant" } as const;
const now = "2026-11-20T12:00:00Z";
const request: Request = { action: "tool.call", caller, target: { kind: "tool", server: server.id, tool }, context: { now, canAsk: true } };
const text = JSON.stringify(request);
const at = Date.parse(now);
const PAGE = 65_536;

/** Does something so many times, and says what is held on the way. */
function soak(what: string, times: number, act: (turn: number) => void): void {
  let first = 0;
  for (let turn = 1; turn <= times; turn += 1) {
    act(turn);
    const share = turn / times;
    if (share !== 0.1 && share !== 0.5 && share !== 1) continue;
    collect?.();
    const pages = api.memoryBytes() / PAGE;
    const heap = (process.memoryUsage().heapUsed / 2 ** 20).toFixed(1);
    console.log(`${what.padEnd(10)} ${String(100 * share).padStart(3)} %  ${String(pages).padStart(5)} pages  ${heap.padStart(6)} MiB of heap`);
    if (share === 0.1) first = pages;
    else if (pages > first) {
      console.error(`${what}: ${pages - first} pages more than at 10 %`);
      process.exitCode = 1;
    }
  }
}

const policy = api.Policy.load(bytes);
const ana = policy.caller(caller, { canAsk: true });
const target = policy.target(server.id, tool);
soak("decisions", 1_000_000, (turn) => {
  if (turn % 4 === 0) policy.decide(request);
  else if (turn % 4 === 1) policy.decideJson(text);
  else if (turn % 4 === 2) ana.decide(target, at, { id: "c-1" });
  else ana.outcome(server.id, tool, at);
});
soak("callers", 100_000, () => {
  const one = policy.caller(caller, { canAsk: true, downstream: { [server.id]: "ready" } });
  one.outcomeAt(target, at);
  one.list({ kind: "all" }, at);
  one.free();
});
soak("loads", 10_000, () => {
  const next = api.Policy.load(bytes);
  next.decideJson(text);
  next.free();
});
