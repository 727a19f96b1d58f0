/** All vectors in an edge worker, which is given the module compiled. */

import type * as Admin from "../../lib/admin.js";
import { run } from "../vectors.js";

/** What the worker's configuration imports. */
export function worker(api: typeof Admin, module: WebAssembly.Module): { fetch(request: Request): Promise<Response> } {
  return {
    async fetch(request) {
      api.initSync(module);
      return Response.json(run(await request.text(), api));
    },
  };
}
