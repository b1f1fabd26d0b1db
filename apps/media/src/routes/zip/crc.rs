//! The CRC-32 of archives (ISO 3309), four bytes at a time: a box sends as fast as its network takes.

const BYTES: usize = 4;
const TABLES: [[u32; 256]; BYTES] = tables();

const fn tables() -> [[u32; 256]; BYTES] {
    let mut tables = [[0; 256]; BYTES];
    let mut byte = 0;
    while byte < 256 {
        let (mut crc, mut bit) = (byte as u32, 0);
        while bit < 8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < BYTES {
        byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// The checksum of the bytes so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crc(u32);

impl Default for Crc {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl Crc {
    /// More bytes came.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        let (fours, rest) = bytes.as_chunks::<BYTES>();
        for four in fours {
            let [a, b, c, d] = (self.0 ^ u32::from_le_bytes(*four))
                .to_le_bytes()
                .map(usize::from);
            self.0 = TABLES[3][a] ^ TABLES[2][b] ^ TABLES[1][c] ^ TABLES[0][d];
        }
        for byte in rest {
            let at = (self.0 ^ u32::from(*byte)) & 0xff;
            self.0 = (self.0 >> 8) ^ TABLES[0][at as usize];
        }
    }

    /// The checksum.
    pub(super) fn finish(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_that_of_the_standard_however_the_bytes_come() {
        let bytes: Vec<u8> = (0..1000_u32).map(|n| (n * n % 251) as u8).collect();
        assert_eq!(checksum(&[b"123456789"]), 0xcbf4_3926);
        assert_eq!(checksum(&[]), 0);
        for cut in [0, 1, 3, 4, 5, 999] {
            let (first, rest) = bytes.split_at(cut);
            assert_eq!(checksum(&[first, rest]), imajin_fair::crc(&bytes), "{cut}");
        }
    }

    fn checksum(parts: &[&[u8]]) -> u32 {
        let mut crc = Crc::default();
        parts.iter().for_each(|part| crc.update(part));
        crc.finish()
    }
}
