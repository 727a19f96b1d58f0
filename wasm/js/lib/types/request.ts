import type { Time } from "../text.js";

/** By what a request comes: a token by its id, or the product itself, where the host has signed the user in. */
export type Credential = { kind: "token"; token: string } | { kind: "platform" };

/** Who asks. */
export interface CallerClaim {
  /** The user's id. */
  user: string;
  /** By what the request comes. */
  credential: Credential;
  /** The workspace's id. */
  workspace: string;
  /** The agent's id. */
  agent?: string;
  /** The id of a space of that workspace. */
  space?: string;
}

/** The state of authorisation of the credentials that a call would use. */
export type DownstreamState = "ready" | "pending" | "expired" | "error";

/** What the host attests of everything but the time: whatever is absent denies rather than allows. */
export interface Facts {
  /** States of authorisation by server; of one that needs it, absent is pending. */
  downstream?: Record<string, DownstreamState>;
  /** The digests of the tool definitions just read, by server and tool. */
  observed?: Record<string, Record<string, string>>;
  /** Whether the caller can be asked; absent: no. */
  canAsk?: boolean;
}

/** How fresh the host's copy of the policy is. */
export interface Freshness {
  /** When it was last known to be current. */
  confirmedAt: Time;
  /** For how many seconds that is good. */
  maxAgeSeconds: number;
}

/** What a caller confirmed; every member must equal the call's. */
export interface Approval {
  /** The id of the call. */
  invocation: string;
  /** Who confirmed. */
  user: string;
  /** Where. */
  workspace: string;
  /** With which agent. */
  agent?: string;
  /** In which space. */
  space?: string;
  /** Which server, underneath where it is a virtual one. */
  server: string;
  /** Which tool of it. */
  tool: string;
  /** The digest of the tool's definition. */
  definition?: string;
  /** The digest of the arguments. */
  argumentsDigest: string;
  /** The revision at which it was given: recorded, not compared. */
  revision: number;
  /** Good while `now` is before it. */
  expiresAt: Time;
}

/** One call, and its confirmation where there is one. */
export interface Invocation {
  /** The host's id of the call. */
  id?: string;
  /** The digest of its arguments, as `jsonDigest` gives it. */
  argumentsDigest?: string;
  /** The caller's confirmation. */
  approval?: Approval;
}

/** What the host attests. */
export interface Context extends Facts {
  /** The time. */
  now: Time;
  /** How fresh its copy is; absent: as `policy.confirm` said. */
  snapshot?: Freshness;
  /** The call. */
  invocation?: Invocation;
}

/** A tool, by its server or through a virtual one (by its exposed name). */
export type ToolTarget = { kind: "tool"; server: string; tool: string } | { kind: "virtual-tool"; virtualServer: string; tool: string };

/** A server; `address` stands for a redirect's, in the server's place. */
export interface ServerTarget {
  kind: "server";
  /** The server's id. */
  server: string;
  /** A redirect's address. */
  address?: string;
}

/** Where a server to be registered comes from. */
export type ServerSource = { kind: "custom" } | { kind: "integration"; integration: string };

/** A server to be registered in the caller's workspace. */
export interface RegistrationTarget {
  kind: "registration";
  /** Where it comes from. */
  source: ServerSource;
  /** Where it is. */
  address: string;
  /** Whether it is to be shared. */
  visibility: "private" | "shared";
}

/** An entry of the catalogue. */
export interface IntegrationTarget {
  kind: "integration";
  /** Its id. */
  integration: string;
}

/** A virtual server. */
export interface VirtualServerTarget {
  kind: "virtual-server";
  /** Its id. */
  virtualServer: string;
}

/** What a request is about. */
export type RequestTarget = ToolTarget | ServerTarget | RegistrationTarget | IntegrationTarget | VirtualServerTarget;

interface Asking<A extends string, T> {
  /** What is to be done. */
  action: A;
  /** Who asks. */
  caller: CallerClaim;
  /** What it is about. */
  target: T;
  /** What the host attests. */
  context: Context;
}

/** What a policy is asked: each action with what it is about. */
export type Request =
  | Asking<"tool.call" | "tool.list", ToolTarget>
  | (Omit<Asking<"server.contact", ServerTarget>, "caller"> & { /** Absent: the host itself. */ caller?: CallerClaim })
  | Asking<"server.authorize", ServerTarget>
  | Asking<"server.register", RegistrationTarget>
  | Asking<"integration.connect", IntegrationTarget>
  | Asking<"space.assign", ServerTarget>
  | Asking<"virtual-server.connect", VirtualServerTarget>;

/** The actions. */
export type Action = Request["action"];

/** What a list is of. */
export type ListOf = { kind: "all" } | { kind: "server"; server: string } | { kind: "virtual-server"; virtualServer: string };

/** What a policy is asked to list. */
export interface ListRequest {
  /** Who asks. */
  caller: CallerClaim;
  /** What the host attests. */
  context: Context;
  /** What is to be listed. */
  of: ListOf;
}
