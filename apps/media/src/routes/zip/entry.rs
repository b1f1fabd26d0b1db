//! The records of an archive: the header before each file, the descriptor after it, its row in the directory, and the
//! end (PKWARE's APPNOTE, 6.3).
//!
//! Always: sizes and places are in fields of 64 bits only if 32 are too few, so that old programs read the rest.

/// A size or place that is in the field of 64 bits instead.
pub(super) const ELSEWHERE: u32 = u32::MAX;
/// The checksum and the sizes follow the file, and names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
/// The version that reads it.
const NEEDS: u16 = 20;
/// The version that knows sizes and places of 64 bits.
const NEEDS_64: u16 = 45;
/// Made on Unix, by these rules.
const MADE_BY: u16 = 3 << 8 | 45;
/// A file that all may read and its owner write.
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// The first and the last year that DOS knows.
const YEARS: std::ops::RangeInclusive<u16> = 1980..=2107;

/// A file that is to be in an archive.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    name: String,
    /// Time and date as DOS has them: two seconds are the shortest moment.
    time: (u16, u16),
    pub(super) bytes: u64,
    /// The offset of its header.
    pub(super) at: u64,
    /// The checksum of what was sent.
    pub(super) crc: u32,
}

impl Entry {
    /// A file of this length. `day` is local time, `YYYY-MM-DDTHH:MM:SS`.
    pub(super) fn new(name: String, day: &str, bytes: u64) -> Self {
        Self { name, time: dos(day), bytes, at: 0, crc: 0 }
    }

    fn is_long(&self) -> bool {
        self.bytes >= u64::from(ELSEWHERE)
    }

    fn is_far(&self) -> bool {
        self.at >= u64::from(ELSEWHERE)
    }

    fn needs(&self) -> u16 {
        if self.is_long() || self.is_far() { NEEDS_64 } else { NEEDS }
    }

    /// Writes the fields that begin both the header before the file and its row in the directory.
    fn common(&self, out: &mut Vec<u8>) {
        for word in [self.needs(), FLAGS, 0, self.time.0, self.time.1] {
            out.extend(word.to_le_bytes());
        }
    }

    /// The header before the file. It has no checksum and no sizes: these follow the file.
    pub(super) fn header(&self) -> Vec<u8> {
        let mut out = b"PK\x03\x04".to_vec();
        self.common(&mut out);
        out.extend(0_u32.to_le_bytes());
        let size = if self.is_long() { ELSEWHERE } else { 0 };
        out.extend(size.to_le_bytes());
        out.extend(size.to_le_bytes());
        let more: &[u64] = if self.is_long() { &[0, 0] } else { &[] };
        self.name_and(&mut out, more, &[]);
        out
    }

    /// Returns the descriptor that follows the file.
    pub(super) fn descriptor(&self) -> Vec<u8> {
        let mut out = b"PK\x07\x08".to_vec();
        out.extend(self.crc.to_le_bytes());
        for _ in 0..2 {
            match u32::try_from(self.bytes).ok().filter(|_| !self.is_long()) {
                Some(bytes) => out.extend(bytes.to_le_bytes()),
                None => out.extend(self.bytes.to_le_bytes()),
            }
        }
        out
    }

    /// Its row in the directory.
    pub(super) fn row(&self) -> Vec<u8> {
        let mut out = b"PK\x01\x02".to_vec();
        out.extend(MADE_BY.to_le_bytes());
        self.common(&mut out);
        out.extend(self.crc.to_le_bytes());
        let mut more = Vec::new();
        if self.is_long() {
            more.extend([self.bytes, self.bytes]);
        }
        if self.is_far() {
            more.push(self.at);
        }
        out.extend(short(self.bytes).to_le_bytes());
        out.extend(short(self.bytes).to_le_bytes());
        // No comment, on the first disk, without attributes of a text.
        let mut rest = [0_u8; 6].to_vec();
        rest.extend(ATTRIBUTES.to_le_bytes());
        rest.extend(short(self.at).to_le_bytes());
        self.name_and(&mut out, &more, &rest);
        out
    }

    /// The lengths of the name and of what does not fit in 32 bits, `between`, and then these.
    fn name_and(&self, out: &mut Vec<u8>, more: &[u64], between: &[u8]) {
        let name = self.name.as_bytes();
        let bytes = more.len() as u16 * 8;
        let extra = if more.is_empty() { 0 } else { 4 + bytes };
        out.extend((name.len() as u16).to_le_bytes());
        out.extend(extra.to_le_bytes());
        out.extend(between);
        out.extend(name);
        if !more.is_empty() {
            out.extend(1_u16.to_le_bytes());
            out.extend(bytes.to_le_bytes());
            more.iter().for_each(|one| out.extend(one.to_le_bytes()));
        }
    }
}

/// Returns a number for a field of 32 bits, or the mark that it is in the field of 64 bits.
fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(ELSEWHERE)
}

/// Time and date of a local time.
fn dos(day: &str) -> (u16, u16) {
    let part = |from: usize, to: usize| day.get(from..to).and_then(|text| text.parse().ok());
    let part = |from: usize, to: usize| part(from, to).unwrap_or(0_u16);
    let year = part(0, 4);
    if !YEARS.contains(&year) {
        // The first or the last moment that there is.
        return if year < *YEARS.start() {
            (0, 1 << 5 | 1)
        } else {
            (23 << 11 | 59 << 5 | 29, 127 << 9 | 12 << 5 | 31)
        };
    }
    let time = part(11, 13) << 11 | part(14, 16) << 5 | (part(17, 19) / 2);
    (time, (year - YEARS.start()) << 9 | part(5, 7) << 5 | part(8, 10))
}

/// The end of an archive of this many files, whose directory is there and has this many bytes.
pub(super) fn end(files: u64, at: u64, bytes: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let count = u16::try_from(files).unwrap_or(u16::MAX);
    let is_long = [at, bytes].iter().any(|one| *one >= u64::from(ELSEWHERE));
    if is_long || count == u16::MAX {
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend(MADE_BY.to_le_bytes());
        out.extend(NEEDS_64.to_le_bytes());
        out.extend([0; 8]);
        for number in [files, files, bytes, at] {
            out.extend(number.to_le_bytes());
        }
        out.extend(b"PK\x06\x07");
        out.extend(0_u32.to_le_bytes());
        out.extend((at + bytes).to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    out.extend(b"PK\x05\x06");
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(short(bytes).to_le_bytes());
    out.extend(short(at).to_le_bytes());
    out.extend([0; 2]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_that_dos_knows() {
        let parts = |day: &str| {
            let (time, date) = dos(day);
            let date = (1980 + (date >> 9), date >> 5 & 15, date & 31);
            (date, (time >> 11, time >> 5 & 63, time & 31))
        };
        assert_eq!(parts("2026-07-14T16:20:31"), ((2026, 7, 14), (16, 20, 15)));
        assert_eq!(parts("1901-02-03T04:05:06").0, (1980, 1, 1));
        assert_eq!(parts("2300-02-03T04:05:06"), ((2107, 12, 31), (23, 59, 29)));
        assert_eq!(parts(""), ((1980, 1, 1), (0, 0, 0)));
    }
}
