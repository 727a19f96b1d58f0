/** The one instance of the module, and what becomes of it when it dies. */

import load, { __wbg_reset_state as reset, initSync as loadSync } from "./wasm/lockstep.js";
import type { InitOutput } from "./wasm/lockstep.js";
import { PolicyError } from "./errors.js";
import type { PolicyErrorCode } from "./errors.js";
import type { Problem } from "./types/problem.js";

/** Where the module comes from: compiled already, its bytes, an answer to a fetch, or an address. */
export type Source = WebAssembly.Module | BufferSource | Response | Promise<Response> | URL | string;

let wasm: InitOutput | undefined;
let isLost = false;
/** Which start of the module it is: handles of an earlier one are of no use. */
let start = 0;
let bytes: (() => BufferSource) | undefined;

/** Where the module comes from when nobody says: set by the entry for Node, which reads a file. */
export function comesFrom(read: () => BufferSource): void {
  bytes = read;
}

/**
 * Makes the module ready. Without a source it is found beside this file: bundlers and browsers do that by its address, Node
 * by its path. In a worker, give the compiled module. Once it is ready, calling it again does nothing, unless the module was
 * lost: then it starts anew, and what was loaded before is gone.
 */
export async function init(source?: Source | Promise<Source>): Promise<void> {
  if (restarted()) return;
  // Spelled out as bundlers look for it.
  const given = (await source) ?? bytes?.() ?? new URL("./wasm/lockstep_bg.wasm", import.meta.url);
  wasm = await load({ module_or_path: given });
}

/** The same at once, of bytes or a compiled module; in Node nothing needs to be given. */
export function initSync(source?: WebAssembly.Module | BufferSource): void {
  if (restarted()) return;
  const given = source ?? bytes?.();
  if (given === undefined) throw new PolicyError("not-ready", "no module was given", "give initSync the compiled module or its bytes");
  wasm = loadSync({ module: given });
}

function restarted(): boolean {
  if (wasm !== undefined && isLost) {
    reset();
    isLost = false;
    start += 1;
  }
  return wasm !== undefined;
}

/** How many bytes of memory the module holds. */
export function memoryBytes(): number {
  return wasm?.memory.buffer.byteLength ?? 0;
}

/** Which start of the module a handle belongs to. */
export function currentStart(): number {
  if (wasm === undefined) throw new PolicyError("not-ready", "the module isn't ready", "await init() first");
  if (isLost) throw lost();
  return start;
}

/** Whether a handle of some start can still be asked. */
export function isAlive(of: number): boolean {
  return !isLost && of === start;
}

/** The error that says that the module died. */
export function lost(cause?: unknown): PolicyError {
  const error = new PolicyError("module-lost", "the policy module was lost", "call init() to start it anew, and load the policy again");
  if (cause !== undefined) error.cause = cause;
  return error;
}

/** What a call threw: a failure that is a value, or else the end of the module. */
export function thrown(cause: unknown): PolicyError {
  if (cause instanceof PolicyError) return cause;
  if (isFailure(cause)) return new PolicyError(cause.code, cause.message, cause.help, cause.problems, cause.count);
  isLost = true;
  return lost(cause);
}

interface Failure {
  code: PolicyErrorCode;
  message: string;
  help: string;
  problems: Problem[];
  count: number;
}

function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && !(value instanceof Error) && "code" in value && "problems" in value;
}

/** Asks the module; whatever it throws becomes a `PolicyError`. */
export function asked<A>(call: () => A): A {
  try {
    return call();
  } catch (cause) {
    throw thrown(cause);
  }
}
