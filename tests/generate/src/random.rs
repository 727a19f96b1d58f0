//! A small random number generator: the same numbers on every platform, for ever.

/// SplitMix64. Good enough for test data, and short enough to be read.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A stream of its own for every pair of a seed and a purpose.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mut random = Self(seed ^ 0x6c6f_636b_7374_6570);
        for byte in purpose.bytes() {
            random.0 = random.number() ^ u64::from(byte);
        }
        random
    }

    /// The next 64 bits.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 when the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.number()) * limit as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A time span or moment from `low` up to but without `high`, in milliseconds.
    pub(crate) fn moment(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low) as usize) as i64
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// True in `share` of a thousand cases.
    pub(crate) fn rarely(&mut self, share: usize) -> bool {
        self.below(1000) < share
    }

    /// One of a list that isn't empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// One of a list, if it has any.
    pub fn any<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// Which of the weights was drawn.
    pub fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        0
    }

    /// Puts a list in a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }

    /// At most `count` different members of a list, in a random order.
    pub fn some<T: Clone + PartialEq>(&mut self, list: &[T], count: usize) -> Vec<T> {
        let mut chosen: Vec<T> = Vec::new();
        for _ in 0..count {
            if let Some(one) = self.any(list)
                && !chosen.contains(one)
            {
                chosen.push(one.clone());
            }
        }
        chosen
    }

    /// A digest of nothing in particular.
    pub(crate) fn digest(&mut self) -> String {
        let mut text = String::with_capacity(71);
        text.push_str("sha256:");
        for _ in 0..4 {
            text.push_str(&format!("{:016x}", self.number()));
        }
        text
    }
}
