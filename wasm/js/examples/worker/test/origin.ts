/** A small origin: MCP servers that answer anything and count their calls, and the slices of a policy. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { Policy, definitionDigest, initSync } from "@lockstep/policy/admin";
import type { Change, SliceSubject } from "@lockstep/policy/admin";

initSync();

const NORTHWIND = new URL("../../../../../host-demo/examples/northwind/policy.json", import.meta.url);
/** What the worker shows for slices of a scope, and a client of its own for those of a user. */
export const HOST = "Bearer of-the-worker";

interface Tool {
  name: string;
  description: string;
  inputSchema: { type: "object" };
}

/** The origin, until it is closed. */
export class Origin {
  /** Where it is. */
  address = "";
  /** The calls of tools that got here, as `server/tool`. */
  calls: string[] = [];
  /** Everything else that got here: its method, its address, the bearer that came with it, its body. */
  seen: { method: string; url: string; authorization: string | undefined; body: string }[] = [];
  /** How slices were asked for: with which digest, and what the answer was. */
  slices: { had: string | undefined; status: number }[] = [];
  /** Whether it is gone: it hangs up. */
  isDown = false;
  /** What it sends in place of a slice. */
  instead: string | undefined;
  /** Whether it answers lists as a stream. */
  streams = false;
  /** What it adds to every description of a tool. */
  suffix = "";
  policy = northwind();
  #server = createServer((request, response) => void this.#answer(request, response));

  /** Starts it on a free port. */
  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.address = `http://127.0.0.1:${address.port}`;
    return this;
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Changes the policy. */
  change(user: string, change: Change): void {
    const applied = this.policy.apply({ actor: { user, confirmedAt: new Date() }, now: new Date(), revision: this.policy.revision, change });
    if (!applied.permitted) throw new Error(`refused: ${applied.reason}`);
    this.policy = applied.policy;
  }

  /** The tools that a server has. */
  tools(server: string): Tool[] {
    const found = this.policy.document().servers?.find(({ id }) => id === server);
    return (found?.tools ?? []).map(({ name }) => tool(name, this.suffix));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    if (this.isDown) return void request.socket.destroy();
    const url = new URL(request.url ?? "", "http://localhost");
    const [, first, second, third] = url.pathname.split("/");
    if (first === "slices") return this.#slice(request, response, second === "scope" ? { kind: "scope", scope: third ?? "" } : { kind: "user", user: "ana", workspace: url.searchParams.get("workspace") ?? "" });
    const message = first === "mcp" && body !== "" ? (JSON.parse(body) as { id?: string; method: string; params?: { name: string } }) : undefined;
    if (message?.method === "tools/call") {
      this.calls.push(`${second}/${message.params?.name}`);
      return json(response, { jsonrpc: "2.0", id: message.id, result: { content: [{ type: "text", text: "done" }] } });
    }
    if (message?.method === "tools/list") return this.#list(response, message.id, this.tools(second ?? ""));
    this.seen.push({ method: request.method ?? "", url: request.url ?? "", authorization: request.headers.authorization, body });
    json(response, { jsonrpc: "2.0", id: message?.id, result: { capabilities: {} } }, { "x-of": "origin" });
  }

  #list(response: ServerResponse, id: string | undefined, tools: Tool[]): void {
    const answer = { jsonrpc: "2.0", id, result: { tools, cacheScope: "public" } };
    if (!this.streams) return json(response, answer);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\nevent: message\ndata: ${JSON.stringify(answer)}\n\n`);
  }

  #slice(request: IncomingMessage, response: ServerResponse, of: SliceSubject): void {
    if (request.headers.authorization !== HOST) return json(response, {}, {}, 401);
    const text = this.instead ?? this.policy.sliceJson(of);
    const etag = `"${this.instead === undefined ? this.policy.slice(of).slice?.digest : "another"}"`;
    const had = request.headers["if-none-match"];
    const status = had === etag ? 304 : 200;
    this.slices.push({ had, status });
    response.writeHead(status, { etag, "cache-control": "private", "content-type": "application/json" });
    response.end(status === 304 ? undefined : text);
  }
}

/** Northwind, with tokens that don't expire while there are tests, and pinned to the definitions that this origin has. */
function northwind(): Policy {
  const document = Policy.load(readFileSync(NORTHWIND)).document();
  for (const user of document.users ?? []) for (const token of user.tokens ?? []) token.expiresAt = "9999-12-31T00:00:00Z";
  for (const server of document.servers ?? []) {
    for (const pinned of server.tools ?? []) if (pinned.accepted !== undefined) pinned.accepted = definitionDigest(tool(pinned.name)) ?? "";
  }
  return Policy.load(document);
}

function tool(name: string, suffix = ""): Tool {
  return { name, description: `Does ${name}.${suffix}`, inputSchema: { type: "object" } };
}

function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}, status = 200): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}
