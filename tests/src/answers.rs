//! What the core answers, cut to what vectors and the oracle fix; and that every way of asking gives one answer.

use lockstep_policy::decide::{
    About, Action, Call, Decision, Invocation, Layer, ListRequest, Moment, Of, Outcome, Packed, Param, Reason, Request, ToolName,
};
use lockstep_policy::document::{Document, Time};
use lockstep_policy::{Policy, Target};
use serde_json::{Value, json};

use crate::only;

/// A bit of a target that tells loads apart.
const ANOTHER_LOAD: u64 = 1 << 40;

/// The members of a decision as explain gives it, to whomever.
const TOLD: [&str; 7] = ["outcome", "reason", "layer", "source", "lock", "obligations", "badge"];

/// The answer to a request, whole.
pub fn decision(policy: &Policy, request: &str) -> Value {
    let request = Request::read(request.as_bytes());
    let decision = policy.decide(&request);
    written(&decision, &decision.to_json())
}

/// The rows of a list, or why there is none.
pub fn list(policy: &Policy, request: &str) -> Value {
    let request = ListRequest::read(request.as_bytes());
    let list = policy.list(&request);
    let answer = only(&written(&list, &list.to_json()), &["rows", "reason", "layer"]);
    let is_wrong = request.problems().is_some_and(|problems| !problems.problems.is_empty());
    assert_eq!(is_wrong, answer["reason"] == Reason::InvalidRequest.code(), "{answer}");
    answer
}

/// An explanation, whole.
pub fn explanation(policy: &Policy, request: &str, actor: &str) -> Value {
    let request = Request::read(request.as_bytes());
    let explanation = policy.explain(&request, actor);
    let answer = written(&explanation, &explanation.to_json());
    // The layer that decides says what the decision says (L-10).
    let rows = answer["layers"].as_array();
    let decides = rows.into_iter().flatten().find(|row| row["message"].is_string());
    if let Some(row) = decides {
        assert_eq!(row["message"], answer["decision"]["message"]["admin"], "{answer}");
    }
    answer
}

/// An explanation without its texts, and without what is empty.
pub fn explained(answer: &Value) -> Value {
    let list = |member: &str, members: &[&str]| -> Vec<Value> {
        let rows = answer[member].as_array();
        rows.into_iter().flatten().map(|row| only(row, members)).collect()
    };
    let layers = list("layers", &["layer", "verdict", "reason", "source", "lock"]);
    let unlock = list("unlock", &["setting", "at", "authority", "who"]);
    json!({"decision": told(&answer["decision"]), "layers": layers, "unlock": unlock})
}

/// The decision of an explanation.
pub fn told(decision: &Value) -> Value {
    only(decision, &TOLD)
}

/// An answer as the core writes it, which is as serde_json writes it.
fn written(answer: &impl serde::Serialize, json: &str) -> Value {
    assert_eq!(serde_json::to_string(answer).ok().as_deref(), Some(json));
    parse(json)
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("an answer that is JSON")
}

/// A policy says what its document said (contract 2).
pub fn document_given_back(policy: &Policy, text: &str) -> Result<(), String> {
    let document = Document::read(text.as_bytes()).map_err(|problems| problems.to_string())?;
    same("the revision", &Some(policy.revision()), &parse(text)["revision"].as_u64())?;
    same("the document", &policy.document().canonical(), &document.canonical())?;
    same("its digest", &policy.digest().to_string(), &document.digest().to_string())
}

/// A request, a prepared caller with names, one with an integer, and explain give one answer (L-2); the packed outcome and
/// what the user is sent say the same in short.
pub fn every_way(policy: &Policy, text: &str) -> Result<(), String> {
    let request = Request::read(text.as_bytes());
    let decision = policy.decide(&request);
    let whole = decision.to_json();
    same("debug", &format!("{decision:?}"), &whole)?;
    let mut buffer = String::from("before");
    decision.write_json(&mut buffer);
    same("behind what is there", &buffer.strip_prefix("before"), &Some(&*whole))?;
    in_short(policy, &decision, &parse(&whole))?;
    as_read(&request, &decision, text)?;
    let (Some(action), Some(about), Some(claim), Some(context)) = (request.action(), request.about(), request.caller(), request.context())
    else {
        return Ok(());
    };
    let caller = policy.caller(claim, &context.facts);
    let moment = Moment { now: context.now, freshness: context.snapshot };
    if let (Action::ToolCall, Some((name, target))) = (action, named(policy, about)) {
        for call in [Call::Named(name), Call::Target(target), Call::Target(Target::from_integer(target.to_integer()))] {
            same("a prepared caller", &caller.decide(call, moment, context.invocation.as_deref()).to_json(), &whole)?;
            let unasked = caller.decide(call, moment, None);
            same("a prepared caller's outcome", &caller.outcome(call, moment), &unasked.packed())?;
            let explained = caller.explain(call, moment, context.invocation.as_deref(), &claim.user).to_json();
            same("a prepared caller's explanation", &explained, &policy.explain(&request, &claim.user).to_json())?;
            confirmed(policy, &request, call)?;
        }
        // Another load's integer is as unknown as a name that nobody has (contract 4).
        let nobodys = "nobody has this id";
        let unknown = match name {
            ToolName::Direct { tool, .. } => ToolName::Direct { server: nobodys, tool },
            ToolName::Virtual { tool, .. } => ToolName::Virtual { virtual_server: nobodys, tool },
        };
        let foreign = Target::from_integer(target.to_integer() ^ ANOTHER_LOAD);
        same("another load's target", &caller.decide(foreign, moment, None).to_json(), &caller.decide(unknown, moment, None).to_json())?;
    } else if let (Action::ToolList, About::Tool { server, tool }) = (action, about) {
        let list = caller.list(&Of::Server(server.clone()), moment);
        if let Some(row) = list.rows.iter().find(|row| row.tool == **tool) {
            same("a row of the list", &row.outcome, &decision.packed())?;
        } else if let Some(refusal) = &list.refusal {
            same("the list's refusal", &(Some(refusal.layer), refusal.reason), &(decision.layer(), decision.reason()))?;
        } else if decision.outcome().is_open() {
            return Err(format!("open and not in the list\n  {whole}"));
        }
    }
    Ok(())
}

/// What a decision says besides its JSON.
fn in_short(policy: &Policy, decision: &Decision<'_>, whole: &Value) -> Result<(), String> {
    let packed = decision.packed();
    let text = |member: &str| whole[member].as_str().unwrap_or_default();
    same("the packed outcome", &parts(packed), &parts(Packed::from_integer(packed.to_integer())))?;
    same("the packed outcome", &parts(packed), &(decision.outcome(), decision.layer(), Some(decision.reason())))?;
    same("the revision", &(decision.revision(), whole["revision"].as_u64()), &(policy.revision(), Some(policy.revision())))?;
    same("whether it is open", &decision.outcome().is_open(), &(whole["outcome"] != "deny"))?;
    let shown = format!("{} {} {:?}", decision.outcome(), decision.reason(), decision.layer().map(|layer| layer.to_string()));
    same("shown", &shown, &format!("{} {} {:?}", text("outcome"), text("reason"), whole["layer"].as_str()))?;
    same("the reason of a code", &Reason::of_code(decision.reason().code()), &Some(decision.reason()))?;
    let param = |param: &Param| Some((param.as_str().to_owned(), Value::from(decision.param(*param)?)));
    same("its params", &Value::Object(Param::ALL.iter().filter_map(param).collect()), whole.get("params").unwrap_or(&json!({})))?;
    if let Some(param) = Param::ALL.into_iter().find(|param| Param::of_name(param.as_str()) != Some(*param)) {
        return Err(format!("`{}` is another param", param.as_str()));
    }
    if whole["params"].as_object().is_some_and(serde_json::Map::is_empty) {
        return Err(format!("params without any\n  {whole}"));
    }
    let told = decision.for_user();
    same("debug of what the user is sent", &format!("{told:?}"), &told.to_json())?;
    for_user(whole, &parse(&told.to_json()))
}

/// What was read of a request is what it says; what can't be read is a denial with its problems (contract 3).
fn as_read(request: &Request<'_>, decision: &Decision<'_>, text: &str) -> Result<(), String> {
    let problems = request.problems().map_or(&[][..], |problems| &problems.problems);
    same("the problems", &decision.problems(), &problems)?;
    same("whether it can be read", &problems.is_empty(), &(decision.reason() != Reason::InvalidRequest))?;
    if !problems.is_empty() {
        return same("the problems in JSON", &parse(&decision.to_json())["problems"], &json!(problems));
    }
    let said = parse(text);
    same("the caller", &request.caller().map(|claim| claim.user.as_str()), &said["caller"]["user"].as_str())?;
    same("whether there is a context", &request.context().is_some(), &true)?;
    same("whether it is about something", &request.about().is_some(), &request.action().is_some())?;
    if [Reason::UnknownAction, Reason::PolicyStale].contains(&decision.reason()) {
        return Ok(());
    }
    same("the action", &request.action().map(Action::as_str), &said["action"].as_str())
}

/// What a caller is asked to confirm is what lets that one call through, once confirmed (K-7).
fn confirmed(policy: &Policy, request: &Request<'_>, call: Call<'_>) -> Result<(), String> {
    let (Some(claim), Some(context)) = (request.caller(), request.context()) else { return Ok(()) };
    let whole = policy.decide(request);
    let expires_at = Time(context.now.0 + 1);
    let Some(invocation) = &context.invocation else {
        return same("an approval of nothing", &policy.approval(request, expires_at), &None);
    };
    let is_named = invocation.id.is_some() && invocation.arguments_digest.is_some();
    let caller = policy.caller(claim, &context.facts);
    let moment = Moment { now: context.now, freshness: context.snapshot };
    let approval = caller.approval(call, moment, invocation, expires_at);
    same("the approval", &approval, &policy.approval(request, expires_at))?;
    same("whether there is one", &approval.is_some(), &(is_named && whole.reason() == Reason::ApprovalRequired))?;
    let Some(approval) = approval else { return Ok(()) };
    let again = Invocation { approval: Some(approval), ..(**invocation).clone() };
    same("once confirmed", &caller.decide(call, moment, Some(&again)).reason(), &Reason::Approved)
}

/// What a request names, for a prepared caller.
fn named<'r>(policy: &Policy, about: &'r About<'r>) -> Option<(ToolName<'r>, Target)> {
    match about {
        About::Tool { server, tool } => Some((ToolName::Direct { server, tool }, policy.target(server, tool))),
        About::VirtualTool { virtual_server, tool } => {
            Some((ToolName::Virtual { virtual_server, tool }, policy.virtual_target(virtual_server, tool)))
        }
        _ => None,
    }
}

type Parts = (Outcome, Option<Layer>, Option<Reason>);

fn parts(packed: Packed) -> Parts {
    (packed.outcome(), packed.layer(), packed.reason())
}

/// Contract 3, "For the user": these members and nothing else.
fn for_user(whole: &Value, told: &Value) -> Result<(), String> {
    let mut expected = only(whole, &["outcome", "reason", "layer"]);
    if let Some(badge) = whole["lock"].get("badge") {
        expected["badge"] = badge.clone();
    }
    if let Some(message) = whole["message"].get("user") {
        expected["message"] = message.clone();
    }
    same("for the user", told, &expected)
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, one: &T, other: &T) -> Result<(), String> {
    if one == other { Ok(()) } else { Err(format!("{what} differs\n  {one:?}\n  {other:?}")) }
}
