//! regorus in its virtual machine, in two formulations: `policies/path.rego` and `policies/flat.rego`.
//!
//! Compiled once; the machine is kept, and each question is an input that is ready made. Data is read by key.

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::{ExecutionMode, RegoVM};
use regorus::{Engine, Rc, Value};
use serde_json::{Map, Value as Json, json};

use crate::contender::{Contender, Outcome};
use crate::facts::{Effective, ToolFacts, closed, closing, floors};
use crate::organisation::{Authorization, Organisation, Scope, Server, Setting, Stored, Tool, Value as StoredValue, WORKSPACE};
use crate::questions::{Observed, Question};
use crate::random::digest_text;

/// A way to say it in Rego.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Formulation {
    /// A: the path is walked.
    Path,
    /// B: a look-up by key.
    Flat,
}

/// The machine with its program and data, and the inputs.
pub struct Rego {
    formulation: Formulation,
    machine: RegoVM,
    inputs: Vec<Value>,
}

const ENTRY: &str = "data.lockstep.outcome";

impl Rego {
    /// Compiles the program, loads the organisation and makes the inputs.
    pub fn new(formulation: Formulation, organisation: &Organisation, questions: &[Question]) -> Self {
        let policy = match formulation {
            Formulation::Path => include_str!("../policies/path.rego"),
            Formulation::Flat => include_str!("../policies/flat.rego"),
        };
        let mut engine = Engine::new();
        engine.add_policy("policy.rego".to_owned(), policy.to_owned()).unwrap();
        let entry: Rc<str> = ENTRY.into();
        let compiled = engine.compile_with_entrypoint(&entry).unwrap();
        let program = Compiler::compile_from_policy(&compiled, &[ENTRY]).unwrap();
        let mut machine = RegoVM::new();
        machine.set_execution_mode(ExecutionMode::RunToCompletion);
        machine.load_program(program);
        machine.set_data(Value::from_json_str(&data(formulation, organisation).to_string()).unwrap()).unwrap();
        let inputs = questions.iter().map(|question| Value::from_json_str(&input(question).to_string()).unwrap()).collect();
        Self { formulation, machine, inputs }
    }

    /// Answers in the order of the questions.
    pub fn contender(&mut self) -> Contender<'_> {
        let name = match self.formulation {
            Formulation::Path => "regorus A: path",
            Formulation::Flat => "regorus B: flat",
        };
        let (machine, inputs) = (&mut self.machine, &self.inputs);
        Contender::new(name, "outcome", inputs.len(), move |question| {
            machine.set_input(inputs[question].clone());
            match machine.execute_entry_point_by_index(0).unwrap() {
                Value::String(outcome) => Outcome::of_name(&outcome),
                _ => Outcome::Deny,
            }
        })
    }
}

fn input(question: &Question) -> Json {
    let mut input = json!({
        "user": question.user, "workspace": question.workspace, "agent": question.agent, "server": question.server, "tool": question.tool,
        "space": question.space.as_deref().unwrap_or_default(), "downstream": question.downstream.unwrap_or("pending"), "canAsk": question.can_ask,
    });
    match &question.observed {
        Observed::NotLooked => {}
        Observed::Gone => input["gone"] = true.into(),
        Observed::Digest(digest) => input["digest"] = digest_text(digest).into(),
    }
    input
}

fn data(formulation: Formulation, organisation: &Organisation) -> Json {
    let workspaces = Effective::of_all(organisation);
    let workspaces =
        workspaces.iter().map(|effective| (organisation.scopes[effective.workspace].id.clone(), workspace(organisation, effective)));
    let users = organisation.users.iter().map(|user| (user.id.clone(), self::user(organisation, user)));
    let servers = organisation.servers.iter().map(|server| {
        let tools = server.tools.iter().map(|tool| (tool.name.clone(), self::tool(organisation, server, tool)));
        (server.id.clone(), tools.collect::<Map<_, _>>().into())
    });
    let mut data = json!({
        "users": Json::Object(users.collect()), "workspaces": Json::Object(workspaces.collect()), "servers": Json::Object(servers.collect()),
        "usable": {"yes": keys(["ready", "error"]), "no": keys(["ready", "error", "pending", "expired"])},
    });
    if formulation == Formulation::Path {
        data["scopes"] =
            organisation.scopes.iter().map(|scope| (scope.id.clone(), stored(organisation, scope))).collect::<Map<_, _>>().into();
    }
    data
}

/// A set, as an object of keys.
fn keys<'k>(keys: impl IntoIterator<Item = &'k str>) -> Json {
    Json::Object(keys.into_iter().map(|key| (key.to_owned(), true.into())).collect())
}

fn ids<'o>(organisation: &'o Organisation, scopes: &[usize]) -> Vec<&'o str> {
    scopes.iter().map(|scope| &*organisation.scopes[*scope].id).collect()
}

fn user(organisation: &Organisation, user: &crate::organisation::User) -> Json {
    let all = organisation.of_level(WORKSPACE).into_iter();
    let mine = all.filter(|workspace| user.enabled && user.member_of.iter().any(|scope| organisation.is_within(*workspace, *scope)));
    json!({
        "enabled": user.enabled, "memberOf": keys(ids(organisation, &user.member_of)),
        "worksIn": keys(mine.map(|workspace| &*organisation.scopes[workspace].id)),
    })
}

/// Both formulations read it; each what it needs.
fn workspace(organisation: &Organisation, effective: &Effective) -> Json {
    let scope = &organisation.scopes[effective.workspace];
    let path = ids(organisation, &scope.path);
    // No space is a space that every workspace has.
    let spaces = scope.spaces.iter().map(String::as_str).chain([""]);
    let custom = if effective.sharing_off { json!({}) } else { keys(path.clone()) };
    json!({
        "path": path, "above": keys(path.clone()), "spaces": keys(spaces), "accessControl": effective.access_control,
        "closed": keys(closed(organisation, effective).iter().map(String::as_str)),
        "shares": {"always": keys(path), "custom": custom, "never": {}},
    })
}

fn tool(organisation: &Organisation, server: &Server, tool: &Tool) -> Json {
    let facts = ToolFacts::of(organisation, server, tool);
    let mut record = json!({
        "open": facts.open, "scope": organisation.scopes[server.scope].id, "owner": organisation.users[server.owner].id,
        "shared": server.shared, "custom": server.integration.is_none(),
        "sharing": if !server.shared { "never" } else if server.integration.is_none() { "custom" } else { "always" },
        "agents": keys(server.agents.iter().map(|agent| &*organisation.agents[*agent])),
        "restricted": server.spaces.is_some(), "spaces": keys(server.spaces.iter().flatten().map(String::as_str)),
        "accessControl": organisation.access_control(server.scope),
        "needs": if server.authorization == Authorization::OauthPerUser { "yes" } else { "no" }, "asks": facts.asks,
        "closedBy": closing(organisation, server, &facts), "askedBy": floors("ask", &facts),
        "reach": {"read": facts.read_reach, "write": facts.write_reach},
    });
    if let Some(one) = server.integration {
        record["integration"] = organisation.integrations[one].id.clone().into();
    }
    if let Some(accepted) = &tool.accepted {
        record["accepted"] = digest_text(accepted).into();
    }
    record
}

/// A: what one scope stores, by setting.
fn stored(organisation: &Organisation, scope: &Scope) -> Json {
    let (mut off, mut on, mut floors) = (json!({}), json!({}), json!({}));
    for stored in &scope.stored {
        let authority = &organisation.scopes[stored.authority];
        match (stored.value, stored.setting) {
            (StoredValue::On, Setting::Integration(one)) => on[&authority.id][&organisation.integrations[one].id] = true.into(),
            (StoredValue::On, _) => {}
            (StoredValue::Off, _) => {
                let except = keys(ids(organisation, &stored.except));
                push(&mut off[setting(organisation, stored)], json!({"authority": authority.id, "except": except}));
            }
            (StoredValue::Ask | StoredValue::Deny, _) => {
                let value = if stored.value == StoredValue::Ask { "ask" } else { "deny" };
                push(&mut floors[value], json!({"label": setting(organisation, stored), "depth": authority.level}));
            }
        }
    }
    json!({"off": off, "on": on, "floors": floors})
}

fn push(list: &mut Json, value: Json) {
    match list {
        Json::Array(list) => list.push(value),
        absent => *absent = json!([value]),
    }
}

fn setting(organisation: &Organisation, stored: &Stored) -> String {
    match stored.setting {
        Setting::All => "all".to_owned(),
        Setting::Integration(one) => format!("integration/{}", organisation.integrations[one].id),
        Setting::NewIntegrations => "new-integrations".to_owned(),
        Setting::CustomUse => "custom/use".to_owned(),
        Setting::CustomSharing => "custom/sharing".to_owned(),
        Setting::Server(one) => format!("server/{}", organisation.servers[one].id),
        Setting::FloorRead => "read".to_owned(),
        Setting::FloorWrite => "write".to_owned(),
    }
}
