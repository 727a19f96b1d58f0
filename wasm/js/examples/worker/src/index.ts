/** A worker before an MCP origin: what policy refuses never gets there. */

import { PolicyError, outcomeOf } from "@lockstep/policy";
import type { Context, Decision, Request as Question } from "@lockstep/policy";

import { callerOf } from "./callers.js";
import type { Known } from "./callers.js";
import { answerOf, defined, denial, failure, notFound, read, unauthorized } from "./mcp.js";
import type { Message } from "./mcp.js";
import { Slice } from "./slice.js";
import type { Source } from "./slice.js";

/** What the worker is given; `wrangler.toml` says what each is. */
export interface Environment {
  ORIGIN: string;
  ORIGIN_AUTHORIZATION?: string;
  SLICE: string;
  SLICE_AUTHORIZATION?: string;
  REFRESH_SECONDS: string;
  MAX_AGE_SECONDS: string;
  CALLERS: string;
}

/** One request to a server's endpoint. */
interface Call {
  request: Request;
  environment: Environment;
  source: Source;
  known: Known;
  server: string;
  /** Absent where it is no POST. */
  message: Message | undefined;
  /** The message as it came. */
  body: string | undefined;
}

/** Of the isolate: it outlives requests. */
const slice = new Slice();

export default {
  /** Answers a request. */
  async fetch(request: Request, environment: Environment, context: { waitUntil(work: Promise<unknown>): void }): Promise<Response> {
    const url = new URL(request.url);
    // Anything that an origin might take for an endpoint is one; what isn't spelled like one then isn't found.
    const path = url.pathname.replace(/%([0-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    if (!/(?:^|[\\/])mcp(?:[\\/]|$)/i.test(path)) {
      const { protocol, host } = new URL(environment.ORIGIN);
      return fetch(new Request(`${protocol}//${host}${url.pathname}${url.search}`, request), { redirect: "manual" });
    }
    const source: Source = {
      address: environment.SLICE,
      authorization: environment.SLICE_AUTHORIZATION,
      refreshSeconds: Number(environment.REFRESH_SECONDS),
      maxAgeSeconds: Number(environment.MAX_AGE_SECONDS),
    };
    const authorization = request.headers.get("authorization");
    const known = await callerOf(authorization, environment.CALLERS);
    if (known === undefined) return unauthorized(authorization !== null);
    const server = endpointOf(url.pathname);
    if (server === undefined) return notFound();
    if (!["GET", "POST", "DELETE"].includes(request.method)) return new Response(null, { status: 405, headers: { allow: "GET, POST, DELETE" } });
    const body = request.method === "POST" ? await request.text() : undefined;
    try {
      const message = body === undefined ? undefined : read(body, request.headers);
      if (message instanceof Response) return message;
      await slice.refresh(source, (work) => context.waitUntil(work));
      return await answer({ request, environment, source, known, server, message, body });
    } catch (cause) {
      // Nothing that goes wrong lets a call through. Should the module have died, the next request has a new one.
      if (cause instanceof PolicyError && cause.code === "module-lost") slice.restart();
      console.error(JSON.stringify({ time: new Date(), event: "failed", problem: String(cause) }));
      return new Response("the policy can't be asked\n", { status: 503 });
    }
  },
};

function endpointOf(path: string): string | undefined {
  try {
    return decodeURIComponent(/^\/mcp\/([^/]+)$/.exec(path)?.[1] ?? "") || undefined;
  } catch {
    return undefined;
  }
}

async function answer(call: Call): Promise<Response> {
  const { message } = call;
  if (message?.method === "tools/call") return callTool(call);
  if (message?.method === "tools/list") return listTools(call);
  // Results of tools in another way; the gateway decides them one by one.
  if (message?.method !== undefined && /^(?:tools|tasks)\//.test(message.method)) return failure(message.id, -32601, "Method not found", 404);
  return contact(call) ?? toOrigin(call);
}

async function callTool(call: Call): Promise<Response> {
  const { known, server, message } = call;
  const tool = message?.params?.name ?? "";
  const question: Question = { action: "tool.call", caller: known.claim, target: { kind: "tool", server, tool }, context: contextOf(call) };
  let decision = slice.caller(known).decide(slice.policy.target(server, tool), Date.now());
  if (decision.outcome === "allow" && decision.obligations?.some(({ kind }) => kind === "verify-definition") === true) {
    // The tool is good with this definition alone: look at what the origin has now, and decide by that.
    const observed = await observe(call);
    if (observed === undefined) return failure(message?.id, -32603, "the server can't be reached", 502);
    question.context = { ...contextOf(call), observed: { [server]: observed } };
    decision = slice.policy.decide(question);
  }
  const id = record(question, decision);
  if (decision.outcome !== "allow") return denial(decision, id, message);
  if (decision.obligations !== undefined) return failure(message?.id, -32603, "the policy asks for more than this worker can do");
  return toOrigin(call);
}

async function listTools(call: Call): Promise<Response> {
  const denied = contact(call);
  if (denied !== undefined) return denied;
  const { known, server, message } = call;
  const response = await toOrigin(call);
  const listed = response.ok ? await answerOf(response, message?.id) : undefined;
  if (listed?.result === undefined) return failure(message?.id, -32603, "the server gave no list", 502);
  const page = defined(listed.result.tools);
  const observed = { [server]: Object.fromEntries(page.map(([{ name }, digest]) => [name, digest])) };
  // One question for the whole page. What is listed is what may be called, definitions included.
  const rows = slice.policy.list({ caller: known.claim, context: { ...contextOf(call), observed }, of: { kind: "server", server } });
  const open = new Set<string>();
  for (let row = 0; row < rows.length; row += 1) if (outcomeOf(rows.outcome(row)) !== "deny") open.add(rows.tool(row));
  listed.result.tools = page.map(([tool]) => tool).filter(({ name }) => open.has(name));
  if (listed.result.cacheScope !== undefined) listed.result.cacheScope = "private";
  const headers = new Headers(response.headers);
  for (const name of ["content-length", "content-encoding", "content-type"]) headers.delete(name);
  return Response.json(listed, { headers });
}

/** The denial of all else that reaches a server, such as its resources; nothing where it may go on. */
function contact(call: Call): Response | undefined {
  const { known, server, message } = call;
  const question: Question = { action: "server.contact", caller: known.claim, target: { kind: "server", server }, context: contextOf(call) };
  const decision = slice.policy.decide(question);
  if (decision.outcome === "allow") return undefined;
  return denial(decision, record(question, decision), message);
}

/** The digests of the definitions that the server has now; nothing where it doesn't say. */
async function observe(call: Call): Promise<Record<string, string> | undefined> {
  const observed: [string, string][] = [];
  const id = `lockstep/${crypto.randomUUID()}`;
  let cursor: string | null | undefined;
  for (let pages = 0; pages < 100; pages += 1) {
    const _meta = call.message?.params?._meta;
    const params = { ...(cursor == null ? {} : { cursor }), ...(_meta === undefined ? {} : { _meta }) };
    const response = await toOrigin(call, JSON.stringify({ jsonrpc: "2.0", id, method: "tools/list", params }));
    const listed = response.ok ? await answerOf(response, id) : undefined;
    if (listed?.result === undefined) return undefined;
    observed.push(...defined(listed.result.tools).map(([{ name }, digest]): [string, string] => [name, digest]));
    cursor = listed.result.nextCursor;
    if (cursor == null) return Object.fromEntries(observed);
  }
  return undefined;
}

/** Sends on what was decided; or, in its place and session, a list of the worker's own. The client's bearer stays here. */
async function toOrigin({ request, environment, server, body }: Call, list?: string): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.delete("authorization");
  if (environment.ORIGIN_AUTHORIZATION !== undefined) headers.set("authorization", environment.ORIGIN_AUTHORIZATION);
  if (body !== undefined) headers.set("content-type", "application/json");
  if (list !== undefined) {
    headers.delete("mcp-name");
    if (headers.has("mcp-method")) headers.set("mcp-method", "tools/list");
  }
  const address = new URL(`/mcp/${encodeURIComponent(server)}`, environment.ORIGIN);
  try {
    return await fetch(address, { method: request.method, headers, body: list ?? body ?? null, redirect: "manual" });
  } catch {
    return new Response("the origin can't be reached\n", { status: 502 });
  }
}

function contextOf({ known, source }: Call): Context {
  const snapshot = slice.snapshot(source);
  return { now: new Date(), ...(snapshot === undefined ? {} : { snapshot }), ...known.facts };
}

/** Writes a decision down, as `lockstep explain --log` reads it, and gives its id. How long it took isn't there: a worker's clock stands still meanwhile. */
function record(request: Question, decision: Decision): string {
  const id = crypto.randomUUID();
  console.log(JSON.stringify({ time: new Date(), id, request, decision }));
  if (decision.reason === "module-lost") slice.restart();
  return id;
}
