/** Opens a document: whom to look as first, and where. */

import { Names } from "./document.ts";
import { load } from "./engine.ts";
import type { Persona } from "./engine.ts";
import * as northwind from "./example/northwind.ts";
import type { Draft, Held } from "./state/model.ts";
import { placesOf } from "./state/places.ts";

/** A policy that was opened. */
export interface Opened {
  kind: "opened";
  name: string;
  now: string;
  held: Held;
  persona: Persona;
  place: string;
}

/** Opens a file. */
export function opened(name: string, text: string): Opened | { kind: "rejected"; draft: Draft } {
  const isExample = name === northwind.NAME;
  const now = isExample ? northwind.NOW : new Date().toISOString();
  const handle = load(text, isExample ? northwind.ACTIVITY : {});
  if ("problems" in handle) return { kind: "rejected", draft: { name, text, ...handle } };
  const held = { handle, names: new Names(handle.text) };
  const persona = firstPersona(held.names);
  const place = placesOf(handle, persona, now, 1)[0]?.id ?? held.names.document.scopes[0]?.id ?? "";
  return { kind: "opened", name, now, held, persona, place };
}

/** An administrator below the root, who sees both what they may do and what is locked above them; else the root's, else the host. */
function firstPersona(names: Names): Persona {
  const { users = [], scopes } = names.document;
  const root = scopes.find((scope) => scope.parent === undefined)?.id;
  const below = users.find((user) => user.administers.length > 0 && !user.administers.some((id) => id === root));
  const user = below?.id ?? names.rootAdministrator();
  return user === undefined ? { kind: "host" } : { kind: "user", user };
}
