//! What may be shown of an address (N-3).

use super::{Address, parse};

const MASK: &str = "***";

/// How known tokens begin; a `?` is any one character.
const TOKEN_PREFIXES: [&str; 11] = ["gh?_", "github_pat_", "glpat-", "xox?-", "sk-", "sk_", "pk_", "AKIA", "eyJ", "ntn_", "secret_"];

/// The length from which a mix of letters and digits looks like a secret.
const LONG: usize = 16;

/// The address as it may be shown: without user information, query and fragment, and with `***` for each path segment
/// that looks like a secret (N-3).
///
/// Of an address that can't be read, what has no certain meaning is masked too.
pub fn redact(address: &str) -> String {
    let Some((_, rest)) = parse::cut_scheme(address) else {
        return MASK.to_owned();
    };
    let (authority, path) = parse::cut_path(rest.split(['?', '#']).next().unwrap_or_default());
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let mut shown = address.strip_suffix(rest).unwrap_or_default().to_owned();
    if parse::authority(host).is_err() || may_hide_user_info(address, rest, authority) {
        shown.push_str(MASK);
        return shown;
    }
    shown.push_str(host);
    for segment in path.split('/').skip(1) {
        shown.push('/');
        let readable = parse::path_segment(segment).is_ok() && !looks_secret(segment);
        shown.push_str(if readable { segment } else { MASK });
    }
    shown
}

/// Whether an unreadable address has an `@` so late that its host and path may be part of a password.
fn may_hide_user_info(address: &str, rest: &str, authority: &str) -> bool {
    rest.strip_prefix(authority).is_some_and(|tail| tail.contains('@')) && Address::parse(address).is_err()
}

fn looks_secret(segment: &str) -> bool {
    let decoded = decode(segment);
    TOKEN_PREFIXES.iter().any(|prefix| begins(&decoded, prefix))
        || (decoded.chars().count() >= LONG
            && decoded.chars().any(|character| character.is_ascii_digit())
            // Letters of any script, without a table of them.
            && decoded.chars().any(|character| character.is_ascii_alphabetic() || !character.is_ascii()))
}

fn begins(text: &str, prefix: &str) -> bool {
    let mut characters = text.chars();
    prefix.chars().all(|expected| characters.next().is_some_and(|found| expected == '?' || expected == found))
}

fn decode(segment: &str) -> String {
    let mut decoded = Vec::with_capacity(segment.len());
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' { parse::escaped(&mut bytes).unwrap_or(byte) } else { byte });
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
