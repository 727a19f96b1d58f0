//! What all commands have in common: help, errors, colours, pipes.

use std::process::Stdio;

use crate::run::{line, program, run, run_with};

const COMMANDS: [&str; 7] = ["init", "check", "decide", "explain", "list", "test", "completions"];

#[test]
fn every_command_has_help_with_an_example() {
    let all = run(&["--help"]);
    assert_eq!(all.status, 0);
    for command in COMMANDS {
        assert!(all.out.lines().any(|line| line.trim_start().starts_with(command)), "{}", all.out);
        let help = run(&[command, "--help"]);
        assert_eq!((help.status, help.err.as_str()), (0, ""));
        assert!(help.out.contains("Example") && help.out.contains(&format!("\n  lockstep {command}")), "{}", help.out);
        assert!(!help.out.contains("::") && !help.out.contains("Input") && !help.out.contains("Option<"), "{}", help.out);
    }
}

#[test]
fn the_version_is_the_packages() {
    let run = run(&["--version"]);
    assert_eq!((run.status, run.out), (0, format!("lockstep {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn wrong_usage_is_status_2() {
    for arguments in [
        &[][..],
        &["chek"],
        &["check"],
        &["decide", "policy.json"],
        &["check", "policy.json", "--json", "--text"],
        &["test"],
        &["completions", "tcsh"],
    ] {
        let run = run(arguments);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(!run.err.is_empty());
    }
    run(&["chek"]).is_an_error("'check'");
}

#[test]
fn every_shell_gets_a_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = run(&["completions", shell]);
        assert_eq!(run.status, 0);
        assert!(COMMANDS.iter().all(|command| run.out.contains(command)), "{shell}");
    }
}

/// Colours are for terminals alone, and NO_COLOR has the last word.
#[test]
fn colours_are_taken_out_where_nobody_wants_them() {
    let request = line("requests.jsonl", 91);
    std::fs::write(crate::run::folder("colours").join("request.json"), &request).unwrap();
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("colours/request.json");
    let file = file.to_str().unwrap();
    let commands: [&[&str]; 5] = [
        &["check", "policy.json", "--text"],
        &["decide", "policy.json", file, "--text"],
        &["explain", "policy.json", file, "--text"],
        &["list", "policy.json", file, "--text"],
        &["test", "policy.test.json"],
    ];
    for arguments in commands {
        let plain = program(arguments).output().unwrap().stdout;
        let forced = program(arguments).env("CLICOLOR_FORCE", "1").output().unwrap().stdout;
        let refused = program(arguments).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap().stdout;
        assert!(!plain.contains(&0x1b), "{arguments:?}");
        assert!(forced.contains(&0x1b), "{arguments:?}");
        assert_eq!(refused, plain, "{arguments:?}");
    }
}

/// Whoever stops reading, as `head` does, makes no error.
#[test]
fn a_closed_pipe_ends_quietly() {
    let commands: [&[&str]; 9] = [
        &["check", "policy.json"],
        &["check", "ten-mistakes.json", "--text"],
        &["decide", "policy.json", "requests.jsonl"],
        &["decide", "policy.json", "requests.jsonl", "--text"],
        &["list", "policy.json", "-"],
        &["explain", "policy.json", "-", "--text"],
        &["test", "policy.test.json"],
        &["completions", "zsh"],
        &["--help"],
    ];
    for arguments in commands {
        // Closed before it starts: otherwise it may have written everything by then.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = program(arguments).stdin(Stdio::piped()).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // Nobody reads it where it isn't asked for.
        let _ = std::io::Write::write_all(&mut stdin, line("requests.jsonl", 1).as_bytes());
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

/// Output that fails for another reason is an error.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program(&["decide", "policy.json", "requests.jsonl"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: the output can't be written: "));
}

#[test]
fn json_and_text_can_be_chosen() {
    let request = line("requests.jsonl", 1);
    for command in ["decide", "explain", "list"] {
        let arguments = [command, "policy.json", "-"];
        let piped = run_with(&arguments, request.as_bytes()).out;
        let json = run_with(&[&arguments[..], &["--json"]].concat(), request.as_bytes()).out;
        let text = run_with(&[&arguments[..], &["--text"]].concat(), request.as_bytes()).out;
        assert_eq!(piped, json);
        assert!(json.starts_with('{') && !text.starts_with('{'), "{text}");
    }
}
