//! What a user may not know of doesn't exist for them: an unknown id in its place gives the same bytes (U-8, U-3, L-4).

use std::cell::RefCell;
use std::collections::BTreeMap;

use lockstep_policy::Policy;
use lockstep_policy::decide::{About, Action, Claim, Context, Credential, Key, Moment, Of, Request, ToolName};
use lockstep_policy::document::Time;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::Value;

use crate::case::organisations;
use crate::law::Law;
use crate::model::{Model, elements, exposed, text};

const NOBODYS: &str = "nobody-has-this-id";

/// How often each way of hiding was met by a caller who got as far as layer 2.
type Ways = RefCell<BTreeMap<&'static str, u64>>;

/// A request's parts, and what it was read from.
struct Asked<'a> {
    policy: &'a Policy,
    model: Model<'a>,
    action: Action,
    about: &'a About<'a>,
    claim: &'a Claim<'a>,
    context: &'a Context<'a>,
    path: Vec<&'a str>,
    ways: &'a Ways,
}

#[test]
fn u_8_what_is_hidden_and_what_is_unknown_are_the_same_bytes() {
    let law = Law::of_organisations("U-8 a hidden and an unknown target differ in no byte that a user gets");
    let ways = Ways::default();
    law.holds(organisations(40), |case| {
        let Some(policy) = case.policy() else { return Ok(()) };
        let model = Model(case.document());
        for text in case.requests() {
            let request = Request::read(text.as_bytes());
            let (Some(action), Some(about), Some(claim), Some(context)) =
                (request.action(), request.about(), request.caller(), request.context())
            else {
                continue;
            };
            let path = model.path(&claim.workspace);
            let asked = Asked { policy: &policy, model, action, about, claim, context, path, ways: &ways };
            asked.targets().and_then(|()| asked.claims()).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        }
        Ok(())
    });
    let ways = ways.into_inner();
    law.report(ways.iter().map(|(way, count)| format!("{count} {way}")).collect::<Vec<_>>().join(", "));
    for way in WAYS {
        let count = ways.get(way).copied().unwrap_or(0);
        assert!(count * 20 >= u64::from(law.cases), "only {count} times {way}");
    }
}

/// All ways of being hidden that the law must have met.
const WAYS: [&str; 15] = [
    "server of another path",
    "private server of another user",
    "own private server of another workspace",
    "unshared custom server",
    "draft or unpublished virtual server",
    "virtual server without a grant",
    "virtual server of another path",
    "tool of a hidden server behind a virtual server",
    "unapproved integration",
    "workspace of others",
    "space of another workspace",
    "token of another user",
    "revoked token",
    "expired token",
    "token for something else",
];

impl<'a> Asked<'a> {
    /// Puts everything that is hidden in the target's place.
    fn targets(&self) -> TestCaseResult {
        match self.about {
            About::Tool { .. } | About::Server { .. } => self.servers(),
            About::VirtualTool { virtual_server, tool } => {
                self.virtual_servers(tool)?;
                self.selected(virtual_server)
            }
            About::VirtualServer { .. } => self.virtual_servers(&Key::from("")),
            About::Integration { .. } | About::Registration { .. } => self.integrations(),
        }
    }

    fn servers(&self) -> TestCaseResult {
        for server in self.model.list("servers") {
            let id = text(server, "id");
            if self.model.is_visible(server, &self.claim.user, &self.path) {
                continue;
            }
            let custom = server["source"]["kind"] == "custom";
            let way = if server["visibility"] == "private" && server["owner"] == self.claim.user.as_str() {
                "own private server of another workspace"
            } else if server["visibility"] == "private" {
                "private server of another user"
            } else if custom && self.path.contains(&text(server, "scope")) {
                "unshared custom server"
            } else {
                "server of another path"
            };
            let tools = elements(&server["tools"]).iter().map(|tool| text(tool, "name"));
            for tool in tools.take(2).chain(["list_issues"]) {
                let about = |server: &str| match self.about {
                    About::Server { redirect, .. } => About::Server { server: owned(server), redirect: redirect.clone() },
                    _ => About::Tool { server: owned(server), tool: owned(tool) },
                };
                self.same_target(way, id, &about(id), &about(NOBODYS))?;
                self.same_prepared(id, &ToolName::Direct { server: id, tool }, &ToolName::Direct { server: NOBODYS, tool })?;
            }
            self.same_list(id, &Of::Server(owned(id)), &Of::Server(owned(NOBODYS)))?;
        }
        Ok(())
    }

    fn virtual_servers(&self, tool: &Key<'_>) -> TestCaseResult {
        for one in self.model.list("virtualServers") {
            let id = text(one, "id");
            if self.model.is_published_for(one, &self.claim.user, &self.path) || self.is_named_by_token("virtualServer", id) {
                continue;
            }
            let way = if one["state"] != "published" {
                "draft or unpublished virtual server"
            } else if !self.path.contains(&text(one, "scope")) {
                "virtual server of another path"
            } else {
                "virtual server without a grant"
            };
            let names = elements(&one["tools"]).iter().map(exposed);
            for tool in names.take(2).chain([tool.as_str()]) {
                let about = |id: &str| match self.about {
                    About::VirtualServer { .. } => About::VirtualServer { virtual_server: owned(id) },
                    _ => About::VirtualTool { virtual_server: owned(id), tool: owned(tool) },
                };
                self.same_target(way, id, &about(id), &about(NOBODYS))?;
                let name = |virtual_server| ToolName::Virtual { virtual_server, tool };
                self.same_prepared(id, &name(id), &name(NOBODYS))?;
            }
            self.same_list(id, &Of::VirtualServer(owned(id)), &Of::VirtualServer(owned(NOBODYS)))?;
        }
        Ok(())
    }

    /// V-2: a selected tool whose server isn't shared or isn't visible from here is as unknown as one that isn't selected.
    fn selected(&self, virtual_server: &str) -> TestCaseResult {
        let selected = self.model.record("virtualServers", virtual_server).map_or(&[][..], |one| elements(&one["tools"]));
        for selected in selected {
            let server = self.model.record("servers", text(selected, "server"));
            if server.is_some_and(|server| server["visibility"] == "shared" && self.path.contains(&text(server, "scope"))) {
                continue;
            }
            let about = |tool: &str| About::VirtualTool { virtual_server: owned(virtual_server), tool: owned(tool) };
            let way = "tool of a hidden server behind a virtual server";
            self.same_target(way, exposed(selected), &about(exposed(selected)), &about(NOBODYS))?;
            let name = |tool| ToolName::Virtual { virtual_server, tool };
            self.same_prepared(exposed(selected), &name(exposed(selected)), &name(NOBODYS))?;
        }
        Ok(())
    }

    /// I-4: who doesn't administer the root knows of no integration that isn't approved.
    fn integrations(&self) -> TestCaseResult {
        if self.model.administers(&self.claim.user, self.model.root()) {
            return Ok(());
        }
        for entry in self.model.list("catalog").iter().filter(|entry| entry["approved"] == false) {
            let id = text(entry, "id");
            let about = |id: &str| match self.about {
                About::Registration { address, visibility, .. } => {
                    About::Registration { integration: Some(owned(id)), address: address.clone(), visibility: *visibility }
                }
                _ => About::Integration { integration: owned(id) },
            };
            self.same_target("unapproved integration", id, &about(id), &about(NOBODYS))?;
        }
        Ok(())
    }

    /// Puts what the caller may not know of in the places of their own claim.
    fn claims(&self) -> TestCaseResult {
        let user = &*self.claim.user;
        for scope in self.model.list("scopes") {
            let id = text(scope, "id");
            let places = self.model.record("users", user).map_or(&[][..], |user| elements(&user["memberOf"]));
            let path = self.model.path(id);
            let belongs = places.iter().filter_map(Value::as_str).any(|place| path.contains(&place));
            if !belongs && !self.is_named_by_token("workspace", id) {
                let claim = |workspace: &str| Claim { workspace: owned(workspace), ..self.claim.clone() };
                self.same_claim("workspace of others", id, &claim(id), &claim(NOBODYS))?;
            }
            if id != self.claim.workspace.as_str() {
                for space in elements(&scope["spaces"]).iter().map(|space| text(space, "id")) {
                    let claim = |space: &str| Claim { space: Some(owned(space)), ..self.claim.clone() };
                    self.same_claim("space of another workspace", space, &claim(space), &claim(NOBODYS))?;
                }
            }
        }
        for holder in self.model.list("users") {
            for token in elements(&holder["tokens"]) {
                let Some(way) = self.inactive(holder, token) else { continue };
                let id = text(token, "id");
                let claim = |id: &str| Claim { credential: Credential::Token(owned(id)), ..self.claim.clone() };
                self.same_claim(way, id, &claim(id), &claim(NOBODYS))?;
            }
        }
        Ok(())
    }

    /// Whether the caller's own token is issued for it: that it was there once is no secret from them, and by L-1's order their
    /// token is asked about first (U-10).
    fn is_named_by_token(&self, member: &str, id: &str) -> bool {
        let Credential::Token(token) = &self.claim.credential else { return false };
        let user = self.model.record("users", &self.claim.user);
        let tokens = user.map_or(&[][..], |user| elements(&user["tokens"]));
        tokens.iter().any(|own| own["id"] == token.as_str() && own[member] == id)
    }

    /// U-3, U-10: why a token is good for nothing here; none where it may be good.
    fn inactive(&self, holder: &Value, token: &Value) -> Option<&'static str> {
        let expires = Time::parse(text(token, "expiresAt")).ok()?;
        let agent = self.claim.agent.as_ref().map_or("", |agent| agent.as_str());
        if holder["id"] != self.claim.user.as_str() {
            Some("token of another user")
        } else if token.get("revoked").is_some() {
            Some("revoked token")
        } else if self.context.now >= expires {
            Some("expired token")
        } else if token["workspace"] != self.claim.workspace.as_str() || token["agent"] != agent {
            Some("token for something else")
        } else {
            None
        }
    }

    fn same_target(&self, way: &'static str, id: &str, hidden: &About<'_>, unknown: &About<'_>) -> TestCaseResult {
        self.same(way, id, (hidden, self.claim), (unknown, self.claim))
    }

    fn same_claim(&self, way: &'static str, id: &str, hidden: &Claim<'_>, unknown: &Claim<'_>) -> TestCaseResult {
        self.same(way, id, (self.about, hidden), (self.about, unknown))
    }

    /// The decision and the explanation, as the caller themselves gets both.
    fn same(&self, way: &'static str, id: &str, hidden: (&About<'_>, &Claim<'_>), unknown: (&About<'_>, &Claim<'_>)) -> TestCaseResult {
        // An administrator of the place gets every layer (L-10), and what they administer isn't hidden from them.
        let administers = self.model.administers(&self.claim.user, &hidden.1.workspace);
        let [hidden, unknown] =
            [hidden, unknown].map(|(about, claim)| Request::new(self.action, about.clone(), Some(claim.clone()), self.context.clone()));
        let (first, second) = (self.policy.decide(&hidden), self.policy.decide(&unknown));
        prop_assert_eq!(first.for_user().to_json(), second.for_user().to_json(), "{} `{}`", way, id);
        prop_assert_eq!(first.packed(), second.packed(), "{} `{}`", way, id);
        if !administers {
            let told = |request| self.policy.explain(request, &self.claim.user).to_json();
            prop_assert_eq!(told(&hidden), told(&unknown), "{} `{}`", way, id);
        }
        // Denied for another reason of layer 1, nothing was looked for.
        let looked = if WAYS[9..].contains(&way) { first.layer() } else { first.layer().filter(|layer| *layer as u8 >= 2) };
        *self.ways.borrow_mut().entry(way).or_default() += u64::from(looked.is_some());
        Ok(())
    }

    fn same_prepared(&self, id: &str, hidden: &ToolName<'_>, unknown: &ToolName<'_>) -> TestCaseResult {
        let caller = self.policy.caller(self.claim, &self.context.facts);
        let moment = Moment { now: self.context.now, freshness: self.context.snapshot };
        let target = |name: &ToolName<'_>| match name {
            ToolName::Direct { server, tool } => self.policy.target(server, tool),
            ToolName::Virtual { virtual_server, tool } => self.policy.virtual_target(virtual_server, tool),
        };
        let told = |name: &ToolName<'_>| {
            let invocation = self.context.invocation.as_deref();
            let by_name = caller.decide(*name, moment, invocation).for_user().to_json();
            (by_name, caller.decide(target(name), moment, invocation).for_user().to_json(), caller.outcome(target(name), moment))
        };
        prop_assert_eq!(told(hidden), told(unknown), "prepared, `{}`", id);
        Ok(())
    }

    fn same_list(&self, id: &str, hidden: &Of<'_>, unknown: &Of<'_>) -> TestCaseResult {
        let caller = self.policy.caller(self.claim, &self.context.facts);
        let moment = Moment { now: self.context.now, freshness: self.context.snapshot };
        prop_assert_eq!(caller.list(hidden, moment).to_json(), caller.list(unknown, moment).to_json(), "list of `{}`", id);
        Ok(())
    }
}

fn owned(text: &str) -> Key<'static> {
    Key::from(text.to_owned())
}
