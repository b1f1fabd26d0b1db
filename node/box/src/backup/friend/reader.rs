//! A file at a friend's box being read, in one request or in parts, continuing after a break.

use super::super::BackupError;
use super::Friend;
use super::link::{ATTEMPTS, BACKOFF, Call, SILENCE};
use imajin_host::outgoing::Paced;
use reqwest::blocking::Response;
use reqwest::{Method, StatusCode};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// A file at a friend's box. An error of the kind `NotConnected` says that the box does not answer; any other one is about the file.
pub(in crate::backup) struct FriendReader {
    friend: Friend,
    name: String,
    at: u64,
    bytes: u64,
    /// Bytes of a request at most.
    part: u64,
    body: Option<Paced<Response>>,
    /// Breaks since the last byte.
    breaks: u32,
}

impl FriendReader {
    /// The file of which this is the answer.
    pub(in crate::backup) fn continuing(friend: &Friend, name: &str, answer: Response) -> Self {
        let bytes = answer.content_length().unwrap_or(u64::MAX);
        Self {
            body: Some(Paced::new(answer, SILENCE)),
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
            body: None,
            breaks: 0,
        }
    }

    fn request(&self) -> io::Result<Paced<Response>> {
        let end = self.at.saturating_add(self.part).min(self.bytes);
        let range = format!("bytes={}-{}", self.at, end.saturating_sub(1));
        let answer = self.friend.send(&Call {
            range: Some(&range),
            ..Call::new(Method::GET, Some(&self.name))
        });
        let answer = answer.map_err(|error| match error {
            BackupError::Away { .. } => io::Error::new(ErrorKind::NotConnected, error.to_string()),
            other => io::Error::other(other.to_string()),
        })?;
        match answer.status() {
            StatusCode::PARTIAL_CONTENT => Ok(Paced::new(answer, SILENCE)),
            StatusCode::RANGE_NOT_SATISFIABLE => Err(io::Error::new(
                ErrorKind::UnexpectedEof,
                "it is shorter than it was",
            )),
            StatusCode::NOT_FOUND => Err(io::Error::new(ErrorKind::NotFound, "it is not there")),
            status => Err(io::Error::other(status.to_string())),
        }
    }

    /// Waits before another request for the rest.
    fn pause(&mut self, why: &dyn std::fmt::Display) -> io::Result<()> {
        self.body = None;
        self.breaks += 1;
        if self.breaks == ATTEMPTS {
            return Err(io::Error::new(ErrorKind::NotConnected, why.to_string()));
        }
        if self.breaks > 1 {
            std::thread::sleep(BACKOFF.pause(self.breaks - 1));
        }
        Ok(())
    }
}

impl Read for FriendReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at < self.bytes && !buffer.is_empty() {
            let body = match &mut self.body {
                Some(body) => body,
                None => {
                    let body = self.request()?;
                    self.body.insert(body)
                }
            };
            match body.read(buffer) {
                // The end of a part, or a break.
                Ok(0) => self.pause(&"it sends no more")?,
                Ok(count) => {
                    self.at += count as u64;
                    self.breaks = 0;
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
            (self.at, self.body) = (at, None);
        }
        Ok(at)
    }
}
