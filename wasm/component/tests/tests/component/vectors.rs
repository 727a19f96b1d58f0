//! Every vector, in the component under wasmtime: through records and through JSON, byte for byte as the core answers here.

use lockstep_component_host::{Handle, wit};
use lockstep_component_tests::pair::Pair;
use lockstep_component_tests::tally::{Tally, Vector};
use lockstep_component_tests::{module, records, typed};
use lockstep_policy::activity::Activity;
use lockstep_policy::change::ChangeRequest;
use lockstep_policy::decide::{About, Action, Call, ListRequest, Moment, Request, ToolName};
use lockstep_policy::document::{Document, Time};
use lockstep_policy::view::ViewRequest;
use lockstep_policy::{Caller, Diff, LineChange, Policy, SliceOf};
use lockstep_tests::vectors::{self, Question};
use lockstep_tests::{diffs, documents, previews, slices, views};
use serde_json::{Value, json};

#[test]
fn every_vector_is_answered_as_by_the_core() {
    let mut pair = Pair::new(module());
    let mut tally = Tally::default();
    let reasons = pair.ask(|with| with.policies.call_reasons(with.store));
    decide(&mut pair, &mut tally, &reasons);
    document(&mut pair, &mut tally);
    view(&mut pair, &mut tally);
    change(&mut pair, &mut tally);
    slice(&mut pair, &mut tally);
    diff(&mut pair, &mut tally);
    println!("host      vectors  typed interface  JSON  differences");
    println!("wasmtime  {:>7}  {:>15}  {:>4}  {:>11}", tally.vectors, tally.typed, tally.json, tally.differences.len());
    let few: Vec<_> = tally.differences.iter().take(20).map(String::as_str).collect();
    assert!(few.is_empty(), "{} differences:\n\n{}", tally.differences.len(), few.join("\n\n"));
    assert_eq!((tally.typed, tally.json), (tally.vectors, tally.vectors), "a vector wasn't asked both ways");
}

/// Decisions, lists and explanations.
fn decide(pair: &mut Pair, tally: &mut Tally, reasons: &[wit::Reason]) {
    for file in vectors::all() {
        let policy = pair.load(&file.policy.to_string());
        for case in &file.cases {
            tally.vector(format!("decide/{}: {}", file.name, case.name), |vector| match &case.question {
                Question::Decide(text) => decision(pair, vector, &policy, text),
                Question::List(text) => list(pair, vector, &policy, text, reasons),
                Question::Explain(text, actor) => {
                    let native = policy.explain(&Request::read(text.as_bytes()), actor).to_json();
                    let handle = pair.handle().0;
                    let answer = pair.ask(|with| with.policies.policy().call_explain(with.store, handle, text.as_bytes(), actor));
                    vector.json("an explanation", &native, &answer);
                    let native = policy.explain_whole(&Request::read(text.as_bytes())).to_json();
                    let answer = pair.ask(|with| with.policies.policy().call_explain_whole(with.store, handle, text.as_bytes()));
                    vector.json("the whole explanation", &native, &answer);
                    decision(pair, vector, &policy, text);
                }
            });
        }
    }
}

fn decision(pair: &mut Pair, vector: &mut Vector<'_>, policy: &Policy, text: &str) {
    let (handle, bytes) = (pair.handle().0, text.as_bytes());
    let request = Request::read(bytes);
    let native = policy.decide(&request);
    let whole = native.to_json();
    let answer = pair.ask(|with| with.policies.policy().call_decide_json(with.store, handle, bytes));
    vector.json("a decision", &whole, &answer);
    let answer = pair.ask(|with| with.policies.policy().call_decide_for_user(with.store, handle, bytes));
    vector.json("for the user", &native.for_user().to_json(), &answer);
    let answer = pair.ask(|with| with.policies.policy().call_decide(with.store, handle, bytes));
    vector.typed("a decision", &whole, &records::decision(&answer));
    if request.action() == Some(Action::ToolCall) && request.caller().is_some() {
        call(pair, vector, policy, &request, text);
    }
}

/// The same by a prepared caller, whose every argument is a record.
fn call(pair: &mut Pair, vector: &mut Vector<'_>, policy: &Policy, request: &Request<'_>, text: &str) {
    let asked = typed::asked(&serde_json::from_str(text).unwrap());
    let (claim, context) = (request.caller().unwrap(), request.context().unwrap());
    // What is told of a handle can't be taken back, and so it is told to one of this call alone.
    let own = asked.fresh.map(|(at, seconds)| {
        let own = pair.load_again();
        pair.ask(|with| with.policies.policy().call_confirm(with.store, own.0, at, seconds));
        own
    });
    let handle = own.unwrap_or(pair.handle()).0;
    let caller = pair.ask(|with| with.policies.policy().call_caller(with.store, handle, &asked.claim, &asked.facts)).unwrap();
    let native = policy.caller(claim, &context.facts);
    let moment = Moment { now: context.now, freshness: context.snapshot };
    let name = match request.about().unwrap() {
        About::VirtualTool { virtual_server, tool } => ToolName::Virtual { virtual_server, tool },
        About::Tool { server, tool } => ToolName::Direct { server, tool },
        _ => panic!("a call is of a tool"),
    };
    let packed = native.outcome(name, moment).to_integer();
    let (now, invocation) = (asked.now, asked.invocation.as_ref());
    let (target, outcome) = match &asked.call {
        wit::Call::VirtualTool(name) => (
            pair.ask(|with| with.policies.policy().call_virtual_target(with.store, handle, &name.virtual_server, &name.tool)),
            pair.ask(|with| with.policies.caller().call_virtual_outcome(with.store, caller, &name.virtual_server, &name.tool, now)),
        ),
        wit::Call::Tool(name) => (
            pair.ask(|with| with.policies.policy().call_target(with.store, handle, &name.server, &name.tool)),
            pair.ask(|with| with.policies.caller().call_outcome(with.store, caller, &name.server, &name.tool, now)),
        ),
        wit::Call::Target(_) => panic!("a request has names"),
    };
    assert!(target < 1 << 53, "a number that a double holds");
    vector.same("by names, packed", &packed, &outcome);
    let outcome = pair.ask(|with| with.policies.caller().call_outcome_at(with.store, caller, target, now));
    vector.same("by its number, packed", &packed, &outcome);
    let whole = native.decide(name, moment, context.invocation.as_deref());
    for call in [&asked.call, &wit::Call::Target(target)] {
        let answer = pair.ask(|with| with.policies.caller().call_decide(with.store, caller, call, now, invocation));
        vector.typed("a caller's decision", &whole.to_json(), &records::decision(&answer));
        let answer = pair.ask(|with| with.policies.caller().call_decide_json(with.store, caller, call, now, invocation));
        vector.json("a caller's decision", &whole.to_json(), &answer);
        let answer = pair.ask(|with| with.policies.caller().call_decide_for_user(with.store, caller, call, now, invocation));
        vector.json("a caller's decision for the user", &whole.for_user().to_json(), &answer);
        let answer = pair.ask(|with| with.policies.caller().call_explain(with.store, caller, call, now, invocation, &claim.user));
        let explained = native.explain(name, moment, context.invocation.as_deref(), &claim.user);
        vector.json("a caller's explanation", &explained.to_json(), &answer);
        if let Some(invocation) = invocation {
            confirmed(pair, vector, &native, caller, (name, call), moment, (context.invocation.as_deref().unwrap(), invocation));
        }
    }
    pair.release(Handle(caller));
    if let Some(own) = own {
        pair.release(own);
    }
}

/// What the caller is asked to confirm is the same, and lets the call through.
fn confirmed(
    pair: &mut Pair,
    vector: &mut Vector<'_>,
    native: &Caller,
    caller: wasmtime::component::ResourceAny,
    (name, call): (ToolName<'_>, &wit::Call),
    moment: Moment,
    (invocation, given): (&lockstep_policy::decide::Invocation<'_>, &wit::Invocation),
) {
    let (now, expires) = (moment.now.millis(), moment.now.millis() + 1);
    let wanted = native.approval(Call::Named(name), moment, invocation, Time(expires));
    let approval = pair.ask(|with| with.policies.caller().call_approval(with.store, caller, call, now, given, expires));
    vector.same("whether there is something to confirm", &wanted.is_some(), &approval.is_some());
    let (Some(wanted), Some(approval)) = (wanted, approval) else { return };
    let mut wanted_json = json!({"invocation": &*wanted.invocation, "user": &*wanted.user, "workspace": &*wanted.workspace,
        "server": &*wanted.server, "tool": &*wanted.tool, "argumentsDigest": wanted.arguments_digest.to_string(),
        "revision": wanted.revision, "expiresAt": wanted.expires_at.millis()});
    let others = [
        ("agent", wanted.agent.as_deref().map(str::to_owned)),
        ("space", wanted.space.as_deref().map(str::to_owned)),
        ("definition", wanted.definition.map(|digest| digest.to_string())),
    ];
    for (member, text) in others.into_iter().filter_map(|(member, text)| Some((member, text?))) {
        wanted_json[member] = text.into();
    }
    vector.typed("what is to be confirmed", &wanted_json.to_string(), &records::approval(&approval));
    let again = wit::Invocation { approval: Some(approval), ..given.clone() };
    let answer = pair.ask(|with| with.policies.caller().call_decide(with.store, caller, call, now, Some(&again)));
    vector.same("once confirmed", &"approved".to_owned(), &answer.reason);
}

fn list(pair: &mut Pair, vector: &mut Vector<'_>, policy: &Policy, text: &str, reasons: &[wit::Reason]) {
    let (handle, bytes) = (pair.handle().0, text.as_bytes());
    let request = ListRequest::read(bytes);
    let native = policy.list(&request).to_json();
    let answer = pair.ask(|with| with.policies.policy().call_list_json(with.store, handle, bytes));
    vector.json("a list", &native, &answer);
    let answer = pair.ask(|with| with.policies.policy().call_list(with.store, handle, bytes));
    vector.typed("a list", &native, &records::list(&answer, reasons));
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    if request.problems().is_some() || said["context"].get("snapshot").is_some() {
        return;
    }
    let (claim, facts, of, now) = typed::listed(&said);
    let caller = pair.ask(|with| with.policies.policy().call_caller(with.store, handle, &claim, &facts)).unwrap();
    let answer = pair.ask(|with| with.policies.caller().call_list(with.store, caller, &of, now));
    vector.typed("a caller's list", &native, &records::list(&answer, reasons));
    let answer = pair.ask(|with| with.policies.caller().call_list_json(with.store, caller, &of, now));
    vector.json("a caller's list", &native, &answer);
    pair.release(Handle(caller));
}

fn document(pair: &mut Pair, tally: &mut Tally) {
    for file in documents::all() {
        for case in &file.cases {
            tally.vector(format!("document/{}: {}", file.name, case.name), |vector| one_document(pair, vector, case.text().as_bytes()));
        }
    }
}

fn one_document(pair: &mut Pair, vector: &mut Vector<'_>, text: &[u8]) {
    let checked = pair.ask(|with| with.policies.call_check(with.store, text));
    let loaded = pair.try_load(text);
    match (Document::read_and_warn(text), checked, loaded) {
        (Ok((_, warnings)), Ok(found), Ok(handle)) => {
            let native = Policy::load(text).unwrap();
            vector.typed("warnings", &serde_json::to_string(&warnings.problems).unwrap(), &records::problems(&found));
            given_back(pair, vector, &native, handle);
            pair.release(handle);
        }
        (Err(problems), Err(found), Err(refused)) => {
            for error in [&found, &refused] {
                vector.typed("problems", &problems.to_json(), &records::of_text(error));
                vector.json("problems", &problems.to_json(), error.answer.as_deref().unwrap());
                vector.same("the message", &problems.to_string(), &error.message);
            }
        }
        (native, _, loaded) => {
            vector.same("whether it loads", &native.is_ok(), &loaded.is_ok());
        }
    }
}

/// What a policy says of itself.
fn given_back(pair: &mut Pair, vector: &mut Vector<'_>, native: &Policy, handle: Handle) {
    let document = pair.ask(|with| with.policies.policy().call_document(with.store, handle.0));
    vector.json("the document", &native.document().canonical(), &document);
    let digest = pair.ask(|with| with.policies.policy().call_digest(with.store, handle.0));
    vector.same("the digest", &native.digest().to_string(), &digest);
    let revision = pair.ask(|with| with.policies.policy().call_revision(with.store, handle.0));
    vector.same("the revision", &native.revision(), &revision);
    let of = pair.ask(|with| with.policies.policy().call_slice_of(with.store, handle.0));
    vector.same("whom it is a slice for", &format!("{:?}", native.slice_of().map(subject)), &format!("{of:?}"));
}

fn view(pair: &mut Pair, tally: &mut Tally) {
    for (name, file) in vectors::files("view") {
        let policy = pair.load(&file["policy"].to_string());
        for case in file["cases"].as_array().unwrap() {
            let asked = views::Case::new(&file, case);
            tally.vector(format!("view/{name}: {}", case["name"]), |vector| {
                let mut after = None;
                loop {
                    let answer = one_view(pair, vector, &policy, &asked.request(after.as_ref()).to_string(), &asked.activity());
                    after = answer.get("next").cloned();
                    if after.is_none() || case.get("pages").is_none() {
                        return;
                    }
                }
            });
        }
    }
}

fn one_view(pair: &mut Pair, vector: &mut Vector<'_>, policy: &Policy, request: &str, activity: &str) -> Value {
    let handle = pair.handle().0;
    let answer = pair.ask(|with| with.policies.policy().call_view(with.store, handle, request.as_bytes(), activity.as_bytes()));
    let activity = Activity::read(activity.as_bytes()).unwrap();
    let native = match (policy.view(&ViewRequest::read(request.as_bytes()), &activity), &answer) {
        (Ok(view), Ok(answer)) => {
            vector.typed("a view", &view.to_json(), &serde_json::from_str(answer).unwrap());
            vector.json("a view", &view.to_json(), answer);
            view.to_json()
        }
        (Err(refusal), Err(error)) => {
            let native = refusal.to_json();
            vector.typed("a refused view", &only(&native, &["reason", "message", "problems"]), &records::of_view(error));
            vector.json("a refused view", &native, error.answer.as_deref().unwrap());
            native
        }
        (native, _) => {
            vector.same("whether it is shown", &native.is_ok(), &answer.is_ok());
            return Value::Null;
        }
    };
    serde_json::from_str(&native).unwrap()
}

/// These members of an object, as text.
fn only(text: &str, members: &[&str]) -> String {
    lockstep_tests::only(&serde_json::from_str(text).unwrap(), members).to_string()
}

/// Changes: each is previewed and applied. The folders `change` and `preview` have them.
fn change(pair: &mut Pair, tally: &mut Tally) {
    for case in previews::all() {
        let policy = pair.load(&case.policy.to_string());
        let text = case.request.to_string();
        tally.vector(case.name, |vector| {
            previewed(pair, vector, &policy, text.as_bytes());
            applied(pair, vector, &policy, text.as_bytes());
        });
    }
}

fn previewed(pair: &mut Pair, vector: &mut Vector<'_>, policy: &Policy, text: &[u8]) {
    let handle = pair.handle().0;
    let answer = pair.ask(|with| with.policies.policy().call_preview(with.store, handle, text));
    match (policy.preview(&ChangeRequest::read(text)), &answer) {
        (Ok(preview), Ok(answer)) => {
            vector.typed("a preview", &preview.to_json(), &serde_json::from_str(answer).unwrap());
            vector.json("a preview", &preview.to_json(), answer);
        }
        (Err(refusal), Err(error)) => refused(vector, &refusal.to_json(), error),
        (native, _) => vector.same("whether it is permitted", &native.is_ok(), &answer.is_ok()),
    }
}

fn applied(pair: &mut Pair, vector: &mut Vector<'_>, policy: &Policy, text: &[u8]) {
    let handle = pair.handle().0;
    let answer = pair.ask(|with| with.policies.policy().call_apply(with.store, handle, text));
    match (policy.apply(&ChangeRequest::read(text)), &answer) {
        (Ok(native), Ok(answer)) => {
            let typed = json!({"changed": answer.changed, "revision": answer.revision});
            vector.typed("what was applied", &only(&native.to_json(), &["changed", "revision"]), &typed);
            vector.json("what was applied", &native.to_json(), &answer.answer);
            given_back(pair, vector, &native.policy, Handle(answer.policy));
            pair.release(Handle(answer.policy));
        }
        (Err(refusal), Err(error)) => refused(vector, &refusal.to_json(), error),
        (native, _) => vector.same("whether it is applied", &native.is_ok(), &answer.is_ok()),
    }
}

fn refused(vector: &mut Vector<'_>, native: &str, error: &wit::Error) {
    vector.typed("a refusal", &only(native, &["reason", "message", "problems"]), &records::of_change(error));
    vector.json("a refusal", native, error.answer.as_deref().unwrap());
}

fn slice(pair: &mut Pair, tally: &mut Tally) {
    for file in slices::all() {
        let policy = pair.load(&file.policy.to_string());
        for case in &file.cases {
            tally.vector(format!("slice/{}: {}", file.name, case["name"]), |vector| {
                for of in slices::subjects(&file, case) {
                    one_slice(pair, vector, &policy, slices::subject_of(&of), case.get("request"));
                }
            });
        }
    }
}

fn subject(of: SliceOf<'_>) -> wit::SliceSubject {
    match of {
        SliceOf::Scope(scope) => wit::SliceSubject::Scope(scope.to_owned()),
        SliceOf::User { user, workspace } => {
            wit::SliceSubject::User(wit::SliceUser { user: user.to_owned(), workspace: workspace.to_owned() })
        }
    }
}

fn one_slice(pair: &mut Pair, vector: &mut Vector<'_>, policy: &Policy, of: SliceOf<'_>, request: Option<&Value>) {
    let handle = pair.handle().0;
    let answer = pair.ask(|with| with.policies.policy().call_slice(with.store, handle, &subject(of)));
    match (policy.slice(of), answer) {
        (Ok(native), Ok(answer)) => {
            vector.json("a slice", &native.canonical(), &answer);
            vector.typed("a slice", &native.canonical(), &serde_json::from_str(&answer).unwrap());
            let slice = pair.try_load(answer.as_bytes()).expect("a slice loads");
            let native = Policy::load(answer.as_bytes()).unwrap();
            given_back(pair, vector, &native, slice);
            if let Some(request) = request.map(Value::to_string) {
                let native = native.decide(&Request::read(request.as_bytes())).to_json();
                let answer = pair.ask(|with| with.policies.policy().call_decide_json(with.store, slice.0, request.as_bytes()));
                vector.json("a slice's decision", &native, &answer);
                let answer = pair.ask(|with| with.policies.policy().call_decide(with.store, slice.0, request.as_bytes()));
                vector.typed("a slice's decision", &native, &records::decision(&answer));
            }
            pair.release(slice);
        }
        (Err(native), Err(error)) => {
            vector.same("why there is no slice", &native.to_string(), &error.message);
            // There is no answer in JSON that could differ.
            vector.json("why there is no slice", "none", error.answer.as_deref().unwrap_or("none"));
        }
        (native, answer) => vector.same("whether there is a slice", &native.is_ok(), &answer.is_ok()),
    }
}

fn diff(pair: &mut Pair, tally: &mut Tally) {
    for file in diffs::all() {
        for case in &file.cases {
            tally.vector(format!("diff/{}: {}", file.name, case.name), |vector| {
                let older = pair.load(&case.before.to_string());
                let newer = pair.try_load(case.after.to_string().as_bytes()).expect("a document that loads");
                let native = Policy::load(case.after.to_string().as_bytes()).unwrap();
                let handles = (pair.handle(), newer);
                one_diff(pair, vector, (&older, &native), handles, &case.lines);
                one_diff(pair, vector, (&native, &older), (handles.1, handles.0), &case.lines);
                pair.release(newer);
            });
        }
    }
}

fn one_diff(pair: &mut Pair, vector: &mut Vector<'_>, (older, newer): (&Policy, &Policy), handles: (Handle, Handle), lines: &[String]) {
    let requests: Vec<Request<'_>> = lines.iter().map(|line| Request::read(line.as_bytes())).collect();
    let changes = (1..).zip(&requests).filter_map(|(line, request)| {
        let change = older.diff_decision(newer, request)?;
        Some(LineChange { line, change })
    });
    let settings = older.diff(newer);
    let whole = Diff { decisions: Some(changes.collect()), ..settings.clone() };
    let lines: Vec<Vec<u8>> = lines.iter().map(|line| line.clone().into_bytes()).collect();
    for (native, requests) in [(settings, None), (whole, Some(&lines[..]))] {
        let answer = pair.ask(|with| with.policies.policy().call_diff(with.store, handles.0.0, handles.1.0, requests));
        vector.json("a difference", &native.to_json(), &answer);
        vector.typed("a difference", &native.to_json(), &serde_json::from_str(&answer).unwrap());
    }
}
