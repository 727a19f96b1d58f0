import type { ReasonCode } from "../reason.js";
import type { Problem } from "./problem.js";

/** What a decision comes to: it is done, the caller must confirm this one call, or it isn't done. */
export type Outcome = "allow" | "ask" | "deny";

/** One of the eleven layers of a decision. */
export type Layer =
  | "caller"
  | "existence"
  | "origin"
  | "catalog"
  | "scope-policy"
  | "server"
  | "agent"
  | "space"
  | "tool"
  | "downstream"
  | "approval";

/** The one name of a setting, such as `integration/github` or `custom/use`. */
export type SettingName =
  | "all"
  | "new-integrations"
  | "custom/creation"
  | "custom/use"
  | "custom/sharing"
  | "floor/read"
  | "floor/write"
  | `integration/${string}`
  | `server/${string}`
  | "disabled";

/** Who is behind a decision: the platform, or a scope by its level, id and name. */
export type DecisionSource = { level: "platform"; scope?: never; name?: never } | { level: string; scope: string; name: string };

/** One cause of a lock. */
export interface Cause {
  /** What is set. */
  setting: SettingName;
  /** The id of the authority's level. */
  level: string;
  /** The scope as whose administrator it was written. */
  authority: string;
  /** The scope that stores it. */
  at: string;
}

/** What locks something: the badge to show, and all causes, highest authority first. */
export interface Lock {
  /** "Locked by " and the label of the first cause's level. */
  badge: string;
  /** Absent for who may not know them. */
  causes?: Cause[];
}

/** What a host must do when it acts on the allow of a call. One that doesn't know an obligation denies. */
export type Obligation =
  /** Read the tool's definition, and compare its digest before forwarding. */
  | { kind: "verify-definition"; server: string; tool: string; digest: string }
  /** Never present this approval again. */
  | { kind: "burn-approval"; invocation: string };

/** What the messages are made of, for a translation. */
export interface MessageParams {
  /** The integration or server that it is about. */
  subject?: string;
  /** The tool that it is about. */
  tool?: string;
  /** The label of the source's level. */
  level?: string;
  /** The name of the source. */
  name?: string;
  /** The root's name, where the catalogue decides. */
  root?: string;
  /** The contact of the nearest of those who can lift it. */
  contact?: string;
  /** There, when it is the caller's own to mend. */
  own?: string;
  /** There, when the token has expired. */
  expired?: string;
  /** There, when the token was revoked. */
  revoked?: string;
  /** There, when the token isn't good for this. */
  misused?: string;
  /** There, when the token is another user's. */
  foreign?: string;
}

/** What is said of a decision. A user is shown nothing but `user`. */
export interface Messages {
  /** For the user: names no other scope, user or server. */
  user: string;
  /** For who administers it. */
  admin: string;
}

/** The answer to a request. */
export interface Decision {
  /** What it comes to. */
  outcome: Outcome;
  /** Why; `module-lost` where the module died and nothing was decided. */
  reason: ReasonCode | "module-lost";
  /** The layer that decided; absent of an allow. */
  layer?: Layer;
  /** The revision of the policy that answered. */
  revision: number;
  /** Who is behind it. */
  source?: DecisionSource;
  /** What locks it. */
  lock?: Lock;
  /** What the host must do when it acts on this allow; absent where there is nothing. */
  obligations?: Obligation[];
  /** What the messages are made of. */
  params?: MessageParams;
  /** What is said of it. */
  message: Messages;
  /** What is wrong with a request that is `invalid-request`. */
  problems?: Problem[];
}

/** As much of a decision as a user may be sent, and nothing else. */
export interface DecisionForUser {
  /** What it comes to. */
  outcome: Outcome;
  /** Why. */
  reason: ReasonCode | "module-lost";
  /** The layer that decided; absent of an allow. */
  layer?: Layer;
  /** "Locked by " and the label of a level. */
  badge?: string;
  /** What the user is told. */
  message: string;
}

/** What one layer says. */
export interface LayerRow {
  /** Which one. */
  layer: Layer;
  /** What it says. */
  verdict: "pass" | "deny" | "ask" | "not-applicable" | "not-reached";
  /** Why, where it denies or asks. */
  reason?: ReasonCode;
  /** Who is behind it. */
  source?: DecisionSource;
  /** What locks it. */
  lock?: Lock;
  /** What an administrator is told of it. */
  message?: string;
}

/** A stored restriction that would have to be lifted. */
export interface Unlock {
  /** What is set. */
  setting: SettingName;
  /** The scope that stores it. */
  at: string;
  /** The scope as whose administrator it was written. */
  authority: string;
  /** Level and name of who can lift it. */
  who: string;
}

/** A decision with its reasons, as far as the actor may know them. */
export interface Explanation {
  /** The decision: whole for who administers the caller's workspace or above, else as a user sees it. */
  decision: Decision | DecisionForUser;
  /** All layers in order; absent for who may not know them. */
  layers?: LayerRow[];
  /** Every stored restriction that denies or asks; absent where there is none. */
  unlock?: Unlock[];
}

/** What a list says of one tool. */
export interface ListRow {
  /** The server. */
  server: string;
  /** The virtual server, where it is seen through one. */
  virtualServer?: string;
  /** The tool's name on its server. */
  tool: string;
  /** The exposed name, where it is another. */
  as?: string;
  /** What a call would come to. */
  outcome: Outcome;
  /** Why. */
  reason: ReasonCode;
  /** The layer that decided; absent of an allow. */
  layer?: Layer;
}

/** A list as JSON has it: rows, or why there are none. */
export type ListAnswer =
  | { revision: number; rows: ListRow[] }
  | { revision: number; reason: ReasonCode; layer: Layer; problems?: Problem[] };

/** As much of a decision as a user may be sent. Gateways and pages send a user nothing but this. */
export function forUser(decision: Decision): DecisionForUser {
  const { outcome, reason, layer, lock, message } = decision;
  return {
    outcome,
    reason,
    ...(layer === undefined ? {} : { layer }),
    ...(lock === undefined ? {} : { badge: lock.badge }),
    message: message.user,
  };
}
