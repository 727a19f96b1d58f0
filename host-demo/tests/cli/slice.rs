//! `lockstep slice`.

use serde_json::{Value, json};

use crate::run::{line, run, run_with};

/// What is cut is a policy that decides as the whole one.
#[test]
fn a_slice_is_a_policy() {
    let cut = run(&["slice", "policy.json", "--scope", "acme"]);
    assert_eq!((cut.status, cut.err.as_str()), (0, ""));
    let slice = cut.json();
    assert_eq!(slice["slice"]["of"], json!({"kind": "scope", "scope": "acme"}));
    assert!(slice["servers"].as_array().unwrap().iter().all(|server| server["matched"].is_object()));
    assert_eq!(run_with(&["check", "-"], cut.out.as_bytes()).status, 0);
    let file = crate::run::folder("slice").join("acme.json");
    std::fs::write(&file, &cut.out).unwrap();
    let request = line("requests.jsonl", 1);
    let whole = run_with(&["decide", "policy.json", "-"], request.as_bytes());
    let from_slice = run_with(&["decide", file.to_str().unwrap(), "-"], request.as_bytes());
    assert_eq!(whole.json(), from_slice.json());
}

#[test]
fn a_users_slice_is_theirs_alone() {
    let request: Value = serde_json::from_str(&line("requests.jsonl", 1)).unwrap();
    let (user, workspace) = (request["caller"]["user"].as_str().unwrap(), request["caller"]["workspace"].as_str().unwrap());
    let slice = run(&["slice", "policy.json", "--user", user, "--workspace", workspace]).json();
    let users: Vec<_> = slice["users"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect();
    assert_eq!(users, [user]);
    let scopes: Vec<_> = slice["scopes"].as_array().unwrap().iter().map(|scope| scope["id"].as_str().unwrap()).collect();
    assert!(scopes.contains(&"depth-0") && scopes.contains(&workspace), "{scopes:?}");
}

#[test]
fn what_can_not_be_cut_says_what_to_do() {
    run(&["slice", "policy.json", "--scope", "nowhere"]).is_an_error("there is no scope `nowhere`");
    run(&["slice", "policy.json", "--user", "nobody", "--workspace", "nowhere"]).is_an_error("there is no user `nobody`");
    let request: Value = serde_json::from_str(&line("requests.jsonl", 1)).unwrap();
    let user = request["caller"]["user"].as_str().unwrap();
    run(&["slice", "policy.json", "--user", user, "--workspace", "nowhere"]).is_an_error("there is no workspace `nowhere`");
    let cut = run(&["slice", "policy.json", "--scope", "acme"]);
    run_with(&["slice", "-", "--scope", "acme"], cut.out.as_bytes()).is_an_error("the policy is a slice already");
    for wrong in [
        &["slice", "policy.json"][..],
        &["slice", "policy.json", "--user", "ana"],
        &["slice", "policy.json", "--workspace", "hq"],
        &["slice", "policy.json", "--scope", "acme", "--user", "ana", "--workspace", "hq"],
    ] {
        assert_eq!(run(wrong).status, 2, "{wrong:?}");
    }
}
