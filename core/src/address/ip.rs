//! The address ranges that O-3 refuses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether O-3 refuses this address, for a host that holds what a name resolves to against the rules (O-4).
pub fn is_reserved_ip(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_reserved_v4(address),
        IpAddr::V6(address) => is_reserved_v6(address),
    }
}

pub(super) fn is_reserved_v4(address: Ipv4Addr) -> bool {
    matches!(
        address.octets(),
        [0 | 10 | 127 | 224.., ..]
            | [100, 64..=127, ..]
            | [168, 63, 129, 16]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18..=19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

/// All but global unicast, and of that what stands for other addresses or for nothing.
pub(super) fn is_reserved_v6(address: Ipv6Addr) -> bool {
    matches!(
        address.segments(),
        [..=0x1fff | 0x4000.., ..]
            | [0x2001, ..=0x01ff | 0x0db8, ..]
            | [0x2002, ..]
            | [0x3fff, ..=0x0fff, ..]
    )
}
