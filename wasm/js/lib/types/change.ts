import type { Time } from "../text.js";
import type {
  Access,
  AgentRecord,
  Annotations,
  ApprovalMode,
  Authorization,
  ClientRecord,
  ExceptableSetting,
  Floor,
  Floors,
  Grant,
  IntegrationRecord,
  Permission,
  Platform,
  PolicyDocument,
  RecordSource,
  SelectedTool,
  Settings,
  SpaceRecord,
  Switch,
  ToolLabel,
  VirtualServerState,
  Visibility,
} from "./document.js";

/** A change, who wants it, when, and against which revision. */
export interface ChangeRequest {
  /** Who wants it. */
  actor: ChangeActor;
  /** The time. */
  now: Time;
  /** The revision that it was previewed against; against another one it is refused. */
  revision: number;
  /** What is to be changed. */
  change: Change;
}

/** Merges settings at a scope; null unsets. */
export interface SetChange {
  kind: "set";
  /** Where they are stored. */
  scope: string;
  /** Whose authority, if a lower one than the actor's highest. */
  as?: string;
  /** What is merged. */
  settings: SettingsChange;
}

/** Sets creation and use of custom servers together. */
export interface PresetChange {
  kind: "preset";
  /** Where they are stored. */
  scope: string;
  /** Whose authority, if a lower one than the actor's highest. */
  as?: string;
  /** Which preset. */
  preset: Preset;
}

/** Turns a feature on or off at a scope, or leaves it to the scopes above. */
export interface SetFeatureChange {
  kind: "set-feature";
  /** Where. */
  scope: string;
  /** Which feature. */
  feature: FeatureName;
  /** Null: not stated here. */
  value: boolean | null;
}

/** Registers a server. */
export interface RegisterServerChange {
  kind: "register-server";
  /** The server's record. */
  server: NewServer;
}

/** Gives a server another address, and with it another id. */
export interface ReaddressServerChange {
  kind: "readdress-server";
  /** The server's id, which becomes a tombstone's. */
  server: string;
  /** Its next id, one that was never used. */
  newServer: string;
  /** Its next address. */
  address: string;
}

/** Renames a server, or changes its headers or its method. */
export interface EditServerChange {
  kind: "edit-server";
  /** The server's id. */
  server: string;
  /** Absent: as it is. */
  name?: string;
  /** Absent: as they are. */
  headers?: string[];
  /** Absent: as it is. */
  authorization?: Authorization;
}

/** Shares a server, or makes it private. */
export interface SetVisibilityChange {
  kind: "set-visibility";
  /** The server's id. */
  server: string;
  /** Private or shared. */
  visibility: Visibility;
}

/** Moves the master switch. */
export interface SwitchServerChange {
  kind: "switch-server";
  /** The server's id. */
  server: string;
  /** On or off. */
  switch: Switch;
}

/** Stops a server. */
export interface DisableServerChange {
  kind: "disable-server";
  /** The server's id. */
  server: string;
  /** Whose authority, if a lower one than the actor's highest. */
  as?: string;
}

/** Lifts a stop. */
export interface EnableServerChange {
  kind: "enable-server";
  /** The server's id. */
  server: string;
  /** The one entry to be lifted; absent: all that the actor may lift. */
  as?: string;
}

/** Removes a server for good. */
export interface DeleteServerChange {
  kind: "delete-server";
  /** The server's id. */
  server: string;
}

/** Says which agents may use a server. */
export interface SetAgentsChange {
  kind: "set-agents";
  /** The server's id. */
  server: string;
  /** All of them; none at all is refused as `agent-required`. */
  agents: string[];
}

/** Limits a server to spaces, or opens it to all. */
export interface SetSpacesChange {
  kind: "set-spaces";
  /** The server's id. */
  server: string;
  /** Null: all; none at all is refused as `space-required`. */
  spaces: string[] | null;
}

/** Says who a server's delegates are. */
export interface SetAssigneesChange {
  kind: "set-assignees";
  /** The server's id. */
  server: string;
  /** All of them. */
  assignees: string[];
}

/** Enables or labels a tool, or sets its mode. */
export interface SetToolChange {
  kind: "set-tool";
  /** The server's id. */
  server: string;
  /** The tool's name. */
  tool: string;
  /** Absent: as it is. */
  enabled?: boolean;
  /** Absent: as it is. */
  approval?: ApprovalMode;
  /** Null: none; absent: as it is. */
  label?: ToolLabel | null;
  /** Whose label, if a lower authority than the actor's highest. */
  as?: string;
}

/** Enters the tools that a server has listed. */
export interface RefreshToolsChange {
  kind: "refresh-tools";
  /** The server's id. */
  server: string;
  /** What it listed. */
  tools: ListedTool[];
}

/** Accepts a tool's definition. */
export interface AcceptToolChange {
  kind: "accept-tool";
  /** The server's id. */
  server: string;
  /** The tool's name. */
  tool: string;
  /** The digest of what is accepted. */
  digest: string;
  /** What it says of itself; absent: nothing. */
  hint?: ToolLabel;
}

/** Lets a shared credential pass, or no longer. */
export interface WaiveSharedCredentialChange {
  kind: "waive-shared-credential";
  /** The server's id. */
  server: string;
  /** Why; null: it is withdrawn. */
  reason: string | null;
}

/** Adds a user. */
export interface AddUserChange {
  kind: "add-user";
  /** The user's record. */
  user: NewUser;
}

/** Changes a user's record. */
export interface EditUserChange {
  kind: "edit-user";
  /** The user's id. */
  user: string;
  /** Absent: as it is. */
  name?: string;
  /** Absent: as it is. */
  memberOf?: string[];
  /** Absent: as it is. */
  administers?: string[];
  /** Absent: as they are. */
  permissions?: Permission[];
}

/** Removes a user, with all that goes along. */
export interface RemoveUserChange {
  kind: "remove-user";
  /** The user's id. */
  user: string;
}

/** Enables or disables a user's MCP access. */
export interface SetAccessChange {
  kind: "set-access";
  /** The user's id. */
  user: string;
  /** Enabled or disabled. */
  access: Access;
}

/** Records a token. */
export interface IssueTokenChange {
  kind: "issue-token";
  /** The user's id. */
  user: string;
  /** The token's record. */
  token: NewToken;
}

/** Revokes tokens by their ids, or all active ones of some users. */
export interface RevokeTokensChange {
  kind: "revoke-tokens";
  /** Which tokens. */
  tokens: string[];
}

/** Revokes tokens by their ids, or all active ones of some users. */
export interface RevokeTokensOfUsersChange {
  kind: "revoke-tokens";
  /** Or whose. */
  users: string[];
}

/** Adds a scope below another. */
export interface AddScopeChange {
  kind: "add-scope";
  /** The scope's record. */
  scope: NewScope;
}

/** Renames a scope, or says whom to ask. */
export interface EditScopeChange {
  kind: "edit-scope";
  /** The scope's id. */
  scope: string;
  /** Absent: as it is. */
  name?: string;
  /** Null: nobody; absent: as it is. */
  contact?: string | null;
}

/** Removes an empty scope. */
export interface RemoveScopeChange {
  kind: "remove-scope";
  /** The scope's id. */
  scope: string;
}

/** Adds a space to a workspace. */
export interface AddSpaceChange {
  kind: "add-space";
  /** The workspace's id. */
  scope: string;
  /** The space's record. */
  space: SpaceRecord;
}

/** Renames a space. */
export interface EditSpaceChange {
  kind: "edit-space";
  /** The space's id. */
  space: string;
  /** Its next name. */
  name: string;
}

/** Removes a space. */
export interface RemoveSpaceChange {
  kind: "remove-space";
  /** The space's id. */
  space: string;
}

/** Adds an integration to the catalogue, or replaces it whole. */
export interface PutIntegrationChange {
  kind: "put-integration";
  /** Its record. */
  integration: IntegrationRecord;
}

/** Removes an integration that nothing names. */
export interface RemoveIntegrationChange {
  kind: "remove-integration";
  /** Its id. */
  integration: string;
}

/** Adds an agent, or replaces it whole. */
export interface PutAgentChange {
  kind: "put-agent";
  /** Its record. */
  agent: AgentRecord;
}

/** Removes an agent that nothing names. */
export interface RemoveAgentChange {
  kind: "remove-agent";
  /** Its id. */
  agent: string;
}

/** Adds a client, or replaces it whole. */
export interface PutClientChange {
  kind: "put-client";
  /** Its record. */
  client: ClientRecord;
}

/** Removes a client that nothing names. */
export interface RemoveClientChange {
  kind: "remove-client";
  /** Its id. */
  client: string;
}

/** Gives a level another label. */
export interface SetLevelLabelChange {
  kind: "set-level-label";
  /** The level's id. */
  level: string;
  /** Its next label. */
  label: string;
}

/** Replaces the platform's part whole; the host's alone. */
export interface SetPlatformChange {
  kind: "set-platform";
  /** Its record. */
  platform: Platform;
}

/** Creates a virtual server. */
export interface CreateVirtualServerChange {
  kind: "create-virtual-server";
  /** Its record. */
  virtualServer: NewVirtualServer;
}

/** Changes what a virtual server is called, what it is for, and what fronts it. */
export interface EditVirtualServerChange {
  kind: "edit-virtual-server";
  /** Its id. */
  virtualServer: string;
  /** Absent: as it is. */
  name?: string;
  /** Absent: as it is. */
  description?: string;
  /** Null: none; absent: as it is. */
  oauthProvider?: string | null;
}

/** Selects the tools of a virtual server. */
export interface SetVirtualToolsChange {
  kind: "set-virtual-tools";
  /** Its id. */
  virtualServer: string;
  /** All of them. */
  tools: SelectedTool[];
}

/** Publishes a virtual server, or takes it back. */
export interface SetVirtualStateChange {
  kind: "set-virtual-state";
  /** Its id. */
  virtualServer: string;
  /** Its next state. */
  state: VirtualServerState;
}

/** Gives a user a grant. */
export interface GrantChange {
  kind: "grant";
  /** The virtual server's id. */
  virtualServer: string;
  /** The user's id. */
  user: string;
  /** Which grant. */
  grant: Grant;
}

/** Takes a grant from a user. */
export interface UngrantChange {
  kind: "ungrant";
  /** The virtual server's id. */
  virtualServer: string;
  /** The user's id. */
  user: string;
  /** Which grant. */
  grant: Grant;
}

/** Removes a virtual server, and the tokens that name it. */
export interface DeleteVirtualServerChange {
  kind: "delete-virtual-server";
  /** Its id. */
  virtualServer: string;
}

/** Several changes, whole or not at all, each judged after the ones before it. */
export interface BatchChange {
  kind: "batch";
  /** In their order. */
  changes: Change[];
}

/** Puts another document in place of this one. */
export interface ImportChange {
  kind: "import";
  /** A document. What is wrong with it is told by the refusal `invalid-document`. */
  document: PolicyDocument;
}

/** Who wants a change: a user, or the host as itself. */
export type ChangeActor = {
  /** The user's id. */
  user: string;
  /** When the user last confirmed by password. */
  confirmedAt?: Time;
} | {
  host: true;
};

/** Settings of custom servers to be merged. */
export interface CustomChange {
  /** May users register them? */
  creation?: Switch | null;
  /** May anything be in contact with them? */
  use?: Switch | null;
  /** May they be shared? */
  sharing?: Switch | null;
}

/** An optional feature of a scope. */
export type FeatureName = "accessControl";

/** Floors to be merged. */
export interface FloorsChange {
  /** Of what reads. */
  read?: Floor | null;
  /** Of what writes. */
  write?: Floor | null;
}

/** A tool that a server has just listed. */
export interface ListedTool {
  /** Its name. */
  name: string;
  /** What its definition says of itself. */
  hint?: ToolLabel;
  /** The digest of its definition. */
  digest: string;
}

/** A scope to be added. */
export interface NewScope {
  /** Its id. */
  id: string;
  /** Its level's id. */
  level: string;
  /** The scope above. */
  parent: string;
  /** What people will call it. */
  name: string;
  /** Whom to ask. */
  contact?: string;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A server to be registered. */
export interface NewServer {
  /** Its id, one that was never used. */
  id: string;
  /** Where it is to be registered. */
  scope: string;
  /** Where it comes from. */
  source: RecordSource;
  /** What people will call it. */
  name: string;
  /** Where it is. */
  address: string;
  /** Whose it is; named by the host alone, else the actor's. */
  owner?: string;
  /** Private or shared. */
  visibility: Visibility;
  /** The master switch. */
  switch: Switch;
  /** How it wants to be authorised. */
  authorization: Authorization;
  /** Names of the headers sent with every request. */
  headers?: string[];
  /** The agents that may use it. */
  agents: string[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A token to be issued; it is issued at the change's `now`. */
export interface NewToken {
  /** Its id, never its value. */
  id: string;
  /** Who will present it. */
  client: string;
  /** Where it is good. */
  workspace: string;
  /** The only agent that it is good for. */
  agent: string;
  /** The only virtual server that it is good for. */
  virtualServer?: string;
  /** Active while `now` is before it. */
  expiresAt: Time;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A user to be added. */
export interface NewUser {
  /** Its id. */
  id: string;
  /** What people will call them. */
  name: string;
  /** The scopes that they belong to. */
  memberOf: string[];
  /** The scopes whose subtrees they administer. */
  administers: string[];
  /** What makes them eligible as delegates. */
  permissions?: Permission[];
  /** Their MCP access. */
  access: Access;
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** A virtual server to be created; its creator gets manage. */
export interface NewVirtualServer {
  /** Its id. */
  id: string;
  /** Where it is to be. */
  scope: string;
  /** What people will call it. */
  name: string;
  /** What it is for. */
  description?: string;
  /** V-1. */
  state: VirtualServerState;
  /** The OAuth provider that fronts it. */
  oauthProvider?: string;
  /** The selected tools. */
  tools?: SelectedTool[];
  /** Kept, and never read by a decision. */
  annotations?: Annotations;
}

/** Settings to be merged into those of one authority: null unsets one; a group is never null. */
export interface SettingsChange {
  /** The emergency stop. */
  all?: Switch | null;
  /** By integration id. */
  integrations?: Record<string, Switch | null>;
  /** The allowlist stance. */
  newIntegrations?: Switch | null;
  /** The custom MCP policy. */
  custom?: CustomChange;
  /** By server id. */
  servers?: Record<string, Switch | null>;
  /** The floors of the approval modes. */
  floors?: FloorsChange;
  /** By setting name: the scopes below that its `off` spares; an empty list is null. */
  except?: Partial<Record<ExceptableSetting, string[] | null>>;
}

/** A change of both settings of custom servers. */
export type Preset = "freeze-growth" | "lockdown";

/** What is to be changed. */
export type Change =
  | SetChange
  | PresetChange
  | SetFeatureChange
  | RegisterServerChange
  | ReaddressServerChange
  | EditServerChange
  | SetVisibilityChange
  | SwitchServerChange
  | DisableServerChange
  | EnableServerChange
  | DeleteServerChange
  | SetAgentsChange
  | SetSpacesChange
  | SetAssigneesChange
  | SetToolChange
  | RefreshToolsChange
  | AcceptToolChange
  | WaiveSharedCredentialChange
  | AddUserChange
  | EditUserChange
  | RemoveUserChange
  | SetAccessChange
  | IssueTokenChange
  | RevokeTokensChange
  | RevokeTokensOfUsersChange
  | AddScopeChange
  | EditScopeChange
  | RemoveScopeChange
  | AddSpaceChange
  | EditSpaceChange
  | RemoveSpaceChange
  | PutIntegrationChange
  | RemoveIntegrationChange
  | PutAgentChange
  | RemoveAgentChange
  | PutClientChange
  | RemoveClientChange
  | SetLevelLabelChange
  | SetPlatformChange
  | CreateVirtualServerChange
  | EditVirtualServerChange
  | SetVirtualToolsChange
  | SetVirtualStateChange
  | GrantChange
  | UngrantChange
  | DeleteVirtualServerChange
  | BatchChange
  | ImportChange;

/** The kinds of changes. */
export type ChangeKind = Change["kind"];
