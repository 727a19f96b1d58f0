import type { DecisionSource, Layer, Lock, Messages, Outcome, SettingName } from "./decision.js";
import type { Problem } from "./problem.js";
import type { ReasonCode } from "../reason.js";

/** One thing that a change did: what to write down. More kinds may come. */
export interface PolicyEvent {
  /** What was done, such as `setting-changed`. */
  event: string;
  /** The revision that it is part of. */
  revision: number;
  /** Which event of that revision, from 0. */
  index: number;
  /** When. */
  at: string;
  /** Who did it. */
  by: { user: string } | { host: true };
  /** The scope where. */
  scope?: string;
  /** To what: a kind of thing, and the ids that lead to it. */
  subject: { kind: string } & Record<string, string>;
  /** Under whose authority. */
  authority?: string;
  /** What was there: a value, or the members that changed. */
  before?: unknown;
  /** What is there now, likewise. */
  after?: unknown;
}

/** What a permitted change came to. */
export interface Applied {
  permitted: true;
  /** Whether anything changed. */
  changed: boolean;
  /** The revision that the policy has now. */
  revision: number;
  /** What to write down; absent where nothing changed. */
  events?: PolicyEvent[];
}

/** Why a change isn't made. Nothing of it is. */
export interface ChangeRefusal {
  permitted: false;
  /** Why. */
  reason: ReasonCode;
  /** What locks it. */
  lock?: Lock;
  /** In a batch, which of its changes is refused, from 0. */
  index?: number;
  /** What is said of it. */
  message: Messages;
  /** What is wrong with the request, or with an imported document. */
  problems?: Problem[];
}

/** How many there are, and the first 20 of those that exist for the actor. */
export interface Counted<T> {
  /** How many in all. */
  count: number;
  /** The first of them, in order. */
  first: T[];
}

/** Whom and what a change affects, by ids. */
export interface Affects {
  /** Scopes of the tenants' role. */
  tenants: Counted<string>;
  /** Scopes of the workspaces' role. */
  workspaces: Counted<string>;
  /** Users. */
  users: Counted<string>;
  /** Servers. */
  servers: Counted<string>;
  /** Tokens. */
  tokens: Counted<string>;
  /** Virtual servers. */
  virtualServers: Counted<string>;
}

/** What opens, or what closes, by kind; absent where nothing of a kind does. */
export interface Moves {
  /** Settings, at the highest scopes where they change so. */
  settings?: Counted<{ setting: SettingName; scope: string }>;
  /** Servers. */
  servers?: Counted<string>;
  /** Tools of servers that stay as they are otherwise. */
  tools?: Counted<{ server: string; tool: string }>;
  /** Virtual servers. */
  virtualServers?: Counted<string>;
  /** Tokens. */
  tokens?: Counted<string>;
}

/** What a permitted change would do. */
export interface Preview {
  permitted: true;
  /** Whether anything would change. */
  changed: boolean;
  /** What is still missing; while anything is, applying is refused. */
  needs?: { kind: "confirmation"; seconds: number }[];
  /** The revision that the policy would have. */
  revision: number;
  /** What the actor is asked to confirm. */
  confirm: string;
  /** Whom it affects. */
  affects: Affects;
  /** What anybody gains. */
  opens?: Moves;
  /** What anybody loses. */
  closes?: Moves;
  /** What would be written down. */
  events?: PolicyEvent[];
}

/** A setting that one authority stores otherwise at one scope. */
export interface SettingDifference {
  /** The scope that stores it. */
  scope: string;
  /** The scope as whose administrator it was written. */
  authority: string;
  /** Its one name. */
  setting: SettingName;
  /** What the older policy stores; absent: unset. */
  before?: "on" | "off" | "ask" | "deny";
  /** What the newer one stores; absent: unset. */
  after?: "on" | "off" | "ask" | "deny";
  /** The scopes that the older one's `off` excepts. */
  exceptBefore?: string[];
  /** The scopes that the newer one's `off` excepts. */
  exceptAfter?: string[];
}

/** A decision, as far as two of them are compared. */
export interface ComparedDecision {
  /** What it comes to. */
  outcome: Outcome;
  /** Why. */
  reason: ReasonCode;
  /** The layer that decided; absent of an allow. */
  layer?: Layer;
  /** Who is behind it. */
  source?: DecisionSource;
  /** What locks it. */
  lock?: Lock;
}

/** What is different between two policies. */
export interface PolicyDiff {
  /** The settings that are. */
  settings: SettingDifference[];
  /** Of the requests given, those that are answered otherwise, by their line from 1; absent where none were given. */
  decisions?: { line: number; before: ComparedDecision; after: ComparedDecision }[];
}
