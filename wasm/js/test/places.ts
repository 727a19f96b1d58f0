/** Where things lie, for tests in Node. They run from `build/test/test`. */

import { fileURLToPath } from "node:url";

/** The package's folder. */
export const home = fileURLToPath(new URL("../../../", import.meta.url));

/** What native answers to the vectors, made by `make wasm-test`. */
export const answers = `${home}build/native.jsonl`;

/** The address of a built file. */
export function dist(path: string): string {
  return new URL(`../../../dist/${path}`, import.meta.url).href;
}
