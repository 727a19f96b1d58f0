import type { Decision } from "./types/decision.js";
import type { Policy } from "./policy.js";

/** The decision of a module that died: nothing is decided any more, so everything is denied. */
export function denied(policy: Policy): Decision {
  const admin = "The policy module was lost, so that everything is denied. Start it anew with init(), and load the policy again.";
  return {
    outcome: "deny",
    reason: "module-lost",
    layer: "caller",
    revision: policy.revision,
    message: { user: "Not available here. Ask your administrator.", admin },
  };
}

/** The same as JSON. */
export function deniedJson(policy: Policy): string {
  return JSON.stringify(denied(policy));
}
