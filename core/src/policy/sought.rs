//! What names are looked up by.

use crate::document::Text;

/// Whatever a record is looked up by.
pub(crate) trait Sought {
    /// The hash of the name.
    fn hash(&self) -> u32;

    /// The name.
    fn text(&self) -> &str;

    /// Whether it is this name.
    #[inline]
    fn is(&self, name: &str) -> bool {
        let (a, b) = (name.as_bytes(), self.text().as_bytes());
        a.len() == b.len()
            && match a.len() {
                // Most ids: held by their first and their last bytes, which overlap.
                8..=16 => ends::<8>(a) == ends(b),
                17..=32 => ends::<16>(a) == ends(b),
                _ => a == b,
            }
    }
}

/// The first and the last bytes of a name.
#[inline]
fn ends<const N: usize>(name: &[u8]) -> (Option<&[u8; N]>, Option<&[u8; N]>) {
    (name.first_chunk(), name.last_chunk())
}

impl Sought for str {
    #[inline]
    fn hash(&self) -> u32 {
        hash(self)
    }

    #[inline]
    fn text(&self) -> &str {
        self
    }
}

impl Sought for Text<'_> {
    fn hash(&self) -> u32 {
        hash(self)
    }

    fn text(&self) -> &str {
        self
    }
}

/// A fast hash of a short text, the same on every host and in every run (L-6): all of up to sixteen bytes go into one
/// multiplication. It is never zero.
#[inline]
pub(crate) fn hash(text: &str) -> u32 {
    const K: [u64; 3] = [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb];
    let fold = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        (wide as u64) ^ ((wide >> 64) as u64)
    };
    let bytes = text.as_bytes();
    let (first, last) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            let mut state = u64::from_le_bytes(*first);
            if bytes.len() > 16 {
                for word in bytes.as_chunks::<8>().0.iter().skip(1) {
                    state = fold(state ^ K[2], u64::from_le_bytes(*word) ^ K[1]);
                }
            }
            (state, u64::from_le_bytes(*last))
        }
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()),
            _ => (bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
        },
    };
    let state = fold(first ^ K[0], last ^ K[1] ^ bytes.len() as u64);
    ((state ^ (state >> 32)) as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::Sought;

    #[test]
    fn a_name_is_itself_alone() {
        let mut names: Vec<String> = (0..40).map(|len| "a".repeat(len)).collect();
        for place in 0..33 {
            for len in place + 1..34 {
                let mut name = "a".repeat(len);
                name.replace_range(place..=place, "b");
                names.push(name);
            }
        }
        for sought in &names {
            for name in &names {
                assert_eq!(sought.as_str().is(name), name == sought, "{name} and {sought}");
            }
        }
    }
}
