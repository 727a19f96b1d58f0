//! A decision as one integer (contract, section 4).

use super::reason::{Layer, Outcome, Reason};

/// An unsigned 32-bit outcome: bits 0-1 the outcome, 2-5 the layer, 6-15 the reason's number. Zero is never an allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Packed(u32);

impl Packed {
    /// The integer, for hosts that hand it across a border.
    pub const fn to_integer(self) -> u32 {
        self.0
    }

    /// From such an integer.
    pub const fn from_integer(integer: u32) -> Self {
        Self(integer)
    }

    /// The outcome; what is none is a denial.
    pub const fn outcome(self) -> Outcome {
        match self.0 & 0b11 {
            1 => Outcome::Ask,
            2 => Outcome::Allow,
            _ => Outcome::Deny,
        }
    }

    /// The layer, if one denied or asked.
    pub fn layer(self) -> Option<Layer> {
        Layer::ALL.into_iter().find(|layer| *layer as u32 == self.0 >> 2 & 0b1111)
    }

    /// The reason, where this version knows it.
    pub fn reason(self) -> Option<Reason> {
        Reason::of_number((self.0 >> 6 & 0x3ff) as u16)
    }

    pub(crate) fn new(outcome: Outcome, layer: Option<Layer>, reason: Reason) -> Self {
        let layer = layer.map_or(0, |layer| layer as u32);
        Self(outcome as u32 | layer << 2 | (reason as u32) << 6)
    }
}
