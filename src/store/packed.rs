//! Four numbers of forty bits in twenty bytes: how quads are held by the million while they are sorted.

use super::blocks::Key;

/// Four numbers below 2^40, in one order; compares as they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(C, packed(4))]
pub(super) struct Packed(u64, u64, u32);

/// The bytes of one on disk.
pub(super) const BYTES: usize = 20;

impl Packed {
    pub(super) fn new([a, b, c, d]: Key) -> Self {
        Self(a << 24 | b >> 16, b << 48 | c << 8 | d >> 32, d as u32)
    }

    pub(super) fn key(self) -> Key {
        let Self(high, middle, low) = self;
        [
            high >> 24,
            (high & 0xFF_FFFF) << 16 | middle >> 48,
            middle >> 8 & 0xFF_FFFF_FFFF,
            (middle & 0xFF) << 32 | u64::from(low),
        ]
    }

    pub(super) fn to_bytes(self) -> [u8; BYTES] {
        let Self(high, middle, low) = self;
        let mut bytes = [0; BYTES];
        bytes[..8].copy_from_slice(&high.to_be_bytes());
        bytes[8..16].copy_from_slice(&middle.to_be_bytes());
        bytes[16..].copy_from_slice(&low.to_be_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: [u8; BYTES]) -> Self {
        let part = |from: usize| {
            u64::from_be_bytes(bytes[from..from + 8].try_into().expect("eight of twenty bytes are eight"))
        };
        let low = u32::from_be_bytes(bytes[16..].try_into().expect("the last four of twenty bytes are four"));
        Self(part(0), part(8), low)
    }
}

#[cfg(test)]
mod tests {
    use super::Packed;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_back_and_compares_the_same(
            a in prop::array::uniform4(0u64..1 << 40),
            b in prop::array::uniform4(prop_oneof![0u64..4, (1u64 << 40) - 4..1 << 40]),
        ) {
            prop_assert_eq!(Packed::new(a).key(), a);
            prop_assert_eq!(Packed::from_bytes(Packed::new(b).to_bytes()).key(), b);
            prop_assert_eq!(Packed::new(a).cmp(&Packed::new(b)), a.cmp(&b));
        }
    }
}
