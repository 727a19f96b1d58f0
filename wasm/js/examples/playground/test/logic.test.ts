/** What the page works out by itself, without a browser. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { Names, matching } from "../src/document.ts";
import { load, start } from "../src/engine.ts";
import type { Handle } from "../src/engine.ts";
import { fieldsOf, readField } from "../src/preview/fields.ts";
import { readAddress, writeAddress } from "../src/state/address.ts";
import { MOST_STEPS, filled, next, standing } from "../src/state/model.ts";
import type { Held, State } from "../src/state/model.ts";
import { placesOf } from "../src/state/places.ts";
import { drawn, topFor, windowOf } from "../src/tabs/lines.ts";
import { questionOf, requestOf } from "../src/tabs/question.ts";
import type { Question } from "../src/tabs/question.ts";
import { ago, causeSentence, eventLine, plain, shortDigest, valueName } from "../src/words.ts";

const NOW = "2026-11-20T12:00:00Z";
const TEXT = readFileSync(new URL("../../../../../../host-demo/examples/northwind/policy.json", import.meta.url), "utf8");
let handle: Handle;
let names: Names;

before(async () => {
  await start();
  const loaded = load(TEXT, {});
  assert.ok("view" in loaded);
  handle = loaded;
  names = new Names(TEXT);
});

const QUESTION: Question = {
  action: "tool.call",
  user: "ana",
  workspace: "acme-hq",
  agent: "assistant",
  space: "",
  server: "acme-github",
  tool: "list_issues",
  virtualServer: "triage",
  integration: "slack",
  downstream: "ready",
  canAsk: true,
};

test("an address says who, where and which tab, and nothing else", () => {
  const address = writeAddress({ kind: "user", user: "a&b=c d" }, "acme hq", "tools");
  assert.deepEqual(readAddress(address), { persona: { kind: "user", user: "a&b=c d" }, place: "acme hq", tab: "tools" });
  assert.deepEqual(readAddress(writeAddress({ kind: "host" }, "northwind", "ask")), { persona: { kind: "host" }, place: "northwind", tab: "ask" });
  assert.deepEqual(readAddress("#as=&tab=nowhere&policy=x"), {});
});

test("places are those that exist for a person, parents first", () => {
  const ids = (user: string): string[] => placesOf(handle, { kind: "user", user }, NOW).map(({ id, depth }) => `${"-".repeat(depth)}${id}`);
  assert.deepEqual(ids("ben"), ["acme", "-acme-hq", "-acme-plant"]);
  assert.deepEqual(ids("ana"), ["acme-hq"]);
  assert.deepEqual(ids("quinn"), ["acme-hq", "globex-stores"]);
  assert.deepEqual(ids("nobody"), []);
  assert.equal(placesOf(handle, { kind: "host" }, NOW).length, 11);
  assert.equal(placesOf(handle, { kind: "host" }, NOW, 3).length, 3);
});

test("people are found by a part of their name, id or role", () => {
  const found = (text: string): string[] => matching(names.users(), text).map(({ id }) => id);
  assert.deepEqual(found("ruiz"), ["ana"]);
  assert.deepEqual(found("administrator of globex"), ["grace"]);
  assert.equal(found("").length, 21);
  assert.equal(matching(names.users(), "", 5).length, 5);
});

test("names come from the document, and an unknown id is its own", () => {
  assert.equal(names.of("scope", "acme"), "Acme Machines");
  assert.equal(names.of("scope", "gone"), "gone");
  assert.equal(names.level("msp"), "MSP");
  assert.ok(names.isWorkspace("acme-hq"));
  assert.ok(!names.isWorkspace("acme"));
  assert.equal(names.role("petra"), "Administrator of Tenmile Logistics");
  assert.deepEqual(names.exposed("triage").map(({ id }) => id), ["list_issues", "new_issue", "search_tickets", "new_ticket"]);
});

test("a document with problems is told with their lines, and one without format too", () => {
  const bad = load(readFileSync(new URL("../../../../../../host-demo/examples/northwind/ten-mistakes.json", import.meta.url), "utf8"), {});
  assert.ok("problems" in bad);
  assert.equal(bad.count, 10);
  assert.deepEqual(bad.problems.map(({ line }) => line), [8, 14, 17, 26, 30, 34, 39, 47, 51, 62]);
  const none = load("", {});
  assert.ok("problems" in none && none.problems.length === 1);
});

test("what is typed goes where the pointers say, and the change before stays as it was", () => {
  const change = { kind: "edit-server", server: "s", name: "Old" } as const;
  assert.deepEqual(filled(change, { "/name": "New" }), { kind: "edit-server", server: "s", name: "New" });
  assert.equal(change.name, "Old");
  assert.deepEqual(filled({ kind: "set", scope: "s" }, { "/settings/except/custom~1use": ["x"] }), { kind: "set", scope: "s", settings: { except: { "custom/use": ["x"] } } });
  assert.equal(standing(change, "/name"), "Old");
  assert.equal(standing(change, "/none/there"), undefined);
});

test("fields are texts, lists or JSON, and what isn't complete has no value", () => {
  const fields = fieldsOf({ kind: "register-server", server: { scope: "s" } }, ["/server/name", "/server/agents", "/server/authorization"]);
  assert.deepEqual(fields.map(({ label, kind }) => [label, kind]), [["Name", "text"], ["Agents", "list"], ["Authorization", "record"]]);
  const [name, agents, authorization] = fields;
  assert.ok(name && agents && authorization);
  assert.equal(readField(name, "  "), undefined);
  assert.deepEqual(readField(agents, "a, b,,"), ["a", "b"]);
  assert.deepEqual(readField(authorization, '{"method": "oauth"}'), { method: "oauth" });
  assert.equal(readField(authorization, "{"), undefined);
  const [except] = fieldsOf({ kind: "set", scope: "s", settings: { except: { "custom/use": ["x", "y"] } } }, ["/settings/except/custom~1use"]);
  assert.equal(except?.text, "x, y");
});

test("a form is the request that it stands for", () => {
  assert.deepEqual(requestOf(QUESTION, NOW, []), {
    action: "tool.call",
    caller: { user: "ana", credential: { kind: "platform" }, workspace: "acme-hq", agent: "assistant" },
    target: { kind: "tool", server: "acme-github", tool: "list_issues" },
    context: { now: NOW, canAsk: true, downstream: { "acme-github": "ready" } },
  });
  const through = requestOf({ ...QUESTION, action: "virtual-tool.call", tool: "new_issue", canAsk: false, space: "support" }, NOW, ["a", "b"]);
  assert.deepEqual(through.target, { kind: "virtual-tool", virtualServer: "triage", tool: "new_issue" });
  assert.deepEqual(through.context, { now: NOW, downstream: { a: "ready", b: "ready" } });
  assert.equal(through.caller?.space, "support");
  assert.equal(requestOf({ ...QUESTION, action: "server.check" }, NOW, []).caller, undefined);
});

test("every action of the form is one that the core knows", () => {
  for (const action of ["tool.call", "tool.list", "virtual-tool.call", "server.contact", "server.check", "server.authorize", "integration.connect", "virtual-server.connect"] as const) {
    const tool = action === "virtual-tool.call" ? "new_issue" : "list_issues";
    const { decision } = handle.explain(requestOf({ ...QUESTION, action, tool }, NOW, ["acme-github"]), "ben");
    assert.notEqual(decision.reason, "invalid-request", action);
    assert.notEqual(decision.reason, "unknown-action", action);
  }
});

test("what a control asks fills the form", () => {
  const form = questionOf({ action: "integration.connect", caller: { user: "quinn", workspace: "globex-stores" }, target: { kind: "integration", integration: "stripe" } }, QUESTION);
  assert.deepEqual(form, { ...QUESTION, action: "integration.connect", user: "quinn", workspace: "globex-stores", integration: "stripe" });
  assert.equal(questionOf({ action: "server.contact", target: { kind: "server", server: "acme-jira" } }, QUESTION).action, "server.check");
});

test("an applied change can be undone, and the policy is the one before", () => {
  const held: Held = { handle, names };
  const persona = { kind: "user", user: "ben" } as const;
  const first: State = { name: "Northwind", now: NOW, held, persona, place: "acme", tab: "custom", history: [] };
  const { answer, next: following } = handle.apply({ kind: "preset", scope: "acme", preset: "lockdown" }, persona, NOW, false);
  assert.ok(answer.permitted && following !== undefined);
  const applied = next(first, { kind: "applied", title: "Lockdown", by: persona, held: { handle: following, names }, events: answer.events ?? [] });
  assert.notEqual(applied.held.handle.digest, handle.digest);
  assert.equal(applied.history.length, 1);
  const undone = next(applied, { kind: "undone" });
  assert.equal(undone.held, held);
  assert.deepEqual(undone.history, []);
  assert.equal(next(undone, { kind: "undone" }), undone);
});

test("at most so many steps are kept", () => {
  const held: Held = { handle, names };
  const persona = { kind: "host" } as const;
  let state: State = { name: "Northwind", now: NOW, held, persona, place: "acme", tab: "custom", history: [] };
  for (let step = 0; step < MOST_STEPS + 5; step += 1) state = next(state, { kind: "applied", title: `${step}`, by: persona, held, events: [] });
  assert.equal(state.history.length, MOST_STEPS);
  assert.equal(state.history.at(-1)?.title, `${MOST_STEPS + 4}`);
  assert.equal(new Set(state.history.map(({ id }) => id)).size, MOST_STEPS);
});

test("words are short and plain", () => {
  assert.equal(plain("agent-not-allowed"), "Agent not allowed");
  assert.equal(plain("newServer"), "New server");
  assert.equal(valueName("unset"), "Not set");
  assert.equal(valueName([]), "None");
  assert.equal(valueName({ method: "none" }), '{"method":"none"}');
  assert.equal(ago(59), "just now");
  assert.equal(ago(60), "1 minute ago");
  assert.equal(ago(7_200), "2 hours ago");
  assert.equal(ago(172_800), "2 days ago");
  assert.equal(shortDigest(`sha256:${"ab".repeat(32)}`), "abababababab");
  const cause = { setting: "integration/slack", level: "msp", authority: "northwind", at: "acme" } as const;
  assert.equal(causeSentence(cause, names), "Slack: off. Set by MSP Northwind MSP, at Acme Machines.");
  assert.equal(causeSentence({ ...cause, setting: "floor/write", at: "northwind" }, names), "Least approval for writing tools. Set by MSP Northwind MSP.");
  const event = { event: "setting-changed", revision: 43, index: 0, at: NOW, by: { user: "ben" }, scope: "acme", subject: { kind: "setting", setting: "custom/use" }, after: "off" };
  assert.deepEqual(eventLine(event, names), { title: "Setting changed: Using custom servers", where: "Acme Machines", before: "Not set", after: "Off" });
});

test("of a long text only the lines in sight are drawn", () => {
  assert.deepEqual(windowOf(0, 400, 10_000, 5), { first: 0, last: 25 });
  assert.deepEqual(windowOf(2_000, 400, 10_000, 5), { first: 95, last: 125 });
  assert.deepEqual(windowOf(9_999_999, 400, 100, 5), { first: 499_994, last: 499_994 });
  assert.equal(topFor(1, 600), 0);
  assert.equal(topFor(101, 600), 1_800);
  assert.equal(drawn("x".repeat(10), 4), "xxxx…");
});
