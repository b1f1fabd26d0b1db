//! A client for bodies that are too long to store: one connection, one request after the other, bytes counted as they
//! pass. The client shares the machine with the measured node, so it does nothing else.

use crate::Outcome;
use crate::load::header;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Maximum bytes per read.
const PIECE_BYTES: usize = 256 * 1024;
/// Timeout for a server that sends nothing.
const SILENCE: Duration = Duration::from_secs(120);

/// A keep-alive connection.
pub struct Stream {
    inner: TcpStream,
    buffer: Vec<u8>,
}

/// An answer whose body was read to its end.
pub struct Answer {
    head: String,
    /// Length of the body.
    pub bytes: u64,
}

impl Answer {
    /// Returns a header; fails if it is missing.
    pub fn header(&self, name: &str) -> Outcome<&str> {
        header(&self.head, name)
            .ok_or_else(|| format!("the answer has no {name}: {}", self.head).into())
    }
}

impl Stream {
    /// Connects to a server.
    pub fn open(address: SocketAddr) -> Outcome<Self> {
        let inner = TcpStream::connect(address)?;
        inner.set_nodelay(true)?;
        inner.set_read_timeout(Some(SILENCE))?;
        Ok(Self { inner, buffer: vec![0; PIECE_BYTES] })
    }

    /// Sends a request without a body, and reads the answer.
    pub fn ask(&mut self, request: &[u8]) -> Outcome<Answer> {
        self.inner.write_all(request)?;
        self.answer()
    }

    /// Sends the head of a request and then `piece` this many times as its body, and reads the answer.
    pub fn send(&mut self, head: &[u8], piece: &[u8], pieces: u64) -> Outcome<Answer> {
        self.inner.write_all(head)?;
        for _ in 0..pieces {
            self.inner.write_all(piece)?;
        }
        self.answer()
    }

    /// Reads an answer; fails unless it is a 2xx.
    fn answer(&mut self) -> Outcome<Answer> {
        let mut head = Vec::new();
        let end = loop {
            let count = self.read()?;
            head.extend_from_slice(&self.buffer[..count]);
            if let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
        };
        let mut bytes = (head.len() - end - 4) as u64;
        head.truncate(end);
        let head = String::from_utf8_lossy(&head).into_owned();
        if !head.starts_with("HTTP/1.1 2") {
            return Err(format!("the server answered: {head}").into());
        }
        // A 204 has no length.
        let length = header(&head, "content-length").map_or(Ok(0), str::parse::<u64>)?;
        while bytes < length {
            bytes += self.read()? as u64;
        }
        Ok(Answer { head, bytes })
    }

    fn read(&mut self) -> Outcome<usize> {
        match self.inner.read(&mut self.buffer)? {
            0 => Err("the server closed the connection".into()),
            count => Ok(count),
        }
    }
}

/// Returns the bytes per second of a repeated answer; `bytes` is the expected length of its body.
pub fn bytes_per_second(
    address: SocketAddr,
    request: &[u8],
    bytes: u64,
    time: Duration,
) -> Outcome<f64> {
    let mut stream = Stream::open(address)?;
    // The first request reads the file from the disk.
    stream.ask(request)?;
    let (begun, mut sum) = (Instant::now(), 0);
    while begun.elapsed() < time {
        let got = stream.ask(request)?.bytes;
        if got != bytes {
            return Err(format!("{got} bytes came and not {bytes}").into());
        }
        sum += got;
    }
    Ok(sum as f64 / begun.elapsed().as_secs_f64())
}
