/** Where somebody may look: the scopes that exist for them, as the core lists them. */

import { isRefusal } from "../engine.ts";
import type { Handle, Persona } from "../engine.ts";
import type { ScopeRow } from "@lockstep/policy/admin";

/** A scope, and how deep it lies under the highest one. */
export interface PlaceRow {
  id: string;
  name: string;
  level: string;
  depth: number;
}

/** At most this many are offered. */
const MOST = 500;

/** The scopes that exist for somebody, parents before children. */
export function placesOf(handle: Pick<Handle, "view">, persona: Persona, now: string, most = MOST): PlaceRow[] {
  const found: PlaceRow[] = [];
  const add = (rows: ScopeRow[], depth: number): void => {
    for (const row of rows) {
      if (found.length >= most) return;
      if (found.some((known) => known.id === row.scope)) continue;
      found.push({ id: row.scope, name: row.name, level: row.level, depth });
      add(children(row.scope), depth + 1);
    }
  };
  const children = (scope?: string): ScopeRow[] => {
    const answer = handle.view<"scopes">(scope === undefined ? { kind: "scopes" } : { kind: "scopes", scope }, persona, now, { size: most });
    return isRefusal(answer) ? [] : answer.rows;
  };
  add(children(), 0);
  return found;
}
