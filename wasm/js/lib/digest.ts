import { addressDigest as ofAddress, definitionDigest as ofDefinition, jsonDigest as ofJson, redactAddress as redacted } from "./wasm/lockstep.js";
import { asked, currentStart } from "./module.js";
import { toJson } from "./text.js";

/**
 * The digest of a call's arguments: SHA-256 over their canonical JSON. Nothing of what has none (a number that is no exact
 * double, a key twice, half a character); a call with such arguments is denied.
 */
export function jsonDigest(json: string): string | undefined {
  currentStart();
  return asked(() => ofJson(json));
}

/** The digest of a tool's definition as its server lists it: the tool as an object, or its JSON, which keeps what an object loses. */
export function definitionDigest(tool: string | object): string | undefined {
  currentStart();
  return asked(() => ofDefinition(typeof tool === "string" ? tool : toJson(tool)));
}

/** The digest by which an address is told apart without being shown. */
export function addressDigest(address: string): string {
  currentStart();
  return asked(() => ofAddress(address));
}

/** An address as it may be shown: without what may be a secret. */
export function redactAddress(address: string): string {
  currentStart();
  return asked(() => redacted(address));
}
