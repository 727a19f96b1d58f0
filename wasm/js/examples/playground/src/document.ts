/** What the page looks up in the document itself: names for ids, and what can be picked. It decides nothing. */

interface Named {
  id: string;
  name: string;
}

/** As much of a document as this page reads. The core has found it valid before. */
export interface PolicyDocument {
  levels?: { id: string; label: string; role?: string }[];
  agents?: Named[];
  catalog?: Named[];
  scopes: (Named & { level: string; parent?: string; spaces?: Named[] })[];
  users?: (Named & { memberOf: string[]; administers: string[]; permissions?: string[] })[];
  servers?: (Named & { scope: string; tools?: { name: string }[]; assignees?: string[] })[];
  virtualServers?: (Named & { tools?: { tool: string; as?: string }[] })[];
}

/** A thing that can be picked from a list. */
export interface Option {
  id: string;
  name: string;
  /** What tells it from others of its name. */
  hint?: string;
}

const DEFAULT_LEVELS = [
  { id: "msp", label: "MSP" },
  { id: "tenant", label: "Tenant", role: "tenant" },
  { id: "workspace", label: "Workspace", role: "workspace" },
];

/** A document with its names at hand. */
export class Names {
  readonly document: PolicyDocument;
  readonly #names = new Map<string, string>();
  readonly #users: Map<string, NonNullable<PolicyDocument["users"]>[number]>;
  readonly #levels: Map<string, { label: string; role?: string }>;

  constructor(text: string) {
    this.document = JSON.parse(text) as PolicyDocument;
    const { levels, agents, catalog, scopes, users, servers, virtualServers } = this.document;
    this.#users = new Map(users?.map((user) => [user.id, user]));
    this.#levels = new Map((levels ?? DEFAULT_LEVELS).map((level) => [level.id, level]));
    const all: [string, Named[] | undefined][] = [
      ["agent", agents],
      ["integration", catalog],
      ["scope", scopes],
      ["space", scopes.flatMap((scope) => scope.spaces ?? [])],
      ["user", users],
      ["server", servers],
      ["virtual-server", virtualServers],
    ];
    for (const [kind, entries] of all) for (const entry of entries ?? []) this.#names.set(`${kind}:${entry.id}`, entry.name);
  }

  /** The name of a thing; its id where it has none. */
  of(kind: "agent" | "integration" | "scope" | "space" | "user" | "server" | "virtual-server", id: string): string {
    return this.#names.get(`${kind}:${id}`) ?? id;
  }

  /** The label of a level. */
  level(id: string): string {
    return this.#levels.get(id)?.label ?? id;
  }

  /** Whether a scope is a workspace. */
  isWorkspace(scope: string): boolean {
    const level = this.document.scopes.find((entry) => entry.id === scope)?.level;
    return level !== undefined && this.#levels.get(level)?.role === "workspace";
  }

  /** All workspaces. */
  workspaces(): Option[] {
    return this.document.scopes.filter((scope) => this.#levels.get(scope.level)?.role === "workspace").map(option);
  }

  /** The spaces of a workspace. */
  spaces(workspace: string): Option[] {
    return (this.document.scopes.find((scope) => scope.id === workspace)?.spaces ?? []).map(option);
  }

  /** The tools of a server. */
  tools(server: string): Option[] {
    const tools = this.document.servers?.find((entry) => entry.id === server)?.tools ?? [];
    return tools.map(({ name }) => ({ id: name, name })).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The names that a virtual server exposes. */
  exposed(virtualServer: string): Option[] {
    const tools = this.document.virtualServers?.find((entry) => entry.id === virtualServer)?.tools ?? [];
    return tools.map(({ tool, as }) => ({ id: as ?? tool, name: as ?? tool }));
  }

  /** All users, by name. */
  users(): Option[] {
    return (this.document.users ?? []).map((user) => ({ ...option(user), hint: this.role(user.id) })).sort(byName);
  }

  /** What somebody is, in a few words. */
  role(user: string): string {
    const found = this.#users.get(user);
    if (found === undefined) return "Not in this policy";
    const places = (ids: string[]): string => ids.map((id) => this.of("scope", id)).join(", ");
    if (found.administers.length > 0) return `Administrator of ${places(found.administers)}`;
    if (found.memberOf.length > 0) return `Member of ${places(found.memberOf)}`;
    return "Belongs nowhere";
  }

  /** Whether somebody administers anything. */
  isAdministrator(user: string): boolean {
    return (this.#users.get(user)?.administers.length ?? 0) > 0;
  }

  /** Somebody who administers the root. */
  rootAdministrator(): string | undefined {
    const root = this.document.scopes.find((scope) => scope.parent === undefined);
    return this.document.users?.find((user) => root !== undefined && user.administers.includes(root.id))?.id;
  }
}

function option({ id, name }: Named): Option {
  return { id, name };
}

/** By name, then id. */
export function byName(a: Option, b: Option): number {
  return a.name.localeCompare(b.name, "en") || (a.id < b.id ? -1 : 1);
}

/** The first options that contain a text, in name, id or hint. */
export function matching(options: readonly Option[], text: string, most = 100): Option[] {
  const wanted = text.trim().toLowerCase();
  const fits = (option: Option): boolean =>
    wanted === "" || [option.name, option.id, option.hint ?? ""].some((part) => part.toLowerCase().includes(wanted));
  const found: Option[] = [];
  for (const option of options) {
    if (fits(option)) found.push(option);
    if (found.length === most) break;
  }
  return found;
}
