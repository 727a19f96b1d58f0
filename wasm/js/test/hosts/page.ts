/** All vectors in a page: the module is found beside its script, as in any page. */

import type * as Admin from "../../lib/admin.js";
import { run } from "../vectors.js";

const address = "/dist/admin/admin.js";
const api = (await import(address)) as typeof Admin;
await api.init();
const lines = await (await fetch("/build/native.jsonl")).text();
(globalThis as { report?: unknown }).report = run(lines, api);
