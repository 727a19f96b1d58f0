/** How long questions take, in whatever host runs this: the median of batches, in microseconds. */

import type * as Api from "../lib/index.js";
import type { PolicyDocument, Request } from "../lib/index.js";

/** Microseconds by question. */
export type Times = Record<string, number>;

const BATCHES = 41;
const now = "2026-11-20T12:00:00Z";
const caller = { user: "ana", credential: { kind: "platform" }, workspace: "hq", agent: "assistant" } as const;

/** An organisation in which somebody sees 400 tools: 20 servers of 20. */
export function organisation(): PolicyDocument {
  const tools = Array.from({ length: 20 }, (_, at) => `tool_number_${String(at).padStart(2, "0")}`);
  return {
    format: "1.0",
    revision: 1,
    agents: [{ id: "assistant", name: "Assistant" }],
    catalog: [{
      id: "github", name: "GitHub", approved: true, origins: ["https://api.github.example/*"],
      tools: tools.map((name, at) => ({ name, approved: true, label: at % 2 === 0 ? "read" as const : "write" as const })),
    }],
    scopes: [
      { id: "northwind", level: "msp", name: "Northwind", settings: { floors: { write: "ask" } } },
      { id: "acme", level: "tenant", parent: "northwind", name: "Acme" },
      { id: "hq", level: "workspace", parent: "acme", name: "HQ" },
    ],
    users: [{ id: "ana", name: "Ana", memberOf: ["hq"], administers: [], access: "enabled", addedAt: "2026-01-05T09:00:00Z" }],
    servers: Array.from({ length: 20 }, (_, at) => ({
      id: `server-${String(at).padStart(2, "0")}`, scope: "acme", source: { kind: "integration" as const, integration: "github" },
      name: `Server ${at}`, address: "https://api.github.example/mcp", owner: "ana", registeredAt: "2026-03-01T10:00:00Z",
      visibility: "shared" as const, switch: "on" as const, authorization: { method: "none" as const }, agents: ["assistant"],
      tools: tools.map((name) => ({ name, enabled: true, approval: "default" as const })),
    })),
  };
}

/** The request that is decided. */
export const request: Request = {
  action: "tool.call",
  caller,
  target: { kind: "tool", server: "server-07", tool: "tool_number_08" },
  context: { now, canAsk: true },
};

/** Asks every question until its time is known. */
export function measure(api: typeof Api): Times {
  const policy = api.Policy.load(organisation());
  const ana = policy.caller(caller, { canAsk: true });
  const target = policy.target("server-07", "tool_number_08");
  const at = Date.parse(now);
  const text = JSON.stringify(request);
  if (api.unpack(ana.outcomeAt(target, at)).outcome !== "allow" || ana.list({ kind: "all" }, at).length !== 400) throw new Error("it isn't the organisation that is meant");
  const questions: [what: string, times: number, act: () => unknown][] = [
    ["outcome by strings", 20_000, () => ana.outcome("server-07", "tool_number_08", at)],
    ["outcome by target", 50_000, () => ana.outcomeAt(target, at)],
    ["decide, JSON to JSON", 2_000, () => policy.decideJson(text)],
    ["decide, object to object", 1_000, () => policy.decide(request)],
    ["list of 400, columns", 100, () => ana.list({ kind: "all" }, at)],
    ["list of 400, JSON", 40, () => ana.listJson({ kind: "all" }, at)],
    ["list of 400, objects", 40, () => ana.list({ kind: "all" }, at).rows()],
  ];
  const times: Times = {};
  for (const [what, count, act] of questions) {
    const batches: number[] = [];
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const start = performance.now();
      for (let turn = 0; turn < count; turn += 1) act();
      batches.push(((performance.now() - start) * 1000) / count);
    }
    batches.sort((one, other) => one - other);
    times[what] = batches[BATCHES >> 1] ?? NaN;
  }
  policy.free();
  return times;
}
