/** `@lockstep/policy/admin` in Node, where the module is a file beside this one. */

import { readFileSync } from "node:fs";

import { comesFrom } from "./module.js";

comesFrom(() => readFileSync(new URL("./wasm/lockstep_bg.wasm", import.meta.url)));

export * from "./admin.js";
