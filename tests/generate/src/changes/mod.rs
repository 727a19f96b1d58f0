//! Changes of an organisation (contract 5): of every kind, by people who mostly may, with reasons to refuse them strewn in, alone
//! and several at once so that their order (P-11) shows.

mod actor;
mod catalog;
pub(crate) mod ground;
mod malformed;
mod of_server;
mod room;
mod servers;
mod settings;
mod structure;
mod together;
mod users;
mod virtual_servers;

use serde_json::{Value, json};

use crate::json::{Node, Record, Style};
use crate::random::Random;
use crate::time::{self, DAY, PRESENT};

use actor::Actor;
use ground::{Ground, text};

pub use room::changeable;

/// A request for a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The kind that was drawn. A malformed request may name another.
    pub kind: &'static str,
    /// `{"actor", "now", "revision", "change"}`.
    pub text: String,
}

/// What a kind's own file draws: the change, and somebody who probably may make it.
struct Draft {
    actor: Actor,
    change: Value,
}

type Make = fn(&mut Random, &Ground<'_>) -> Draft;

/// Every kind. The two that hold others stand last.
const KINDS: [(&str, Make); 47] = [
    ("set", settings::set),
    ("preset", settings::preset),
    ("set-feature", settings::feature),
    ("register-server", servers::register),
    ("readdress-server", servers::readdress),
    ("edit-server", servers::edit),
    ("set-visibility", servers::visibility),
    ("switch-server", servers::switch),
    ("disable-server", servers::disable),
    ("enable-server", servers::enable),
    ("delete-server", servers::delete),
    ("set-agents", of_server::agents),
    ("set-spaces", of_server::spaces),
    ("set-assignees", of_server::assignees),
    ("set-tool", of_server::tool),
    ("refresh-tools", of_server::refresh),
    ("accept-tool", of_server::accept),
    ("waive-shared-credential", of_server::waive),
    ("add-user", users::add),
    ("edit-user", users::edit),
    ("remove-user", users::remove),
    ("set-access", users::access),
    ("issue-token", users::issue),
    ("revoke-tokens", users::revoke),
    ("add-scope", structure::add_scope),
    ("edit-scope", structure::edit_scope),
    ("remove-scope", structure::remove_scope),
    ("add-space", structure::add_space),
    ("edit-space", structure::edit_space),
    ("remove-space", structure::remove_space),
    ("put-integration", catalog::put_integration),
    ("remove-integration", catalog::remove_integration),
    ("put-agent", catalog::put_agent),
    ("remove-agent", catalog::remove_agent),
    ("put-client", catalog::put_client),
    ("remove-client", catalog::remove_client),
    ("set-level-label", structure::level_label),
    ("set-platform", structure::platform),
    ("create-virtual-server", virtual_servers::create),
    ("edit-virtual-server", virtual_servers::edit),
    ("set-virtual-tools", virtual_servers::tools),
    ("set-virtual-state", virtual_servers::state),
    ("grant", virtual_servers::grant),
    ("ungrant", virtual_servers::ungrant),
    ("delete-virtual-server", virtual_servers::delete),
    ("batch", together::batch),
    ("import", together::import),
];

/// The kinds that [`change`] draws.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(kind, _)| *kind)
}

/// A request for a change of this valid document, of any kind.
pub fn change(random: &mut Random, document: &Value) -> Asked {
    let ground = Ground { document };
    let (kind, make) = *random.pick(&KINDS);
    let mut draft = make(random, &ground);
    // One reason to refuse, or several at once.
    let twists = [0, 1, 2, 3][random.weighted(&[66, 24, 7, 3])];
    let mut question = Question { now: now(random, &ground), revision: document["revision"].as_i64().unwrap_or(1), confirmed: None };
    question.confirmed = fresh(random, &ground, kind, question.now);
    let mut is_broken = false;
    for _ in 0..twists {
        match random.below(20) {
            0..=7 => draft.actor = actor::anybody(random, &ground),
            8..=10 => question.revision = [question.revision - 1, question.revision + 1, 1][random.below(3)].max(1),
            11..=13 => question.confirmed = stale(random, &ground, question.now),
            14..=15 => draft.actor = Actor::User(ground::NOTHING.to_owned()),
            16..=17 => malformed::bent(random, &mut draft.change),
            18 => elsewhere(random, &ground, &mut draft.change),
            _ => is_broken = random.chance(40),
        }
    }
    let text = question.spelled(random, &draft);
    Asked { kind, text: if is_broken { malformed::broken(random, &text) } else { text } }
}

/// What stands around a change.
struct Question {
    now: i64,
    revision: i64,
    confirmed: Option<i64>,
}

impl Question {
    fn spelled(&self, random: &mut Random, draft: &Draft) -> String {
        let actor = match (&draft.actor, self.confirmed) {
            (Actor::Host, _) => json!({"host": true}),
            (Actor::User(user), None) => json!({"user": user}),
            (Actor::User(user), Some(at)) => json!({"user": user, "confirmedAt": time::text(at)}),
        };
        let whole = json!({"actor": actor, "now": time::text(self.now), "revision": self.revision, "change": draft.change});
        Style::varied(Random::new(random.number(), "style")).text(&node(&whole))
    }
}

/// The present, the moment at which a token ends, the one before it, or a time nearby.
fn now(random: &mut Random, ground: &Ground<'_>) -> i64 {
    let tokens = ground.tokens();
    match (random.below(20), random.any(&tokens)) {
        (0..=2, Some((_, token))) => time::millis(text(token, "expiresAt")).map_or(PRESENT, |end| (end - random.below(2) as i64).max(0)),
        (3..=5, _) => PRESENT + random.moment(-DAY, DAY),
        _ => PRESENT,
    }
}

/// Seconds for which a confirmation is good.
fn limit(ground: &Ground<'_>) -> i64 {
    ground.document["platform"]["confirmationSeconds"].as_i64().unwrap_or(300)
}

/// The password just given, where the kind may need it; the oldest that still counts now and then.
fn fresh(random: &mut Random, ground: &Ground<'_>, kind: &str, now: i64) -> Option<i64> {
    let needed = ["add-user", "remove-user", "set-access", "batch", "import"].contains(&kind);
    if !random.chance(if needed { 88 } else { 20 }) {
        return None;
    }
    let oldest = limit(ground) * 1000;
    Some((now - if random.chance(20) { oldest } else { random.moment(0, oldest + 1) }).max(0))
}

/// Missing, a moment too old, ahead of time.
fn stale(random: &mut Random, ground: &Ground<'_>, now: i64) -> Option<i64> {
    match random.below(3) {
        0 => None,
        1 => Some((now - limit(ground) * 1000 - 1).max(0)),
        _ => Some(now + 1),
    }
}

/// Points a change at another thing of the same sort.
fn elsewhere(random: &mut Random, ground: &Ground<'_>, change: &mut Value) {
    for (member, list) in [("server", "servers"), ("scope", "scopes"), ("user", "users"), ("virtualServer", "virtualServers")] {
        if change[member].is_string() {
            change[member] = ground.some_id(random, list).into();
            return;
        }
    }
}

/// A value as one that the writer of varied spellings takes.
fn node(value: &Value) -> Node {
    match value {
        Value::Null => Node::Raw("null".to_owned()),
        Value::Bool(flag) => Node::Flag(*flag),
        Value::Number(number) => Node::Integer(number.as_i64().unwrap_or_default()),
        Value::String(text) => Node::Text(text.clone()),
        Value::Array(list) => Node::List(list.iter().map(node).collect()),
        Value::Object(members) => Node::Object(Record(members.iter().map(|(key, value)| (key.clone().into(), node(value))).collect())),
    }
}
