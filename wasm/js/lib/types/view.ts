import type { Time } from "../text.js";
import type { ReasonCode } from "../reason.js";
import type { ContactResult } from "./activity.js";
import type { Change } from "./change.js";
import type { Layer, Lock, Outcome, SettingName } from "./decision.js";
import type {
  Access,
  ApprovalMode,
  Authorization,
  AuthorizationMethod,
  Credentials,
  DefaultMode,
  Grant,
  Role,
  Permission,
  RecordSource,
  Switch,
  ToolLabel,
  VirtualServerState,
  Visibility,
} from "./document.js";
import type { Problem } from "./problem.js";
import type { Action } from "./request.js";

interface OfScope {
  /** Which scope. */
  scope: string;
}

/** What each view is asked with, by kind; all are ids, but `endpoint`, which is an address. */
export interface ViewSubjects {
  /** What lies directly under a scope; without one, where everybody begins. */
  scopes: Partial<OfScope>;
  /** A scope's settings page: integrations, custom servers, inventory. */
  settings: OfScope;
  /** The integrations of a scope. */
  integrations: OfScope;
  /** An integration's own page. */
  integration: OfScope & { integration: string };
  /** The policy for custom servers. */
  custom: OfScope;
  /** The custom servers of a subtree. */
  inventory: OfScope;
  /** The actor's own custom servers. */
  "my-servers": { workspace: string };
  /** The servers that are seen from a scope. */
  servers: OfScope;
  /** One server; with `workspace`, as it is from there. */
  server: { server: string; workspace?: string };
  /** The connectors section of a delegated administrator. */
  connectors: Record<never, never>;
  /** What a space's configuration shows. */
  space: { space: string };
  /** The virtual servers of a scope's path; without one, those that name the actor. */
  "virtual-servers": Partial<OfScope>;
  /** One virtual server. */
  "virtual-server": { virtualServer: string; workspace?: string };
  /** The grid of users. */
  users: OfScope;
  /** A user's tab; with `endpoint`, the configurations of clients are filled in. */
  user: { user: string; endpoint?: string };
  /** What one user reaches, or who reaches one tool. */
  access:
    | { user: string; workspace: string; agent?: string; space?: string }
    | { server: string; tool: string; workspace?: string; agent?: string; space?: string };
  /** The catalogue. */
  catalog: Record<never, never>;
  /** What the deployment as a whole says. */
  platform: Record<never, never>;
}

/** The kinds of views. */
export type ViewKind = keyof ViewSubjects;

/** What is to be shown: a kind, and what it is asked with. */
export type ViewSubject<K extends ViewKind = ViewKind> = { [Kind in K]: { kind: Kind } & ViewSubjects[Kind] }[K];

/** Who looks: a user, or the host itself, which sees all. */
export type ViewActor = { /** The user's id. */ actor: string; host?: never } | { /** The host itself. */ host: true; actor?: never };

/** What a view is asked for. */
export type ViewRequest<K extends ViewKind = ViewKind> = ViewActor & {
  /** What is to be shown. */
  view: ViewSubject<K>;
  /** The time from which ages count. */
  now: Time;
  /** How many rows, and after which. */
  page?: { size?: number; after?: string };
  /** Which rows. */
  filter?: { text?: string; badge?: string; scope?: string };
};

/** Why an actor sees nothing of what they asked for. */
export interface ViewRefusal {
  /** What was asked for; absent where not even that can be read. */
  view?: ViewKind;
  /** The policy's revision. */
  revision: number;
  /** Why. */
  reason: ReasonCode;
  /** What the actor is told. */
  message: string;
  /** What is wrong with a request that is `invalid-request`. */
  problems?: Problem[];
}

/** What each view shows, by kind. */
export interface ViewBodies {
  scopes: ScopesView;
  settings: SettingsView;
  integrations: IntegrationsView;
  integration: IntegrationView;
  custom: CustomView;
  inventory: InventoryView;
  catalog: CatalogView;
  platform: PlatformView;
  "my-servers": MyServersView;
  servers: ServersView;
  server: ServerView;
  connectors: ConnectorsView;
  space: SpaceView;
  "virtual-servers": VirtualServersView;
  "virtual-server": VirtualServerView;
  users: UsersView;
  user: UserView;
  access: AccessView;
}

/** A view's answer. */
export type ViewAnswer<K extends ViewKind = ViewKind> = {
  [Kind in K]: {
    /** Which view it is. */
    view: Kind;
    /** The policy's revision. */
    revision: number;
    reason?: never;
  } & ViewBodies[Kind];
}[K];

/** What a control holds: a text, a number, a switch or a list of ids; or, where a person types a whole record, that. */
export type ControlValue = string | number | boolean | string[] | Authorization;

/** Something that a person can press. */
export interface Control {
  /** What is stored, or what is so. */
  value: ControlValue;
  /** What it comes to, where that may be something else. */
  effective?: ControlValue;
  /** Whether one of its choices is open. */
  open: boolean;
  /** Why it is closed: as of its first choice. */
  reason?: ReasonCode;
  /** What locks it. */
  lock?: Lock;
  /** What to tell the actor. */
  message?: string;
  /** What it can be moved to. */
  choices: Choice[];
  /** Of a connect flow: the address to fill the form with. */
  address?: string;
}

/** One way to move a control: a change to send, or a request to ask. */
export type Choice = {
  /** What it would be then. */
  value: ControlValue | null;
  /** Whether it would be permitted. */
  open: boolean;
  /** Why not. */
  reason?: ReasonCode;
  /** JSON Pointers into the change: what a person types in. */
  fill?: string[];
  /** What applying it wants besides. */
  needs?: { kind: "confirmation"; seconds: number }[];
} & ({ /** What to send. */ change: ProposedChange; request?: never } | { /** What to ask. */ request: ProposedRequest; change?: never });

/** A change that a control sends; where something is to be filled in, what is missing has to be added. */
export type ProposedChange = Change | (Record<string, unknown> & { kind: Change["kind"] });

/** A request that a control asks; the host adds credential and context. */
export interface ProposedRequest {
  /** What is asked. */
  action: Action;
  /** Who and from where, as far as the view knows. */
  caller?: { user?: string; workspace?: string; space?: string };
  /** About what. */
  target: { kind: "integration"; integration: string } | { kind: "server"; server: string } | { kind: "virtual-server"; virtualServer: string };
}

/** What advice is about. More may come. */
export type AdviceCode =
  | "risky-tool-on-auto"
  | "shared-personal-credentials"
  | "owner-not-administrator"
  | "every-agent-allowed"
  | "unrestricted-write-tools"
  | "delegate-idle"
  | "mixes-read-and-write"
  | "no-description"
  | "many-connectors"
  | "changed-since-published";

/** Either way of looking at access. */
export type AccessView = ReachedView | ReachingView;

/** What one user reaches. */
export interface ReachedView {
  /** The user. */
  user: Named;
  /** From where. */
  workspace: Head;
  /** What denies them as a whole. */
  denied?: ComesTo;
  /** The tools, by server and name. */
  rows: ReachedRow[];
  /** Where the next page begins. */
  next?: string;
}

/** What something comes to, and why. */
export interface ComesTo {
  /** Allow, ask or deny. */
  outcome: Outcome;
  /** Why. */
  reason?: ReasonCode;
  /** The layer that denies or asks. */
  layer?: Layer;
}

/** A tool that a user sees. */
export interface ReachedRow extends ComesTo {
  /** The server's id. */
  server: string;
  /** The virtual server's, where it is seen through one. */
  virtualServer?: string;
  /** The tool's name on its server. */
  tool: string;
  /** The exposed name, where it is another. */
  as?: string;
  /** Where no agent was named: those that may, by id. */
  agents?: string[];
}

/** Who reaches one tool. */
export interface ReachingView {
  /** The server. */
  server: Named;
  /** The tool's name. */
  tool: string;
  /** From where. */
  workspace: Head;
  /** Everybody who belongs there, by id. */
  rows: ReachingRow[];
  /** Where the next page begins. */
  next?: string;
}

/** Somebody who belongs there. */
export interface ReachingRow extends ComesTo {
  /** The user's id. */
  user: string;
  /** The user's name. */
  name: string;
  /** Where no agent was named: those that may, by id. */
  agents?: string[];
}

/** One piece of advice. */
export interface Advice {
  /** What is advised. */
  code: AdviceCode;
  /** The tools that it is about, sorted. */
  tools?: string[];
  /** The users that it is about, sorted. */
  users?: string[];
  /** The text. */
  message: string;
}

/** The catalogue. */
export interface CatalogView {
  /** For the root's administrators. */
  controls?: CatalogControls;
  /** The integrations. */
  rows: CatalogRow[];
  /** The cursor of the next page. */
  next?: string;
}

/** What may be done with the catalogue. */
export interface CatalogControls {
  /** Adds an integration. */
  add: Control;
}

/** An integration of the catalogue. */
export interface CatalogRow {
  /** Its id. */
  integration: string;
  /** Its name. */
  name: string;
  /** Whether it is approved. */
  approved: boolean;
  /** By name; but for the root's administrators the approved ones. */
  tools: CatalogRowTool[];
  /** Where its servers may lie; for the root's administrators. */
  origins?: string[];
  /** For the root's administrators. */
  controls?: CatalogRowControls;
}

/** A tool of an integration. */
export interface CatalogRowTool {
  /** Its name. */
  name: string;
  /** What it does. */
  label?: ToolLabel;
  /** Whether it is approved; for the root's administrators. */
  approved?: boolean;
  /** Whether it deserves care. */
  sensitive?: true;
}

/** What may be done with an integration. */
export interface CatalogRowControls {
  /** Approves it, or no longer. */
  approved: Control;
  /** Replaces its record. */
  edit: Control;
  /** Removes it. */
  remove: Control;
}

/** The servers to which the actor is assigned with effect. */
export interface ConnectorsView {
  /** The servers, by id. */
  rows: ConnectorsRow[];
  /** Where the next page begins. */
  next?: string;
}

/** One of them. */
export interface ConnectorsRow extends ServerStatus {
  /** Its id. */
  server: string;
  /** Its name. */
  name: string;
  /** Where it is registered, where that exists for them. */
  scope?: string;
  /** Where it comes from. */
  source: ShownSource;
  /** Absent: not yet checked. */
  lastContact?: LastContact;
  /** How many tools it has. */
  tools: number;
  /** The spaces that it is limited to; absent: open to all. */
  spaces?: string[];
  /** What D-3 lets them do. */
  controls: ConnectorsControls;
}

/** What an assignee may do with a server. */
export interface ConnectorsControls {
  /** Stopping it. */
  disable: Control;
  /** Lifting a stop. */
  enable: Control;
  /** Its name. */
  edit: Control;
  /** The spaces that it is limited to. */
  spaces: Control;
  /** Entering its tools. */
  refresh: Control;
  /** Authorising again; absent where there is nothing to authorise. */
  reconnect?: Control;
}

/** The policy for custom servers. */
export interface CustomView {
  /** The scope; none where this is a part of the settings page. */
  scope?: Head;
  /** Creation, use and sharing, in this order. */
  settings: CustomSetting[];
  /** For administrators. */
  presets?: Presets;
}

/** One of the three settings. */
export interface CustomSetting extends Partial<SettingState> {
  /** Its one name. */
  setting: SettingName;
  /** How many custom servers are registered in the subtree; for administrators. */
  count?: number;
  /** `on` or `off`; where `state` doesn't say it. */
  effective?: string;
  /** Why it is off; for who administers nothing here. */
  notice?: Notice;
}

/** Changes of both creation and use. */
export interface Presets {
  /** Creation off, use on. */
  freezeGrowth: Control;
  /** Both off. */
  lockdown: Control;
}

/** An integration's own page. */
export interface IntegrationView extends Partial<SettingState> {
  /** From where it is looked at. */
  scope?: Head;
  /** What it is. */
  integration: CatalogHead;
  /** How many servers of it there are in the subtree; for a plain user, that they see from here. */
  connected: number;
  /** `on` or `off`; where `state` doesn't say it. */
  effective?: string;
  /** Connects. */
  connect?: Control;
  /** Why nobody connects from here, in place of the control. */
  notice?: Notice;
  /** The approved tools by name. */
  tools: CatalogToolView[];
}

/** An entry of the catalogue. */
export interface CatalogHead {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** Whether it is approved. */
  approved: boolean;
}

/** A tool as the catalogue has it. */
export interface CatalogToolView {
  /** Its name. */
  tool: string;
  /** What it does. */
  label?: ToolLabel;
  /** Whether it deserves care. */
  sensitive?: true;
}

/** The integrations of a scope. */
export interface IntegrationsView {
  /** The scope; none where this is a part of the settings page. */
  scope?: Head;
  /** The allowlist stance; for administrators. */
  newIntegrations?: SettingView;
  /** Every integration that the actor sees. */
  rows: IntegrationRow[];
  /** The cursor of the next page. */
  next?: string;
}

/** An integration at a scope. */
export interface IntegrationRow extends Partial<SettingState> {
  /** Its id. */
  integration: string;
  /** Its name. */
  name: string;
  /** Whether the catalogue approves it. */
  approved: boolean;
  /** How many servers of it there are in the subtree; for a plain user, that they see from here. */
  connected: number;
  /** `on` or `off`; where `state` doesn't say it. */
  effective?: string;
  /** Connects; for who administers nothing here. */
  connect?: Control;
}

/** The custom servers of a subtree. */
export interface InventoryView {
  /** The scope; none where this is a part of the settings page. */
  scope?: Head;
  /** How many are registered in the subtree. */
  count: number;
  /** Where the scope lies above the tenants: the groups that have a row on this page. */
  groups?: Group[];
  /** By group, then by server. */
  rows: InventoryRow[];
  /** The cursor of the next page. */
  next?: string;
}

/** A tenant's servers, or those that lie under none. */
export interface Group extends Head {
  /** How many there are. */
  count: number;
}

/** A custom server. */
export interface InventoryRow {
  /** Its id. */
  server: string;
  /** Its name. */
  name: string;
  /** Where it is registered. */
  scope: string;
  /** In which group it stands, where there are groups. */
  group?: string;
  /** Who registered it; none left: none. */
  owner?: Person;
  /** When it was registered. */
  registeredAt: string;
  /** Private or shared. */
  visibility: Visibility;
  /** Its owner's own switch. */
  switch: Switch;
  /** Redacted. */
  address: string;
  /** Of the address. */
  addressDigest: string;
  /** `pending-auth`, `auth-failed` or `unreachable`. */
  badge?: string;
  /** None: not yet checked. */
  lastContact?: LastContact;
  /** Who stopped it. */
  disabled?: DisabledBy[];
  /** The platform's list doesn't hold its address. */
  outsideOrigins?: true;
  /** What was last registered at the same address, and deleted. */
  earlier?: Earlier;
  /** What may be done with it. */
  controls: InventoryControls;
}

/** Who stopped a server; without authority it was a delegate. */
export interface DisabledBy {
  /** The authority's id. */
  authority?: string;
  /** The id of its level. */
  level?: string;
  /** Who did it; none: the host itself. */
  by?: string;
  /** When. */
  at: string;
}

/** A server that was deleted. */
export interface Earlier {
  /** Its id. */
  server: string;
  /** Where it was registered. */
  scope: string;
  /** When it was deleted. */
  deletedAt: string;
  /** By whom; none: the host itself. */
  deletedBy?: string;
  /** Which authorities had it disabled. */
  disabled?: string[];
}

/** What may be done with a custom server. */
export interface InventoryControls {
  /** Stops it. */
  disable: Control;
  /** Lifts the stops that this actor may lift. */
  enable: Control;
  /** Removes it for good. */
  delete: Control;
}

/** The actor's own custom servers in a workspace. */
export interface MyServersView extends Partial<MyServersRows> {
  /** The workspace. */
  workspace: Head;
  /** Creation and use are both off: there is a notice and nothing else. */
  hidden: boolean;
  /** While use is off, or both. */
  notice?: Notice;
}

/** What isn't hidden of it. */
export interface MyServersRows {
  /** Registering a private custom server here. */
  register: Control;
  /** The servers, by id. */
  rows: MyServersRow[];
  /** Where the next page begins. */
  next?: string;
}

/** One of them. */
export interface MyServersRow extends ServerStatus {
  /** Its id. */
  server: string;
  /** Its name. */
  name: string;
  /** Private or shared, as stored. */
  visibility: Visibility;
  /** When it was registered. */
  registeredAt: string;
  /** Redacted. */
  address: string;
  /** The digest of it as it is. */
  addressDigest: string;
  /** Absent: not yet checked. */
  lastContact?: LastContact;
  /** Its tools. */
  tools: OwnTools;
  /** What may be done with it. */
  controls: MyServersControls;
}

/** How many tools a server has, and whether they can be used. */
export interface OwnTools {
  /** How many. */
  count: number;
  /** Unless the server is off. */
  available: boolean;
}

/** What may be done with one's own server. */
export interface MyServersControls {
  /** The master switch. */
  switch: Control;
  /** A check by the host. */
  check: Control;
  /** Authorising again; absent where there is nothing to authorise. */
  reconnect?: Control;
  /** Its name. */
  edit: Control;
  /** Its address. */
  readdress: Control;
  /** Its visibility. */
  share: Control;
  /** Deleting it. */
  remove: Control;
}

/** What the deployment as a whole says. */
export interface PlatformView {
  /** The platform's part, with what is absent filled in. */
  platform: PlatformRecord;
  /** Highest first. */
  levels: LevelRow[];
  /** By id. */
  agents: AgentRow[];
  /** By id. */
  clients: ClientRow[];
  /** What may be done with all of it. */
  controls: PlatformControls;
}

/** The platform's part. */
export interface PlatformRecord {
  /** Where servers may lie. */
  origins: OriginsRecord;
  /** The built-in approval modes. */
  approval: ApprovalRecord;
  /** How old a confirmation may be. */
  confirmationSeconds: number;
}

/** Where servers may lie. */
export interface OriginsRecord {
  /** None: every https address. */
  allow?: string[];
  /** `register`, or `register` and `use`. */
  enforce: string[];
}

/** The approval modes by label. */
export interface ApprovalRecord {
  /** Of what reads. */
  read: DefaultMode;
  /** Of what writes. */
  write: DefaultMode;
  /** Of what has no label. */
  unlabelled: DefaultMode;
}

/** A level. */
export interface LevelRow {
  /** Its id. */
  id: string;
  /** What badges call it. */
  label: string;
  /** What it is to the rules. */
  role?: Role;
  /** What may be done with it. */
  controls: LevelControls;
}

/** What may be done with a level. */
export interface LevelControls {
  /** Gives it another label. */
  label: Control;
}

/** An agent. */
export interface AgentRow {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** What may be done with it. */
  controls: AgentControls;
}

/** What may be done with an agent. */
export interface AgentControls {
  /** Renames it. */
  name: Control;
  /** Removes it. */
  remove: Control;
}

/** A client. */
export interface ClientRow {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** How it is configured. */
  configuration: string;
  /** What may be done with it. */
  controls: ClientControls;
}

/** What may be done with a client. */
export interface ClientControls {
  /** Replaces its record. */
  edit: Control;
  /** Removes it. */
  remove: Control;
}

/** What may be done with the deployment. */
export interface PlatformControls {
  /** Replaces the platform's part: the host's alone. */
  platform: Control;
  /** Declares an agent. */
  addAgent: Control;
  /** Declares a client. */
  addClient: Control;
}

/** Where a server comes from. */
export interface ShownSource {
  /** An integration, or an address of somebody's own. */
  kind: RecordSource["kind"];
  /** The integration's id. */
  integration?: string;
}

/** How a server does. */
export interface ServerStatus {
  /** The first that is so. */
  status: string;
  /** Of one that is off: the code of the first layer that denies it. */
  statusReason?: ReasonCode;
}

/** What everybody sees of a server's controls. */
export interface Actions {
  /** A check by the host. */
  check: Control;
  /** Authorising again; absent where there is nothing to authorise. */
  reconnect?: Control;
  /** Its name. */
  edit: Control;
  /** Its visibility. */
  share: Control;
  /** Deleting it. */
  remove: Control;
}

/** What lies directly under a scope, or where everybody begins. */
export interface ScopesView {
  /** The scope; none where everybody begins. */
  scope?: Head;
  /** Whom to ask. */
  contact?: string;
  /** The scopes above it that exist for the actor, highest first. */
  path?: Head[];
  /** Of a workspace. */
  spaces?: SpaceRow[];
  /** For administrators. */
  controls?: ScopeControls;
  /** Its children by id; where everybody begins, the highest that are the actor's. */
  rows: ScopeRow[];
  /** The cursor of the next page. */
  next?: string;
}

/** A space of a workspace. */
export interface SpaceRow {
  /** Its id. */
  space: string;
  /** Its name. */
  name: string;
  /** For administrators. */
  controls?: SpaceControls;
}

/** What may be done with a space. */
export interface SpaceControls {
  /** Renames it. */
  name: Control;
  /** Removes it. */
  remove: Control;
}

/** What may be done with a scope. */
export interface ScopeControls {
  /** Renames it. */
  name: Control;
  /** Says whom to ask. */
  contact: Control;
  /** Turns the feature on or off. */
  accessControl: Control;
  /** Adds a scope below it. */
  add: Control;
  /** Of a workspace: adds a space. */
  addSpace?: Control;
}

/** A scope below. */
export interface ScopeRow {
  /** Its id. */
  scope: string;
  /** Its level's id. */
  level: string;
  /** Its name. */
  name: string;
  /** For who administers it: how much lies in it. */
  counts?: ScopeCounts;
  /** For who administers it: what is off there, by the settings' names. */
  off?: string[];
  /** For who administers it: every `off` there that locks them. */
  lock?: Lock;
  /** For who administers it. */
  controls?: ScopeRowControls;
}

/** How much lies in a scope. */
export interface ScopeCounts {
  /** Directly below. */
  scopes: number;
  /** Who belong to or administer this very scope. */
  users: number;
  /** Of every kind, in the subtree. */
  servers: number;
  /** In the subtree. */
  customServers: number;
  /** In the subtree. */
  virtualServers: number;
}

/** What may be done with a scope below. */
export interface ScopeRowControls {
  /** Removes it. */
  remove: Control;
}

/** One server. */
export interface ServerView extends ServerStatus {
  /** What it is. */
  server: ShownServer;
  /** Of one that is off: the text for this actor. */
  message?: string;
  /** Absent: not yet checked. */
  lastContact?: LastContact;
  /** What may be done with it. */
  controls: ServerControls;
  /** Its tools, by name. */
  tools: ServerTool[];
  /** Advice, for its keepers. */
  advice?: Advice[];
}

/** What a server is. */
export interface ShownServer extends Partial<KeptRecord> {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** Where it comes from. */
  source: ShownSource;
  /** Private or shared, as stored. */
  visibility: Visibility;
  /** Redacted. */
  address: string;
  /** The digest of it as it is. */
  addressDigest: string;
  /** How it is authorised. */
  authorization: ShownAuthorization;
  /** The agents that may use it. */
  agents: string[];
  /** Where it is registered, where that exists for the actor. */
  scope?: string;
  /** Who registered it, where they exist for the actor. */
  owner?: Person;
}

/** How a server is authorised. */
export interface ShownAuthorization {
  /** The method. */
  method: AuthorizationMethod;
  /** Absent: everybody's own. */
  credentials?: Credentials;
}

/** What a server's keepers see of it besides. */
export interface KeptRecord {
  /** When it was registered. */
  registeredAt: string;
  /** The master switch. */
  switch: Switch;
  /** The names of its headers. */
  headers?: string[];
  /** Who stopped it. */
  disabled?: DisabledBy[];
  /** The spaces that it is limited to, those that exist for the actor; absent: open to all. */
  spaces?: string[];
  /** Why a shared credential passes. */
  waiver?: ShownWaiver;
  /** Its delegates, for administrators. */
  assignees?: string[];
}

/** Why a shared credential passes. */
export interface ShownWaiver {
  /** Who said so; absent: the host. */
  by?: string;
  /** When. */
  at: string;
  /** Why. */
  reason: string;
}

/** What may be done with a server. */
export interface ServerControls extends Actions, Partial<KeptControls> {}

/** What a server's keepers see of its controls besides. */
export interface KeptControls {
  /** The master switch. */
  switch: Control;
  /** Stopping it. */
  disable: Control;
  /** Lifting a stop. */
  enable: Control;
  /** The names of its headers. */
  headers: Control;
  /** How it is authorised. */
  authorization: Control;
  /** Its address. */
  readdress: Control;
  /** The agents that may use it. */
  agents: Control;
  /** The spaces that it is limited to. */
  spaces: Control;
  /** Its delegates. */
  assignees: Control;
  /** Letting a shared credential pass. */
  waiver: Control;
  /** Entering its tools. */
  refresh: Control;
}

/** A tool of a server. */
export interface ServerTool {
  /** Its name. */
  tool: string;
  /** The label that counts. */
  label?: ToolLabel;
  /** What the catalogue says of it. */
  sensitive?: true;
  /** Whether a definition is accepted. */
  pinned: boolean;
  /** The mode, as stored. */
  mode: ApprovalMode;
  /** The strictest floor that holds it. */
  floor?: ToolFloor;
  /** Whether its mode is looser than the floor. */
  overruled?: true;
  /** What policy makes of a call. */
  outcome: Outcome;
  /** Why. */
  reason?: ReasonCode;
  /** The layer that denies or asks. */
  layer?: Layer;
  /** What its keepers may do with it. */
  controls?: ToolControls;
}

/** The strictest floor that holds a tool. */
export interface ToolFloor {
  /** `ask` or `deny`. */
  value: string;
  /** All floors of that strictness. */
  lock: Lock;
}

/** What may be done with a tool. */
export interface ToolControls {
  /** Enabling it. */
  enabled: Control;
  /** Its mode. */
  approval: Control;
  /** The administrators' label. */
  label: Control;
  /** Accepting its definition. */
  accept: Control;
}

/** The servers that are seen from a scope. */
export interface ServersView {
  /** The scope. */
  scope: Head;
  /** What may be done here. */
  controls: ServersControls;
  /** The servers, by id. */
  rows: ServersRow[];
  /** Where the next page begins. */
  next?: string;
}

/** What may be done with the servers of a scope. */
export interface ServersControls {
  /** Registering a shared one here. */
  register: Control;
}

/** A server. */
export interface ServersRow extends ServerStatus {
  /** Its id. */
  server: string;
  /** Its name. */
  name: string;
  /** Where it comes from. */
  source: ShownSource;
  /** Private or shared, as stored. */
  visibility: Visibility;
  /** Where it is registered, where that exists for the actor. */
  scope?: string;
  /** Absent: not yet checked. */
  lastContact?: LastContact;
  /** What may be done with it. */
  controls: RowControls;
}

/** What may be done with a server of the list. */
export interface RowControls extends Actions {
  /** For administrators, of what is shared from above: whether it is declined here. */
  declined?: Control;
}

/** One authority's value of a setting, at the scope that is shown. */
export interface StoredValue {
  /** The authority's id. */
  authority: string;
  /** The id of its level. */
  level: string;
  /** `on`, `off`, `ask` or `deny`. */
  value: string;
  /** The scopes below that an `off` spares. */
  except?: string[];
}

/** An `off` that counts, and whether this actor may lift it where it stands. */
export interface HeldBy {
  /** The setting that is off. */
  setting: SettingName;
  /** The id of the authority's level. */
  level: string;
  /** The authority's id. */
  authority: string;
  /** The id of the scope that stores it. */
  at: string;
  /** Lifts it there. */
  control: Control;
}

/** What a setting is at a scope, for its administrators. */
export interface SettingState {
  /** Highest authority first. */
  stored: StoredValue[];
  /** `on` or `off`. */
  effective: string;
  /** Each `off` that counts; empty where nothing is off. */
  heldBy?: HeldBy[];
  /** Moves what the actor's own authority stores here. */
  control: Control;
  /** Whom the actor's own `off` spares. */
  except?: Control;
}

/** A setting, by its name. */
export interface SettingView extends SettingState {
  /** Its one name. */
  setting: SettingName;
}

/** A floor of a label. */
export interface FloorView {
  /** Its one name. */
  setting: SettingName;
  /** Highest authority first. */
  stored: StoredValue[];
  /** `ask`, `deny` or `unset`: the strictest on the path. */
  effective: string;
  /** All floors of that strictness. */
  lock?: Lock;
  /** Moves what the actor's own authority stores here. */
  control: Control;
}

/** A scope's settings page. */
export interface SettingsView {
  /** Whose. */
  scope?: Head;
  /** The first page of its integrations. */
  integrations: IntegrationsView;
  /** The policy for custom servers. */
  custom: CustomView;
  /** The first page of its custom servers; for administrators. */
  inventory?: InventoryView;
  /** The emergency stop; for administrators. */
  all?: SettingView;
  /** Of what reads and of what writes; for administrators. */
  floors?: FloorView[];
}

/** A scope, by what people call it. */
export interface Head {
  /** Its id. */
  id: string;
  /** Its level's id. */
  level: string;
  /** Its name. */
  name: string;
}

/** Somebody or something, by id and name. */
export interface Named {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
}

/** A user who is named by others; the name is there where the user exists for the actor. */
export interface Person {
  /** The user's id. */
  user: string;
  /** The user's name. */
  name?: string;
}

/** Why something is off, in place of what it would have been. */
export interface Notice {
  /** The code. */
  reason: ReasonCode;
  /** "Locked by " and the label of a level. */
  badge?: string;
  /** The text for this actor. */
  message: string;
}

/** The last contact that reached an answer or a failure. */
export interface LastContact {
  /** When. */
  at: string;
  /** What came of it. */
  result: ContactResult;
  /** Whole seconds from then to now. */
  ageSeconds: number;
}

/** The last use of something. */
export interface LastUsed {
  /** When. */
  at: string;
  /** Whole seconds from then to now. */
  ageSeconds: number;
}

/** A space, and the servers that are open to it. */
export interface SpaceView {
  /** What it is. */
  space: SpaceHead;
  /** For administrators. */
  controls?: SpaceViewControls;
  /** The servers, by id. */
  rows: SpaceViewRow[];
  /** Where the next page begins. */
  next?: string;
}

/** A space, by what people call it. */
export interface SpaceHead {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** Its workspace, where that exists for the actor. */
  workspace?: string;
}

/** What may be done with a space. */
export interface SpaceViewControls {
  /** Its name. */
  name: Control;
  /** Removing it. */
  remove: Control;
}

/** A server. */
export interface SpaceViewRow {
  /** Its id. */
  server: string;
  /** Its name. */
  name: string;
  /** Private or shared, as stored. */
  visibility: Visibility;
  /** Whether the restriction lets the space in. */
  allowed: boolean;
  /** Assigning it to the space. */
  assign: Control;
  /** For who may change its spaces, where it is restricted. */
  controls?: SpaceViewRowControls;
}

/** What may be done with a server's restriction. */
export interface SpaceViewRowControls {
  /** Whether the space is among its spaces. */
  spaces: Control;
}

/** A user. */
export interface UserView {
  /** Who they are. */
  user: ShownUser;
  /** Every known client, by id. */
  clients: UserClient[];
  /** Their tokens. */
  tokens: UserTokens;
  /** The last forwarded call. */
  lastUsed?: LastUsed;
  /** What may be done with them. */
  controls: UserControls;
}

/** Who a user is. */
export interface ShownUser {
  /** Their id. */
  id: string;
  /** Their name. */
  name: string;
  /** Whether their access is enabled. */
  access: Access;
  /** When they were first enabled; absent: never. */
  addedAt?: string;
  /** The scopes that they belong to, those that exist for the actor. */
  memberOf: string[];
  /** The scopes that they administer, those that exist for the actor. */
  administers: string[];
  /** Their permissions. */
  permissions: Permission[];
}

/** A client, for one user. */
export interface UserClient {
  /** Its id. */
  client: string;
  /** Its name. */
  name: string;
  /** Whether they have an active token for it. */
  active: boolean;
  /** What they paste into it, where the request told the endpoint. */
  configuration?: string;
}

/** A user's tokens, those that the actor sees. */
export interface UserTokens {
  /** How many are active. */
  active: number;
  /** How many have expired. */
  expired: number;
  /** All of them, by id. */
  rows: TokenRow[];
}

/** A token. */
export interface TokenRow {
  /** Its id. */
  token: string;
  /** The client's id. */
  client: string;
  /** The workspace's id. */
  workspace: string;
  /** The agent's id. */
  agent: string;
  /** The virtual server that it is good for alone. */
  virtualServer?: string;
  /** When it was issued. */
  issuedAt: string;
  /** Until when it is good. */
  expiresAt: string;
  /** The last forwarded call under it. */
  lastUsed?: LastUsed;
  /** `revoked`, else `expired`, else `active`. */
  state: string;
  /** When it was revoked. */
  revoked?: ShownRevoked;
  /** What may be done with it. */
  controls: TokenControls;
}

/** When a token was revoked. */
export interface ShownRevoked {
  /** When. */
  at: string;
  /** By whom; absent: the host. */
  by?: string;
}

/** What may be done with a token. */
export interface TokenControls {
  /** Revoking it. */
  revoke: Control;
}

/** What may be done with a user. */
export interface UserControls extends Partial<AdministeredControls> {
  /** Their access. */
  access: Control;
  /** Their active tokens. */
  revoke: Control;
}

/** What a user's administrators may do with them besides. */
export interface AdministeredControls {
  /** Their name. */
  name: Control;
  /** Their permissions. */
  permissions: Control;
  /** Where they belong. */
  memberOf: Control;
  /** What they administer. */
  administers: Control;
  /** Recording a token. */
  issue: Control;
  /** Removing them. */
  remove: Control;
}

/** The users of a subtree. */
export interface UsersView {
  /** The scope. */
  scope: Head;
  /** How many fit. */
  count: number;
  /** What may be done here. */
  controls: UsersControls;
  /** The users, by name, then id. */
  rows: UsersRow[];
  /** Where the next page begins. */
  next?: string;
}

/** What may be done with the users of a scope. */
export interface UsersControls {
  /** Adding one. */
  add: Control;
}

/** A user. */
export interface UsersRow {
  /** Their id. */
  user: string;
  /** Their name. */
  name: string;
  /** Whether their access is enabled. */
  access: Access;
  /** When they were first enabled; absent: never. */
  addedAt?: string;
  /** The clients that they have a token for. */
  clients: ClientDot[];
  /** The last forwarded call. */
  lastUsed?: LastUsed;
  /** What may be done with them. */
  controls: UsersRowControls;
}

/** A client of a user. */
export interface ClientDot {
  /** Its id. */
  client: string;
  /** Its name. */
  name: string;
  /** Whether one of the tokens is active. */
  active: boolean;
}

/** What may be done with a user of the grid. */
export interface UsersRowControls {
  /** Their access. */
  access: Control;
  /** Their active tokens. */
  revoke: Control;
  /** Removing them. */
  remove: Control;
}

/** One virtual server. */
export interface VirtualServerView {
  /** What it is. */
  virtualServer: ShownVirtualServer;
  /** Its tools, by exposed name: to its keepers all that are selected, to others those that are open. */
  tools: VirtualTool[];
  /** Its access list, for its keepers. */
  access?: GrantRow[];
  /** What may be done with it. */
  controls: VirtualServerControls;
  /** Advice, for its keepers. */
  advice?: Advice[];
}

/** What a virtual server is. */
export interface ShownVirtualServer {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** What it is for. */
  description?: string;
  /** Its state. */
  state: VirtualServerState;
  /** Its scope, where that exists for the actor. */
  scope?: string;
  /** What fronts it, for its keepers. */
  oauthProvider?: string;
  /** When it was last published, for its keepers. */
  published?: ShownPublished;
}

/** When a virtual server was last published. */
export interface ShownPublished {
  /** When. */
  at: string;
  /** By whom; absent: the host. */
  by?: string;
}

/** A selected tool. */
export interface VirtualTool {
  /** By what name it is called. */
  name: string;
  /** The server underneath, for keepers. */
  server?: string;
  /** The tool's name there, for keepers. */
  tool?: string;
  /** The label that counts. */
  label?: ToolLabel;
  /** What policy makes of a call. */
  outcome: Outcome;
  /** Why, for keepers. */
  reason?: ReasonCode;
  /** The layer that denies or asks, for keepers. */
  layer?: Layer;
}

/** Somebody's grant. */
export interface GrantRow {
  /** The user's id. */
  user: string;
  /** The user's name, where they exist for the actor. */
  name?: string;
  /** Which grant. */
  grant: Grant;
  /** It gives nothing. */
  inert?: true;
  /** What may be done with it. */
  controls: AccessControls;
}

/** What may be done with a grant. */
export interface AccessControls {
  /** Taking it away. */
  remove: Control;
}

/** What may be done with a virtual server. */
export interface VirtualServerControls extends Partial<KeptVirtualControls> {
  /** Connecting to it. */
  connect?: Control;
}

/** What a virtual server's keepers may do with it. */
export interface KeptVirtualControls {
  /** Its name. */
  name: Control;
  /** What it is for. */
  description: Control;
  /** What fronts it. */
  oauthProvider: Control;
  /** Its state. */
  state: Control;
  /** What it selects. */
  tools: Control;
  /** Letting somebody connect. */
  grantConnect: Control;
  /** Letting somebody manage it. */
  grantManage: Control;
  /** Deleting it. */
  delete: Control;
}

/** Virtual servers. */
export interface VirtualServersView {
  /** The scope, where one was asked for. */
  scope?: Head;
  /** For administrators of the scope. */
  controls?: VirtualServersControls;
  /** The virtual servers, by id. */
  rows: VirtualServersRow[];
  /** Where the next page begins. */
  next?: string;
}

/** What may be done with the virtual servers of a scope. */
export interface VirtualServersControls {
  /** Creating one here. */
  create: Control;
}

/** A virtual server. */
export interface VirtualServersRow {
  /** Its id. */
  virtualServer: string;
  /** Its name. */
  name: string;
  /** Its state. */
  state: VirtualServerState;
  /** What the actor was granted, sorted. */
  grants: Grant[];
  /** How many tools are selected, for its keepers. */
  tools?: number;
  /** What may be done with it. */
  controls: VirtualServersRowControls;
}

/** What may be done with a virtual server of the list. */
export interface VirtualServersRowControls {
  /** Connecting to it. */
  connect?: Control;
  /** Its state, for its keepers. */
  state?: Control;
  /** Deleting it, for its keepers. */
  delete?: Control;
}
