import type { ReactNode } from "react";
import { OUTCOMES, STATUSES, plain } from "../words.ts";
import type { Decision } from "@lockstep/policy/admin";

/** How a pill is meant. */
export type Tone = "good" | "warn" | "bad" | "quiet";

/** A short word that says how something is. */
export function Pill({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`pill pill-${tone}`}>{children}</span>;
}

/** Whether something is effectively on. */
export function Effective({ value }: { value: string | undefined }) {
  return <Pill tone={value === "on" ? "good" : "quiet"}>{value === "on" ? "On" : "Off"}</Pill>;
}

/** What a decision comes to. */
export function OutcomePill({ outcome }: { outcome: Decision["outcome"] }) {
  const tones = { allow: "good", ask: "warn", deny: "bad" } as const;
  return <Pill tone={tones[outcome]}>{OUTCOMES[outcome]}</Pill>;
}

/** How a server does. */
export function StatusPill({ status }: { status: string }) {
  const known = STATUSES[status];
  return <Pill tone={known?.tone ?? "warn"}>{known?.name ?? plain(status)}</Pill>;
}
