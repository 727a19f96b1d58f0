//! SHA-256, written out from its definition, and the digests that a change writes (contract 1).

use crate::address::{Host, address};
use serde_json::Value;

/// `sha256:` and the digits, of a text.
pub(super) fn of_text(text: &str) -> String {
    let digits: String = sha256(text.as_bytes()).iter().map(|word| format!("{word:08x}")).collect();
    format!("sha256:{digits}")
}

/// Of an address in its compared form; what can't be read, as stored.
pub(super) fn of_address(stored: &str) -> String {
    of_text(&compared(stored))
}

/// An address's compared form: no default port, no query, a path at least `/`.
pub(super) fn compared(stored: &str) -> String {
    let Some(address) = address(stored) else {
        return stored.to_owned();
    };
    let host = match &address.host {
        Host::Name(name) => name.clone(),
        Host::V4(numbers) => numbers.map(|number| number.to_string()).join("."),
        Host::V6(ip) => format!("[{ip}]"),
    };
    let default = if address.scheme == "http" { 80 } else { 443 };
    let port = if address.port == default { String::new() } else { format!(":{}", address.port) };
    format!("{}://{host}{port}{}", address.scheme, address.path)
}

/// Of who manages a virtual server and what it selects (P-14): canonical JSON, its members in the contract's order. Both lists stand
/// there, empty or not.
pub(super) fn of_published(virtual_server: &Value) -> String {
    let list = |member: &str| virtual_server[member].as_array().cloned().unwrap_or_default();
    let mut managers: Vec<String> =
        list("access").iter().filter(|entry| entry["grant"] == "manage").map(|entry| entry["user"].to_string()).collect();
    let mut tools: Vec<String> = list("tools")
        .iter()
        .map(|tool| {
            let given = if tool["as"].is_null() || tool["as"] == tool["tool"] { String::new() } else { format!(",\"as\":{}", tool["as"]) };
            format!("{{\"server\":{},\"tool\":{}{given}}}", tool["server"], tool["tool"])
        })
        .collect();
    managers.sort();
    tools.sort();
    of_text(&format!("{{\"managers\":[{}],\"tools\":[{}]}}", managers.join(","), tools.join(",")))
}

/// FIPS 180-4. The constants are the roots of the first primes, worked out here with whole numbers.
fn sha256(message: &[u8]) -> Vec<u32> {
    let primes: Vec<u128> = (2..).filter(|n| (2..*n).all(|d| n % d != 0)).take(64).collect();
    let constants: Vec<u32> = primes.iter().map(|prime| fraction_of_root(*prime, 3)).collect();
    let mut state: Vec<u32> = primes.iter().take(8).map(|prime| fraction_of_root(*prime, 2)).collect();
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut words: Vec<u32> = block.chunks(4).map(|bytes| bytes.iter().fold(0, |word, byte| (word << 8) | u32::from(*byte))).collect();
        for i in 16..64 {
            let (early, late) = (words[i - 15], words[i - 2]);
            let s0 = early.rotate_right(7) ^ early.rotate_right(18) ^ (early >> 3);
            let s1 = late.rotate_right(17) ^ late.rotate_right(19) ^ (late >> 10);
            words.push(words[i - 16].wrapping_add(s0).wrapping_add(words[i - 7]).wrapping_add(s1));
        }
        let mut v = state.clone();
        for i in 0..64 {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let first = v[7].wrapping_add(s1).wrapping_add(choice).wrapping_add(constants[i]).wrapping_add(words[i]);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(first);
            v[0] = first.wrapping_add(s0).wrapping_add(majority);
        }
        for (word, added) in state.iter_mut().zip(v) {
            *word = word.wrapping_add(added);
        }
    }
    state
}

/// The first 32 bits of the fraction of a square or cube root: the greatest whole number whose power fits, 32 bits shifted up.
fn fraction_of_root(number: u128, power: u32) -> u32 {
    let wanted = number << (32 * power);
    let mut root: u128 = 0;
    for bit in (0..40).rev() {
        let tried = root | (1 << bit);
        if tried.pow(power) <= wanted {
            root = tried;
        }
    }
    (root & 0xffff_ffff) as u32
}

#[cfg(test)]
mod tests {
    use super::{compared, of_text};

    #[test]
    fn known_digests() {
        assert_eq!(of_text("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(of_text(""), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(compared("HTTPS://A.Example.:443?q"), "https://a.example/");
        assert_eq!(compared("https://u@a"), "https://u@a");
    }
}
