//! What a request that doesn't fit the contract is told (contract 1 and 3).

#![allow(clippy::panic, reason = "a test fails by panicking")]

use lockstep_policy::decide::Request;
use lockstep_policy::document::ProblemCode;

/// A request with some of what a host has just read from a server.
fn observing(server: &str, tools: usize) -> String {
    let digest = format!("sha256:{}", "0".repeat(64));
    let tools: Vec<String> = (0..tools).map(|tool| format!(r#""tool-{tool}": "{digest}""#)).collect();
    format!(
        r#"{{"action": "tool.call", "caller": {{"user": "u", "credential": {{"kind": "platform"}}, "workspace": "w"}},
            "target": {{"kind": "tool", "server": "s", "tool": "t"}},
            "context": {{"now": "2026-11-20T12:00:00Z", "observed": {{"{server}": {{{}}}}}}}}}"#,
        tools.join(", ")
    )
}

/// The problems of a request, by place.
fn problems(text: &str) -> Vec<(String, ProblemCode)> {
    let request = Request::read(text.as_bytes());
    let problems = request.problems().into_iter().flat_map(|problems| &problems.problems);
    problems.map(|problem| (problem.at.clone(), problem.code)).collect()
}

/// Contract 1, "Limits": the tools of a server.
#[test]
fn a_host_has_read_4096_tools_of_a_server_at_most() {
    assert_eq!(problems(&observing("s", 4096)), []);
    assert_eq!(problems(&observing("s", 4097)), [("/context/observed/s".to_owned(), ProblemCode::TooLarge)]);
}

/// RFC 6901: what stands for a slash and a tilde in a pointer.
#[test]
fn a_place_is_a_json_pointer() {
    assert_eq!(problems(&observing("a/b~ ", 1)), [("/context/observed/a~1b~0 ".to_owned(), ProblemCode::InvalidId)]);
}
