/** The worker, as it was compiled, under workerd. */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";
import type { ModuleDefinition } from "miniflare";

import { HOST } from "./origin.js";
import type { Origin } from "./origin.js";

const built = fileURLToPath(new URL("../src/", import.meta.url));
const dist = fileURLToPath(new URL("../../../dist/policy/", import.meta.url));

const hash = (bearer: string): string => createHash("sha256").update(bearer).digest("hex");
const CALLERS = {
  [hash("bearer-of-ana")]: { user: "ana", workspace: "acme-hq", agent: "assistant", token: "ana-desktop", ready: ["acme-github", "acme-slack"] },
  [hash("bearer-of-dmitri")]: { user: "dmitri", workspace: "acme-plant", agent: "assistant", ready: ["acme-github"] },
};

/** What a tool call, or anything else, was answered. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** The answer as JSON. */
  body: {
    error?: { code: number; message: string; data?: { "lockstep/decision": Record<string, unknown> } };
    result?: { isError?: boolean; content?: { text: string }[]; tools?: { name: string }[]; resultType?: string; cacheScope?: string; _meta?: { "lockstep/decision": Record<string, unknown> } };
  };
}

/** A worker that runs, until it is closed. */
export class Worker {
  /** What it logged. */
  logged: string[] = [];
  #miniflare: Miniflare;
  #address: URL | undefined;

  constructor(origin: Origin, bindings: Record<string, string> = {}) {
    this.#miniflare = new Miniflare({
      modules: modules(),
      modulesRoot: "/",
      compatibilityDate: "2026-04-01",
      bindings: {
        ORIGIN: origin.address,
        ORIGIN_AUTHORIZATION: "Bearer of-the-origin",
        SLICE: `${origin.address}/slices/scope/acme`,
        SLICE_AUTHORIZATION: HOST,
        REFRESH_SECONDS: "1",
        MAX_AGE_SECONDS: "60",
        CALLERS: JSON.stringify(CALLERS),
        ...bindings,
      },
      handleRuntimeStdio: (...streams: Readable[]) => {
        for (const stream of streams) stream.setEncoding("utf8").on("data", (text: string) => this.logged.push(...text.split("\n")));
      },
    });
  }

  /** Waits until it listens. */
  async open(): Promise<this> {
    this.#address = await this.#miniflare.ready;
    return this;
  }

  /** Ends it. */
  close(): Promise<void> {
    return this.#miniflare.dispose();
  }

  /** Asks it anything. */
  async fetch(path: string, init: RequestInit = {}): Promise<Answered> {
    const response = await fetch(`${this.#address?.origin}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: response.headers.get("content-type") === "application/json" ? (JSON.parse(text) as Answered["body"]) : {} };
  }

  /** Sends a message to a server's endpoint. */
  send(server: string, message: object | string, headers: Record<string, string> = {}): Promise<Answered> {
    const body = typeof message === "string" ? message : JSON.stringify({ jsonrpc: "2.0", ...message });
    const sent = { authorization: "Bearer bearer-of-ana", "content-type": "application/json", accept: "application/json, text/event-stream", ...headers };
    return this.fetch(`/mcp/${server}`, { method: "POST", body, headers: sent });
  }

  /** Calls a tool. */
  call(server: string, name: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.send(server, { id: 7, method: "tools/call", params: { name, arguments: {} } }, headers);
  }

  /** Lists tools. */
  async list(server: string): Promise<string[] | undefined> {
    const { body } = await this.send(server, { id: "list", method: "tools/list" });
    return body.result?.tools?.map(({ name }) => name);
  }
}

/** The worker's files, and the package under its name, as a bundler would find it. */
function modules(): ModuleDefinition[] {
  // The first is the entry.
  const own = new Set(["index.js", ...readdirSync(built).filter((file) => file.endsWith(".js"))]);
  const packed = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js") && !file.endsWith(".node.js"));
  return [
    ...[...own].map((file): ModuleDefinition => ({ type: "ESModule", path: `/${file}`, contents: readFileSync(built + file) })),
    { type: "ESModule", path: "/@lockstep/policy", contents: 'export * from "./policy/index.js";' },
    ...packed.map((file): ModuleDefinition => ({ type: "ESModule", path: `/@lockstep/policy/${file}`, contents: readFileSync(dist + file) })),
    { type: "CompiledWasm", path: "/@lockstep/policy/policy.wasm", contents: readFileSync(`${dist}wasm/lockstep_bg.wasm`) },
  ];
}
