import type { Problem } from "./types/problem.js";

/** What went wrong, where no decision can say it. */
export type PolicyErrorCode =
  /** The module isn't ready: `await init()` first. */
  | "not-ready"
  /** The module died. Whatever it is asked from now on is denied; `init()` starts it anew, with nothing loaded. */
  | "module-lost"
  /** The handle was freed. */
  | "freed"
  /** The document has problems. */
  | "invalid-document"
  /** The document has a newer format than this version reads. Keep the policy that you have. */
  | "format-too-new"
  /** The activity beside a view has problems. */
  | "invalid-activity"
  /** A file of messages has problems. */
  | "invalid-messages"
  /** A time or an age isn't one. */
  | "invalid-time"
  /** There is no such slice. */
  | "no-slice";

/** What is thrown, always: an error with a code, and the problems of a text where it is about one. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  /** Which error it is. */
  readonly code: PolicyErrorCode;
  /** What to do about it. */
  readonly help: string;
  /** What is wrong with the text, each with its place: the first 1,000. */
  readonly problems: readonly Problem[];
  /** How many problems there are in all. */
  readonly count: number;

  constructor(code: PolicyErrorCode, message: string, help: string, problems: readonly Problem[] = [], count = problems.length) {
    super(message);
    this.code = code;
    this.help = help;
    this.problems = problems;
    this.count = count;
  }
}
