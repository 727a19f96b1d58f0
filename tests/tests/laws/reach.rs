//! Effective access is what decide says, tool by tool, in both directions (L-2, P-1, P-V12).

use std::cell::Cell;

use lockstep_generate::Random;
use lockstep_policy::Policy;
use lockstep_policy::decide::{ListRequest, Request};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Map, Value, json};

use crate::case::organisations_with;
use crate::law::Law;
use crate::model::{Model, elements, text};
use crate::page::{activity, all_rows, answer, requests};

const NOW: &str = "2026-11-20T12:00:00Z";

/// What decide is asked: by somebody at work, with the states that activity knows of their credentials.
struct Asked<'a> {
    policy: &'a Policy,
    model: Model<'a>,
    activity: &'a Value,
}

impl Asked<'_> {
    fn caller(&self, view: &Value, user: &str, agent: Option<&str>) -> Value {
        let mut caller = json!({"user": user, "credential": {"kind": "platform"}, "workspace": view["workspace"]});
        if let Some(agent) = agent {
            caller["agent"] = json!(agent);
        }
        if let Some(space) = view.get("space") {
            caller["space"] = space.clone();
        }
        caller
    }

    fn context(&self, user: &str) -> Value {
        let mut downstream = Map::new();
        for server in self.model.list("servers") {
            let shared = server["authorization"]["credentials"] == "shared";
            let state = &self.activity["servers"][text(server, "id")]["authorization"][if shared { "" } else { user }];
            if state.is_string() {
                downstream.insert(text(server, "id").to_owned(), state.clone());
            }
        }
        json!({"now": NOW, "canAsk": true, "downstream": downstream})
    }

    /// Outcome, reason and layer of one tool.
    fn decide(&self, view: &Value, user: &str, agent: Option<&str>, target: &Value) -> Value {
        let caller = self.caller(view, user, agent);
        let request = json!({"action": "tool.list", "caller": caller, "target": target, "context": self.context(user)}).to_string();
        let answer = self.policy.decide(&Request::read(request.as_bytes())).to_json();
        decided(&serde_json::from_str(&answer).unwrap())
    }

    /// What a row without an agent says: what an agent of the server gets, and which ones aren't denied.
    fn of_any(&self, view: &Value, user: &str, target: &Value, server: &Value) -> (Value, Vec<Value>) {
        let all = self.model.list("agents").iter().map(|agent| text(agent, "id"));
        let of = |agent| self.decide(view, user, Some(agent), target);
        let mut may: Vec<Value> = all.filter(|agent| of(agent)["outcome"] != "deny").map(Value::from).collect();
        may.sort_by_key(|agent| agent.as_str().map(str::to_owned));
        let first = elements(&server["agents"]).first().and_then(Value::as_str).unwrap_or_default();
        (of(first), may)
    }

    /// A row of either direction, held to decide.
    fn holds(&self, view: &Value, user: &str, row: &Value, target: &Value, server: &Value) -> TestCaseResult {
        let agent = view["agent"].as_str();
        let (wanted, may) = match agent {
            Some(_) => (self.decide(view, user, agent, target), Vec::new()),
            None => self.of_any(view, user, target, server),
        };
        prop_assert_eq!(&decided(row), &wanted, "{}", row);
        let agents = row.get("agents").map_or(&[][..], elements);
        prop_assert_eq!(agents, &may[..], "{}", row);
        Ok(())
    }

    /// What one user reaches: every row of a list, and nothing else.
    fn reached(&self, request: &Value, counted: &Cell<u64>) -> TestCaseResult {
        let view = &request["view"];
        let user = text(view, "user");
        let head = answer(self.policy, request, self.activity);
        if head.get("reason").is_some() {
            return Ok(());
        }
        let rows = all_rows(self.policy, request, self.activity);
        let agent = view["agent"].as_str().or_else(|| self.model.list("agents").first().map(|agent| text(agent, "id")));
        let list = json!({"caller": self.caller(view, user, agent), "context": self.context(user), "of": {"kind": "all"}}).to_string();
        let list: Value = serde_json::from_str(&self.policy.list(&ListRequest::read(list.as_bytes())).to_json()).unwrap();
        prop_assert_eq!(
            head.get("denied").map(decided),
            list.get("reason").map(|_| json!({"outcome": "deny", "reason": list["reason"], "layer": list["layer"]}))
        );
        let place = |row: &Value| ["server", "virtualServer", "tool", "as"].map(|member| row.get(member).cloned());
        let wanted: Vec<_> = elements(&list["rows"]).iter().map(place).collect();
        prop_assert_eq!(rows.iter().map(place).collect::<Vec<_>>(), wanted, "{}", request);
        for row in &rows {
            let server = self.model.record("servers", text(row, "server")).unwrap();
            let target = match row.get("virtualServer") {
                Some(through) => json!({"kind": "virtual-tool", "virtualServer": through, "tool": row.get("as").unwrap_or(&row["tool"])}),
                None => json!({"kind": "tool", "server": row["server"], "tool": row["tool"]}),
            };
            self.holds(view, user, row, &target, server)?;
            counted.set(counted.get() + 1);
        }
        Ok(())
    }

    /// Who reaches one tool: everybody who belongs to the workspace, and nobody else.
    fn reaching(&self, request: &Value, counted: &Cell<u64>) -> TestCaseResult {
        let view = &request["view"];
        if answer(self.policy, request, self.activity).get("reason").is_some() {
            return Ok(());
        }
        let rows = all_rows(self.policy, request, self.activity);
        let path = self.model.path(text(view, "workspace"));
        let belongs = |user: &&Value| elements(&user["memberOf"]).iter().any(|scope| path.contains(&scope.as_str().unwrap()));
        let mut wanted: Vec<&str> = self.model.list("users").iter().filter(belongs).map(|user| text(user, "id")).collect();
        wanted.sort_unstable();
        prop_assert_eq!(rows.iter().map(|row| text(row, "user")).collect::<Vec<_>>(), wanted, "{}", request);
        let target = json!({"kind": "tool", "server": view["server"], "tool": view["tool"]});
        let server = self.model.record("servers", text(view, "server")).unwrap();
        for row in &rows {
            self.holds(view, text(row, "user"), row, &target, server)?;
            counted.set(counted.get() + 1);
        }
        Ok(())
    }
}

fn decided(row: &Value) -> Value {
    let members = ["outcome", "reason", "layer"].into_iter().filter_map(|member| Some((member.to_owned(), row.get(member)?.clone())));
    Value::Object(members.collect())
}

#[test]
fn l_2_effective_access_is_what_decide_says_both_ways() {
    let law = Law::of_organisations("L-2 effective access is what decide says, tool by tool, both ways");
    let (reached, reaching) = (Cell::new(0), Cell::new(0));
    let cases = organisations_with(0, |random: &mut Random, document: &Value, parts| {
        parts.insert("activity".to_owned(), activity(random, document));
        let views = requests(random, document, 12).into_iter().filter(|request| request["view"]["kind"] == "access");
        // The host sees every server, and small pages are put together again.
        let by_host = |mut request: Value| {
            request.as_object_mut().unwrap().remove("actor");
            (request["host"], request["page"]) = (json!(true), json!({"size": 3}));
            request
        };
        parts.insert("views".to_owned(), views.map(by_host).collect());
    });
    law.holds(cases, |case| {
        let Some(policy) = case.policy() else { return Ok(()) };
        let asked = Asked { policy: &policy, model: Model(case.document()), activity: case.part("activity") };
        for request in elements(case.part("views")).iter().filter(|request| request["host"] == true) {
            if request["view"]["user"].is_string() {
                asked.reached(request, &reached)?;
            } else {
                asked.reaching(request, &reaching)?;
            }
        }
        Ok(())
    });
    let (reached, reaching) = (reached.get(), reaching.get());
    law.report(format!("{reached} tools that one reaches, {reaching} users who reach one"));
    assert!(reached.min(reaching) > u64::from(law.cases), "too little was reached: {reached}, {reaching}");
}
