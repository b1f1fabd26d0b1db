//! A file at a friend's box being read, in one request or in parts, continuing after a break.

use super::Friend;
use super::link::{ATTEMPTS, BACKOFF, Call, SILENCE};
use imajin_host::outgoing::Paced;
use reqwest::blocking::Response;
use reqwest::{Method, StatusCode};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// Bytes after which earlier breaks no longer count: a box that sends a byte before each break would never end.
const PROGRESS_BYTES: u64 = 256 << 10;

/// A file at a friend's box. An error of the kind `NotConnected` says that the box does not answer as it should; any other one is about the file. A file
/// that is shorter than it was ends early.
pub(in crate::backup) struct FriendReader {
    friend: Friend,
    name: String,
    at: u64,
    bytes: u64,
    /// Bytes of a request at most.
    part: u64,
    answer: Option<PartAnswer>,
    breaks: u32,
    /// Bytes since breaks were counted from zero.
    progress: u64,
}

/// An answer that is being read.
struct PartAnswer {
    body: Paced<Response>,
    /// The position at which it ends.
    end: u64,
}

impl PartAnswer {
    fn new(answer: Response, end: u64) -> Self {
        Self { body: Paced::new(answer, SILENCE), end }
    }
}

impl FriendReader {
    /// The file of which this is the answer.
    pub(in crate::backup) fn continuing(friend: &Friend, name: &str, answer: Response) -> Self {
        let bytes = answer.content_length().unwrap_or(u64::MAX);
        Self {
            answer: Some(PartAnswer::new(answer, bytes)),
            ..Self::in_parts(friend, name, bytes, u64::MAX)
        }
    }

    /// A file of a known length, of which at most `part` bytes are asked for at a time.
    pub(in crate::backup) fn in_parts(friend: &Friend, name: &str, bytes: u64, part: u64) -> Self {
        Self {
            friend: friend.clone(),
            name: name.to_owned(),
            at: 0,
            bytes,
            part,
            answer: None,
            breaks: 0,
            progress: 0,
        }
    }

    /// Asks for the next part; `None` if the file ends here.
    fn request(&self) -> io::Result<Option<PartAnswer>> {
        let end = self.at.saturating_add(self.part).min(self.bytes);
        let range = format!("bytes={}-{}", self.at, end.saturating_sub(1));
        let answer = self
            .friend
            .send(&Call { range: Some(&range), ..Call::new(Method::GET, Some(&self.name)) });
        let failed = |why: String| io::Error::new(ErrorKind::NotConnected, why);
        let answer = answer.map_err(|error| failed(error.to_string()))?;
        match answer.status() {
            StatusCode::PARTIAL_CONTENT => Ok(Some(PartAnswer::new(answer, end))),
            StatusCode::RANGE_NOT_SATISFIABLE => Ok(None),
            StatusCode::NOT_FOUND => Err(io::Error::new(ErrorKind::NotFound, "it is not there")),
            status => Err(failed(status.to_string())),
        }
    }

    /// Waits before another request for the rest.
    fn pause(&mut self, why: &dyn std::fmt::Display) -> io::Result<()> {
        self.answer = None;
        self.breaks += 1;
        if self.breaks == ATTEMPTS {
            return Err(io::Error::new(ErrorKind::NotConnected, why.to_string()));
        }
        if self.breaks > 1 {
            std::thread::sleep(BACKOFF.pause(self.breaks - 1));
        }
        Ok(())
    }

    fn advance(&mut self, count: usize) {
        self.at += count as u64;
        self.progress += count as u64;
        if self.progress >= PROGRESS_BYTES {
            (self.breaks, self.progress) = (0, 0);
        }
    }
}

impl Read for FriendReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at < self.bytes && !buffer.is_empty() {
            let answer = match &mut self.answer {
                Some(answer) => answer,
                None => match self.request()? {
                    Some(answer) => self.answer.insert(answer),
                    None => {
                        self.bytes = self.at;
                        break;
                    }
                },
            };
            match answer.body.read(buffer) {
                Ok(0) if self.at >= answer.end => self.answer = None,
                Ok(0) => self.pause(&"it sends no more")?,
                Ok(count) => {
                    self.advance(count);
                    return Ok(count);
                }
                Err(error) => self.pause(&error)?,
            }
        }
        Ok(0)
    }
}

impl Seek for FriendReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
        };
        let at = at.ok_or(ErrorKind::InvalidInput)?;
        if at != self.at {
            (self.at, self.answer) = (at, None);
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PersonKey;
    use imajin_host::outgoing::Allowed;
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};

    const FILE: &[u8] = b"0123456789";

    /// Serves ranges of the file until the test's process ends, and returns the place. The first answer breaks off after this many
    /// bytes.
    fn serve(first_bytes: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut bytes_max = first_bytes;
            for stream in listener.incoming().flatten() {
                answer(stream, bytes_max).unwrap();
                bytes_max = FILE.len();
            }
        });
        format!("http://{address}/away/api/kept/00")
    }

    fn answer(mut stream: TcpStream, bytes_max: usize) -> io::Result<()> {
        let (mut from, mut to) = (0, FILE.len());
        for line in BufReader::new(stream.try_clone()?).lines() {
            let line = line?.to_ascii_lowercase();
            if let Some((first, last)) =
                line.strip_prefix("range: bytes=").and_then(|range| range.split_once('-'))
            {
                from = first.parse().unwrap();
                to = FILE.len().min(last.parse::<usize>().unwrap() + 1);
            }
            if line.is_empty() {
                break;
            }
        }
        let (status, part) = match FILE.get(from..to) {
            Some(part) if !part.is_empty() => ("206 Partial Content", part),
            _ => ("416 Range Not Satisfiable", &[][..]),
        };
        let length = part.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        )?;
        stream.write_all(&part[..length.min(bytes_max)])
    }

    fn friend(first_bytes: usize) -> Friend {
        let key = PersonKey::generate().unwrap();
        Friend::open(&serve(first_bytes), &key, Allowed::default()).unwrap()
    }

    fn reader(bytes: u64, part: u64) -> FriendReader {
        FriendReader::in_parts(&friend(FILE.len()), "pack-1.age", bytes, part)
    }

    fn content(reader: &mut impl Read) -> Vec<u8> {
        let mut content = Vec::new();
        reader.read_to_end(&mut content).unwrap();
        content
    }

    #[test]
    fn a_file_comes_in_parts_and_the_end_of_a_part_is_no_break() {
        let mut reader = reader(10, 3);
        assert_eq!(content(&mut reader), FILE);
        assert_eq!(reader.breaks, 0);
        reader.seek(SeekFrom::Start(7)).unwrap();
        assert_eq!(content(&mut reader), b"789");
    }

    #[test]
    fn a_file_that_is_shorter_than_it_was_ends_early() {
        assert_eq!(content(&mut reader(12, 3)), FILE);
    }

    #[test]
    fn a_list_whose_answer_breaks_off_is_read_to_its_end() {
        let mut list = friend(4).get("imajin-backups.json").unwrap().unwrap();
        assert_eq!(content(&mut list), FILE);
    }

    #[test]
    fn breaks_count_until_enough_has_come() {
        let mut reader = reader(10, 3);
        reader.pause(&"it broke").unwrap();
        reader.advance(1);
        assert_eq!(reader.breaks, 1);
        reader.advance(usize::try_from(PROGRESS_BYTES).unwrap());
        assert_eq!(reader.breaks, 0);
    }
}
