//! The text that an actor confirms (P-2): one table of templates, with what each names, so that a host can translate it.
//!
//! It names what the change itself names and the actor knows, and nothing else.

use std::fmt;

use super::draft::Touched;
use super::{Change, Nullable, Set, Settled};
use crate::document::{Access, Floor, Grant, State, Switch, Visibility};
use crate::policy::{Setting, Snapshot};

/// The text to confirm, as a template's code and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// Which template, such as `custom-creation-on`.
    pub code: &'static str,
    /// What stands in it, by name.
    pub params: Vec<(&'static str, String)>,
}

/// Every template by its code, in English.
pub const CONFIRMATIONS: &[(&str, &str)] = &[
    ("all-off", "Stop everything for {scope}?"),
    ("all-on", "End the stop for {scope}?"),
    ("integration-off", "Turn {integration} off for {scope}?"),
    ("integration-on", "Turn {integration} on for {scope}?"),
    ("new-integrations-off", "Turn new integrations off for {scope}?"),
    ("new-integrations-on", "Turn new integrations on for {scope}?"),
    ("custom-creation-off", "Turn custom server creation off for {scope}?"),
    ("custom-creation-on", "Turn custom server creation on for {scope}?"),
    ("custom-use-off", "Turn custom server use off for {scope}?"),
    ("custom-use-on", "Turn custom server use on for {scope}?"),
    ("custom-sharing-off", "Turn custom server sharing off for {scope}?"),
    ("custom-sharing-on", "Turn custom server sharing on for {scope}?"),
    ("server-off", "Turn the server {server} off for {scope}?"),
    ("server-on", "Turn the server {server} on for {scope}?"),
    ("floor-read-ask", "Ask before every tool that reads, for {scope}?"),
    ("floor-read-deny", "Deny every tool that reads, for {scope}?"),
    ("floor-read-none", "Remove the floor for tools that read, for {scope}?"),
    ("floor-write-ask", "Ask before every tool that writes, for {scope}?"),
    ("floor-write-deny", "Deny every tool that writes, for {scope}?"),
    ("floor-write-none", "Remove the floor for tools that write, for {scope}?"),
    ("except", "Change what is spared of {setting} for {scope}?"),
    ("settings", "Change {count} settings for {scope}?"),
    ("freeze-growth", "Allow no new custom servers for {scope}?"),
    ("lockdown", "Lock down all custom servers for {scope}?"),
    ("access-control-on", "Turn access control on for {scope}?"),
    ("access-control-off", "Turn access control off for {scope}?"),
    ("access-control-unset", "Leave access control for {scope} to what holds above?"),
    ("register-server", "Register the server {server} in {scope}?"),
    ("readdress-server", "Give the server {server} another address? It is registered anew."),
    ("edit-server", "Change the server {server}?"),
    ("share-server", "Share the server {server}?"),
    ("make-server-private", "Make the server {server} private?"),
    ("switch-server-on", "Switch the server {server} on?"),
    ("switch-server-off", "Switch the server {server} off?"),
    ("disable-server", "Disable the server {server}?"),
    ("enable-server", "Enable the server {server}?"),
    ("delete-server", "Delete the server {server} for good?"),
    ("set-agents", "Change the agents that may use the server {server}?"),
    ("set-spaces", "Limit the server {server} to {count} spaces?"),
    ("set-spaces-one", "Limit the server {server} to one space?"),
    ("clear-spaces", "Open the server {server} to all spaces?"),
    ("set-assignees", "Change who is assigned to the server {server}?"),
    ("set-tool", "Change the tool {tool} of the server {server}?"),
    ("enable-tool", "Enable the tool {tool} of the server {server}?"),
    ("disable-tool", "Disable the tool {tool} of the server {server}?"),
    ("refresh-tools", "Refresh the tools of the server {server}?"),
    ("accept-tool", "Accept the definition of the tool {tool} of the server {server}?"),
    ("waive-shared-credential", "Let the server {server} be used with its shared credential?"),
    ("withdraw-waiver", "No longer let the server {server} be used with its shared credential?"),
    ("add-user", "Add {user}?"),
    ("edit-user", "Change the record of {user}?"),
    ("remove-user", "Remove {user}, with their private servers and tokens?"),
    ("enable-access", "Enable MCP access for {user}?"),
    ("disable-access", "Disable MCP access for {user} and revoke their tokens?"),
    ("issue-token", "Issue a token to {client} for {user}?"),
    ("revoke-tokens", "Revoke {count} tokens?"),
    ("revoke-token", "Revoke one token?"),
    ("revoke-tokens-of-user", "Revoke all tokens of {user}?"),
    ("revoke-tokens-of-users", "Revoke all tokens of {count} users?"),
    ("add-scope", "Add {scope}?"),
    ("edit-scope", "Change the name or contact of {scope}?"),
    ("remove-scope", "Remove {scope}?"),
    ("add-space", "Add the space {space} to {scope}?"),
    ("edit-space", "Rename the space {space}?"),
    ("remove-space", "Remove the space {space}?"),
    ("add-integration", "Add the integration {integration} to the catalogue?"),
    ("put-integration", "Replace the integration {integration} in the catalogue?"),
    ("remove-integration", "Remove the integration {integration} from the catalogue?"),
    ("put-agent", "Save the agent {agent}?"),
    ("remove-agent", "Remove the agent {agent}?"),
    ("put-client", "Save the client {client}?"),
    ("remove-client", "Remove the client {client}?"),
    ("set-level-label", "Rename the level {level} to {label}?"),
    ("set-platform", "Replace the platform's settings?"),
    ("create-virtual-server", "Create the virtual server {virtualServer} in {scope}?"),
    ("edit-virtual-server", "Change the virtual server {virtualServer}?"),
    ("set-virtual-tools", "Change the tools of the virtual server {virtualServer}?"),
    ("publish-virtual-server", "Publish the virtual server {virtualServer}?"),
    ("unpublish-virtual-server", "Unpublish the virtual server {virtualServer}?"),
    ("draft-virtual-server", "Make the virtual server {virtualServer} a draft?"),
    ("grant-connect", "Let {user} use the virtual server {virtualServer}?"),
    ("grant-manage", "Let {user} manage the virtual server {virtualServer}?"),
    ("ungrant-connect", "No longer let {user} use the virtual server {virtualServer}?"),
    ("ungrant-manage", "No longer let {user} manage the virtual server {virtualServer}?"),
    ("delete-virtual-server", "Delete the virtual server {virtualServer} for good?"),
    ("batch", "Make {count} changes at once?"),
    ("import", "Replace the whole policy? Added: {added}, changed: {changed}, removed: {removed}."),
];

impl Confirm {
    /// Fills in a template: a translated one, or that of the table. What it names that isn't there stays empty.
    pub fn fill(&self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((plain, named)) = rest.split_once('{') {
            let (name, after) = named.split_once('}').unwrap_or((named, ""));
            text.push_str(plain);
            text.push_str(self.params.iter().find(|(param, _)| *param == name).map_or("", |(_, value)| value));
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

impl fmt::Display for Confirm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let template = CONFIRMATIONS.iter().find(|(code, _)| *code == self.code).map_or("", |(_, template)| template);
        f.write_str(&self.fill(template))
    }
}

/// What a text names, looked up before the change and after it.
struct Names<'s>(&'s Snapshot, &'s Snapshot);

impl Names<'_> {
    fn find(&self, name: impl Fn(&Snapshot) -> Option<String>, id: &str) -> String {
        name(self.0).or_else(|| name(self.1)).unwrap_or_else(|| id.to_owned())
    }

    fn scope(&self, id: &str) -> (&'static str, String) {
        ("scope", self.find(|snapshot| snapshot.scopes.find(id).map(|(_, scope)| scope.name.to_string()), id))
    }

    fn server(&self, id: &str) -> (&'static str, String) {
        ("server", self.find(|snapshot| snapshot.servers.find(id).map(|(_, server)| server.name.to_string()), id))
    }

    fn user(&self, id: &str) -> (&'static str, String) {
        ("user", self.find(|snapshot| snapshot.users.find(id).map(|(_, user)| user.name.to_string()), id))
    }

    fn space(&self, id: &str) -> (&'static str, String) {
        ("space", self.find(|snapshot| snapshot.spaces.find(id).map(|(_, space)| space.name.to_string()), id))
    }

    fn integration(&self, id: &str) -> (&'static str, String) {
        ("integration", self.find(|snapshot| snapshot.integrations.find(id).map(|(_, entry)| entry.name.to_string()), id))
    }

    fn agent(&self, id: &str) -> (&'static str, String) {
        ("agent", self.find(|snapshot| snapshot.agents.find(id).map(|(_, agent)| agent.name.to_string()), id))
    }

    fn client(&self, id: &str) -> (&'static str, String) {
        ("client", self.find(|snapshot| snapshot.clients.find(id).map(|(_, client)| client.name.to_string()), id))
    }

    fn level(&self, id: &str) -> (&'static str, String) {
        let label = |snapshot: &Snapshot| snapshot.levels.iter().find(|level| *level.id == *id).map(|level| level.label.to_string());
        ("level", self.find(label, id))
    }

    fn virtual_server(&self, id: &str) -> (&'static str, String) {
        ("virtualServer", self.find(|snapshot| snapshot.virtual_servers.find(id).map(|(_, server)| server.name.to_string()), id))
    }
}

impl Confirm {
    /// Of a change from one version of the policy to the next.
    pub(super) fn of(change: &Change<'_>, before: &Snapshot, after: &Snapshot, touched: &Touched) -> Self {
        let names = Names(before, after);
        let (code, params) = match change {
            Change::Set(change) => set(change, &names),
            Change::Preset(change) => {
                let code = match change.preset {
                    Settled::FreezeGrowth => "freeze-growth",
                    Settled::Lockdown => "lockdown",
                };
                (code, vec![names.scope(&change.scope)])
            }
            Change::SetFeature(change) => {
                let code = match change.value {
                    Nullable::Set(true) => "access-control-on",
                    Nullable::Set(false) => "access-control-off",
                    Nullable::Unset => "access-control-unset",
                };
                (code, vec![names.scope(&change.scope)])
            }
            Change::Batch(change) => ("batch", vec![("count", change.changes.len().to_string())]),
            Change::Import(_) => {
                let [added, changed, removed] = counts(before, after, touched);
                let text = |(name, count): (&'static str, usize)| (name, count.to_string());
                ("import", [("added", added), ("changed", changed), ("removed", removed)].map(text).to_vec())
            }
            _ => of_server(change, &names).or_else(|| of_user(change, &names)).unwrap_or_else(|| of_rest(change, &names)),
        };
        Self { code, params }
    }
}

type Filled = (&'static str, Vec<(&'static str, String)>);

/// One setting by itself; several by their number.
fn set(change: &Set<'_>, names: &Names<'_>) -> Filled {
    let settings = &change.settings;
    let scope = names.scope(&change.scope);
    let mut single: Vec<Filled> = Vec::new();
    // Null leaves it to what counts otherwise: at the root that is off for sharing (C-7).
    let is_off = |setting: Option<Setting>, value: Nullable<Switch>| match value {
        Nullable::Set(switch) => switch == Switch::Off,
        Nullable::Unset => setting.is_some_and(|setting| {
            let off = |snapshot: &Snapshot| {
                let path = snapshot.scopes.find(&*change.scope).map(|(_, scope)| scope.path);
                path.is_some_and(|path| {
                    let policy = snapshot.scope_policy(path);
                    match setting {
                        Setting::Integration(slot) => policy.integration_offs(slot, &mut |_| std::ops::ControlFlow::Break(())).is_break(),
                        setting => policy.is_off(setting),
                    }
                })
            };
            !off(names.0) && off(names.1)
        }),
    };
    let custom = settings.custom.as_ref();
    let switches = [
        (settings.all, Setting::All, ["all-off", "all-on"]),
        (settings.new_integrations, Setting::NewIntegrations, ["new-integrations-off", "new-integrations-on"]),
        (custom.and_then(|custom| custom.creation), Setting::CustomCreation, ["custom-creation-off", "custom-creation-on"]),
        (custom.and_then(|custom| custom.r#use), Setting::CustomUse, ["custom-use-off", "custom-use-on"]),
        (custom.and_then(|custom| custom.sharing), Setting::CustomSharing, ["custom-sharing-off", "custom-sharing-on"]),
    ];
    for (value, setting, [off, on]) in switches {
        let Some(value) = value else { continue };
        single.push((if is_off(Some(setting), value) { off } else { on }, vec![scope.clone()]));
    }
    for (id, value) in settings.integrations.iter() {
        let off = is_off(names.0.integrations.slot(&**id).map(Setting::Integration), *value);
        single.push((if off { "integration-off" } else { "integration-on" }, vec![names.integration(id), scope.clone()]));
    }
    for (id, value) in settings.servers.iter() {
        let off = is_off(None, *value);
        single.push((if off { "server-off" } else { "server-on" }, vec![names.server(id), scope.clone()]));
    }
    let floors = settings.floors.as_ref();
    let floors = [
        (floors.and_then(|floors| floors.read), ["floor-read-ask", "floor-read-deny", "floor-read-none"]),
        (floors.and_then(|floors| floors.write), ["floor-write-ask", "floor-write-deny", "floor-write-none"]),
    ];
    for (value, [ask, deny, none]) in floors {
        let code = match value {
            Some(Nullable::Set(Floor::Ask)) => ask,
            Some(Nullable::Set(Floor::Deny)) => deny,
            Some(Nullable::Unset) => none,
            None => continue,
        };
        single.push((code, vec![scope.clone()]));
    }
    for (setting, _) in settings.except.iter() {
        single.push(("except", vec![("setting", setting.to_string()), scope.clone()]));
    }
    match <[Filled; 1]>::try_from(single) {
        Ok([one]) => one,
        Err(several) => ("settings", vec![("count", several.len().to_string()), scope]),
    }
}

fn of_server(change: &Change<'_>, names: &Names<'_>) -> Option<Filled> {
    let (code, server) = match change {
        Change::RegisterServer(change) => {
            let params = vec![("server", change.server.name.to_string()), names.scope(&change.server.scope)];
            return Some(("register-server", params));
        }
        Change::SetTool(change) => {
            let only = change.approval.is_none() && change.label.is_none();
            let code = match change.enabled.filter(|_| only) {
                Some(true) => "enable-tool",
                Some(false) => "disable-tool",
                None => "set-tool",
            };
            return Some((code, vec![("tool", change.tool.to_string()), names.server(&change.server)]));
        }
        Change::AcceptTool(change) => {
            return Some(("accept-tool", vec![("tool", change.tool.to_string()), names.server(&change.server)]));
        }
        Change::SetSpaces(change) => {
            let count = match &change.spaces {
                Nullable::Unset => return Some(("clear-spaces", vec![names.server(&change.server)])),
                Nullable::Set(spaces) => spaces.len(),
            };
            let server = names.server(&change.server);
            return Some(match count {
                1 => ("set-spaces-one", vec![server]),
                count => ("set-spaces", vec![server, ("count", count.to_string())]),
            });
        }
        Change::ReaddressServer(change) => ("readdress-server", &change.server),
        Change::EditServer(change) => ("edit-server", &change.server),
        Change::SetVisibility(change) => match change.visibility {
            Visibility::Shared => ("share-server", &change.server),
            Visibility::Private => ("make-server-private", &change.server),
        },
        Change::SwitchServer(change) => match change.switch {
            Switch::On => ("switch-server-on", &change.server),
            Switch::Off => ("switch-server-off", &change.server),
        },
        Change::DisableServer(change) => ("disable-server", &change.server),
        Change::EnableServer(change) => ("enable-server", &change.server),
        Change::DeleteServer(change) => ("delete-server", &change.server),
        Change::SetAgents(change) => ("set-agents", &change.server),
        Change::SetAssignees(change) => ("set-assignees", &change.server),
        Change::RefreshTools(change) => ("refresh-tools", &change.server),
        Change::WaiveSharedCredential(change) => match change.reason {
            Nullable::Set(_) => ("waive-shared-credential", &change.server),
            Nullable::Unset => ("withdraw-waiver", &change.server),
        },
        _ => return None,
    };
    Some((code, vec![names.server(server)]))
}

fn of_user(change: &Change<'_>, names: &Names<'_>) -> Option<Filled> {
    Some(match change {
        Change::AddUser(change) => ("add-user", vec![("user", change.user.name.to_string())]),
        Change::EditUser(change) => ("edit-user", vec![names.user(&change.user)]),
        Change::RemoveUser(change) => ("remove-user", vec![names.user(&change.user)]),
        Change::SetAccess(change) => match change.access {
            Access::Enabled => ("enable-access", vec![names.user(&change.user)]),
            Access::Disabled => ("disable-access", vec![names.user(&change.user)]),
        },
        Change::IssueToken(change) => ("issue-token", vec![names.client(&change.token.client), names.user(&change.user)]),
        Change::RevokeTokens(change) => match (&change.tokens, change.users.as_deref()) {
            (_, Some([user])) => ("revoke-tokens-of-user", vec![names.user(user)]),
            (_, Some(users)) => ("revoke-tokens-of-users", vec![("count", users.len().to_string())]),
            (Some(tokens), None) if tokens.len() == 1 => ("revoke-token", Vec::new()),
            (tokens, None) => ("revoke-tokens", vec![("count", tokens.iter().flat_map(|tokens| tokens.iter()).count().to_string())]),
        },
        _ => return None,
    })
}

/// Structure, the catalogue and virtual servers; what is left besides was told before.
fn of_rest(change: &Change<'_>, names: &Names<'_>) -> Filled {
    match change {
        Change::AddScope(change) => ("add-scope", vec![("scope", change.scope.name.to_string())]),
        Change::EditScope(change) => ("edit-scope", vec![names.scope(&change.scope)]),
        Change::RemoveScope(change) => ("remove-scope", vec![names.scope(&change.scope)]),
        Change::AddSpace(change) => ("add-space", vec![("space", change.space.name.to_string()), names.scope(&change.scope)]),
        Change::EditSpace(change) => ("edit-space", vec![names.space(&change.space)]),
        Change::RemoveSpace(change) => ("remove-space", vec![names.space(&change.space)]),
        Change::PutIntegration(change) => {
            let stood = names.0.integrations.slot(&*change.integration.id).is_some();
            let code = if stood { "put-integration" } else { "add-integration" };
            (code, vec![names.integration(&change.integration.id)])
        }
        Change::RemoveIntegration(change) => ("remove-integration", vec![names.integration(&change.integration)]),
        Change::PutAgent(change) => ("put-agent", vec![names.agent(&change.agent.id)]),
        Change::RemoveAgent(change) => ("remove-agent", vec![names.agent(&change.agent)]),
        Change::PutClient(change) => ("put-client", vec![names.client(&change.client.id)]),
        Change::RemoveClient(change) => ("remove-client", vec![names.client(&change.client)]),
        Change::SetLevelLabel(change) => ("set-level-label", vec![names.level(&change.level), ("label", change.label.to_string())]),
        Change::CreateVirtualServer(change) => {
            let server = &change.virtual_server;
            ("create-virtual-server", vec![("virtualServer", server.name.to_string()), names.scope(&server.scope)])
        }
        Change::EditVirtualServer(change) => ("edit-virtual-server", vec![names.virtual_server(&change.virtual_server)]),
        Change::SetVirtualTools(change) => ("set-virtual-tools", vec![names.virtual_server(&change.virtual_server)]),
        Change::SetVirtualState(change) => {
            let code = match change.state {
                State::Published => "publish-virtual-server",
                State::Unpublished => "unpublish-virtual-server",
                State::Draft => "draft-virtual-server",
            };
            (code, vec![names.virtual_server(&change.virtual_server)])
        }
        Change::Grant(change) => {
            let code = match change.grant {
                Grant::Connect => "grant-connect",
                Grant::Manage => "grant-manage",
            };
            (code, vec![names.user(&change.user), names.virtual_server(&change.virtual_server)])
        }
        Change::Ungrant(change) => {
            let code = match change.grant {
                Grant::Connect => "ungrant-connect",
                Grant::Manage => "ungrant-manage",
            };
            (code, vec![names.user(&change.user), names.virtual_server(&change.virtual_server)])
        }
        Change::DeleteVirtualServer(change) => ("delete-virtual-server", vec![names.virtual_server(&change.virtual_server)]),
        _ => ("set-platform", Vec::new()),
    }
}

/// How many records come, read otherwise and go.
fn counts(before: &Snapshot, after: &Snapshot, touched: &Touched) -> [usize; 3] {
    let mut counts = [0; 3];
    let mut count = |before: Option<String>, after: Option<String>| {
        let [added, changed, removed] = &mut counts;
        match (before, after) {
            (None, Some(_)) => *added += 1,
            (Some(_), None) => *removed += 1,
            (before, after) => *changed += usize::from(before != after),
        }
    };
    touched.scopes.iter().for_each(|slot| count(before.scope_text(*slot), after.scope_text(*slot)));
    touched.users.iter().for_each(|slot| count(before.user_text(*slot), after.user_text(*slot)));
    touched.servers.iter().for_each(|slot| count(before.server_text(*slot), after.server_text(*slot)));
    touched.virtual_servers.iter().for_each(|slot| count(before.virtual_server_text(*slot), after.virtual_server_text(*slot)));
    touched.integrations.iter().for_each(|slot| count(before.integration_text(*slot), after.integration_text(*slot)));
    touched.agents.iter().for_each(|slot| count(before.agent_text(*slot), after.agent_text(*slot)));
    touched.clients.iter().for_each(|slot| count(before.client_text(*slot), after.client_text(*slot)));
    counts
}
