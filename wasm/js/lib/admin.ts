/** `@lockstep/policy/admin`: all of `@lockstep/policy`, and previews, changes, slices and differences. */

import type { Applied as RawApplied, Policy as Raw } from "./wasm/lockstep.js";
import type { Applied, ChangeRefusal, PolicyDiff, Preview } from "./types/answer.js";
import type { ChangeRequest } from "./types/change.js";
import type { PolicyDocument, SliceSubject } from "./types/document.js";
import type { Request } from "./types/request.js";
import { Policy as Deciding } from "./policy.js";
import { asked } from "./module.js";
import { toJson, toName } from "./text.js";

export * from "./shared.js";
export type * from "./types/answer.js";

/** What applying a change gave: the answer, and the next policy where it is permitted. */
export type Outcome = (Applied & { /** The next policy. */ policy: Policy }) | (ChangeRefusal & { policy?: never });

/** A policy that can be changed: each change gives the next one, and this one goes on as it was. */
export class Policy extends Deciding {
  static override load(document: string | Uint8Array | PolicyDocument): Policy {
    return super.load(document) as Policy;
  }

  /** Says what applying a change would do, whom it affects and what it needs; or why it is refused. */
  preview(request: ChangeRequest): Preview | ChangeRefusal {
    return JSON.parse(this.previewJson(toJson(request))) as Preview | ChangeRefusal;
  }

  /** The same, of JSON, as JSON. */
  previewJson(request: string): string {
    const raw = this.live();
    return asked(() => raw.previewJson(request));
  }

  /**
   * Makes a change, whole or not at all. Of the next policy the host says anew how fresh it is. Free this one when nobody asks
   * it any more.
   */
  apply(request: ChangeRequest): Outcome {
    const [json, policy] = this.applyJson(toJson(request));
    const answer = JSON.parse(json) as Applied | ChangeRefusal;
    return answer.permitted && policy !== undefined ? { ...answer, policy } : (answer as ChangeRefusal);
  }

  /** The same, of a request as JSON: the answer as JSON, and the next policy where it is permitted. */
  applyJson(request: string): [answer: string, next: Policy | undefined] {
    const raw = this.live();
    return asked(() => {
      const applied = raw.apply(request);
      try {
        return [applied.json(), nextOf(applied)];
      } finally {
        applied.free();
      }
    });
  }

  /**
   * Cuts the part of this policy that a scope, or one user in one workspace, needs: load it where only they are asked for.
   *
   * @throws PolicyError where there is no such slice.
   */
  slice(of: SliceSubject): PolicyDocument {
    return JSON.parse(this.sliceJson(of)) as PolicyDocument;
  }

  /** The same as canonical JSON, to be sent as it is. */
  sliceJson(of: SliceSubject): string {
    const raw = this.live();
    if (of.kind === "scope") return asked(() => raw.sliceJson(toName(of.scope)));
    return asked(() => raw.sliceJson(undefined, toName(of.user), toName(of.workspace)));
  }

  /** Compares this policy with a newer one: which settings changed and, for a set of requests, which decisions. */
  diff(newer: Policy, requests?: readonly (Request | string)[]): PolicyDiff {
    const lines = requests?.map((request) => (typeof request === "string" ? request : toJson(request)));
    return JSON.parse(this.diffJson(newer, lines)) as PolicyDiff;
  }

  /** The same, of requests as JSON, as JSON. */
  diffJson(newer: Policy, requests?: readonly string[]): string {
    const raw = this.live();
    const other = newer.live();
    return asked(() => raw.diffJson(other, requests === undefined ? undefined : [...requests]));
  }
}

function nextOf(applied: RawApplied): Policy | undefined {
  const next: Raw | undefined = applied.policy();
  return next === undefined ? undefined : new Policy(next);
}
