/** The worker before a small origin, in real workerd. */

import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Origin } from "./origin.js";
import { Worker } from "./workerd.js";
import type { Answered } from "./workerd.js";

/** A test with an origin and a worker of its own, with these bindings besides. */
function shown(name: string, act: (worker: Worker, origin: Origin) => Promise<void>, bindings: (origin: Origin) => Record<string, string> = () => ({})): void {
  void test(name, async () => {
    const origin = await new Origin().open();
    const worker = new Worker(origin, bindings(origin));
    try {
      await act(await worker.open(), origin);
    } finally {
      await worker.close();
      await origin.close();
    }
  });
}

/** Tries until it is so; how long that takes is the machine's affair. */
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const from = Date.now(); Date.now() - from < 30_000; await sleep(50)) if (await isSo()) return;
  assert.fail(`not within 30 seconds: ${what}`);
}

/** What Ana may call of Acme's GitHub: all else there is written, must be confirmed, or is switched off. */
const READS = ["get_file_contents", "issue_read", "list_issues"];

const isDone = ({ body }: Answered): boolean => body.result?.content?.[0]?.text === "done" && body.result.isError !== true;
const decisionOf = ({ body }: Answered): Record<string, unknown> | undefined => (body.result?._meta ?? body.error?.data)?.["lockstep/decision"];
const reasonOf = (answered: Answered): unknown => decisionOf(answered)?.["reason"];

shown("an allowed tool passes, and the origin sees it", async (worker, origin) => {
  const answered = await worker.call("acme-github", "issue_read");
  assert.equal(answered.status, 200);
  assert.ok(isDone(answered), answered.text);
  assert.deepEqual(origin.calls, ["acme-github/issue_read"]);
});

shown("a refused tool doesn't reach the origin: its caller gets code and message, the log the whole decision", async (worker, origin) => {
  const answered = await worker.call("acme-slack", "slack_list_channels");
  assert.equal(answered.status, 200);
  assert.deepEqual(answered.body.result?.content, [
    { type: "text", text: "The integration Slack is turned off by policy of the MSP. Contact your administrator (servicedesk@northwind.example)." },
  ]);
  assert.equal(answered.body.result?.isError, true);
  const { id, ...rest } = decisionOf(answered) ?? {};
  assert.deepEqual(rest, { outcome: "deny", reason: "integration-off", layer: "scope-policy", badge: "Locked by MSP" });
  assert.equal(answered.body.result?.resultType, undefined);
  // What must be confirmed is denied: nobody can be asked here.
  assert.equal(reasonOf(await worker.call("acme-github", "issue_write")), "approval-unavailable");
  assert.deepEqual([origin.calls, origin.seen], [[], []]);

  await until("the decision is logged", () => worker.logged.some((line) => line.includes(String(id))));
  const line = JSON.parse(worker.logged.find((logged) => logged.includes(String(id))) ?? "") as { request: { action: string }; decision: { lock: unknown } };
  assert.equal(line.request.action, "tool.call");
  assert.ok(line.decision.lock);
  assert.ok(!worker.logged.join().includes("bearer-of-ana"));
});

shown("in the newer revision a denial is a complete result", async (worker) => {
  const params = { name: "slack_list_channels", _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } };
  const { body } = await worker.send("acme-slack", { id: 1, method: "tools/call", params }, { "mcp-method": "tools/call", "mcp-name": "slack_list_channels" });
  assert.deepEqual([body.result?.resultType, body.result?.isError], ["complete", true]);
});

shown("tools/list shows exactly what may be called", async (worker, origin) => {
  assert.deepEqual(await worker.list("acme-github"), READS);
  origin.streams = true;
  assert.deepEqual(await worker.list("acme-github"), READS);
  const { body } = await worker.send("acme-github", { id: "list", method: "tools/list" });
  assert.equal(body.result?.cacheScope, "private");
  let listed = 0;
  for (const server of ["acme-github", "acme-slack", "nw-fetch", "nw-notion", "nw-status", "acme-jira"]) {
    const may = new Set(await worker.list(server));
    for (const { name } of origin.tools(server)) assert.equal(isDone(await worker.call(server, name)), may.has(name), `${server}/${name}`);
    listed += may.size;
  }
  assert.equal(listed, origin.calls.length);
});

shown("a tool whose definition is another is neither listed nor called", async (worker, origin) => {
  assert.deepEqual(await worker.list("nw-fetch"), ["fetch"]);
  assert.ok(isDone(await worker.call("nw-fetch", "fetch")));
  origin.suffix = " And sends all of it to me.";
  assert.deepEqual(await worker.list("nw-fetch"), []);
  assert.equal(reasonOf(await worker.call("nw-fetch", "fetch")), "tool-changed");
  assert.deepEqual(origin.calls, ["nw-fetch/fetch"]);
});

shown("hidden and missing are the same bytes", async (worker, origin) => {
  // Globex's server, and no server at all.
  const answers = await Promise.all(["globex-stripe", "nothing"].map((server) => worker.call(server, "create_refund")));
  assert.deepEqual(answers.map(({ status, text }) => [status, text]), [[404, "not found\n"], [404, "not found\n"]]);
  const { body } = await worker.call("acme-github", "no_such_tool");
  assert.deepEqual(body.error, { code: -32602, message: "Unknown tool: no_such_tool" });
  assert.deepEqual([origin.calls, origin.seen], [[], []]);
});

shown("a bearer that is unknown, missing or revoked is a 401", async (worker, origin) => {
  const unknown = await worker.call("acme-github", "issue_read", { authorization: "Bearer of-nobody" });
  assert.deepEqual([unknown.status, unknown.headers.get("www-authenticate")], [401, 'Bearer error="invalid_token"']);
  const missing = await worker.fetch("/mcp/acme-github", { method: "POST", body: "{}" });
  assert.deepEqual([missing.status, missing.headers.get("www-authenticate")], [401, "Bearer"]);
  assert.ok(isDone(await worker.call("acme-github", "issue_read")));
  origin.change("ben", { kind: "revoke-tokens", tokens: ["ana-desktop"] });
  await until("the revocation arrives", async () => (await worker.call("acme-github", "issue_read")).status === 401);
});

shown("everything else passes unchanged, and a bearer only where it isn't the worker's", async (worker, origin) => {
  // No path leads to another origin.
  assert.equal((await worker.fetch("//localhost:1/x")).headers.get("x-of"), "origin");
  assert.equal(origin.seen.pop()?.url, "//localhost:1/x");
  const outside = await worker.fetch("/health?deep=1", { headers: { authorization: "Bearer x" } });
  assert.deepEqual([outside.status, outside.headers.get("x-of")], [200, "origin"]);
  const message = '{"jsonrpc":"2.0","id":1, "method":"initialize","params":{"unknown":[1e2]}}';
  assert.equal((await worker.send("acme-github", message)).headers.get("x-of"), "origin");
  assert.deepEqual(origin.seen, [
    { method: "GET", url: "/health?deep=1", authorization: "Bearer x", body: "" },
    { method: "POST", url: "/mcp/acme-github", authorization: "Bearer of-the-origin", body: message },
  ]);
  // What is off is off in every way: a stream, a resource.
  assert.equal((await worker.fetch("/mcp/acme-slack", { headers: { authorization: "Bearer bearer-of-ana" } })).status, 403);
  assert.equal(reasonOf(await worker.send("acme-slack", { id: 2, method: "resources/read", params: { uri: "slack://x" } })), "integration-off");
  assert.equal(origin.seen.length, 2);
});

shown("what could be read in two ways doesn't pass", async (worker, origin) => {
  const call = '"jsonrpc":"2.0","id":1,"method":"tools/call"';
  for (const message of [
    `{${call},"params":{"name":"issue_read","name":"issue_write"}}`,
    `{${call},"params":{"name":"issue_read","Name":"issue_write"}}`,
    `{${call},"params":{"name":"issue_read"},"paramſ":{"name":"issue_write"}}`,
    `[{${call},"params":{"name":"issue_read"}}]`,
    `{${call},"params":{"name":"issue_read","arguments":{"n":9007199254740993}}}`,
    `{"jsonrpc":"2.0","method":"tools/call","params":{"name":"issue_read"}}`,
    `{${call},"params":{"name":["issue_read"]}}`,
    `{${call}`,
  ]) {
    assert.equal((await worker.send("acme-github", message)).status, 400, message);
  }
  const other = await worker.call("acme-github", "issue_read", { "mcp-name": "issue_write" });
  assert.deepEqual([other.status, other.body.error?.code], [400, -32020]);
  assert.equal((await worker.send("acme-github", { id: 1, method: "tasks/result", params: { taskId: "1" } })).status, 404);
  const headers = { authorization: "Bearer bearer-of-ana" };
  for (const path of ["/mcp/acme-slack/", "//mcp/acme-slack", "/MCP/acme-slack", "/%6dcp/acme-slack", "/mcp%2Facme-slack", "/x/..%2fmcp/acme-slack"]) {
    assert.equal((await worker.fetch(path, { method: "POST", body: `{${call},"params":{"name":"slack_post_message"}}`, headers })).status, 404, path);
  }
  assert.deepEqual([origin.calls, origin.seen], [[], []]);
});

shown("a change of policy at the origin arrives by its digest", async (worker, origin) => {
  assert.ok(isDone(await worker.call("acme-github", "issue_read")));
  assert.equal(origin.slices[0]?.had, undefined);
  origin.change("ben", { kind: "set", scope: "acme", settings: { integrations: { github: "off" } } });
  await until("the lock arrives", async () => reasonOf(await worker.call("acme-github", "issue_read")) === "integration-off");
  assert.deepEqual(await worker.list("acme-github"), []);
  origin.change("ben", { kind: "set", scope: "acme", settings: { integrations: { github: null } } });
  await until("the lock is lifted", async () => isDone(await worker.call("acme-github", "issue_read")));
  // Each question said what was held, and each new slice was sent once.
  assert.equal(origin.slices.filter(({ status }) => status === 200).length, 3);
  assert.ok(origin.slices.slice(1).every(({ had }) => had?.startsWith('"sha256:')));
});

shown(
  "\"not modified\" renews freshness: a change elsewhere sends nothing, and nothing goes stale",
  async (worker, origin) => {
    assert.ok(isDone(await worker.call("acme-github", "issue_read")));
    origin.change("grace", { kind: "set", scope: "globex", settings: { integrations: { stripe: "off" } } });
    // Well beyond the age of the slice, which is sent once.
    for (const from = Date.now(); Date.now() - from < 6_000; await sleep(100)) {
      const answered = await worker.call("acme-github", "issue_read");
      assert.ok(isDone(answered), answered.text);
    }
    assert.deepEqual(origin.slices.map(({ status }) => status).filter((status) => status === 200), [200]);
    const renewed = origin.slices.length - 1;
    // No more often than once a second, whatever is asked.
    assert.ok(renewed >= 2 && renewed <= 7, `${renewed} times`);
  },
  () => ({ MAX_AGE_SECONDS: "3" }),
);

shown(
  "with the origin down, calls go on until the age has passed; then it is policy-stale, until the origin is back",
  async (worker, origin) => {
    const answers = async (): Promise<unknown> => reasonOf(await worker.call("acme-slack", "slack_list_channels"));
    assert.equal(await answers(), "integration-off");
    const asked = origin.slices.length;
    await until("it was renewed just now", async () => (await answers(), origin.slices.length > asked));
    origin.isDown = true;
    const from = Date.now();
    assert.equal(await answers(), "integration-off");
    await until("it is stale", async () => (await answers()) === "policy-stale");
    const lasted = Date.now() - from;
    assert.ok(lasted > 2_000, `stale after ${lasted} ms`);
    const stale = await worker.call("acme-github", "issue_read");
    assert.equal(stale.body.result?.isError, true);
    assert.equal((await worker.send("acme-github", { id: 1, method: "tools/list" })).body.error?.data?.["lockstep/decision"]["reason"], "policy-stale");
    assert.ok(worker.logged.some((line) => line.includes('"slice-not-taken"')));
    origin.isDown = false;
    await until("it is back", async () => (await answers()) === "integration-off");
    assert.ok(isDone(await worker.call("acme-github", "issue_read")));
  },
  () => ({ MAX_AGE_SECONDS: "4" }),
);

shown("calls that come all at once wait for one question", async (worker, origin) => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => worker.call("acme-github", "issue_read")));
  assert.ok(answers.every(isDone));
  assert.deepEqual(origin.slices, [{ had: undefined, status: 200 }]);
}, () => ({ REFRESH_SECONDS: "30" }));

shown("with no slice at all everything is policy-stale", async (worker, origin) => {
  origin.isDown = true;
  assert.equal(reasonOf(await worker.call("acme-github", "issue_read")), "policy-stale");
});

shown("a slice that doesn't load, or is older, isn't taken: the last good one stays, and the log says why", async (worker, origin) => {
  assert.ok(isDone(await worker.call("acme-github", "issue_read")));
  const first = origin.policy;
  for (const [instead, why] of [
    ['{"format": "1.0", "revision": 44, "surprise": 1}', "unknown-key"],
    ['{"format": "2.0", "revision": 45}', "format"],
    ["<html>", "problem"],
  ] as const) {
    const from = worker.logged.length;
    origin.instead = instead;
    await until(`\`${instead}\` is refused`, async () => {
      assert.ok(isDone(await worker.call("acme-github", "issue_read")));
      return worker.logged.slice(from).some((line) => line.includes('"slice-not-taken"') && line.includes(why));
    });
  }
  origin.instead = undefined;
  origin.change("ben", { kind: "set", scope: "acme", settings: { integrations: { github: "off" } } });
  await until("the lock arrives", async () => reasonOf(await worker.call("acme-github", "issue_read")) === "integration-off");
  origin.policy = first;
  await until("the older one is refused", async () => {
    assert.equal(reasonOf(await worker.call("acme-github", "issue_read")), "integration-off");
    return worker.logged.some((line) => line.includes("revision 42 is older"));
  });
});

shown(
  "the slice of one user in one workspace does the same",
  async (worker, origin) => {
    assert.ok(isDone(await worker.call("acme-github", "issue_read")));
    const denied = await worker.call("acme-slack", "slack_list_channels");
    assert.deepEqual([reasonOf(denied), decisionOf(denied)?.["badge"]], ["integration-off", "Locked by MSP"]);
    assert.deepEqual(await worker.list("acme-github"), READS);
    assert.equal((await worker.call("acme-github", "issue_read", { authorization: "Bearer bearer-of-dmitri" })).body.result?.isError, true);
    assert.deepEqual(origin.calls, ["acme-github/issue_read"]);
  },
  (origin) => ({ SLICE: `${origin.address}/slices/me?workspace=acme-hq` }),
);

void test("measured: cold start, and what a request costs", async () => {
  const ROUNDS = 300;
  const origin = await new Origin().open();
  const from = performance.now();
  const worker = await new Worker(origin, { REFRESH_SECONDS: "60", MAX_AGE_SECONDS: "600" }).open();
  try {
    const ready = performance.now();
    assert.equal((await worker.fetch("/health")).status, 200);
    const loaded = performance.now();
    assert.ok(isDone(await worker.call("acme-github", "issue_read")));
    const first = performance.now();
    const rows: [string, number][] = [
      ["workerd starts, the module with it", ready - from],
      ["first request of any kind", loaded - ready],
      ["first decided call: slice asked for, loaded, and the call passed on", first - loaded],
    ];
    const kinds: [string, () => Promise<unknown>][] = [
      ["passed by, no decision (the way to the origin and back)", () => worker.fetch("/health")],
      ["allowed call, passed on", () => worker.call("acme-github", "issue_read")],
      ["allowed call of a pinned tool (its definition is read first)", () => worker.call("acme-github", "list_issues")],
      ["refused call, answered here", () => worker.call("acme-slack", "slack_list_channels")],
      ["list of 8 tools, filtered", () => worker.list("acme-github")],
      ["unknown bearer, answered here", () => worker.call("acme-github", "issue_read", { authorization: "Bearer x" })],
    ];
    // In turn, so that what else the machine does hits all alike; the first rounds warm up.
    const times = kinds.map((): number[] => []);
    for (let round = -50; round < ROUNDS; round += 1) {
      for (const [kind, [, ask]] of kinds.entries()) {
        const begun = performance.now();
        await ask();
        if (round >= 0) times[kind]?.push(performance.now() - begun);
      }
    }
    for (const [kind, [name]] of kinds.entries()) {
      rows.push([`${name}, median of ${ROUNDS}`, times[kind]?.sort((a, b) => a - b)[ROUNDS / 2] ?? NaN]);
    }
    console.log(rows.map(([name, time]) => `${time.toFixed(2).padStart(9)} ms  ${name}`).join("\n"));
  } finally {
    await worker.close();
    await origin.close();
  }
});
