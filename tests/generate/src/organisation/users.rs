//! Users, memberships, administration and tokens (sections U and D).

use crate::json::Record;
use crate::name;
use crate::random::Random;
use crate::shape::Shape;
use crate::time::{self, DAY, PRESENT};

use super::scopes::Scopes;
use super::virtual_servers::Virtual;
use super::{Page, annotated, regular};

/// A user, without tokens.
pub(super) struct User {
    pub(super) id: String,
    pub(super) member_of: Vec<usize>,
    pub(super) administers: Vec<usize>,
}

/// All users, and who belongs to or administers each scope.
pub(super) struct Users {
    pub(super) list: Vec<User>,
    pub(super) of_scope: Vec<Vec<usize>>,
    members: Vec<Vec<usize>>,
}

impl Users {
    /// Gathers users. The first administers the root, so that a manager is always to be found (V-4, V-7).
    pub(super) fn gather(mut random: Random, shape: &Shape, scopes: &Scopes) -> Self {
        let nobody = vec![Vec::new(); scopes.list.len()];
        let mut users = Self { list: Vec::new(), of_scope: nobody.clone(), members: nobody };
        for number in 0..shape.users.max(1) {
            let (member_of, mut administers) =
                if regular(shape) { regular_places(&mut random, scopes, number) } else { random_places(&mut random, scopes) };
            if number == 0 && !administers.contains(&0) {
                administers.push(0);
            }
            for place in member_of.iter().chain(&administers) {
                users.of_scope[*place].push(number);
            }
            for place in &member_of {
                users.members[*place].push(number);
            }
            users.list.push(User { id: name::id(&mut random, "user", number, shape.odd), member_of, administers });
        }
        users
    }

    /// Somebody who belongs to the scope or, less often, administers it or is near it; seldom anybody.
    pub(super) fn near(&self, random: &mut Random, scopes: &Scopes, scope: usize) -> usize {
        let path = scopes.path(scope);
        for list in [&self.members, &self.of_scope] {
            for place in &path {
                if random.chance(75)
                    && let Some(user) = random.any(&list[*place])
                {
                    return *user;
                }
            }
        }
        random.below(self.list.len())
    }
}

fn regular_places(random: &mut Random, scopes: &Scopes, number: usize) -> (Vec<usize>, Vec<usize>) {
    let workspace = scopes.workspaces[number % scopes.workspaces.len()];
    let tenant = scopes.list[workspace].parent.unwrap_or(0);
    match number / scopes.workspaces.len() {
        0 => (vec![workspace], vec![tenant]),
        1 => (vec![tenant], vec![]),
        _ if random.chance(5) => (vec![workspace], vec![workspace]),
        _ => (vec![workspace], vec![]),
    }
}

fn random_places(random: &mut Random, scopes: &Scopes) -> (Vec<usize>, Vec<usize>) {
    let all: Vec<usize> = (0..scopes.list.len()).collect();
    let mut member_of = Vec::new();
    for _ in 0..[0, 1, 1, 2, 2, 3][random.below(6)] {
        let from = if random.chance(60) && !scopes.workspaces.is_empty() { &scopes.workspaces } else { &all };
        let place = if random.chance(12) { 0 } else { *random.pick(from) };
        if !member_of.contains(&place) {
            member_of.push(place);
        }
    }
    let count = [0, 0, 1, 1, 2][random.below(5)];
    (member_of, random.some(&all, count))
}

/// Writes the users with their tokens.
#[expect(clippy::too_many_arguments, reason = "a user's record speaks of everything")]
pub(super) fn write(
    mut random: Random,
    shape: &Shape,
    scopes: &Scopes,
    users: &Users,
    agents: &[(String, usize)],
    clients: &[(String, usize)],
    virtuals: &[Virtual],
    page: &mut Page,
) {
    let odd = shape.odd;
    let mut connects: Vec<Vec<usize>> = vec![Vec::new(); users.list.len()];
    for (number, one) in virtuals.iter().enumerate() {
        for user in &one.connect {
            connects[*user].push(number);
        }
    }
    let mut order: Vec<usize> = (0..users.list.len()).collect();
    if odd {
        random.shuffle(&mut order);
    }
    let mut token = 0;
    let mut section = page.list();
    for number in order {
        let user = &users.list[number];
        let enabled = random.chance(if odd { 90 } else { 96 });
        let ids = |places: &[usize]| places.iter().map(|place| scopes.list[*place].id.clone()).collect::<Vec<_>>();
        let mut record = Record::new()
            .with("id", user.id.as_str())
            .with("name", name::name(&mut random, "User", number))
            .with("memberOf", ids(&user.member_of))
            .with("administers", ids(&user.administers));
        let tries = *random.pick(&[0, 0, 1, 3]);
        let permissions = random.some(&["connectors.admin.read", "space.admin.write"], tries);
        if !permissions.is_empty() || odd && random.chance(30) {
            record.put("permissions", permissions);
        }
        record.put("access", if enabled { "enabled" } else { "disabled" });
        if enabled || random.chance(70) {
            record.put("addedAt", past(&mut random));
        }
        let mut places: Vec<usize> = Vec::new();
        for place in &user.member_of {
            places.extend(scopes.workspaces_below(*place));
        }
        let mut tokens = Vec::new();
        let count = if scopes.workspaces.is_empty() { 0 } else { random.between(0, shape.tokens) };
        for _ in 0..count {
            let id = name::id(&mut random, "token", token, odd);
            token += 1;
            let from = if places.is_empty() || random.chance(8) { &scopes.workspaces } else { &places };
            let mut record = Record::new()
                .with("id", id)
                .with("client", random.pick(clients).0.as_str())
                .with("workspace", scopes.list[*random.pick(from)].id.as_str())
                .with("agent", random.pick(agents).0.as_str());
            let virtual_server = if random.chance(80) { random.any(&connects[number]).copied() } else { None };
            let virtual_server = virtual_server.or_else(|| random.chance(20).then(|| random.below(virtuals.len())));
            if let Some(one) = virtual_server.and_then(|one| virtuals.get(one))
                && random.chance(35)
            {
                record.put("virtualServer", one.id.as_str());
            }
            for (key, value) in validity(&mut random) {
                record.put(key, value);
            }
            if random.chance(10) {
                let by = random.chance(60).then(|| users.list[random.below(users.list.len())].id.clone());
                let revoked = Record::new().with("at", past(&mut random)).maybe("by", by);
                record.put("revoked", annotated(&mut random, odd, revoked));
            }
            tokens.push(annotated(&mut random, odd, record));
        }
        if !tokens.is_empty() || odd && random.chance(20) {
            record.put("tokens", tokens);
        }
        page.add(&mut section, annotated(&mut random, odd, record));
    }
    page.close("users", section);
}

/// Issue and expiry, the one before the other. The time of issue may even lie ahead; it isn't compared (U-10).
fn validity(random: &mut Random) -> [(&'static str, String); 2] {
    let expires = match random.below(20) {
        0..=1 => PRESENT - random.moment(0, 200 * DAY),
        2 => PRESENT + random.moment(-3_600_000, 3_600_000),
        3 => 253_402_300_799_999,
        _ => PRESENT + random.moment(DAY, 400 * DAY),
    };
    let issued = match random.below(12) {
        0 => expires - 1,
        1 => 0,
        _ => expires - random.moment(DAY, 300 * DAY),
    };
    [("issuedAt", time::text(issued)), ("expiresAt", time::text(expires))]
}

/// A time in the two years before the present, now and then to the millisecond.
pub(super) fn past(random: &mut Random) -> String {
    let moment = PRESENT - random.moment(1000, 700 * DAY);
    time::text(if random.chance(20) { moment } else { moment / 1000 * 1000 })
}
