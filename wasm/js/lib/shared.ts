/** What both entries export. */

export { PolicyError } from "./errors.js";
export type { PolicyErrorCode } from "./errors.js";
export { init, initSync, memoryBytes } from "./module.js";
export type { Source } from "./module.js";
export { check } from "./policy.js";
export type { Checked } from "./policy.js";
export { Caller } from "./caller.js";
export { Target } from "./target.js";
export { ToolList } from "./list.js";
export { LAYERS, REASONS, allows, asks, layerOf, outcomeOf, reasonOf, unpack } from "./reason.js";
export type { PackedOutcome, ReasonCode, Unpacked } from "./reason.js";
export { addressDigest, definitionDigest, jsonDigest, redactAddress } from "./digest.js";
export { forUser } from "./types/decision.js";
export { PROBLEM_CODES } from "./types/problem.js";
export type { Moment, Time } from "./text.js";
export type * from "./types/activity.js";
export type * from "./types/change.js";
export type * from "./types/decision.js";
export type * from "./types/document.js";
export type * from "./types/problem.js";
export type * from "./types/request.js";
export type * from "./types/view.js";
