//! `lockstep init`.

use std::fs;

use crate::run::{folder, run};

const FILES: [&str; 3] = ["policy.json", "policy.test.json", "lockstep.toml"];

#[test]
fn what_it_writes_passes_check_and_test() {
    for (name, more, levels, cases) in [("init", None, 2, 4), ("init-msp", Some("--msp"), 3, 5)] {
        // The folder needn't be there.
        let folder = folder(name).join("new");
        let path = folder.to_str().unwrap();
        let arguments: Vec<&str> = ["init", path].into_iter().chain(more).collect();
        let init = run(&arguments);
        assert_eq!((init.status, init.err.as_str()), (0, ""));
        let [policy, tests, configuration] = FILES.map(|file| folder.join(file).to_str().unwrap().to_owned());
        for command in [format!("lockstep check {policy}"), format!("lockstep test {tests}")] {
            assert!(init.out.lines().any(|line| line.trim() == command), "{}", init.out);
        }
        let check = run(&["check", &policy]);
        assert_eq!((check.status, &check.json()["warnings"]), (0, &[(); 0].as_slice().into()));
        let document: serde_json::Value = serde_json::from_slice(&fs::read(&policy).unwrap()).unwrap();
        assert_eq!((document["levels"].as_array().unwrap().len(), document["scopes"].as_array().unwrap().len()), (levels, levels));
        let test = run(&["test", &tests]);
        assert_eq!(test.out.lines().last(), Some(format!("{cases} passed, 0 failed").as_str()), "{}", test.out);
        let configuration = fs::read_to_string(configuration).unwrap();
        for setting in ["listen = \"127.0.0.1:", "policy = \"policy.json\"", "secrets = ", "activity = "] {
            assert!(configuration.contains(setting), "{configuration}");
        }
    }
}

/// What is there stays, and nothing is written beside it.
#[test]
fn it_overwrites_nothing() {
    for file in FILES {
        let folder = folder(&format!("init-over-{file}"));
        fs::write(folder.join(file), "mine").unwrap();
        run(&["init", folder.to_str().unwrap()]).is_an_error("is there already; nothing was written");
        assert_eq!(fs::read_to_string(folder.join(file)).unwrap(), "mine");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}

#[test]
fn it_says_where_it_cannot_write() {
    let folder = folder("init-on-a-file");
    fs::write(folder.join("file"), "").unwrap();
    run(&["init", folder.join("file/below").to_str().unwrap()]).is_an_error("can't be written");
}
