/** `@lockstep/policy`: load, decide, list, explain, views. Changes are in `@lockstep/policy/admin`. */

export * from "./shared.js";
export { Policy } from "./policy.js";
