//! The vectors of addresses and patterns (`tests/vectors/address`).

use std::net::IpAddr;

use lockstep_policy::address::{Address, Pattern, PatternHost, address_digest, is_reserved_ip, redact};
use serde_json::{Value, json};

use crate::vectors::{cases, files};

/// One case, with the file that it stands in.
pub struct Case {
    file: String,
    /// What it says.
    pub case: Value,
}

/// All cases.
pub fn all() -> Vec<Case> {
    let of = |(name, file): (String, Value)| -> Vec<Case> {
        cases(&name, &file).iter().map(|case| Case { file: name.clone(), case: case.clone() }).collect()
    };
    files("address").into_iter().flat_map(of).collect()
}

/// Whether the core reads, compares and shows an address or a pattern as the case says.
pub fn judge(Case { file, case }: &Case) -> Result<(), String> {
    let text = |member: &str| case[member].as_str();
    let answer = match (text("address"), text("pattern"), text("ip")) {
        (Some(text), None, None) => address(text),
        (None, Some(text), None) => pattern(text, case),
        (None, None, Some(text)) => json!({"ip": text, "reserved": is_reserved_ip(text.parse::<IpAddr>().expect("an IP address"))}),
        _ => panic!("{file}: neither an address nor a pattern nor an IP address: {case}"),
    };
    let expected = case.as_object().expect("a case").iter().filter(|(member, _)| !["about", "rules"].contains(&member.as_str()));
    for (member, expected) in expected {
        if answer[member] != *expected {
            return Err(format!("{file}: {case}\n  `{member}` is {}", answer[member]));
        }
    }
    Ok(())
}

fn address(text: &str) -> Value {
    let mut answer = json!({"address": text, "shown": redact(text), "digest": address_digest(text).to_string()});
    match Address::parse(text) {
        Ok(address) => {
            assert_eq!(address.digest(), address_digest(text), "{text}");
            assert_eq!(format!("{address:?}"), format!("Address({:?})", redact(address.as_str())), "{text}");
            answer["form"] = json!(address.as_str());
            answer["parts"] = json!([address.scheme(), address.host(), address.port(), address.path()]);
            answer["reserved"] = json!(address.is_reserved());
            answer["suffixes"] = json!(address.host_suffixes().collect::<Vec<_>>());
        }
        Err(error) => answer["error"] = json!(format!("{error:?}")),
    }
    answer
}

/// Each address that the case gives is in the list in which it belongs, or isn't.
fn pattern(text: &str, case: &Value) -> Value {
    let pattern = match Pattern::parse(text) {
        Ok(pattern) => pattern,
        Err(error) => return json!({"pattern": text, "error": format!("{error:?}")}),
    };
    assert_eq!(pattern.text(), text);
    let given = ["matches", "claims", "neither"].iter().flat_map(|member| case[*member].as_array().into_iter().flatten());
    let mut answer = json!({"pattern": text, "onlyReserved": pattern.only_reserved()});
    for member in ["matches", "claims", "neither", "names"] {
        if case.get(member).is_some() {
            answer[member] = json!([]);
        }
    }
    for address in given {
        let read = Address::parse(address.as_str().expect("an address")).expect("an address");
        let member = match (pattern.matches(&read), pattern.claims(&read)) {
            (true, true) => "matches",
            (false, true) => "claims",
            (false, false) => "neither",
            (true, false) => "matches without a claim",
        };
        push(&mut answer[member], address);
        if pattern.names_host(&read) && case.get("names").is_some() {
            push(&mut answer["names"], address);
        }
    }
    let (kind, host) = match pattern.host() {
        PatternHost::Exact(host) => ("exact", host),
        PatternHost::Below(host) => ("below", host),
    };
    answer[kind] = json!(host);
    answer
}

fn push(list: &mut Value, entry: &Value) {
    if list.is_null() {
        *list = json!([]);
    }
    list.as_array_mut().expect("a list").push(entry.clone());
}
