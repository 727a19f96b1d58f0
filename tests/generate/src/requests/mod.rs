//! Requests, lists and explanations for an organisation.

mod aim;
mod broken;
mod context;
mod draft;
mod stray;
mod world;

use serde_json::Value;

use crate::json::{Node, Record, Style};
use crate::random::Random;

use draft::Draft;
use world::World;

/// `count` request texts for a valid document: most go deep, some stray at one place, a few are no request at all.
pub fn requests(seed: u64, document: &Value, count: usize) -> Vec<String> {
    let world = World::read(document);
    let mut random = Random::new(seed, "requests");
    (0..count).map(|_| request(&mut random, &world).0).collect()
}

/// `count` texts that ask for lists: `{"caller", "context", "of"}`.
pub fn lists(seed: u64, document: &Value, count: usize) -> Vec<String> {
    let world = World::read(document);
    let mut random = Random::new(seed, "lists");
    (0..count).map(|_| list(&mut random, &world)).collect()
}

/// `count` pairs of a request's text and the actor who wants it explained (L-10).
pub fn explanations(seed: u64, document: &Value, count: usize) -> Vec<(String, String)> {
    let world = World::read(document);
    let mut random = Random::new(seed, "explanations");
    (0..count)
        .map(|_| {
            let (text, draft) = request(&mut random, &world);
            let actor = actor(&mut random, &world, &draft);
            (text, actor)
        })
        .collect()
}

/// A request's text, and what it was drafted from.
fn request(random: &mut Random, world: &World<'_>) -> (String, Draft) {
    let mut style = Style::varied(Random::new(random.number(), "style"));
    let mut draft = aim::draft(random, world);
    context::attest(random, world, &mut draft);
    let text = match random.below(1000) {
        0..=9 => broken::text(random, &mut style, &draft),
        10..=16 => broken::unknown_action(random, &mut style, &draft),
        17..=151 => {
            stray::bend(random, world, &mut draft);
            style.text(&draft.node())
        }
        _ => style.text(&draft.node()),
    };
    (text, draft)
}

fn list(random: &mut Random, world: &World<'_>) -> String {
    let mut style = Style::varied(Random::new(random.number(), "style"));
    let mut draft = aim::draft(random, world);
    context::attest(random, world, &mut draft);
    if random.chance(12) {
        stray::bend(random, world, &mut draft);
    }
    let caller = draft.caller.unwrap_or_else(|| aim::anybody(random, world, draft.context.now));
    let of = match (random.below(4), &draft.target) {
        (0..=1, draft::Target::Tool { server, .. } | draft::Target::Server { server, .. }) => {
            Record::new().with("kind", "server").with("server", server.as_str())
        }
        (0..=2, draft::Target::VirtualTool { virtual_server, .. } | draft::Target::VirtualServer { virtual_server }) => {
            Record::new().with("kind", "virtual-server").with("virtualServer", virtual_server.as_str())
        }
        _ => Record::new().with("kind", "all"),
    };
    let record = Record::new().with("caller", caller.node()).with("context", draft.context.node()).with("of", of);
    style.text(&Node::Object(record))
}

/// The caller, an administrator near the workspace, anybody, or nobody.
fn actor(random: &mut Random, world: &World<'_>, draft: &Draft) -> String {
    let caller = draft.caller.as_ref().map(|caller| (caller.user.clone(), caller.workspace.clone()));
    match random.below(10) {
        0..=2 => {
            if let Some((user, _)) = caller {
                return user;
            }
        }
        3..=7 => {
            let workspace = caller.and_then(|(_, workspace)| world.scope_of.get(workspace.as_str()).copied()).unwrap_or(0);
            for place in world.path(workspace) {
                if let Some(user) = random.any(&world.scopes[place].administrators)
                    && random.chance(60)
                {
                    return world.users[*user].id.to_owned();
                }
            }
        }
        8 => return "nobody".to_owned(),
        _ => {}
    }
    random.pick(&world.users).id.to_owned()
}
