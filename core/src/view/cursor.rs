//! Cursors: after which row a page goes on. They are made of what rows are sorted by, so that rows that come or go meanwhile
//! shift nothing.

use crate::document::limits::MAX_TEXT;
use crate::policy::hash;

use super::wire::ViewKind;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The place of a row in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The kind, then what the row is sorted by. No id and no name has a line break.
    text: String,
}

impl Cursor {
    /// Of a row of a kind.
    pub(crate) fn new(kind: ViewKind, keys: &[&str]) -> Self {
        let mut text = kind.as_str().to_owned();
        for key in keys {
            text.push('\n');
            text.push_str(key);
        }
        Self { text }
    }

    /// What it was made of, but the kind.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.text.split('\n').skip(1)
    }

    /// One of them.
    pub(crate) fn key(&self, place: usize) -> &str {
        self.keys().nth(place).unwrap_or_default()
    }

    /// What a host keeps: nothing that it could read by chance.
    pub(crate) fn write(&self) -> String {
        let sum = hash(self.text.as_str()).to_le_bytes();
        let bytes = [&sum[..], self.text.as_bytes()].concat();
        let mut written = String::with_capacity(bytes.len() * 4 / 3 + 2);
        for three in bytes.chunks(3) {
            let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
            for place in 0..=three.len() {
                let digit = bits >> (18 - 6 * place) & 63;
                written.push(DIGITS.get(digit as usize).copied().map_or('A', char::from));
            }
        }
        written
    }

    /// The cursor of a kind that was written so, of a row that is sorted by so many keys.
    pub(crate) fn read(kind: ViewKind, keys: usize, written: &str) -> Option<Self> {
        if written.len() > MAX_TEXT {
            return None;
        }
        let mut bytes = Vec::with_capacity(written.len());
        for four in written.as_bytes().chunks(4) {
            let digit = |digit: &u8| DIGITS.iter().position(|known| known == digit);
            let bits = four.iter().try_fold(0_u32, |bits, byte| Some(bits << 6 | u32::try_from(digit(byte)?).ok()?))?;
            let [_, first, second, third] = (bits << (6 * (4 - four.len()))).to_be_bytes();
            bytes.extend([first, second, third].into_iter().take(four.len().saturating_sub(1)));
        }
        let (sum, text) = bytes.split_first_chunk::<4>()?;
        let text = std::str::from_utf8(text).ok()?;
        let cursor = Self { text: text.to_owned() };
        let mut parts = text.split('\n');
        let fits = parts.next() == Some(kind.as_str()) && parts.count() == keys && u32::from_le_bytes(*sum) == hash(text);
        (fits && cursor.write() == written).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::ViewKind;
    use super::Cursor;

    #[test]
    fn what_was_written_is_read_again_and_nothing_else() {
        for keys in [vec!["github"], vec!["", "a"], vec!["é", "日本", "x y"], vec![""], vec!["ab"], vec!["abc"], vec!["abcd"]] {
            let cursor = Cursor::new(ViewKind::Users, &keys);
            let written = cursor.write();
            assert_eq!(Cursor::read(ViewKind::Users, keys.len(), &written), Some(cursor.clone()));
            assert!(cursor.keys().eq(keys.iter().copied()));
            assert_eq!(cursor.key(keys.len()), "");
            assert_eq!(Cursor::read(ViewKind::Catalog, keys.len(), &written), None, "another kind's");
            assert_eq!(Cursor::read(ViewKind::Users, keys.len() + 1, &written), None, "another order's");
            for end in 0..written.len() {
                assert_eq!(written.get(..end).and_then(|cut| Cursor::read(ViewKind::Users, keys.len(), cut)), None, "cut off");
            }
            assert_eq!(Cursor::read(ViewKind::Users, keys.len(), &format!("{written}A")), None);
            assert_eq!(Cursor::read(ViewKind::Users, keys.len(), &written.to_lowercase()), None);
        }
        for other in ["", "A", "never given", "====", "é"] {
            assert_eq!(Cursor::read(ViewKind::Users, 1, other), None, "{other}");
        }
    }
}
