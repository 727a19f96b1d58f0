/** A worker under workerd, made of built files. */

import { readFileSync, readdirSync, statSync } from "node:fs";

import { Miniflare } from "miniflare";
import type { ModuleDefinition } from "miniflare";

import { home } from "./places.js";

/** Runs a worker, whose entry is `source`, beside these files and what is in these folders; and ends it behind what is done. */
export async function inWorkerd<A>(source: string, beside: string[], act: (worker: Miniflare) => Promise<A>): Promise<A> {
  const modules: ModuleDefinition[] = [{ type: "ESModule", path: `${home}worker.js`, contents: source }];
  for (const place of beside) {
    const isFolder = statSync(`${home}${place}`).isDirectory();
    const files = isFolder ? readdirSync(`${home}${place}`, { recursive: true, encoding: "utf8" }).map((file) => `${place}/${file}`) : [place];
    for (const file of files) {
      const path = `${home}${file}`;
      if (file.endsWith(".node.js")) continue;
      if (file.endsWith(".js")) modules.push({ type: "ESModule", path });
      if (file.endsWith(".wasm")) modules.push({ type: "CompiledWasm", path, contents: readFileSync(path) });
    }
  }
  const worker = new Miniflare({ modules, modulesRoot: home, compatibilityDate: "2026-04-01" });
  try {
    await worker.ready;
    return await act(worker);
  } finally {
    await worker.dispose();
  }
}
