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
        Self {
            body: Paced::new(answer, SILENCE),
            end,
        }
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
        let answer = self.friend.send(&Call {
            range: Some(&range),
            ..Call::new(Method::GET, Some(&self.name))
        });
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
