//! The protocol between a program and its child: one request, one answer, all of bounded length.
//!
//! Always: both sides read a length before they take memory for it, and refuse one beyond its bound.

use std::io::{self, Read, Write};

/// Bytes of a file that is decoded at most: more than any camera's JPEG has, and half of what the child may take.
pub const FILE_BYTES_MAX: u64 = 64 << 20;
/// Bytes that facts are looked for in: Exif and the size come first, and an Exif with its thumbnail has at most 64 KiB.
pub(crate) const FIRST_BYTES_MAX: u64 = 512 << 10;
/// Bytes of a preview at most: noise of 1200 × 630 pixels has less than a megabyte.
pub(crate) const PART_BYTES_MAX: usize = 2 << 20;
/// Sizes in one request at most.
pub(crate) const SIZES_MAX: usize = 8;
/// The count of sizes, the sizes, the length of the file.
pub(crate) const HEAD_BYTES: usize = 1 + SIZES_MAX + 4;

/// The size of a preview. In requests, it is its place in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// Its longer side has at most 200 pixels.
    W200,
    /// Its longer side has at most 400 pixels.
    W400,
    /// Its longer side has at most 800 pixels.
    W800,
    /// 1200 × 630 pixels, as other sites show links: the middle of the picture. Smaller, but of that shape, where the
    /// picture is smaller.
    Og,
    /// 96 × 96 pixels, next to a name: the middle of the picture. Smaller, but square, where the picture is smaller.
    Face,
}

impl Size {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::W200, Self::W400, Self::W800, Self::Og, Self::Face];

    /// Pixels across and down at most.
    pub(crate) fn bounds(self) -> (u16, u16) {
        match self {
            Self::W200 => (200, 200),
            Self::W400 => (400, 400),
            Self::W800 => (800, 800),
            Self::Og => (1200, 630),
            // Sharp on screens with two or three device pixels per CSS pixel.
            Self::Face => (96, 96),
        }
    }
}

/// The child's task for a file: facts if the list is empty, else previews of these sizes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Task(pub(crate) Vec<Size>);

/// Why the child refuses a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Refusal {
    NotDecodable,
    TooLarge,
}

/// Facts, or one JPEG for each size.
pub(crate) type Answer = Result<Vec<Vec<u8>>, Refusal>;

impl Task {
    /// The parts of its answer.
    pub(crate) fn parts(&self) -> usize {
        self.0.len().max(1)
    }

    /// The header before a file of `len` bytes.
    pub(crate) fn head(&self, len: u32) -> [u8; HEAD_BYTES] {
        let mut head = [0; HEAD_BYTES];
        let codes = self.0.iter().map(|size| *size as u8);
        let count = u8::try_from(self.0.len().min(SIZES_MAX)).unwrap_or_default();
        let bytes = std::iter::once(count)
            .chain(codes.chain(std::iter::repeat(0)).take(SIZES_MAX))
            .chain(len.to_le_bytes());
        for (place, byte) in head.iter_mut().zip(bytes) {
            *place = byte;
        }
        head
    }
}

/// The next request, in the child, and the length of the file that follows it; `None` at the end of all.
pub(crate) fn read_request(from: &mut impl Read) -> io::Result<Option<(Task, u64)>> {
    let mut head = [0; HEAD_BYTES];
    if from.read(&mut head[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut head[1..])?;
    let [count, rest @ ..] = head;
    let (codes, len) = rest.split_at(SIZES_MAX);
    let codes = codes.get(..usize::from(count)).ok_or(io::ErrorKind::InvalidData)?;
    let sizes = codes.iter().map(|code| Size::ALL.get(usize::from(*code)).copied());
    let sizes: Option<Vec<_>> = sizes.collect();
    let len = len.first_chunk().map(|len| u32::from_le_bytes(*len).into());
    let (Some(sizes), Some(len)) = (sizes, len.filter(|len| *len <= FILE_BYTES_MAX)) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    Ok(Some((Task(sizes), len)))
}

/// Sends an answer, in the child.
pub(crate) fn write_answer(to: &mut impl Write, answer: &Answer) -> io::Result<()> {
    match answer {
        Ok(parts) => {
            to.write_all(&[0])?;
            for part in parts {
                let len = u32::try_from(part.len()).map_err(io::Error::other)?;
                to.write_all(&len.to_le_bytes())?;
                to.write_all(part)?;
            }
        }
        Err(Refusal::NotDecodable) => to.write_all(&[1])?,
        Err(Refusal::TooLarge) => to.write_all(&[2])?,
    }
    to.flush()
}

/// Reads the answer to a task. The child is not trusted.
pub(crate) fn read_answer(from: &mut impl Read, task: &Task) -> io::Result<Answer> {
    let mut status = [0];
    from.read_exact(&mut status)?;
    match status {
        [0] => {}
        [1] => return Ok(Err(Refusal::NotDecodable)),
        [2] => return Ok(Err(Refusal::TooLarge)),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    }
    let mut parts = Vec::with_capacity(task.parts());
    for _ in 0..task.parts() {
        let mut len = [0; 4];
        from.read_exact(&mut len)?;
        let len = usize::try_from(u32::from_le_bytes(len)).ok();
        let len = len.filter(|len| *len <= PART_BYTES_MAX);
        let mut part = vec![0; len.ok_or(io::ErrorKind::InvalidData)?];
        from.read_exact(&mut part)?;
        parts.push(part);
    }
    Ok(Ok(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_answers_come_back_as_they_were_sent() {
        let task = Task(vec![Size::Og, Size::W200]);
        let read = read_request(&mut &task.head(3)[..]).unwrap();
        assert_eq!(read, Some((task.clone(), 3)));
        assert_eq!(read_request(&mut &b""[..]).unwrap(), None);
        for answer in
            [Ok(vec![vec![1; 70_000], vec![]]), Err(Refusal::NotDecodable), Err(Refusal::TooLarge)]
        {
            let mut sent = Vec::new();
            write_answer(&mut sent, &answer).unwrap();
            assert_eq!(read_answer(&mut &sent[..], &task).unwrap(), answer);
            assert!(read_answer(&mut &sent[..sent.len() - 1], &task).is_err());
        }
    }

    #[test]
    fn neither_side_believes_a_length_beyond_its_bound() {
        let head = Task(vec![]).head(u32::MAX);
        assert!(read_request(&mut &head[..]).is_err());
        let mut many = Task(vec![]).head(0);
        many[0] = 9;
        assert!(read_request(&mut &many[..]).is_err());
        many[0] = 1;
        many[1] = Size::ALL.len() as u8;
        assert!(read_request(&mut &many[..]).is_err());
        let long = [&[0][..], &u32::MAX.to_le_bytes()].concat();
        assert!(read_answer(&mut &long[..], &Task(vec![])).is_err());
        assert!(read_answer(&mut &[3][..], &Task(vec![])).is_err());
    }
}
