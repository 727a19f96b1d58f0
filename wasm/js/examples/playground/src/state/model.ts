/** All that this page holds, in one place, and what moves it. */

import type { Handle, Persona, Rejected } from "../engine.ts";
import type { Names } from "../document.ts";
import type { PolicyEvent, ProposedChange, ProposedRequest } from "@lockstep/policy/admin";
import { isObject } from "../shapes.ts";
import type { Json } from "../shapes.ts";
import type { Tab } from "./address.ts";

/** A policy, with the names of its document. */
export interface Held {
  handle: Handle;
  names: Names;
}

/** A change that was made, and the policy before it. */
export interface Step {
  id: number;
  title: string;
  by: Persona;
  before: Held;
  after: { revision: number; digest: string };
  events: PolicyEvent[];
}

/** A file that couldn't be loaded. */
export interface Draft extends Rejected {
  name: string;
  text: string;
}

/** Something that was just done, to be read out. */
export interface Said {
  id: number;
  tone: "done" | "failed";
  title: string;
  detail?: string;
  /** Whether it can be undone from here. */
  undo?: boolean;
}

/** A change that somebody looks at before it is made. */
export interface Trial {
  title: string;
  change: ProposedChange;
  fill: string[];
}

/** The state. */
export interface State {
  /** What the policy is called: the example's name, or a file's. */
  name: string;
  /** The time at which everything is asked. */
  now: string;
  held: Held;
  persona: Persona;
  place: string;
  tab: Tab;
  /** The server whose page is open on the tab of tools. */
  server?: string;
  history: Step[];
  draft?: Draft;
  said?: Said;
  trial?: Trial;
  /** What a control asked, for the tab that asks. */
  asked?: { id: number; request: ProposedRequest };
}

/** What moves the state. */
export type Action =
  | { kind: "opened"; name: string; now: string; held: Held; persona: Persona; place: string; tab: Tab }
  | { kind: "rejected"; draft: Draft }
  | { kind: "draft-closed" }
  | { kind: "went"; persona?: Persona; place?: string; tab?: Tab }
  | { kind: "server-opened"; server?: string }
  | { kind: "tried"; trial: Trial }
  | { kind: "trial-closed" }
  | { kind: "applied"; title: string; by: Persona; held: Held; events: PolicyEvent[] }
  | { kind: "unchanged"; title: string }
  | { kind: "undone" }
  | { kind: "failed"; title: string; detail: string }
  | { kind: "said-closed" }
  | { kind: "asked"; request: ProposedRequest };

/** At most this many changes can be undone; each keeps a policy in memory. */
export const MOST_STEPS = 50;

/** The next state. */
export function next(state: State, action: Action): State {
  const id = (state.said?.id ?? 0) + 1;
  switch (action.kind) {
    case "opened": {
      const { name, now, held, persona, place, tab } = action;
      return { name, now, held, persona, place, tab, history: [], said: { id, tone: "done", title: `${name} is open` } };
    }
    case "rejected": {
      const { count, name } = action.draft;
      const problems = count === 1 ? "1 problem" : `${count} problems`;
      return { ...state, draft: action.draft, tab: "document", said: { id, tone: "failed", title: `${name} has ${problems}` } };
    }
    case "draft-closed":
      return without(without(state, "draft"), "said");
    case "went": {
      const { persona = state.persona, place = state.place, tab = state.tab } = action;
      const moved = place !== state.place || persona !== state.persona;
      const here = { ...state, persona, place, tab };
      return moved ? without(without(here, "server"), "asked") : here;
    }
    case "server-opened":
      return action.server === undefined ? without(state, "server") : { ...state, server: action.server };
    case "tried":
      return { ...state, trial: action.trial };
    case "trial-closed":
      return without(state, "trial");
    case "applied": {
      const { title, by, held, events } = action;
      const { revision, digest } = held.handle;
      const step: Step = { id: (state.history.at(-1)?.id ?? 0) + 1, title, by, before: state.held, after: { revision, digest }, events };
      const said: Said = { id, tone: "done", title, detail: `Applied as revision ${revision}, ${counted(events.length, "event")}`, undo: true };
      return without({ ...state, held, history: [...state.history, step].slice(-MOST_STEPS), said }, "trial");
    }
    case "unchanged":
      return without({ ...state, said: { id, tone: "done", title: "Nothing to change", detail: action.title } }, "trial");
    case "undone": {
      const last = state.history.at(-1);
      if (last === undefined) return state;
      const said: Said = { id, tone: "done", title: `Undone: ${last.title}`, detail: `Back to revision ${last.before.handle.revision}, with the digest that it had` };
      return { ...state, held: last.before, history: state.history.slice(0, -1), said };
    }
    case "failed":
      return { ...state, said: { id, tone: "failed", title: action.title, detail: action.detail } };
    case "said-closed":
      return without(state, "said");
    case "asked":
      return { ...state, tab: "ask", asked: { id: (state.asked?.id ?? 0) + 1, request: action.request } };
  }
}

function without<Key extends "draft" | "said" | "trial" | "server" | "asked">(state: State, key: Key): State {
  const rest = { ...state };
  delete rest[key];
  return rest;
}

/** A number and its word: "1 event", "2 events". */
export function counted(count: number, word: string): string {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

/** A change with what was typed put where its pointers say. */
export function filled(change: ProposedChange, typed: Readonly<Record<string, Json>>): ProposedChange {
  const copy: Record<string, unknown> & { kind: ProposedChange["kind"] } = structuredClone({ ...change });
  for (const [pointer, value] of Object.entries(typed)) {
    const keys = pointer.split("/").slice(1).map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop();
    let at: Record<string, unknown> = copy;
    for (const key of keys) {
      const inner = at[key];
      if (isObject(inner)) at = inner;
      else {
        const made: Record<string, unknown> = {};
        at[key] = made;
        at = made;
      }
    }
    if (last !== undefined) at[last] = value;
  }
  return copy;
}

/** What stands at a pointer. */
export function standing(change: ProposedChange, pointer: string): unknown {
  let at: unknown = change;
  for (const key of pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))) {
    at = isObject(at) ? at[key] : undefined;
  }
  return at;
}
