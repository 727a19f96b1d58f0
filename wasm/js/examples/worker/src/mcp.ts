/** The plain part of MCP's streamable HTTP: messages read so that nobody can read them otherwise, and what denials look like. */

import { definitionDigest, forUser, jsonDigest } from "@lockstep/policy";
import type { Decision } from "@lockstep/policy";

/** A message of a client; an answer of its has no method. */
export interface Message {
  id?: string | number | null;
  method?: string;
  params?: { name?: string; cursor?: string; _meta?: Record<string, unknown> };
}

/** A tool as a server lists it. */
export interface Tool {
  name: string;
}

/** An answer of a server, as far as it is read. */
export interface Answer {
  id?: string | number | null;
  result?: { tools?: Tool[]; nextCursor?: string | null; cacheScope?: string };
}

const MEMBERS = ["jsonrpc", "id", "method", "params", "result", "error", "name", "arguments", "cursor", "_meta"];
const REVISION = "io.modelcontextprotocol/protocolVersion";

/** Reads a message; or gives the answer to one that isn't clear. What was read is what goes to the origin. */
export function read(text: string, headers: Headers): Message | Response {
  // What has a digest has no key twice, no half characters, and no number that is read differently somewhere.
  if (jsonDigest(text) === undefined) return failure(null, -32700, "not clear JSON", 400);
  const message: unknown = JSON.parse(text);
  if (!isRecord(message) || !hasPlainKeys(message)) return failure(null, -32600, "not one message", 400);
  const { id, method, params } = message;
  const isRequest = typeof id === "string" || typeof id === "number";
  if (method === undefined ? !("result" in message || "error" in message) : typeof method !== "string") return failure(null, -32600, "no method", 400);
  if (params !== undefined && !(isRecord(params) && hasPlainKeys(params))) return failure(null, -32600, "params are no object", 400);
  if (method === "tools/call" && typeof params?.["name"] !== "string") return failure(isRequest ? id : null, -32602, "no tool is named", 400);
  if ((method === "tools/call" || method === "tools/list") && !isRequest) return failure(null, -32600, "no id", 400);
  const name = params?.["name"] ?? params?.["uri"];
  if ((headers.get("mcp-method") ?? method) !== method || (named(headers.get("mcp-name")) ?? name) !== name) {
    return failure(isRequest ? id : null, -32020, "the headers say otherwise than the message", 400);
  }
  return message as Message;
}

/** Whether no key is one that we read but for its case: some readers don't mind it. */
function hasPlainKeys(record: Record<string, unknown>): boolean {
  return Object.keys(record).every((key) => MEMBERS.includes(key) || !MEMBERS.includes(key.toUpperCase().toLowerCase()));
}

/** What the header `Mcp-Name` says; nothing where it isn't there. */
function named(header: string | null): string | undefined {
  const encoded = /^=\?base64\?([a-z\d+/]*={0,2})\?=$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return header ?? undefined;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
  } catch {
    return header ?? undefined;
  }
}

/** The answer to a request among what a server sent, as JSON or as a stream; nothing where there is none. */
export async function answerOf(response: Response, id: Message["id"]): Promise<Answer | undefined> {
  const text = await response.text();
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const texts = isStream ? text.split(/\r?\n\r?\n/).map((event) => [...event.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line).join("\n")) : [text];
  for (const one of texts) {
    if (one === "") continue;
    try {
      const answer: unknown = JSON.parse(one);
      if (isRecord(answer) && answer["id"] === id && !("method" in answer)) return answer as Answer;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** The tools of a page, each with the digest of its definition; without those that have no digest, or whose name stands there twice. */
export function defined(tools: unknown): [tool: Tool, digest: string][] {
  if (!Array.isArray(tools)) return [];
  const found = new Map<string, [Tool, string] | undefined>();
  for (const tool of tools as unknown[]) {
    if (!isRecord(tool) || typeof tool["name"] !== "string") continue;
    const digest = definitionDigest(tool);
    found.set(tool["name"], digest === undefined || found.has(tool["name"]) ? undefined : [{ ...tool, name: tool["name"] }, digest]);
  }
  return [...found.values()].filter((pair) => pair !== undefined);
}

/** What a user gets of a denial, in the shape of what they asked. `id` is the log line's. */
export function denial(decision: Decision, id: string, message: Message | undefined): Response {
  const { message: text, ...data } = { ...forUser(decision), id };
  const { reason, layer } = decision;
  if (reason === "token-inactive") return unauthorized(true);
  // Signing in again wouldn't help, so it isn't a 401.
  if (reason === "access-disabled") return Response.json({ message: text }, { status: 403 });
  // What isn't there for this caller and what isn't there at all are the same bytes.
  if (reason === "unknown-tool") return failure(message?.id, -32602, `Unknown tool: ${message?.params?.name}`);
  if (layer === "existence") return notFound();
  if (message?.method === "tools/call") {
    const result = { content: [{ type: "text", text }], isError: true, _meta: { "lockstep/decision": data } };
    return Response.json({ jsonrpc: "2.0", id: message.id, result: modern(message, result) });
  }
  // A list holds what may be called: nothing. A copy that is too old is no reason to say so.
  if (message?.method === "tools/list" && layer !== "caller") return Response.json({ jsonrpc: "2.0", id: message.id, result: modern(message, { tools: [] }, true) });
  if (message?.method === undefined || message.id === undefined) return Response.json({ message: text, ...data }, { status: 403 });
  const error = { code: 403, message: text, data: { "lockstep/decision": data } };
  return Response.json({ jsonrpc: "2.0", id: message.id, error });
}

/** A result with what the newer revision of the protocol wants of it. */
function modern<R extends object>(message: Message, result: R, isList = false): R {
  if (message.params?._meta?.[REVISION] === undefined) return result;
  return { resultType: "complete", ...(isList ? { ttlMs: 0, cacheScope: "private" } : {}), ...result };
}

/** A failure of the protocol. */
export function failure(id: Message["id"], code: number, message: string, status = 200): Response {
  return Response.json({ jsonrpc: "2.0", id: id ?? null, error: { code, message } }, { status });
}

/** Where nothing is. */
export function notFound(): Response {
  return new Response("not found\n", { status: 404 });
}

/** Who comes without a bearer, or with one that is no good. */
export function unauthorized(isInvalid: boolean): Response {
  return new Response(null, { status: 401, headers: { "www-authenticate": isInvalid ? 'Bearer error="invalid_token"' : "Bearer" } });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
