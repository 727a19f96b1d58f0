/** Northwind, the example: its document is the repository's, copied when the page is built. */

import address from "../../../../../../host-demo/examples/northwind/policy.json?url";
import activity from "./activity.json";
import type { Activity } from "@lockstep/policy/admin";

/** What it is called. */
export const NAME = "Northwind";

/** The moment at which it is shown: that of its last change. */
export const NOW = "2026-11-20T12:00:00Z";

/** What was last called and checked there. */
export const ACTIVITY = activity as Activity;

/** Its document. */
export async function fetchNorthwind(): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the example isn't there: ${answer.status}`);
  return answer.text();
}
