/** The questions' times in a page. */

import type * as Api from "../../lib/index.js";
import { measure } from "../speed.js";

const address = "/dist/policy/index.js";
const api = (await import(address)) as typeof Api;
await api.init();
(globalThis as { times?: unknown }).times = measure(api);
