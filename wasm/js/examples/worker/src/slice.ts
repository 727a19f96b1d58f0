/** The slice of the policy that this worker holds, how it is kept fresh, and the callers prepared for it. */

import { Policy, PolicyError, initSync } from "@lockstep/policy";
import type { Caller } from "@lockstep/policy";
import module from "@lockstep/policy/policy.wasm";

import type { Known } from "./callers.js";

/** Where the slice comes from, and how fresh it must be. */
export interface Source {
  /** The slice's address. */
  address: string;
  /** What is sent as `authorization`. */
  authorization: string | undefined;
  /** How long to wait, at least, between two questions. */
  refreshSeconds: number;
  /** The age beyond which everything is denied. */
  maxAgeSeconds: number;
}

/** How long an answer may take. */
const PATIENCE = 5_000;

/** Until the first slice comes: a policy without anybody, which was never confirmed. So the core itself says `policy-stale`. */
const NOTHING = '{"format":"1.0","revision":1,"scopes":[{"id":"none","level":"workspace","name":"None"}]}';

/** What is held. Don't keep what it gives beyond an `await`: by then there may be a newer policy, and this one is freed. */
export class Slice {
  #policy = nothing();
  #callers = new Map<string, Caller>();
  #etag: string | undefined;
  #confirmedAt = -Infinity;
  #askedAt = -Infinity;
  #asking: Promise<void> | undefined;

  /** Asks for news where it is time: in the background while the copy is good, else before anything is answered by it. */
  async refresh(source: Source, background: (work: Promise<void>) => void): Promise<void> {
    const now = Date.now();
    if (this.#asking === undefined && now - this.#askedAt >= source.refreshSeconds * 1_000) {
      this.#askedAt = now;
      this.#asking = this.#ask(source, now).finally(() => (this.#asking = undefined));
      // Others may wait for it too, so it must outlive the request that began it.
      background(this.#asking);
    }
    if (now > this.#confirmedAt + source.maxAgeSeconds * 1_000) await this.#asking;
  }

  /** The policy. */
  get policy(): Policy {
    return this.#policy;
  }

  /** When it was last known to be current, and for how long that is good; nothing before the first slice. */
  snapshot({ maxAgeSeconds }: Source): { confirmedAt: Date; maxAgeSeconds: number } | undefined {
    return this.#etag === undefined ? undefined : { confirmedAt: new Date(this.#confirmedAt), maxAgeSeconds };
  }

  /** The caller, prepared once for each slice. */
  caller({ key, claim, facts }: Known): Caller {
    let caller = this.#callers.get(key);
    if (caller === undefined) this.#callers.set(key, (caller = this.#policy.caller(claim, facts)));
    return caller;
  }

  /** Forgets everything: the module was lost. What comes next starts it anew. */
  restart(): void {
    this.#take(nothing(), undefined);
    this.#confirmedAt = this.#askedAt = -Infinity;
  }

  /** Whatever goes wrong, the last good slice stays, and is good until it is too old. */
  async #ask({ address, authorization, maxAgeSeconds }: Source, at: number): Promise<void> {
    try {
      const headers = new Headers({ accept: "application/json" });
      if (authorization !== undefined) headers.set("authorization", authorization);
      if (this.#etag !== undefined) headers.set("if-none-match", this.#etag);
      const response = await fetch(address, { headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      if (response.status === 200) this.#take(this.#newer(await response.text()), response.headers.get("etag") ?? "");
      else if (response.status !== 304 || this.#etag === undefined) throw new Error(`the answer is ${response.status}`);
      // As of the question: what changed while the answer was on its way isn't in it.
      this.#policy.confirm(at, maxAgeSeconds);
      this.#confirmedAt = at;
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      const problems = cause instanceof PolicyError ? cause.problems.slice(0, 5) : undefined;
      console.error(JSON.stringify({ time: new Date(), event: "slice-not-taken", revision: this.#policy.revision, problem, problems }));
    }
  }

  /** The slice of a text, unless it is older than what is held, as of an origin that lags behind. */
  #newer(text: string): Policy {
    const policy = Policy.load(text);
    if (this.#etag === undefined || policy.revision >= this.#policy.revision) return policy;
    policy.free();
    throw new Error(`revision ${policy.revision} is older than the one held`);
  }

  #take(policy: Policy, etag: string | undefined): void {
    for (const caller of this.#callers.values()) caller.free();
    this.#callers.clear();
    this.#policy.free();
    this.#policy = policy;
    this.#etag = etag;
  }
}

function nothing(): Policy {
  initSync(module);
  const policy = Policy.load(NOTHING);
  policy.confirm(0, 0);
  return policy;
}
