/** What a host meets when something is wrong: errors with codes, denials, and a module that died. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type * as Admin from "../lib/admin.js";
import type { Decision, Request } from "../lib/admin.js";
import type * as Module from "../lib/module.js";
import { dist, home } from "./places.js";

const document = JSON.stringify({
  format: "1.0",
  revision: 7,
  agents: [{ id: "assistant", name: "Assistant" }],
  scopes: [{ id: "studio", level: "workspace", name: "Studio" }],
  users: [{ id: "ana", name: "Ana", memberOf: ["studio"], administers: [], access: "enabled", addedAt: "2026-01-05T09:00:00Z" }],
});
const now = "2026-11-20T12:00:00Z";
const caller = { user: "ana", credential: { kind: "platform" }, workspace: "studio", agent: "assistant" } as const;
const request: Request = { action: "tool.call", caller, target: { kind: "tool", server: "notes", tool: "read" }, context: { now } };

const api = (await import(dist("admin/admin.node.js"))) as typeof Admin;

/** The code of what is thrown. */
function code(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof Error && error.name === "PolicyError", String(error));
    return (error as InstanceType<typeof api.PolicyError>).code;
  }
  return "nothing was thrown";
}

test("before it is ready, the module says so", () => {
  assert.equal(code(() => api.Policy.load(document)), "not-ready");
});

test("a wrong document is refused with all its problems", async () => {
  await api.init();
  try {
    api.Policy.load('{"format": "1.0", "revision": 0, "scope": []}');
    assert.fail("it was loaded");
  } catch (error) {
    assert.ok(error instanceof api.PolicyError);
    assert.equal(error.code, "invalid-document");
    assert.deepEqual(error.problems.map((problem) => problem.code), ["no-root", "invalid-integer", "unknown-key"]);
    assert.equal(error.count, 3);
    assert.notEqual(error.help, "");
  }
  assert.equal(code(() => api.Policy.load('{"format": "9.0"}')), "format-too-new");
  assert.equal(code(() => api.Policy.load(new Uint8Array([0xff]))), "invalid-document");
});

test("whatever is no request is denied", () => {
  const policy = api.Policy.load(document);
  const loop: Record<string, unknown> = {};
  loop["loop"] = loop;
  for (const wrong of [undefined, null, 1, 1n, "text", [], {}, loop, Symbol("x"), () => 1, { ...request, more: 1 }]) {
    const decision = policy.decide(wrong as unknown as Request);
    assert.equal(decision.outcome, "deny");
    assert.equal(decision.reason, "invalid-request");
  }
  for (const wrong of [undefined, null, 1, "", "{", "\ud800"]) {
    assert.equal((JSON.parse(policy.decideJson(wrong as string)) as Decision).reason, "invalid-request");
  }
  assert.equal(policy.list(undefined as never).reason, "invalid-request");
  policy.free();
});

test("whatever is no caller, name or moment is denied", () => {
  const policy = api.Policy.load(document);
  const at = Date.parse(now);
  const notes = policy.target("notes", "read");
  const reasons = (wrong: Admin.Caller, moment: number | Date): (string | undefined)[] => [
    api.reasonOf(wrong.outcomeAt(notes, moment)),
    api.reasonOf(wrong.outcome("notes", "read", moment)),
    wrong.decide(notes, moment).reason,
    wrong.list({ kind: "all" }, moment).reason,
  ];
  for (const wrong of [undefined, null, 1, {}, { ...caller, more: 1 }]) {
    assert.deepEqual(reasons(policy.caller(wrong as never), at), Array(4).fill("invalid-request"));
  }
  for (const facts of [{ now }, { snapshot: { confirmedAt: now, maxAgeSeconds: 1 } }, { invocation: {} }, { canAsk: 1 }]) {
    assert.deepEqual(reasons(policy.caller(caller, facts as never), at), Array(4).fill("invalid-request"));
  }
  const ana = policy.caller(caller);
  for (const moment of [NaN, -1, Infinity, 1e300, new Date(NaN)]) {
    assert.deepEqual(reasons(ana, moment), Array(4).fill("invalid-request"));
  }
  for (const name of [undefined, null, 1, {}, "\ud800", "x\udc00y"]) {
    assert.equal(api.reasonOf(ana.outcome(name as string, name as string, at)), "unknown-server");
  }
  assert.equal(ana.decide(notes, at, 1 as never).reason, "invalid-request");
  assert.equal(ana.list({ kind: "server", server: "notes" }, at).reason, "unknown-server");
});

test("a stale handle denies until it is confirmed, and a request's own freshness goes before it", () => {
  const policy = api.Policy.load(document);
  const ana = policy.caller(caller);
  const at = Date.parse(now);
  const notes = policy.target("notes", "read");
  policy.confirm(at - 60_001, 60);
  assert.equal(policy.decide(request).reason, "policy-stale");
  assert.equal(api.reasonOf(ana.outcomeAt(notes, at)), "policy-stale");
  assert.equal(policy.list({ caller, context: { now }, of: { kind: "all" } }).reason, "policy-stale");
  assert.equal(policy.decide({ ...request, action: "tool.forget" } as unknown as Request).reason, "policy-stale");
  const own = { now, snapshot: { confirmedAt: new Date(at), maxAgeSeconds: 60 } };
  assert.equal(policy.decide({ ...request, context: own }).reason, "unknown-server");
  policy.confirm(new Date(at), 60);
  assert.equal(policy.decide(request).reason, "unknown-server");
  assert.equal(code(() => policy.confirm(NaN, 60)), "invalid-time");
  assert.equal(policy.decide(request).reason, "policy-stale");
  assert.equal(code(() => policy.confirm(at, -1)), "invalid-time");
  assert.equal(code(() => policy.confirm(at, 1.5)), "invalid-time");
});

test("a target finds itself anew in another policy", () => {
  const server = {
    id: "notes", scope: "studio", source: { kind: "custom" }, name: "Notes", address: "https://notes.example.com/mcp", owner: "ana",
    registeredAt: now, visibility: "private", switch: "on", authorization: { method: "none" }, agents: ["assistant"],
    tools: [{ name: "read", enabled: true, approval: "auto" }],
  };
  const at = Date.parse(now);
  const without = api.Policy.load(document);
  const withIt = api.Policy.load(JSON.stringify({ ...(JSON.parse(document) as object), servers: [server] }));
  const notes = without.target("notes", "read");
  const outcomes = [without, withIt, without, withIt].map((policy) => api.outcomeOf(policy.caller(caller).outcomeAt(notes, at)));
  assert.deepEqual(outcomes, ["deny", "allow", "deny", "allow"]);
});

test("what was freed says so, and what was made of it goes on", () => {
  const policy = api.Policy.load(document);
  const ana = policy.caller(caller);
  const notes = policy.target("notes", "read");
  policy.free();
  policy.free();
  assert.equal(code(() => policy.decide(request)), "freed");
  assert.equal(code(() => policy.digest()), "freed");
  assert.equal(ana.decide(notes, Date.parse(now)).reason, "unknown-server");
  ana[Symbol.dispose]();
  assert.equal(code(() => ana.outcomeAt(notes, Date.parse(now))), "freed");
});

test("a module that died denies, says module-lost, and can be started anew", async () => {
  const folder = `file://${home}build/trap/`;
  const lost = (await import(`${folder}admin.node.js`)) as typeof Admin;
  const { asked } = (await import(`${folder}module.js`)) as typeof Module;
  const { trapForTests } = (await import(`${folder}wasm/lockstep.js`)) as { trapForTests: () => void };
  await lost.init();
  const policy = lost.Policy.load(document);
  const ana = policy.caller(caller);
  const notes = policy.target("notes", "read");
  const at = Date.parse(now);
  assert.equal(ana.decide(notes, at).reason, "unknown-server");
  assert.equal(code(() => asked(trapForTests)), "module-lost");
  // From here on nothing that is asked reaches the module.
  for (const decision of [policy.decide(request), ana.decide(notes, at), JSON.parse(policy.decideJson(JSON.stringify(request))) as Decision]) {
    assert.equal(decision.outcome, "deny");
    assert.equal(decision.reason, "module-lost");
    assert.equal(decision.revision, 7);
  }
  assert.equal(ana.outcomeAt(notes, at), 0);
  assert.equal(ana.outcome("notes", "read", at), 0);
  assert.equal(lost.outcomeOf(0), "deny");
  for (const act of [() => policy.digest(), () => policy.explain(request, "ana"), () => ana.list({ kind: "all" }, at), () => lost.Policy.load(document)]) {
    assert.equal(code(act), "module-lost");
  }
  policy.free();
  await lost.init();
  assert.equal(policy.decide === undefined, false);
  assert.equal(ana.outcomeAt(notes, at), 0);
  const again = lost.Policy.load(document);
  assert.equal(again.decide(request).reason, "unknown-server");
});
