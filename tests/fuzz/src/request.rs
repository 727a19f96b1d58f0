//! Requests: any bytes against one policy that has nearly everything, Northwind's.

use std::sync::LazyLock;

use lockstep_policy::Policy;
use lockstep_policy::decide::{About, Decision, ListRequest, Outcome, Reason, Request};
use lockstep_policy::document::ProblemCode;
use serde_json::Value;

use crate::{json, problems, with_unknown_member};

const NORTHWIND: &str = include_str!("../../../host-demo/examples/northwind/policy.json");

/// The users who want it explained: the root's administrator, another, and one whom nobody knows.
const ACTORS: [&str; 3] = ["omar", "ana", "nobody-has-this-id"];

struct World {
    policy: Policy,
    document: Value,
}

static WORLD: LazyLock<World> =
    LazyLock::new(|| World { policy: Policy::load(NORTHWIND.as_bytes()).expect("a valid document"), document: json(NORTHWIND) });

/// Any bytes as a request, and as a request for a list.
pub fn check(text: &[u8]) {
    let World { policy, document } = &*WORLD;
    let request = Request::read(text);
    let decision = policy.decide(&request);
    is_told(policy, text, &decision);
    is_resolved(document, &request, &decision);
    is_read_as_it_is_made(policy, &request, &decision);
    is_explained(policy, &request, &decision);
    is_listed(policy, text);
    match request.problems() {
        Some(found) => {
            assert_eq!((decision.outcome(), decision.reason()), (Outcome::Deny, Reason::InvalidRequest));
            assert_eq!(decision.problems(), found.problems);
            problems::refuse(text, found);
        }
        None => {
            assert_ne!(decision.reason(), Reason::InvalidRequest);
            the_slow_reader_is_silent(text);
        }
    }
}

/// Every answer is JSON, says the same as the typed one, and comes again as it came.
fn is_told(policy: &Policy, text: &[u8], decision: &Decision<'_>) {
    let told = decision.to_json();
    let answer = json(&told);
    assert_eq!(answer["outcome"], decision.outcome().as_str());
    assert_eq!(answer["reason"], decision.reason().code());
    assert_eq!(answer["layer"].as_str(), decision.layer().map(|layer| layer.as_str()));
    let packed = decision.packed();
    assert_eq!((packed.outcome(), packed.layer(), packed.reason()), (decision.outcome(), decision.layer(), Some(decision.reason())));
    assert_ne!(packed.to_integer(), 0, "zero is no answer");
    assert_eq!(decision.outcome() == Outcome::Allow, decision.layer().is_none(), "an allow alone has no layer (L-3)");
    let of_user = json(&decision.for_user().to_json());
    let members: Vec<&String> = of_user.as_object().expect("an object").keys().collect();
    let allowed = ["outcome", "reason", "layer", "badge", "message"];
    assert!(members.iter().all(|member| allowed.contains(&member.as_str())), "{members:?}");
    assert_eq!(of_user["message"], answer["message"]["user"]);
    let again = Request::read(text);
    assert_eq!(policy.decide(&again).to_json(), told, "the same bytes, another answer (L-6)");
}

/// What is allowed names only what the document holds (L-5).
fn is_resolved(document: &Value, request: &Request<'_>, decision: &Decision<'_>) {
    if decision.outcome() == Outcome::Deny {
        return;
    }
    let record = |list: &str, id: &str| {
        let of_id = |record: &&Value| record["id"] == *id;
        document[list].as_array().and_then(|records| records.iter().find(of_id)).unwrap_or_else(|| panic!("{list} has no {id}"))
    };
    let known = |list: &str, id: &str| assert!(record(list, id).is_object());
    let lists = |record: &Value, member: &str, name: &str| {
        let names = |tool: &Value| tool["as"].as_str().or(tool["tool"].as_str()).or(tool["name"].as_str()) == Some(name);
        record[member].as_array().is_some_and(|tools| tools.iter().any(names))
    };
    match request.about().expect("an open request is about something") {
        About::Tool { server, tool } => assert!(lists(record("servers", server), "tools", tool), "{server} has no {tool}"),
        About::VirtualTool { virtual_server, tool } => {
            assert!(lists(record("virtualServers", virtual_server), "tools", tool), "{virtual_server} has no {tool}");
        }
        About::Server { server, .. } => known("servers", server),
        About::Registration { integration, .. } => integration.iter().for_each(|id| known("catalog", id)),
        About::Integration { integration } => known("catalog", integration),
        About::VirtualServer { virtual_server } => known("virtualServers", virtual_server),
    }
    if let Some(claim) = request.caller() {
        assert_eq!(record("users", &claim.user)["access"], "enabled");
        known("scopes", &claim.workspace);
        claim.agent.iter().for_each(|agent| known("agents", agent));
    }
}

/// A request of a host's own making is the one that was read.
fn is_read_as_it_is_made(policy: &Policy, request: &Request<'_>, decision: &Decision<'_>) {
    if let (Some(action), Some(about), Some(context)) = (request.action(), request.about(), request.context()) {
        let made = Request::new(action, about.clone(), request.caller().cloned(), context.clone());
        assert_eq!(policy.decide(&made).to_json(), decision.to_json());
    }
}

/// An explanation is JSON, comes again as it came, and holds the decision.
fn is_explained(policy: &Policy, request: &Request<'_>, decision: &Decision<'_>) {
    let whole = policy.explain_whole(request).to_json();
    assert_eq!(json(&whole)["decision"], json(&decision.to_json()));
    for actor in ACTORS {
        let told = policy.explain(request, actor).to_json();
        let outcome = &json(&told)["decision"]["outcome"];
        assert!(outcome == decision.outcome().as_str() || outcome == Outcome::Deny.as_str(), "{actor} is told of another answer: {told}");
        assert_eq!(policy.explain(request, actor).to_json(), told);
    }
}

/// The same bytes as a request for a list.
fn is_listed(policy: &Policy, text: &[u8]) {
    let request = ListRequest::read(text);
    let list = policy.list(&request);
    let told = list.to_json();
    let answer = json(&told);
    assert_eq!(answer["rows"].as_array().map(Vec::len).unwrap_or_default(), list.rows.len());
    assert!(list.rows.is_empty() || list.refusal.is_none(), "refused, with rows: {told}");
    if let Some(refusal) = &list.refusal {
        assert_eq!(refusal.reason == Reason::InvalidRequest, !refusal.problems.is_empty(), "{told}");
    }
    assert_eq!(policy.list(&ListRequest::read(text)).to_json(), told);
}

/// One member that no shape knows makes the slow reader read, which must find nothing else.
fn the_slow_reader_is_silent(text: &[u8]) {
    let Some(spoilt) = with_unknown_member(text) else { panic!("a request is an object with members") };
    let request = Request::read(&spoilt);
    let codes: Vec<ProblemCode> = request.problems().iter().flat_map(|found| &found.problems).map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::UnknownKey], "{:?}", request.problems());
}
