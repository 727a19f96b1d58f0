import type { Time } from "../text.js";

/** A whole policy document, or a slice of one. */
export interface PolicyDocument {
  /** A hint for editors; kept, never read. */
  $schema?: string;
  /** `major.minor` of the format that the content needs. */
  format: string;
  /** 1 to 2^53-1. */
  revision: number;
  /** The document is a slice of a policy; absent: it is a whole one. */
  slice?: SliceMark;
  /** Highest first; absent: MSP, tenant, workspace. */
  levels?: LevelRecord[];
  /** What the operator of the deployment decides; absent: the defaults. */
  platform?: Platform;
  /** The kinds of AI assistant and client. */
  agents?: AgentRecord[];
  /** The AI applications that tokens are issued to. */
  clients?: ClientRecord[];
  /** The integrations. */
  catalog?: IntegrationRecord[];
  /** The organisation's tree. */
  scopes: ScopeRecord[];
  /** The people. */
  users?: UserRecord[];
  /** The registered servers. */
  servers?: ServerRecord[];
  /** What deleted servers leave. */
  tombstones?: Tombstone[];
  /** The published endpoints. */
  virtualServers?: VirtualServerRecord[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** Whether a user's MCP access is on. */
export type Access = "disabled" | "enabled";

/** A kind of AI assistant or client. */
export interface AgentRecord {
  /** Its id. */
  id: string;
  /** What people call it. */
  name: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** For the document's own users: kept, and never read by a decision. */
export type Annotations = Record<string, string>;

/** The mode that `default` means, by label. */
export interface ApprovalModes {
  /** Absent: auto. */
  read?: DefaultMode;
  /** Absent: ask. */
  write?: DefaultMode;
  /** Absent: ask. */
  unlabelled?: DefaultMode;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** How a server wants to be authorised. */
export interface Authorization {
  /** The method. */
  method: AuthorizationMethod;
  /** Absent: per user; not given with `none`. */
  credentials?: Credentials;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A tool of a catalogue entry. */
export interface CatalogTool {
  /** Its name. */
  name: string;
  /** Absent: none. */
  label?: ToolLabel;
  /** Whether it may be used at all. */
  approved: boolean;
  /** Worth advice when it runs unasked; absent: false. */
  sensitive?: boolean;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** An AI application. */
export interface ClientRecord {
  /** Its id. */
  id: string;
  /** What people call it. */
  name: string;
  /** A template that the user's tab fills in. */
  configuration: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** Whose downstream credentials a server is called with. */
export type Credentials = "per-user" | "shared";

/** The settings of custom servers. */
export interface CustomSettings {
  /** May users register them? */
  creation?: Switch;
  /** May anything be in contact with them? */
  use?: Switch;
  /** May they be shared? */
  sharing?: Switch;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** The platform's approval mode for a label. */
export type DefaultMode = "auto" | "ask";

/** One authority's stop of a server. */
export interface DisabledEntry {
  /** Absent: a delegate's. */
  authority?: string;
  /** By whom; absent: the host itself. */
  by?: string;
  /** When. */
  at: Time;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** When the platform's list of origins is enforced. */
export type Enforce = "register" | "use";

/** An entry of an access list. */
export interface AccessEntry {
  /** Whose. */
  user: string;
  /** What it gives. */
  grant: Grant;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** The name of a setting that can have exceptions. */
export type ExceptableSetting = "all" | "new-integrations" | `custom/${"creation" | "use" | "sharing"}` | `integration/${string}` | `server/${string}`;

/** A scope's features. */
export interface Features {
  /** Delegated administration and space restrictions. */
  accessControl?: boolean;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** The strictness of a floor. */
export type Floor = "ask" | "deny";

/** The floors by label. */
export interface Floors {
  /** Of what reads. */
  read?: Floor;
  /** Of what writes. */
  write?: Floor;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** What an entry of a virtual server's access list gives. */
export type Grant = "connect" | "manage";

/** An entry of the catalogue. */
export interface IntegrationRecord {
  /** Its id. */
  id: string;
  /** What people call it. */
  name: string;
  /** Whether it may be used at all. */
  approved: boolean;
  /** Patterns of its addresses, the first pre-filled; their order counts. */
  origins: string[];
  /** Its whole list of tools. */
  tools: CatalogTool[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A tool's label, and what its definition says of itself. */
export type ToolLabel = "read" | "write";

/** One level of the tree. */
export interface LevelRecord {
  /** Its id; `platform` is nobody's. */
  id: string;
  /** What a badge calls it. */
  label: string;
  /** What it is to the rules. */
  role?: Role;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** What an address led to before it was redacted: the verdicts of layers 3 and 4, and the integrations of I-6. */
export interface Matched {
  /** It can't be read; absent: it can. */
  invalid?: boolean;
  /** O-3 refuses its host; absent: it doesn't. */
  refused?: boolean;
  /** The platform's list holds it; absent: it doesn't. */
  listed?: boolean;
  /** Of a custom server: every integration that the address belongs to. Of an integration's: that one, where the address matches one of its origins. */
  integrations?: string[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** How a server wants to be authorised. */
export type AuthorizationMethod = "headers" | "none" | "oauth";

/** A tool's approval mode on its server. */
export type ApprovalMode = "auto" | "ask" | "default";

/** The platform's list of origins. */
export interface Origins {
  /** Patterns; absent: every https address. */
  allow?: string[];
  /** `register`, or `register` and `use`; absent: `register`. */
  enforce?: Enforce[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A permission that makes a user eligible as a delegate. */
export type Permission = "connectors.admin.read" | "space.admin.write";

/** The platform's part. */
export interface Platform {
  /** Where servers may lie. */
  origins?: Origins;
  /** The built-in modes. */
  approval?: ApprovalModes;
  /** How long a confirmation is fresh, in seconds. */
  confirmationSeconds?: number;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** When a virtual server was last published, and what it was then. */
export interface Published {
  /** When. */
  at: Time;
  /** By whom; absent: the host itself. */
  by?: string;
  /** Of its managers and tools then. */
  digest: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** That and how a token was revoked. */
export interface Revoked {
  /** When. */
  at: Time;
  /** By whom; absent: the host itself. */
  by?: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** What a scope is to the rules, whatever its level is called (Terms). */
export type Role = "tenant" | "workspace";

/** A node of the tree. */
export interface ScopeRecord {
  /** Its id. */
  id: string;
  /** Its level's id. */
  level: string;
  /** The scope above; absent: it is the root. */
  parent?: string;
  /** What people call it. */
  name: string;
  /** Whom to ask. */
  contact?: string;
  /** Its optional features. */
  features?: Features;
  /** The restrictions of its own authority. */
  settings?: Settings;
  /** The restrictions of authorities above, by scope id. */
  imposed?: Record<string, Settings>;
  /** A workspace's spaces. */
  spaces?: SpaceRecord[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A selected tool. */
export interface SelectedTool {
  /** Of which server. */
  server: string;
  /** Which tool of it. */
  tool: string;
  /** The exposed name; absent: its own. */
  as?: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A registered MCP server. */
export interface ServerRecord {
  /** Its id. */
  id: string;
  /** Where it is registered. */
  scope: string;
  /** Where it comes from. */
  source: RecordSource;
  /** What people call it. */
  name: string;
  /** As it was registered; one that can't be read is denied in layer 3. */
  address: string;
  /** In a slice: of the address before it was redacted. */
  addressDigest?: string;
  /** In a slice: what that address led to. */
  matched?: Matched;
  /** Who registered it; absent: nobody is left. */
  owner?: string;
  /** When. */
  registeredAt: Time;
  /** Private or shared. */
  visibility: Visibility;
  /** The master switch. */
  switch: Switch;
  /** Who stopped it. */
  disabled?: DisabledEntry[];
  /** Why shared credentials are all right here. */
  waiver?: Waiver;
  /** How it wants to be authorised. */
  authorization: Authorization;
  /** Names of the headers sent with every request. */
  headers?: string[];
  /** The agents that may use it. */
  agents: string[];
  /** Absent: open to all; empty: to none. */
  spaces?: string[];
  /** Its delegated administrators. */
  assignees?: string[];
  /** In a slice, of a server from above: those of its users who may authorise its shared credential though they administer nothing there. */
  authorizers?: string[];
  /** Its tools. */
  tools?: ToolRecord[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** The settings of one authority at one scope. Seven scopes can lie above another, and no more impose something on it. */
export interface Settings {
  /** The emergency stop. */
  all?: Switch;
  /** By integration id. */
  integrations?: Record<string, Switch>;
  /** The allowlist stance. */
  newIntegrations?: Switch;
  /** The custom MCP policy. */
  custom?: CustomSettings;
  /** By server id. */
  servers?: Record<string, Switch>;
  /** The floors of the approval modes. */
  floors?: Floors;
  /** By setting name: the scopes below that its `off` spares. */
  except?: Partial<Record<ExceptableSetting, string[]>>;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** What a slice is of, and the digest of its content. */
export interface SliceMark {
  /** Whom it is for. */
  of: SliceSubject;
  /** Of the canonical document without `revision` and without this: the same while nothing in it changes. */
  digest: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** Whom a slice is for. */
export type SliceSubject = {
  kind: "scope";
  /** With `scope` alone: which. */
  scope: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
} | {
  kind: "user";
  /** With `user` alone: who. */
  user: string;
  /** With `user` alone: where they work. */
  workspace: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
};

/** Where a server comes from. */
export type RecordSource = {
  kind: "custom";
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
} | {
  kind: "integration";
  /** With `integration` alone: which. */
  integration: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
};

/** A room inside a workspace. */
export interface SpaceRecord {
  /** Its id. */
  id: string;
  /** What people call it. */
  name: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A virtual server's state. */
export type VirtualServerState = "draft" | "published" | "unpublished";

/** A stored value of a setting, and a server's master switch. */
export type Switch = "off" | "on";

/** A credential issued to one client of one user. */
export interface TokenRecord {
  /** Its id, never its value. */
  id: string;
  /** Who presents it. */
  client: string;
  /** Where it is good. */
  workspace: string;
  /** The only agent that it is good for. */
  agent: string;
  /** The only virtual server that it is good for. */
  virtualServer?: string;
  /** Not compared with `now`. */
  issuedAt: Time;
  /** Active while `now` is before it. */
  expiresAt: Time;
  /** Absent: not revoked. */
  revoked?: Revoked;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** What a deleted server leaves. */
export interface Tombstone {
  /** The id that never comes again. */
  id: string;
  /** Where it was registered. */
  scope: string;
  /** Whose it was. */
  owner?: string;
  /** Of the address' compared form. */
  addressDigest: string;
  /** When it was deleted. */
  deletedAt: Time;
  /** By whom; absent: the host itself. */
  deletedBy?: string;
  /** The authorities that had it disabled. */
  disabled?: string[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A tool of a server. */
export interface ToolRecord {
  /** Its name. */
  name: string;
  /** K-3. */
  enabled: boolean;
  /** K-4. */
  approval: ApprovalMode;
  /** An administrator's label. */
  label?: ToolLabel;
  /** Whose label it is; absent: the server's scope's. */
  labelAuthority?: string;
  /** What its accepted definition says of itself. */
  hint?: ToolLabel;
  /** The digest of its accepted definition; with one it is pinned. */
  accepted?: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A person. */
export interface UserRecord {
  /** Its id. */
  id: string;
  /** What people call them. */
  name: string;
  /** The scopes that they belong to. */
  memberOf: string[];
  /** The scopes whose subtrees they administer. */
  administers: string[];
  /** What makes them eligible as delegates. */
  permissions?: Permission[];
  /** Their MCP access. */
  access: Access;
  /** When it was first enabled. */
  addedAt?: Time;
  /** Their tokens. */
  tokens?: TokenRecord[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A published endpoint over selected tools. */
export interface VirtualServerRecord {
  /** Its id. */
  id: string;
  /** Where it is. */
  scope: string;
  /** What people call it. */
  name: string;
  /** What it is for. */
  description?: string;
  /** V-1. */
  state: VirtualServerState;
  /** The OAuth provider that fronts it; resolves to nothing here. */
  oauthProvider?: string;
  /** When it was last published. */
  published?: Published;
  /** The selected tools. */
  tools?: SelectedTool[];
  /** The access list. */
  access: AccessEntry[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** For its owner alone, or for the subtree of its scope (Terms). */
export type Visibility = "private" | "shared";

/** A waiver of K-14 and V-6. */
export interface Waiver {
  /** By whom; absent: the host itself. */
  by?: string;
  /** When. */
  at: Time;
  /** Why. */
  reason: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}
