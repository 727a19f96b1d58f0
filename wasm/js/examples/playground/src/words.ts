/** What the page calls things. */

import type { Names } from "./document.ts";
import type { Cause, PolicyEvent } from "@lockstep/policy/admin";
import { isObject } from "./shapes.ts";

/** Kebab-case or camelCase as a person writes it: "agent-not-allowed" is "Agent not allowed". */
export function plain(code: string): string {
  const words = code.replaceAll("-", " ").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const SETTINGS: Record<string, string> = {
  all: "All access",
  "new-integrations": "New integrations",
  "custom/creation": "Adding custom servers",
  "custom/use": "Using custom servers",
  "custom/sharing": "Sharing custom servers",
  "floor/read": "Least approval for reading tools",
  "floor/write": "Least approval for writing tools",
  disabled: "Disabled by an administrator",
};

/** The name of a setting. */
export function settingName(setting: string, names: Names): string {
  const known = SETTINGS[setting];
  if (known !== undefined) return known;
  const cut = setting.indexOf("/");
  const [kind, id] = [setting.slice(0, cut), setting.slice(cut + 1)];
  if (kind === "integration") return names.of("integration", id);
  if (kind === "server") return names.of("server", id);
  return setting;
}

/** One cause of a lock, as a sentence. */
export function causeSentence(cause: Cause, names: Names): string {
  const setting = settingName(cause.setting, names);
  const by = `${names.level(cause.level)} ${names.of("scope", cause.authority)}`;
  const what = cause.setting.startsWith("floor/") ? setting : cause.setting === "disabled" ? setting : `${setting}: off`;
  const where = cause.at === cause.authority ? "" : `, at ${names.of("scope", cause.at)}`;
  return `${what}. Set by ${by}${where}.`;
}

const VALUES: Record<string, string> = {
  unset: "Not set",
  on: "On",
  off: "Off",
  ask: "Ask",
  deny: "Deny",
  auto: "Automatic",
  default: "Default",
  none: "None",
};

/** A value of a control. */
export function valueName(value: unknown): string {
  if (value === true) return "On";
  if (value === false) return "Off";
  if (value === null || value === undefined) return "None";
  if (Array.isArray(value)) return value.length === 0 ? "None" : value.map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry))).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  return VALUES[String(value)] ?? plain(String(value));
}

/** How long ago, in the largest whole unit. */
export function ago(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
  ];
  for (const [size, unit] of units) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

/** A day, as "20 November 2026". */
export function day(time: string): string {
  return new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** A digest's beginning, enough to tell two apart by eye. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}

/** What a decision comes to. */
export const OUTCOMES = { allow: "Allowed", ask: "Asks first", deny: "Denied" } as const;

/** The layers of a decision: what each asks. */
export const LAYERS: Record<string, { name: string; asks: string }> = {
  caller: { name: "Caller", asks: "Who asks, by what, and from where" },
  existence: { name: "Existence", asks: "Whether the target is there for the caller" },
  origin: { name: "Origin", asks: "Whether the platform lets the address through" },
  catalog: { name: "Catalogue", asks: "Whether the integration is approved" },
  "scope-policy": { name: "Scope policy", asks: "What the scopes on the path have turned off" },
  server: { name: "Server", asks: "Whether the server itself is on" },
  agent: { name: "Agent", asks: "Whether this agent may use it" },
  space: { name: "Space", asks: "Whether it is open to this space" },
  tool: { name: "Tool", asks: "Whether the tool is known, approved and on" },
  downstream: { name: "Authorisation", asks: "Whether the caller has signed in to the service" },
  approval: { name: "Approval", asks: "Whether somebody must confirm the call" },
};

/** What a layer says. */
export const VERDICTS = {
  pass: "Passes",
  deny: "Denies",
  ask: "Asks",
  "not-applicable": "Doesn't apply",
  "not-reached": "Not reached",
} as const;

/** What an event is about. */
function subjectName(subject: PolicyEvent["subject"], names: Names): string {
  const text = (key: string): string | undefined => subject[key];
  const setting = text("setting");
  if (setting !== undefined) return settingName(setting, names);
  const [tool, server] = [text("tool"), text("server")];
  if (tool !== undefined && server !== undefined) return `${tool} of ${names.of("server", server)}`;
  if (server !== undefined) return names.of("server", server);
  const user = text("user");
  if (user !== undefined) return names.of("user", user);
  const other = Object.entries(subject).find(([key]) => key !== "kind")?.[1];
  return other ?? plain(subject.kind);
}

/** An event, as a line of a log. */
export function eventLine(event: PolicyEvent, names: Names): { title: string; where?: string; before: string; after: string } {
  const show = (value: unknown): string => (value === undefined ? "Not set" : valueName(value));
  return {
    title: `${plain(event.event)}: ${subjectName(event.subject, names)}`,
    ...(event.scope === undefined ? {} : { where: names.of("scope", event.scope) }),
    before: show(event.before),
    after: show(event.after),
  };
}

const AFFECTED: Record<string, string> = {
  tenants: "Tenants",
  workspaces: "Workspaces",
  users: "People",
  servers: "Servers",
  tokens: "Tokens",
  virtualServers: "Virtual servers",
  settings: "Settings",
  tools: "Tools",
};

/** The name of a kind of affected things. */
export function affectedName(kind: string): string {
  return AFFECTED[kind] ?? plain(kind);
}

/** The name of one affected thing. */
export function affectedThing(kind: string, entry: unknown, names: Names): string {
  if (typeof entry === "string") {
    if (kind === "tenants" || kind === "workspaces") return names.of("scope", entry);
    if (kind === "users") return names.of("user", entry);
    if (kind === "servers") return names.of("server", entry);
    if (kind === "virtualServers") return names.of("virtual-server", entry);
    return entry;
  }
  if (!isObject(entry)) return valueName(entry);
  const { setting, scope, server, tool } = entry;
  if (typeof setting === "string") {
    return `${settingName(setting, names)}${typeof scope === "string" ? ` at ${names.of("scope", scope)}` : ""}`;
  }
  if (typeof server === "string") return `${typeof tool === "string" ? `${tool} of ` : ""}${names.of("server", server)}`;
  return Object.values(entry).filter((value) => typeof value === "string").join(", ");
}

/** The statuses and badges of a server that need somebody's eye. */
export const STATUSES: Record<string, { name: string; tone: "good" | "warn" | "bad" | "quiet" }> = {
  ready: { name: "Ready", tone: "good" },
  "pending-auth": { name: "Waiting for sign-in", tone: "warn" },
  "reconnect-required": { name: "Sign-in expired", tone: "warn" },
  error: { name: "Error", tone: "warn" },
  unreachable: { name: "Unreachable", tone: "bad" },
  "auth-failed": { name: "Sign-in failed", tone: "bad" },
  off: { name: "Off", tone: "quiet" },
};
