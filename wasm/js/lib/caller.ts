import type { Caller as Raw } from "./wasm/lockstep.js";
import type { PackedOutcome } from "./reason.js";
import type { Decision, Explanation, ListAnswer } from "./types/decision.js";
import type { Invocation, ListOf } from "./types/request.js";
import type { Moment } from "./text.js";
import type { Policy } from "./policy.js";
import type { Target } from "./target.js";
import { ToolList } from "./list.js";
import { PolicyError } from "./errors.js";
import { asked, isAlive, lost, thrown } from "./module.js";
import { denied, deniedJson } from "./denied.js";
import { toJson, toMillis, toName } from "./text.js";

const PLACEHOLDER = { action: "tool.call", target: { kind: "tool", server: "-", tool: "-" } };

/** What the module reads an invocation from. */
function invocationText(invocation: Invocation | undefined): string | undefined {
  if (invocation === undefined) return undefined;
  const caller = { user: "-", credential: { kind: "platform" }, workspace: "-" };
  return toJson({ ...PLACEHOLDER, caller, context: { now: "1970-01-01T00:00:00Z", invocation } });
}

/**
 * A caller prepared for one policy: names are resolved once, and each call costs a fraction of a request. Nothing that hangs on
 * the time is settled. After a change or a load, prepare it anew. Made by `policy.caller`.
 */
export class Caller {
  /** The policy that it was prepared for. */
  readonly policy: Policy;
  #raw: Raw | undefined;
  readonly #start: number;

  /** @internal */
  constructor(policy: Policy, raw: Raw, start: number) {
    this.policy = policy;
    this.#raw = raw;
    this.#start = start;
  }

  /** The module's handle, or why there is none. */
  #live(): Raw {
    if (this.#raw === undefined) throw new PolicyError("freed", "the caller was freed", "prepare it again");
    if (!isAlive(this.#start)) throw lost();
    return this.#raw;
  }

  /** What a call of a server's tool comes to, as one number (see `unpack`); 0, a denial, where the module was lost. */
  outcome(server: string, tool: string, now: Moment): PackedOutcome {
    if (!isAlive(this.#start)) return 0;
    const raw = this.#live();
    try {
      return raw.outcome(toName(server), toName(tool), toMillis(now));
    } catch (cause) {
      thrown(cause);
      return 0;
    }
  }

  /** What a call of a virtual server's tool comes to, by its exposed name. */
  virtualOutcome(virtualServer: string, tool: string, now: Moment): PackedOutcome {
    if (!isAlive(this.#start)) return 0;
    const raw = this.#live();
    try {
      return raw.virtualOutcome(toName(virtualServer), toName(tool), toMillis(now));
    } catch (cause) {
      thrown(cause);
      return 0;
    }
  }

  /** What a call of a target comes to: the fastest way to ask. */
  outcomeAt(target: Target, now: Moment): PackedOutcome {
    if (!isAlive(this.#start)) return 0;
    const raw = this.#live();
    try {
      return raw.outcomeAt(target.in(this.policy, raw), toMillis(now));
    } catch (cause) {
      thrown(cause);
      return 0;
    }
  }

  /** Decides a call, with its confirmation where there is one. */
  decide(target: Target, now: Moment, invocation?: Invocation): Decision {
    if (!isAlive(this.#start)) return denied(this.policy);
    const raw = this.#live();
    try {
      return (raw.decide(target.in(this.policy, raw), toMillis(now), invocationText(invocation)) as Decision | null) ?? denied(this.policy);
    } catch (cause) {
      thrown(cause);
      return denied(this.policy);
    }
  }

  /** The same as JSON. */
  decideJson(target: Target, now: Moment, invocation?: Invocation): string {
    if (!isAlive(this.#start)) return deniedJson(this.policy);
    const raw = this.#live();
    try {
      return raw.decideJson(target.in(this.policy, raw), toMillis(now), invocationText(invocation));
    } catch (cause) {
      thrown(cause);
      return deniedJson(this.policy);
    }
  }

  /** Explains a call to an actor (a user's id): every layer, for who may know it. */
  explain(target: Target, now: Moment, actor: string, invocation?: Invocation): Explanation {
    const raw = this.#live();
    return asked(() => raw.explain(target.in(this.policy, raw), toMillis(now), toName(actor), invocationText(invocation)) as Explanation);
  }

  /** The same as JSON. */
  explainJson(target: Target, now: Moment, actor: string, invocation?: Invocation): string {
    const raw = this.#live();
    return asked(() => raw.explainJson(target.in(this.policy, raw), toMillis(now), toName(actor), invocationText(invocation)));
  }

  /** Lists what this caller can see: everything, or the tools of one server or virtual server. */
  list(of: ListOf, now: Moment): ToolList {
    const raw = this.#live();
    const [kind, id] = listed(of);
    return asked(() => new ToolList(raw.list(kind, id, toMillis(now)), () => problemsOf(raw.listJson(kind, id, toMillis(now)))));
  }

  /** The same as JSON. */
  listJson(of: ListOf, now: Moment): string {
    const raw = this.#live();
    return asked(() => raw.listJson(...listed(of), toMillis(now)));
  }

  /** Gives back the memory that it holds. It can't be asked any more. */
  free(): void {
    const raw = this.#raw;
    this.#raw = undefined;
    if (raw !== undefined && isAlive(this.#start)) asked(() => raw.free());
  }

  /** The same, for `using`. */
  [Symbol.dispose](): void {
    this.free();
  }
}

function listed(of: ListOf): [kind: number, id: string] {
  if (of.kind === "all") return [0, ""];
  return of.kind === "server" ? [1, toName(of.server)] : [2, toName(of.virtualServer)];
}

/** The problems of a list's JSON. */
export function problemsOf(json: string): ListProblems {
  const answer = JSON.parse(json) as ListAnswer;
  return "problems" in answer ? answer.problems : undefined;
}

type ListProblems = Extract<ListAnswer, { reason: unknown }>["problems"];
