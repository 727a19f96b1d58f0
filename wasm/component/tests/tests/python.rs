//! The example in Python, run by the PyPI package `wasmtime` in an environment of its own, beside the component.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use lockstep_component_tests::built;

fn run(command: &mut Command) -> Output {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(done.status.success(), "{command:?}\n{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    done
}

#[test]
fn the_example_in_python_loads_northwind_and_decides() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/python");
    let (venv, requirements) = (built("venv"), folder.join("requirements.txt"));
    let installed = venv.join("requirements.txt");
    if fs::read(&installed).ok() != fs::read(&requirements).ok() {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv));
        run(Command::new(venv.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(&requirements));
        fs::copy(&requirements, &installed).unwrap();
    }
    let northwind = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../host-demo/examples/northwind/policy.json");
    let done = run(Command::new(venv.join("bin/python")).arg(folder.join("host.py")).arg(built("lockstep.wasm")).arg(northwind));
    let said = String::from_utf8(done.stdout).unwrap();
    let expected = "nw-fetch fetch: allow
acme-slack slack_list_channels: deny, integration-off
The integration Slack is turned off by policy of the MSP. Contact your administrator (servicedesk@northwind.example).
3 of 33 tools are open, the first: fetch
a document that isn't one: invalid-document
";
    assert_eq!(said, expected);
}
