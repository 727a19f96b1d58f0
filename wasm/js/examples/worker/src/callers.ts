/** Who a bearer stands for: a small table in the environment. The gateway does this for real. */

import type { CallerClaim, Facts } from "@lockstep/policy";

/** An entry of the table; its key is the SHA-256 of the bearer, in hex, so that the table holds no secret. */
interface Entry {
  user: string;
  workspace: string;
  agent: string;
  /** The token's id in the policy, which then says until when it is good. Absent: the product itself has signed the user in. */
  token?: string;
  /** The servers at which the origin holds credentials of this user. */
  ready?: string[];
}

/** A caller, as policy is asked about them. */
export interface Known {
  /** Tells callers apart. */
  key: string;
  /** What they claim. */
  claim: CallerClaim;
  /** What the worker knows of them. `canAsk` isn't there: nobody is asked here, so what must be confirmed is denied. */
  facts: Facts;
}

let text: string | undefined;
let table = new Map<string, Known>();

/** Who sends this header; nobody where it is missing or no known bearer. */
export async function callerOf(authorization: string | null, callers: string): Promise<Known | undefined> {
  const bearer = /^bearer +([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
  if (bearer === undefined) return undefined;
  if (text !== callers) {
    table = read(callers);
    text = callers;
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(bearer));
  return table.get(Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(""));
}

function read(callers: string): Map<string, Known> {
  const entries = Object.entries(JSON.parse(callers) as Record<string, Entry>);
  return new Map(
    entries.map(([key, { user, workspace, agent, token, ready = [] }]) => {
      const credential: CallerClaim["credential"] = token === undefined ? { kind: "platform" } : { kind: "token", token };
      const downstream = Object.fromEntries(ready.map((server) => [server, "ready" as const]));
      return [key, { key, claim: { user, credential, workspace, agent }, facts: { downstream } }];
    }),
  );
}
