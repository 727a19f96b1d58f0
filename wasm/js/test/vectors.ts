/**
 * Asks everything that the vectors ask, and compares each answer with native's, byte for byte: as JSON, and through the typed
 * interface, written by `canonical`. It runs in any host: nothing here is Node's.
 */

import type * as Admin from "../lib/admin.js";
import type { Activity, Caller, ChangeRequest, Decision, ListRequest, Policy, PolicyDocument, Request, SliceSubject, ViewRequest } from "../lib/admin.js";
import { canonical } from "./canonical.js";

/** A line of native's answers. */
interface Line {
  policy?: string;
  tables?: { reasons: [code: string, number: number][]; problems: string[] };
  kind: "decide" | "list" | "explain" | "view" | "preview" | "apply" | "slice" | "diff" | "check" | "address";
  name: string;
  json: string;
  sorted: string;
  request: string;
  expect: Partial<Decision>;
  actor: string;
  activity: string;
  next: string | null;
  of: SliceSubject;
  newer: string;
  lines: string[];
  text: string;
  address: string;
}

/** What came of it. */
export interface Report {
  /** How many vectors were asked through the typed interface. */
  typed: number;
  /** How many through JSON. */
  json: number;
  /** How many by kind. */
  kinds: Record<string, number>;
  /** How many differ from native. */
  differences: number;
  /** The first of those, told. */
  told: string[];
}

const DECIDED = ["outcome", "reason", "layer", "source", "lock", "obligations"] as const;

/** Whether a text says what an object says: not so of a key twice, of `1.0`, of spaces that places are counted by. */
function isPlain(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

/** Runs all lines against a package that is ready. */
export function run(text: string, api: typeof Admin): Report {
  const report: Report = { typed: 0, json: 0, kinds: {}, differences: 0, told: [] };
  let policy: Policy | undefined;
  let document = "";
  let name = "";
  const compare = (what: string, given: string | undefined, wanted: string): void => {
    if (given === wanted) return;
    report.differences += 1;
    if (report.told.length < 20) report.told.push(`${name}: ${what}\n  native ${wanted}\n  here   ${given}`);
  };
  const typed = (what: string, answer: unknown, wanted: string): void => compare(what, canonical(answer), wanted);

  for (const each of text.split("\n")) {
    if (each === "") continue;
    const line = JSON.parse(each) as Line;
    if (line.tables !== undefined) {
      compare("the reasons", canonical(api.REASONS.map((code, at) => [code, at + 1])), canonical(line.tables.reasons));
      compare("the problems' codes", canonical(api.PROBLEM_CODES), canonical(line.tables.problems));
      continue;
    }
    if (line.policy !== undefined) {
      policy?.free();
      document = line.policy;
      policy = api.Policy.load(document);
      continue;
    }
    if (policy === undefined) throw new Error("a question before any policy");
    name = line.name;
    report.kinds[line.kind] = (report.kinds[line.kind] ?? 0) + 1;
    const asObject = line.request === undefined || isPlain(line.request) || !line.json.includes('"problems":');
    const parsed = (): unknown => JSON.parse(line.request);
    report.json += 1;
    switch (line.kind) {
      case "decide": {
        compare("decideJson", policy.decideJson(line.request), line.json);
        compare("decideBytes", new TextDecoder().decode(policy.decideBytes(new TextEncoder().encode(line.request))), line.json);
        const whole = JSON.parse(line.json) as Decision;
        const cut = (from: Partial<Decision>): unknown => Object.fromEntries(DECIDED.map((member) => [member, from[member]]));
        typed("what the vector expects", cut(whole), canonical(cut(line.expect)));
        if (!asObject) break;
        const request = parsed() as Request;
        typed("decide", policy.decide(request), line.sorted);
        if (whole.reason !== "invalid-request" && request.action === "tool.call") prepared(request, line);
        break;
      }
      case "list": {
        compare("listJson", policy.listJson(line.request), line.json);
        if (!asObject) break;
        const request = parsed() as ListRequest;
        typed("list", policy.list(request).toJSON(), line.sorted);
        if ("problems" in (JSON.parse(line.json) as object) || request.caller === undefined) break;
        const { now, snapshot, invocation, ...facts } = request.context;
        const caller = policy.caller(request.caller, facts);
        if (snapshot === undefined) {
          typed("a caller's list", caller.list(request.of, new Date(now)).toJSON(), line.sorted);
          compare("a caller's listJson", caller.listJson(request.of, new Date(now)), line.json);
        }
        caller.free();
        break;
      }
      case "explain":
        compare("explainJson", policy.explainJson(line.request, line.actor), line.json);
        if (asObject) typed("explain", policy.explain(parsed() as Request, line.actor), line.sorted);
        break;
      case "view":
        compare("viewJson", policy.viewJson(line.request, line.activity), line.json);
        if (asObject) typed("view", policy.view(parsed() as ViewRequest, JSON.parse(line.activity) as Activity), line.sorted);
        break;
      case "preview":
        compare("previewJson", policy.previewJson(line.request), line.json);
        if (asObject) typed("preview", policy.preview(parsed() as ChangeRequest), line.sorted);
        break;
      case "apply": {
        const [json, next] = policy.applyJson(line.request);
        compare("applyJson", json, line.json);
        compare("the next document", next?.documentJson() ?? "none", line.next ?? "none");
        next?.free();
        if (!asObject) break;
        const { policy: after, ...answer } = policy.apply(parsed() as ChangeRequest);
        typed("apply", answer, line.sorted);
        after?.free();
        break;
      }
      case "slice": {
        const slice = (): string => {
          try {
            return policy?.sliceJson(line.of) ?? "";
          } catch (error) {
            return JSON.stringify({ error: (error as Error).message });
          }
        };
        const json = slice();
        compare("sliceJson", json, line.json);
        if (json.startsWith('{"error"')) break;
        typed("slice", policy.slice(line.of), line.sorted);
        const loaded = api.Policy.load(policy.slice(line.of));
        typed("whom it is for", loaded.sliceOf(), canonical(line.of));
        compare("what is loaded of it", loaded.documentJson(), line.json);
        loaded.free();
        break;
      }
      case "diff": {
        const newer = api.Policy.load(line.newer);
        compare("diffJson", policy.diffJson(newer, line.lines), line.json);
        const requests = line.lines.map((request) => (isPlain(request) ? (JSON.parse(request) as Request) : request));
        typed("diff", policy.diff(newer, requests), line.sorted);
        newer.free();
        break;
      }
      case "check": {
        const answer = api.check(line.text);
        compare("check", canonical(answer), line.sorted);
        let code = "none";
        try {
          api.Policy.load(line.text).free();
        } catch (error) {
          const { problems, count } = error as InstanceType<typeof api.PolicyError>;
          code = "thrown";
          compare("the problems thrown", canonical({ problems, count }), canonical({ problems: answer.problems, count: answer.count }));
        }
        compare("whether it loads", code, answer.valid ? "none" : "thrown");
        if (answer.valid) {
          const loaded = api.Policy.load(line.text);
          const again = api.Policy.load(JSON.parse(line.text) as PolicyDocument);
          compare("the same as an object", again.documentJson(), loaded.documentJson());
          loaded.free();
          again.free();
        }
        break;
      }
      case "address":
        typed("an address", { shown: api.redactAddress(line.address), digest: api.addressDigest(line.address) }, line.sorted);
        break;
    }
    // What is asked of texts alone has no JSON beside it, and what is no object is asked as text alone.
    if (line.kind === "check" || line.kind === "address") report.json -= 1;
    if (asObject) report.typed += 1;
  }
  policy?.free();
  return report;

  /** The same call by a prepared caller: by names, by a target, and as a number. */
  function prepared(request: Extract<Request, { action: "tool.call" | "tool.list" }>, line: Line): void {
    const { now, snapshot, invocation, ...facts } = request.context;
    const handle = api.Policy.load(document);
    if (snapshot !== undefined) handle.confirm(new Date(snapshot.confirmedAt), snapshot.maxAgeSeconds);
    const caller: Caller = handle.caller(request.caller, facts);
    const { target } = request;
    const at = Date.parse(now as string);
    const aim = target.kind === "tool" ? handle.target(target.server, target.tool) : handle.virtualTarget(target.virtualServer, target.tool);
    typed("a caller's decide", caller.decide(aim, at, invocation), line.sorted);
    compare("a caller's decideJson", caller.decideJson(aim, at, invocation), line.json);
    const unasked = caller.decide(aim, at);
    const { outcome, reason, layer } = unasked;
    const short = canonical({ outcome, reason, layer });
    typed("a caller's outcomeAt", api.unpack(caller.outcomeAt(aim, at)), short);
    const packed = target.kind === "tool" ? caller.outcome(target.server, target.tool, at) : caller.virtualOutcome(target.virtualServer, target.tool, at);
    typed("a caller's outcome", api.unpack(packed), short);
    // The handle's freshness is the request's where it has none.
    const { snapshot: _, ...context } = request.context;
    typed("decide of a confirmed handle", handle.decide({ ...request, context }), line.sorted);
    const explained = caller.explain(aim, at, request.caller.user, invocation);
    typed("a caller's explain", explained, canonical(handle.explain(request, request.caller.user)));
    caller.free();
    handle.free();
  }
}
