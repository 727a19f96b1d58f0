import type { Layer, Outcome } from "./types/decision.js";

/** Every reason by its number, which never changes; a test holds it to the core's table. */
export const REASONS = [
  "allowed",
  "approved",
  "invalid-request",
  "policy-stale",
  "unknown-action",
  "token-inactive",
  "unknown-user",
  "access-disabled",
  "unknown-workspace",
  "unknown-agent",
  "unknown-space",
  "unknown-virtual-server",
  "connect-not-granted",
  "unknown-server",
  "unknown-integration",
  "unknown-tool",
  "invalid-address",
  "origin-not-allowed",
  "integration-not-approved",
  "address-not-of-integration",
  "stopped",
  "integration-off",
  "custom-use-off",
  "custom-creation-off",
  "custom-sharing-off",
  "origin-locked",
  "server-off",
  "server-disabled",
  "server-switched-off",
  "shared-credential",
  "not-administrator",
  "agent-required",
  "agent-not-allowed",
  "space-required",
  "space-not-allowed",
  "tool-not-approved",
  "tool-disabled",
  "tool-changed",
  "approval-floor",
  "authorization-pending",
  "authorization-expired",
  "downstream-authorization-required",
  "approval-unavailable",
  "approval-required",
  "slice-is-read-only",
  "conflict",
  "unknown-scope",
  "unknown-token",
  "unknown-client",
  "unknown-level",
  "locked",
  "id-used",
  "header-not-allowed",
  "not-eligible",
  "not-packageable",
  "scope-fixed",
  "address-fixed",
  "format-too-new",
  "invalid-document",
  "in-use",
  "duplicate-name",
  "last-manager",
  "too-large",
  "confirmation-required",
] as const;

/** Why a decision is what it is, or why a change is refused. More may come: treat one that you don't know as the outcome says. */
export type ReasonCode = (typeof REASONS)[number];

/** The layers in the order in which they are asked; the first that denies decides. */
export const LAYERS = [
  "caller",
  "existence",
  "origin",
  "catalog",
  "scope-policy",
  "server",
  "agent",
  "space",
  "tool",
  "downstream",
  "approval",
] as const satisfies readonly Layer[];

const OUTCOMES = ["deny", "ask", "allow"] as const;

/**
 * An outcome as one number: bits 0 to 1 the outcome, 2 to 5 the layer, 6 to 15 the reason. Zero is never an allow; it is
 * what a module that was lost answers.
 */
export type PackedOutcome = number;

/** What a packed outcome comes to; what isn't known is a denial. */
export function outcomeOf(packed: PackedOutcome): Outcome {
  return OUTCOMES[packed & 3] ?? "deny";
}

/** The layer that decided; none of an allow. */
export function layerOf(packed: PackedOutcome): Layer | undefined {
  return LAYERS[((packed >>> 2) & 15) - 1];
}

/** The reason; none where its number isn't known to this version. */
export function reasonOf(packed: PackedOutcome): ReasonCode | undefined {
  return REASONS[((packed >>> 6) & 1023) - 1];
}

/** Whether a call may go ahead at once. */
export function allows(packed: PackedOutcome): boolean {
  return (packed & 3) === 2;
}

/** Whether the caller must confirm the call first. */
export function asks(packed: PackedOutcome): boolean {
  return (packed & 3) === 1;
}

/** A packed outcome, taken apart. */
export interface Unpacked {
  /** What it comes to. */
  outcome: Outcome;
  /** Why; absent where this version doesn't know the number. */
  reason?: ReasonCode;
  /** The layer that decided; absent of an allow. */
  layer?: Layer;
}

/** Takes a packed outcome apart. */
export function unpack(packed: PackedOutcome): Unpacked {
  const unpacked: Unpacked = { outcome: outcomeOf(packed) };
  const reason = reasonOf(packed);
  if (reason !== undefined) unpacked.reason = reason;
  const layer = layerOf(packed);
  if (layer !== undefined) unpacked.layer = layer;
  return unpacked;
}
