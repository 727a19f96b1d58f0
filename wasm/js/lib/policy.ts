import { Policy as Raw, check as checkRaw } from "./wasm/lockstep.js";
import type { Activity } from "./types/activity.js";
import type { Decision, Explanation } from "./types/decision.js";
import type { PolicyDocument, SliceSubject } from "./types/document.js";
import type { Problem } from "./types/problem.js";
import type { CallerClaim, Facts, ListRequest, Request } from "./types/request.js";
import type { ViewAnswer, ViewKind, ViewRefusal, ViewRequest } from "./types/view.js";
import type { Moment } from "./text.js";
import { Caller, problemsOf } from "./caller.js";
import { Target } from "./target.js";
import { ToolList } from "./list.js";
import { PolicyError } from "./errors.js";
import { denied, deniedJson } from "./denied.js";
import { asked, currentStart, isAlive, lost, thrown } from "./module.js";
import { toJson, toMillis, toName } from "./text.js";

const encoder = new TextEncoder();

/** What a check of a document found. */
export interface Checked {
  /** Whether the document can be loaded. */
  valid: boolean;
  /** What keeps it from being loaded: the first 1,000, each with its place. */
  problems: Problem[];
  /** What deserves a word and refuses nothing. */
  warnings: Problem[];
  /** How many there are in all, of whichever of the two there are. */
  count: number;
}

/** Says what is wrong with a document, or deserves a word, without loading it. */
export function check(document: string | PolicyDocument): Checked {
  currentStart();
  return asked(() => checkRaw(typeof document === "string" ? document : toJson(document)) as Checked);
}

/**
 * One revision of an organisation's policy: compiled once by `load`, and never changed. A change gives the next one.
 *
 * What is asked comes as an object or, ending in `Json`, as text, which is faster where text is what you have. Whatever can't
 * be read is a denial with the reason `invalid-request`. What is thrown is a `PolicyError`.
 */
export class Policy {
  /** The revision. */
  readonly revision: number;
  #raw: Raw | undefined;
  readonly #start: number;

  /** @internal */
  constructor(raw: Raw) {
    this.#raw = raw;
    this.#start = currentStart();
    this.revision = asked(() => raw.revision());
  }

  /**
   * Compiles a document: its text, its bytes, or the document as an object.
   *
   * @throws PolicyError with all problems of the document at once.
   */
  static load(document: string | Uint8Array | PolicyDocument): Policy {
    return new this(loaded(document));
  }

  /** The module's handle, or why there is none. @internal */
  protected live(): Raw {
    if (this.#raw === undefined) throw new PolicyError("freed", "the policy was freed", "load it again");
    if (!isAlive(this.#start)) throw lost();
    return this.#raw;
  }

  /**
   * Says when this copy of the policy was last known to be current, and for how long that is good: from then on everything that
   * is asked of this handle, and of its callers, is denied with `policy-stale`. A request's own `snapshot` goes before it.
   *
   * @throws PolicyError where that is no time or no age; everything is stale then.
   */
  confirm(at: Moment, maxAgeSeconds: number): void {
    const raw = this.live();
    if (asked(() => raw.confirm(toMillis(at), maxAgeSeconds))) return;
    throw new PolicyError("invalid-time", "that is no time, or no age in whole seconds", "give milliseconds or a Date, and whole seconds from 0");
  }

  /** Decides a request. */
  decide(request: Request): Decision {
    if (!isAlive(this.#start)) return denied(this);
    const raw = this.live();
    try {
      return (raw.decide(toJson(request)) as Decision | null) ?? denied(this);
    } catch (cause) {
      thrown(cause);
      return denied(this);
    }
  }

  /** Decides a request as JSON, and gives the decision as JSON. */
  decideJson(request: string): string {
    if (!isAlive(this.#start)) return deniedJson(this);
    const raw = this.live();
    try {
      return raw.decideJson(toText(request));
    } catch (cause) {
      thrown(cause);
      return deniedJson(this);
    }
  }

  /** The same in bytes, as they come from a socket and go to one. */
  decideBytes(request: Uint8Array): Uint8Array {
    if (!isAlive(this.#start)) return encoder.encode(deniedJson(this));
    const raw = this.live();
    try {
      return raw.decideBytes(request);
    } catch (cause) {
      thrown(cause);
      return encoder.encode(deniedJson(this));
    }
  }

  /** Explains the answer to a request to an actor (a user's id): every layer, and what would unlock it, for who may know. */
  explain(request: Request, actor: string): Explanation {
    const raw = this.live();
    return asked(() => raw.explain(toJson(request), toName(actor)) as Explanation);
  }

  /** The same, of a request as JSON, as JSON. */
  explainJson(request: string, actor: string): string {
    const raw = this.live();
    return asked(() => raw.explainJson(toText(request), toName(actor)));
  }

  /** Lists every tool that a caller can see, denied ones included. */
  list(request: ListRequest): ToolList {
    const raw = this.live();
    const text = toJson(request);
    return asked(() => new ToolList(raw.list(text), () => problemsOf(raw.listJson(text))));
  }

  /** The same, of a request as JSON, as JSON. */
  listJson(request: string): string {
    const raw = this.live();
    return asked(() => raw.listJson(toText(request)));
  }

  /**
   * Computes what a page shows to an actor: rows, and controls that say what may be pressed and why not. A refusal has a
   * `reason`; nothing else has.
   *
   * @throws PolicyError where the activity has problems.
   */
  view<K extends ViewKind>(request: ViewRequest<K>, activity: Activity = {}): ViewAnswer<K> | ViewRefusal {
    return JSON.parse(this.viewJson(toJson(request), toJson(activity))) as ViewAnswer<K> | ViewRefusal;
  }

  /** The same, of JSON, as JSON. */
  viewJson(request: string, activity = "{}"): string {
    const raw = this.live();
    return asked(() => raw.viewJson(toText(request), toText(activity)));
  }

  /**
   * Prepares a caller, for many questions. It never fails: one who isn't there, or can't be read, is denied so whatever is
   * asked.
   */
  caller(caller: CallerClaim, facts: Facts = {}): Caller {
    const raw = this.live();
    const context: Record<string, unknown> = { now: "1970-01-01T00:00:00Z" };
    for (const [key, value] of Object.entries(facts)) {
      // What belongs to each call mustn't be settled here: there it is an unknown member.
      const isOfCall = key === "now" || key === "snapshot" || key === "invocation";
      context[isOfCall ? `facts/${key}` : key] = value;
    }
    const request = { action: "tool.call", caller: caller ?? 0, target: { kind: "tool", server: "-", tool: "-" }, context };
    return new Caller(this, asked(() => raw.caller(toJson(request))), this.#start);
  }

  /** A tool of a server, for many questions. */
  target(server: string, tool: string): Target {
    return new Target(server, tool);
  }

  /** A tool of a virtual server, by its exposed name, for many questions. */
  virtualTarget(virtualServer: string, tool: string): Target {
    return new Target(virtualServer, tool, true);
  }

  /** The document that this policy says. */
  document(): PolicyDocument {
    return JSON.parse(this.documentJson()) as PolicyDocument;
  }

  /** The canonical document: one line, the same bytes for the same content. */
  documentJson(): string {
    const raw = this.live();
    return asked(() => raw.documentJson());
  }

  /** The document, indented for people, as a file should have it. */
  documentPretty(): string {
    const raw = this.live();
    return asked(() => raw.documentPretty());
  }

  /** SHA-256 of the canonical document without its revision; of a slice, the digest that it carries. Computed when asked. */
  digest(): string {
    const raw = this.live();
    return asked(() => raw.digest());
  }

  /** Whom this policy is a slice for; nothing where it is whole. */
  sliceOf(): SliceSubject | undefined {
    const raw = this.live();
    const [first, workspace] = asked(() => raw.sliceOf());
    if (first === undefined) return undefined;
    return workspace === undefined ? { kind: "scope", scope: first } : { kind: "user", user: first, workspace };
  }

  /** Gives back the memory that it holds. It can't be asked any more; its callers can. */
  free(): void {
    const raw = this.#raw;
    this.#raw = undefined;
    if (raw !== undefined && isAlive(this.#start)) asked(() => raw.free());
  }

  /** The same, for `using`. */
  [Symbol.dispose](): void {
    this.free();
  }
}

/** The module's handle of a document. */
function loaded(document: string | Uint8Array | PolicyDocument): Raw {
  currentStart();
  if (document instanceof Uint8Array) return asked(() => Raw.load(document));
  return asked(() => Raw.loadText(typeof document === "string" ? document : toJson(document)));
}

/** A text, or what can't be read where it is none. */
function toText(text: string): string {
  return typeof text === "string" ? text : "";
}
