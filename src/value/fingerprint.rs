//! A 128-bit hash of content with a fixed algorithm: the same content, the same bits, on every machine and in every run.
//! Not for secrets: two folded multiplications a word (wyhash's mixing), chosen for speed in state keys.

use std::hash::Hasher;

const LEFT: u64 = 0xa076_1d64_78bd_642f;
const RIGHT: u64 = 0xe703_7ed1_a0b4_28db;

/// Takes words, gives 128 bits. As a [`Hasher`] it works with derived `Hash`.
#[derive(Debug, Clone, Copy)]
pub struct Fingerprint {
    left: u64,
    right: u64,
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self { left: 0x8ebc_6af0_9c88_c6e3, right: 0x5899_65cc_7537_4cc3 }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the halves of two words are words")]
const fn halves(wide: u128) -> (u64, u64) {
    (wide as u64, (wide >> 64) as u64)
}

fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let (low, high) = halves(product);
    low ^ high
}

impl Fingerprint {
    /// Adds a word.
    pub fn add(&mut self, word: u64) {
        let left = folded(self.left ^ word, LEFT);
        let right = folded(self.right.rotate_left(23) ^ word, RIGHT);
        self.left = left ^ self.right;
        self.right = right.wrapping_add(self.left);
    }

    /// Adds another fingerprint.
    pub fn add_wide(&mut self, wide: u128) {
        let (low, high) = halves(wide);
        self.add(low);
        self.add(high);
    }

    /// The hash of all that was added, in order.
    #[must_use]
    pub fn finish_wide(&self) -> u128 {
        let left = folded(self.left ^ RIGHT, self.right | 1);
        let right = folded(self.right ^ LEFT, self.left | 1);
        u128::from(left) << 64 | u128::from(right)
    }

    /// The hash of a text.
    #[must_use]
    pub fn of_text(text: &str) -> u128 {
        let mut print = Self::default();
        print.write(text.as_bytes());
        print.finish_wide()
    }
}

impl Hasher for Fingerprint {
    fn finish(&self) -> u64 {
        halves(self.finish_wide()).1
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(last));
        self.add(bytes.len() as u64);
    }

    fn write_u8(&mut self, word: u8) {
        self.add(u64::from(word));
    }

    fn write_u16(&mut self, word: u16) {
        self.add(u64::from(word));
    }

    fn write_u32(&mut self, word: u32) {
        self.add(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }

    fn write_u128(&mut self, word: u128) {
        self.add_wide(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.add(word as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_never_changes() {
        let prints: Vec<_> =
            ["", "a", "abcdefgh", "abcdefgh\0"].map(|text| format!("{:032x}", Fingerprint::of_text(text))).into();
        assert_eq!(prints, PINNED);
    }

    const PINNED: [&str; 4] = [
        "89a13c654b6776ab6f1a6a270caae020",
        "047ecc877428c41d10d3853e0b5224be",
        "34362a3714372b80ae819cba44a5f3e5",
        "f0dbe94afc781cd70271001f3858439d",
    ];

    #[test]
    fn similar_words_give_different_bits() {
        let mut seen = std::collections::BTreeSet::new();
        for first in 0..300_u64 {
            for second in 0..300_u64 {
                let mut print = Fingerprint::default();
                print.add(first);
                print.add(second);
                assert!(seen.insert(print.finish()), "64 of the 128 bits tell 90,000 pairs apart");
            }
        }
    }
}
