//! The child: limits itself, then answers one request after another until none has come for a while.
//!
//! Always: it opens no file after its limits are set, and what it decodes came through its standard input.

use crate::decode;
use crate::facts::Facts;
use crate::limits;
use crate::wire::{self, Answer, FIRST_BYTES_MAX, Task};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::io::{self, Read, Stdin};
use std::process::ExitCode;

/// The word that starts the program as a child.
pub const COMMAND: &str = "preview";
/// Ends after so long without a request: an idle child would keep its memory.
const IDLE: Timespec = Timespec { tv_sec: 2, tv_nsec: 0 };

/// Runs as a child, on standard input and output.
pub fn child() -> ExitCode {
    match limits::impose().and_then(|()| answer_all()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer_all() -> io::Result<()> {
    let input = io::stdin();
    while has_more(&input)? {
        limits::allow_pixels(0)?;
        let mut input = input.lock();
        let Some((task, len)) = wire::read_request(&mut input)? else {
            break;
        };
        let mut file = input.take(len);
        let answer = match task {
            Task(sizes) if sizes.is_empty() => facts(&mut file)?,
            Task(sizes) => decode::previews(&mut file, &sizes)?,
        };
        // Skips the bytes that no decoder read, up to the next request.
        io::copy(&mut file, &mut io::sink())?;
        wire::write_answer(&mut io::stdout().lock(), &answer)?;
    }
    Ok(())
}

/// Waits for a request or for the end of all requests.
fn has_more(input: &Stdin) -> io::Result<bool> {
    loop {
        match poll(&mut [PollFd::new(input, PollFlags::IN)], Some(&IDLE)) {
            Ok(count) => return Ok(count > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn facts(file: &mut impl Read) -> io::Result<Answer> {
    let mut first = Vec::new();
    file.take(FIRST_BYTES_MAX).read_to_end(&mut first)?;
    Ok(Ok(vec![Facts::read(&first).to_bytes()]))
}
