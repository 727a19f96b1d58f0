/** The address after `#`: who looks, where, and which tab. Never a policy, nor anything of one but two ids. */

import type { Persona } from "../engine.ts";

/** The tabs of the page, in order. */
export const TABS = ["integrations", "custom", "inventory", "tools", "users", "ask", "changes", "document"] as const;

/** A tab. */
export type Tab = (typeof TABS)[number];

/** What an address says. */
export interface Place {
  persona?: Persona;
  place?: string;
  tab?: Tab;
}

/** Reads an address; what it doesn't know, it leaves out. */
export function readAddress(hash: string): Place {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const user = said.get("as");
  const place = said.get("at");
  const tab = TABS.find((name) => name === said.get("tab"));
  return {
    ...(said.has("host") ? { persona: { kind: "host" } as const } : user ? { persona: { kind: "user", user } as const } : {}),
    ...(place ? { place } : {}),
    ...(tab === undefined ? {} : { tab }),
  };
}

/** Writes an address. */
export function writeAddress(persona: Persona, place: string, tab: Tab): string {
  const at = new URLSearchParams({ at: place, tab }).toString();
  return persona.kind === "host" ? `#host&${at}` : `#${new URLSearchParams({ as: persona.user }).toString()}&${at}`;
}
