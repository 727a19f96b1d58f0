/** The kinds of problems and warnings; a test holds it to the core's. */
export const PROBLEM_CODES = [
  "syntax",
  "not-utf-8",
  "lone-surrogate",
  "format-too-new",
  "invalid-format",
  "too-large",
  "duplicate-key",
  "unknown-key",
  "missing",
  "wrong-type",
  "unknown-value",
  "invalid-integer",
  "invalid-time",
  "invalid-digest",
  "invalid-id",
  "invalid-tool-name",
  "invalid-name",
  "invalid-pattern",
  "header-not-allowed",
  "invalid-header",
  "duplicate-id",
  "id-used",
  "duplicate-entry",
  "duplicate-name",
  "unknown-reference",
  "unknown-setting",
  "reserved-level",
  "duplicate-role",
  "role-order",
  "no-root",
  "several-roots",
  "level-not-below",
  "not-a-workspace",
  "not-above",
  "not-below",
  "except-without-off",
  "except-empty",
  "not-shared",
  "not-on-path",
  "label-authority-without-label",
  "enforce-without-register",
  "added-at-missing",
  "expires-too-early",
  "agent-required",
  "owner-required",
  "credentials-with-none",
  "space-not-in-subtree",
  "not-packageable",
  "last-manager",
  "sleeping-restriction",
  "inert-grant",
  "inert-assignment",
  "empty-pattern",
] as const;

/** What kind of problem it is. More may come. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** What is wrong with a text, or deserves a word, and where. */
export interface Problem {
  /** What kind of problem it is. */
  code: ProblemCode;
  /** Where, as a JSON Pointer. */
  at: string;
  /** The line of that place, from 1. */
  line: number;
  /** The character in that line, from 1. */
  column: number;
  /** What is wrong. */
  problem: string;
  /** What to do about it. */
  help: string;
  /** Of two places that clash, the earlier one, as a JSON Pointer. */
  related?: string;
}
