/** The one place that talks to `@lockstep/policy`: the page sees a handle and plain answers. */

import { Policy, PolicyError, check, init } from "@lockstep/policy/admin";
import type {
  Activity,
  Applied,
  Change,
  ChangeRefusal,
  ChangeRequest,
  Explanation,
  Preview,
  Problem,
  ProposedChange,
  Request,
  ViewAnswer,
  ViewKind,
  ViewRefusal,
  ViewRequest,
  ViewSubject,
} from "@lockstep/policy/admin";

/** Who looks, asks or changes: a user, or the host itself. */
export type Persona = { kind: "user"; user: string } | { kind: "host" };

/** A policy held by this page: one revision. Its memory is given back when nothing here holds it any more. */
export interface Handle {
  readonly revision: number;
  readonly digest: string;
  /** Its document, indented. */
  readonly text: string;
  /** What a page of the product would show to somebody. */
  view<K extends ViewKind>(view: ViewSubject<K>, persona: Persona, now: string, page?: { size?: number; after?: string }): ViewAnswer<K> | ViewRefusal;
  /** A decision with its layers, as far as the actor may know them. */
  explain(request: Request, actor: string): Explanation;
  /** What a change would do. */
  preview(change: ProposedChange, persona: Persona, now: string, confirmed: boolean): Preview | ChangeRefusal;
  /** Makes a change; the next policy is another handle, and this one goes on as it was. */
  apply(change: ProposedChange, persona: Persona, now: string, confirmed: boolean): { answer: Applied | ChangeRefusal; next?: Handle };
}

/** A document that has problems. */
export interface Rejected {
  problems: readonly Problem[];
  count: number;
}

/** Makes the module ready. */
export async function start(): Promise<void> {
  await init();
}

/** Loads a document, or says what is wrong with it. */
export function load(text: string, activity: Activity): Handle | Rejected {
  try {
    return handle(Policy.load(text), activity);
  } catch (error) {
    if (error instanceof PolicyError && error.problems.length > 0) return { problems: error.problems, count: error.count };
    throw error;
  }
}

/** What deserves a word in a document that is valid. */
export function warningsOf(text: string): readonly Problem[] {
  return check(text).warnings;
}

function handle(policy: Policy, activity: Activity): Handle {
  const request = (change: ProposedChange, persona: Persona, now: string, confirmed: boolean): ChangeRequest => ({
    actor: persona.kind === "host" ? { host: true } : { user: persona.user, ...(confirmed ? { confirmedAt: now } : {}) },
    now,
    revision: policy.revision,
    // What a person typed may not be a change yet: the core says so.
    change: change as Change,
  });
  return {
    revision: policy.revision,
    digest: policy.digest(),
    text: policy.documentPretty(),
    view: <K extends ViewKind>(view: ViewSubject<K>, persona: Persona, now: string, page?: { size?: number; after?: string }) => {
      const asked = { view, now, ...(page === undefined ? {} : { page }) };
      const whole: ViewRequest<K> = persona.kind === "host" ? { ...asked, host: true } : { ...asked, actor: persona.user };
      return policy.view<K>(whole, activity);
    },
    explain: (asked, actor) => policy.explain(asked, actor),
    preview: (change, persona, now, confirmed) => policy.preview(request(change, persona, now, confirmed)),
    apply: (change, persona, now, confirmed) => {
      const { policy: next, ...answer } = policy.apply(request(change, persona, now, confirmed));
      return next === undefined ? { answer } : { answer, next: handle(next, activity) };
    },
  };
}

/** Whether a view was refused. */
export function isRefusal(answer: { reason?: unknown }): answer is ViewRefusal {
  return answer.reason !== undefined;
}
