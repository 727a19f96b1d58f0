//! What the shape of a change can't say of its texts: ids, names, and what stands twice (contract 1; P-11). One walk serves
//! what no policy could accept, which is refused first, and lengths, which are `too-large` later.

use std::fmt::Display;

use super::{Ask, Change, NewServer, NewToken, NewUser, NewVirtualServer, Nullable, SettingsChange};
use crate::address::Pattern;
use crate::document::limits::{MAX_ADDRESS, MAX_NAME, MAX_TEXT};
use crate::document::{
    Annotations, Authorization, Enforce, Integration, Method, Platform, ProblemCode, Selected, SourceKind, Text, is_clean_name, is_header,
    is_id, is_tool_name,
};

/// Hears of a problem: its pointer, what kind it is, and what is wrong.
pub(super) type Report<'r> = &'r mut dyn FnMut(&dyn Display, ProblemCode, &dyn Display);

/// What a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Id,
    ToolName,
    Name,
    Header,
    Address,
    Pattern,
    Any,
    /// An annotation's key.
    Key,
    Setting,
}

/// What a walk comes by.
enum Found<'t> {
    Text(Form, &'t str),
    /// It stands in its list already.
    Double(&'t str),
    /// Something else is wrong.
    Wrong(ProblemCode, &'static str),
}

type Hear<'h> = &'h mut dyn FnMut(&dyn Display, Found<'_>);

/// Tells of everything that no policy could accept.
pub(super) fn check(ask: &Ask<'_>, report: Report<'_>) {
    if let Some(user) = ask.actor.user.as_deref().filter(|user| !is_id(user)) {
        report(&"/actor/user", ProblemCode::InvalidId, &format_args!("`{user}` is no id"));
    }
    if ask.revision == 0 {
        report(&"/revision", ProblemCode::InvalidInteger, &"a revision is 1 at least");
    }
    let host = ask.actor.host == Some(true);
    change(&"/change", &ask.change, host, &mut |at, found| {
        let (code, problem) = match found {
            Found::Double(text) => (ProblemCode::DuplicateEntry, format!("`{text}` stands here already")),
            Found::Wrong(code, problem) => (code, problem.to_owned()),
            Found::Text(form, text) => match form {
                Form::Id if !is_id(text) => (ProblemCode::InvalidId, "this is no id".to_owned()),
                Form::ToolName if !is_tool_name(text) => (ProblemCode::InvalidToolName, "this is no tool's name".to_owned()),
                Form::Name if !is_clean_name(text) => (ProblemCode::InvalidName, "this is no name".to_owned()),
                Form::Header if !is_header(text) => (ProblemCode::InvalidHeader, "this is no header's name".to_owned()),
                Form::Setting if !is_exceptable(text) => {
                    (ProblemCode::UnknownSetting, "no setting of this name can be excepted".to_owned())
                }
                Form::Pattern => match Pattern::parse(text) {
                    Ok(_) => return,
                    Err(error) => (ProblemCode::InvalidPattern, format!("this is no pattern: {error}")),
                },
                _ => return,
            },
        };
        report(at, code, &problem);
    });
}

/// Whether every text of one change keeps to its length; ids and names of tools did before.
pub(super) fn texts_fit(change: &Change<'_>) -> bool {
    let mut fit = true;
    self::change(&"", change, true, &mut |_, found| {
        if let Found::Text(form, text) = found {
            let most = match form {
                Form::Id | Form::ToolName | Form::Setting => usize::MAX,
                Form::Name | Form::Header | Form::Key => MAX_NAME,
                Form::Address | Form::Pattern => MAX_ADDRESS,
                Form::Any => MAX_TEXT,
            };
            fit &= text.len() <= most;
        }
    });
    fit
}

/// A setting's one name, floors apart: those have no exceptions (S-12).
fn is_exceptable(name: &str) -> bool {
    match name.split_once('/') {
        None => name == "all" || name == "new-integrations",
        Some(("custom", which)) => matches!(which, "creation" | "use" | "sharing"),
        Some(("integration" | "server", id)) => is_id(id),
        Some(_) => false,
    }
}

fn text(at: &dyn Display, member: &str, form: Form, text: &str, hear: Hear<'_>) {
    hear(&format_args!("{at}/{member}"), Found::Text(form, text));
}

fn maybe(at: &dyn Display, member: &str, form: Form, given: Option<&Text<'_>>, hear: Hear<'_>) {
    if let Some(given) = given {
        text(at, member, form, given, hear);
    }
}

/// Annotations, of which the lengths alone are asked.
fn notes(at: &dyn Display, annotations: &Annotations<'_>, hear: Hear<'_>) {
    for (key, note) in annotations.iter() {
        hear(&format_args!("{at}/annotations"), Found::Text(Form::Key, key));
        hear(&format_args!("{at}/annotations"), Found::Text(Form::Any, note));
    }
}

/// A list in which nothing stands twice.
fn list(at: &dyn Display, member: &str, form: Form, texts: &[Text<'_>], hear: Hear<'_>) {
    for (place, text) in texts.iter().enumerate() {
        hear(&format_args!("{at}/{member}/{place}"), Found::Text(form, text));
    }
    let fold = |text: &Text<'_>| if form == Form::Header { text.to_ascii_lowercase() } else { text.to_string() };
    once(at, member, texts.iter().map(fold), hear);
}

fn once(at: &dyn Display, member: &str, keys: impl Iterator<Item = String>, hear: Hear<'_>) {
    let mut keys: Vec<(String, usize)> = keys.zip(0..).collect();
    keys.sort();
    for pair in keys.windows(2) {
        if let [(first, _), (second, place)] = pair
            && first == second
        {
            hear(&format_args!("{at}/{member}/{place}"), Found::Double(second));
        }
    }
}

fn change(at: &dyn Display, change: &Change<'_>, host: bool, hear: Hear<'_>) {
    match change {
        Change::Set(change) => {
            text(at, "scope", Form::Id, &change.scope, hear);
            maybe(at, "as", Form::Id, change.r#as.as_ref(), hear);
            settings(&format_args!("{at}/settings"), &change.settings, hear);
        }
        Change::Preset(change) => {
            text(at, "scope", Form::Id, &change.scope, hear);
            maybe(at, "as", Form::Id, change.r#as.as_ref(), hear);
        }
        Change::SetFeature(change) => text(at, "scope", Form::Id, &change.scope, hear),
        Change::RegisterServer(change) => new_server(&format_args!("{at}/server"), &change.server, host, hear),
        Change::ReaddressServer(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            text(at, "newServer", Form::Id, &change.new_server, hear);
            text(at, "address", Form::Address, &change.address, hear);
        }
        Change::EditServer(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            maybe(at, "name", Form::Name, change.name.as_ref(), hear);
            if let Some(headers) = &change.headers {
                list(at, "headers", Form::Header, headers, hear);
            }
            if let Some(given) = &change.authorization {
                authorization(&format_args!("{at}/authorization"), given, hear);
            }
        }
        Change::SetVisibility(change) => text(at, "server", Form::Id, &change.server, hear),
        Change::SwitchServer(change) => text(at, "server", Form::Id, &change.server, hear),
        Change::DisableServer(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            maybe(at, "as", Form::Id, change.r#as.as_ref(), hear);
        }
        Change::EnableServer(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            maybe(at, "as", Form::Id, change.r#as.as_ref(), hear);
        }
        Change::DeleteServer(change) => text(at, "server", Form::Id, &change.server, hear),
        Change::SetAgents(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            list(at, "agents", Form::Id, &change.agents, hear);
        }
        Change::SetSpaces(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            if let Nullable::Set(spaces) = &change.spaces {
                list(at, "spaces", Form::Id, spaces, hear);
            }
        }
        Change::SetAssignees(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            list(at, "assignees", Form::Id, &change.assignees, hear);
        }
        Change::SetTool(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            text(at, "tool", Form::ToolName, &change.tool, hear);
            maybe(at, "as", Form::Id, change.r#as.as_ref(), hear);
        }
        Change::RefreshTools(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            for (place, tool) in change.tools.iter().enumerate() {
                text(&format_args!("{at}/tools/{place}"), "name", Form::ToolName, &tool.name, hear);
            }
            once(at, "tools", change.tools.iter().map(|tool| tool.name.to_string()), hear);
        }
        Change::AcceptTool(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            text(at, "tool", Form::ToolName, &change.tool, hear);
        }
        Change::WaiveSharedCredential(change) => {
            text(at, "server", Form::Id, &change.server, hear);
            if let Nullable::Set(reason) = &change.reason {
                text(at, "reason", Form::Any, reason, hear);
            }
        }
        Change::AddUser(change) => new_user(&format_args!("{at}/user"), &change.user, hear),
        Change::EditUser(change) => {
            text(at, "user", Form::Id, &change.user, hear);
            maybe(at, "name", Form::Name, change.name.as_ref(), hear);
            for (member, scopes) in [("memberOf", &change.member_of), ("administers", &change.administers)] {
                if let Some(scopes) = scopes {
                    list(at, member, Form::Id, scopes, hear);
                }
            }
            let permissions = change.permissions.iter().flat_map(|permissions| permissions.iter());
            once(at, "permissions", permissions.map(|permission| permission.to_string()), hear);
        }
        Change::RemoveUser(change) => text(at, "user", Form::Id, &change.user, hear),
        Change::SetAccess(change) => text(at, "user", Form::Id, &change.user, hear),
        Change::IssueToken(change) => {
            text(at, "user", Form::Id, &change.user, hear);
            new_token(&format_args!("{at}/token"), &change.token, hear);
        }
        Change::RevokeTokens(change) => {
            for (member, ids) in [("tokens", &change.tokens), ("users", &change.users)] {
                if let Some(ids) = ids {
                    list(at, member, Form::Id, ids, hear);
                }
            }
        }
        Change::AddScope(change) => {
            let (at, scope) = (&format_args!("{at}/scope"), &change.scope);
            for (member, id) in [("id", &scope.id), ("level", &scope.level), ("parent", &scope.parent)] {
                text(at, member, Form::Id, id, hear);
            }
            text(at, "name", Form::Name, &scope.name, hear);
            maybe(at, "contact", Form::Any, scope.contact.as_ref(), hear);
            notes(at, &scope.annotations, hear);
        }
        Change::EditScope(change) => {
            text(at, "scope", Form::Id, &change.scope, hear);
            maybe(at, "name", Form::Name, change.name.as_ref(), hear);
            if let Some(Nullable::Set(contact)) = &change.contact {
                text(at, "contact", Form::Any, contact, hear);
            }
        }
        Change::RemoveScope(change) => text(at, "scope", Form::Id, &change.scope, hear),
        Change::AddSpace(change) => {
            text(at, "scope", Form::Id, &change.scope, hear);
            text(at, "space/id", Form::Id, &change.space.id, hear);
            text(at, "space/name", Form::Name, &change.space.name, hear);
            notes(&format_args!("{at}/space"), &change.space.annotations, hear);
        }
        Change::EditSpace(change) => {
            text(at, "space", Form::Id, &change.space, hear);
            text(at, "name", Form::Name, &change.name, hear);
        }
        Change::RemoveSpace(change) => text(at, "space", Form::Id, &change.space, hear),
        Change::PutIntegration(change) => integration(&format_args!("{at}/integration"), &change.integration, hear),
        Change::RemoveIntegration(change) => text(at, "integration", Form::Id, &change.integration, hear),
        Change::PutAgent(change) => {
            text(at, "agent/id", Form::Id, &change.agent.id, hear);
            text(at, "agent/name", Form::Name, &change.agent.name, hear);
            notes(&format_args!("{at}/agent"), &change.agent.annotations, hear);
        }
        Change::RemoveAgent(change) => text(at, "agent", Form::Id, &change.agent, hear),
        Change::PutClient(change) => {
            text(at, "client/id", Form::Id, &change.client.id, hear);
            text(at, "client/name", Form::Name, &change.client.name, hear);
            text(at, "client/configuration", Form::Any, &change.client.configuration, hear);
            notes(&format_args!("{at}/client"), &change.client.annotations, hear);
        }
        Change::RemoveClient(change) => text(at, "client", Form::Id, &change.client, hear),
        Change::SetLevelLabel(change) => {
            text(at, "level", Form::Id, &change.level, hear);
            text(at, "label", Form::Name, &change.label, hear);
        }
        Change::SetPlatform(change) => platform(&format_args!("{at}/platform"), &change.platform, hear),
        Change::CreateVirtualServer(change) => new_virtual_server(&format_args!("{at}/virtualServer"), &change.virtual_server, hear),
        Change::EditVirtualServer(change) => {
            text(at, "virtualServer", Form::Id, &change.virtual_server, hear);
            maybe(at, "name", Form::Name, change.name.as_ref(), hear);
            maybe(at, "description", Form::Any, change.description.as_ref(), hear);
            if let Some(Nullable::Set(provider)) = &change.oauth_provider {
                text(at, "oauthProvider", Form::Id, provider, hear);
            }
        }
        Change::SetVirtualTools(change) => {
            text(at, "virtualServer", Form::Id, &change.virtual_server, hear);
            selected(at, &change.tools, hear);
        }
        Change::SetVirtualState(change) => text(at, "virtualServer", Form::Id, &change.virtual_server, hear),
        Change::Grant(change) => {
            text(at, "virtualServer", Form::Id, &change.virtual_server, hear);
            text(at, "user", Form::Id, &change.user, hear);
        }
        Change::Ungrant(change) => {
            text(at, "virtualServer", Form::Id, &change.virtual_server, hear);
            text(at, "user", Form::Id, &change.user, hear);
        }
        Change::DeleteVirtualServer(change) => text(at, "virtualServer", Form::Id, &change.virtual_server, hear),
        Change::Batch(batch) => {
            for (place, inner) in batch.changes.iter().enumerate() {
                self::change(&format_args!("{at}/changes/{place}"), inner, host, hear);
            }
        }
        // Read, and checked, as a document.
        Change::Import(_) => {}
    }
}

fn settings(at: &dyn Display, settings: &SettingsChange<'_>, hear: Hear<'_>) {
    for (group, named) in [("integrations", &settings.integrations), ("servers", &settings.servers)] {
        for (id, _) in named.iter() {
            text(at, group, Form::Id, id, hear);
        }
    }
    for (setting, scopes) in settings.except.iter() {
        text(at, "except", Form::Setting, setting, hear);
        if let Nullable::Set(scopes) = scopes {
            list(at, &format!("except/{}", setting.replace('~', "~0").replace('/', "~1")), Form::Id, scopes, hear);
        }
    }
}

fn new_server(at: &dyn Display, server: &NewServer<'_>, host: bool, hear: Hear<'_>) {
    text(at, "id", Form::Id, &server.id, hear);
    text(at, "scope", Form::Id, &server.scope, hear);
    match (server.source.kind, &server.source.integration) {
        (SourceKind::Integration, Some(integration)) => text(at, "source/integration", Form::Id, integration, hear),
        (SourceKind::Custom, None) => {}
        (SourceKind::Integration, None) => {
            hear(&format_args!("{at}/source"), Found::Wrong(ProblemCode::Missing, "the member `integration` is missing"));
        }
        (SourceKind::Custom, Some(_)) => {
            let problem = "a custom source has no member `integration`";
            hear(&format_args!("{at}/source/integration"), Found::Wrong(ProblemCode::UnknownKey, problem));
        }
    }
    text(at, "name", Form::Name, &server.name, hear);
    text(at, "address", Form::Address, &server.address, hear);
    maybe(at, "owner", Form::Id, server.owner.as_ref(), hear);
    if server.owner.is_some() && !host {
        hear(
            &format_args!("{at}/owner"),
            Found::Wrong(ProblemCode::UnknownKey, "the host alone says whose it is; others register their own"),
        );
    }
    authorization(&format_args!("{at}/authorization"), &server.authorization, hear);
    list(at, "headers", Form::Header, &server.headers, hear);
    list(at, "agents", Form::Id, &server.agents, hear);
    notes(&format_args!("{at}/source"), &server.source.annotations, hear);
    notes(at, &server.annotations, hear);
}

fn authorization(at: &dyn Display, authorization: &Authorization<'_>, hear: Hear<'_>) {
    if authorization.method == Method::None && authorization.credentials.is_some() {
        let problem = "the method `none` has no credentials";
        hear(&format_args!("{at}/credentials"), Found::Wrong(ProblemCode::CredentialsWithNone, problem));
    }
    notes(at, &authorization.annotations, hear);
}

fn new_user(at: &dyn Display, user: &NewUser<'_>, hear: Hear<'_>) {
    text(at, "id", Form::Id, &user.id, hear);
    text(at, "name", Form::Name, &user.name, hear);
    list(at, "memberOf", Form::Id, &user.member_of, hear);
    list(at, "administers", Form::Id, &user.administers, hear);
    once(at, "permissions", user.permissions.iter().map(|permission| permission.to_string()), hear);
    notes(at, &user.annotations, hear);
}

fn new_token(at: &dyn Display, token: &NewToken<'_>, hear: Hear<'_>) {
    for (member, id) in [("id", &token.id), ("client", &token.client), ("workspace", &token.workspace), ("agent", &token.agent)] {
        text(at, member, Form::Id, id, hear);
    }
    maybe(at, "virtualServer", Form::Id, token.virtual_server.as_ref(), hear);
    notes(at, &token.annotations, hear);
}

fn integration(at: &dyn Display, integration: &Integration<'_>, hear: Hear<'_>) {
    text(at, "id", Form::Id, &integration.id, hear);
    text(at, "name", Form::Name, &integration.name, hear);
    list(at, "origins", Form::Pattern, &integration.origins, hear);
    for (place, tool) in integration.tools.iter().enumerate() {
        text(&format_args!("{at}/tools/{place}"), "name", Form::ToolName, &tool.name, hear);
        notes(&format_args!("{at}/tools/{place}"), &tool.annotations, hear);
    }
    once(at, "tools", integration.tools.iter().map(|tool| tool.name.to_string()), hear);
    notes(at, &integration.annotations, hear);
}

fn platform(at: &dyn Display, platform: &Platform<'_>, hear: Hear<'_>) {
    notes(at, &platform.annotations, hear);
    if let Some(approval) = &platform.approval {
        notes(&format_args!("{at}/approval"), &approval.annotations, hear);
    }
    let Some(origins) = &platform.origins else { return };
    let at = &format_args!("{at}/origins");
    notes(at, &origins.annotations, hear);
    if let Some(allow) = &origins.allow {
        list(at, "allow", Form::Pattern, allow, hear);
    }
    if let Some(enforce) = &origins.enforce {
        once(at, "enforce", enforce.iter().map(|value| value.to_string()), hear);
        if !enforce.contains(&Enforce::Register) {
            let problem = "`enforce` always holds `register`";
            hear(&format_args!("{at}/enforce"), Found::Wrong(ProblemCode::EnforceWithoutRegister, problem));
        }
    }
}

fn new_virtual_server(at: &dyn Display, server: &NewVirtualServer<'_>, hear: Hear<'_>) {
    text(at, "id", Form::Id, &server.id, hear);
    text(at, "scope", Form::Id, &server.scope, hear);
    text(at, "name", Form::Name, &server.name, hear);
    maybe(at, "description", Form::Any, server.description.as_ref(), hear);
    maybe(at, "oauthProvider", Form::Id, server.oauth_provider.as_ref(), hear);
    selected(at, &server.tools, hear);
    notes(at, &server.annotations, hear);
}

fn selected(at: &dyn Display, tools: &[Selected<'_>], hear: Hear<'_>) {
    for (place, tool) in tools.iter().enumerate() {
        let at = &format_args!("{at}/tools/{place}");
        text(at, "server", Form::Id, &tool.server, hear);
        text(at, "tool", Form::ToolName, &tool.tool, hear);
        maybe(at, "as", Form::ToolName, tool.r#as.as_ref(), hear);
        notes(at, &tool.annotations, hear);
    }
    once(at, "tools", tools.iter().map(|tool| format!("{}\n{}", tool.server, tool.tool)), hear);
}
