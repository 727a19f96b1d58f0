import type { Time } from "../text.js";
import type { DownstreamState } from "./request.js";

/** What changes with every call or check: an input beside the policy, never part of it. */
export interface Activity {
  /** By token. */
  tokens?: Record<string, TokenActivity>;
  /** By server. */
  servers?: Record<string, ServerActivity>;
  /** By user. */
  users?: Record<string, UserActivity>;
}

/** One contact. */
export interface Contact {
  /** When. */
  at: Time;
  /** What came of it. */
  result: ContactResult;
}

/** What came of a contact. */
export type ContactResult = "auth-failed" | "ok" | "unreachable";

/** What is known of a server. */
export interface ServerActivity {
  /** The last contact that reached an answer or a failure. */
  lastContact?: Contact;
  /** The state of authorisation by user, or under the empty text where the credential is shared. */
  authorization?: Record<string, DownstreamState>;
}

/** What is known of a token. */
export interface TokenActivity {
  /** The last forwarded call under it. */
  lastUsedAt?: Time;
}

/** What is known of a user. */
export interface UserActivity {
  /** Their last act as a delegated administrator. */
  lastDelegatedAt?: Time;
}
