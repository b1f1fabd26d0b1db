//! The release order of a box's ballots: random, from a seed that the operating system drew.

use imajin_dfos::cid::sha256;

/// Shuffles items by this seed alone; every order is equally likely.
pub(crate) fn shuffle<T>(all: &mut [T], seed: [u8; 32]) {
    let mut stream = Stream { seed, next: 0 };
    // Fisher–Yates shuffle.
    for last in (1..all.len()).rev() {
        all.swap(last, stream.below(last as u64 + 1) as usize);
    }
}

struct Stream {
    seed: [u8; 32],
    next: u64,
}

impl Stream {
    fn number(&mut self) -> u64 {
        let mut bytes = [0; 40];
        bytes[..32].copy_from_slice(&self.seed);
        bytes[32..].copy_from_slice(&self.next.to_be_bytes());
        self.next += 1;
        let digest = sha256(&bytes);
        digest[..8].iter().fold(0, |all, byte| all << 8 | u64::from(*byte))
    }

    /// Draws a number below this bound. Numbers that would bias the result are drawn again.
    fn below(&mut self, bound: u64) -> u64 {
        let most = u64::MAX - u64::MAX % bound;
        loop {
            let number = self.number();
            if number < most {
                return number % bound;
            }
        }
    }
}
