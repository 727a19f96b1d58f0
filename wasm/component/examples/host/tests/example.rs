//! The example, run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;
use std::process::Command;

#[test]
fn it_loads_northwind_and_decides() {
    let program = env!("CARGO_BIN_EXE_lockstep-component-host");
    let target = Path::new(program).ancestors().find(|folder| folder.join("component").is_dir());
    let component = target.expect("the component isn't built: make component").join("component/lockstep.wasm");
    let northwind = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../host-demo/examples/northwind/policy.json");
    let done = Command::new(program).arg(component).arg(northwind).output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "nw-fetch fetch: allow");
    assert_eq!(lines[1], "acme-slack slack_list_channels: deny, integration-off");
    assert_eq!(
        lines[2],
        "The integration Slack is turned off by policy of the MSP. Contact your administrator (servicedesk@northwind.example)."
    );
}
