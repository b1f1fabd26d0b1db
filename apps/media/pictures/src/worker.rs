//! One child process: started, asked, ended.
//!
//! Always: nothing waits for a child beyond a deadline, and the worker reaps each child that ends, so none stays as a zombie.

use crate::child::COMMAND;
use crate::wire::{Answer, Task, read_answer};
use imajin_log::clock::monotonic;
use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// A child answers within this time: its processor time is bounded as well, but a busy box gives it little of that.
const ANSWER: Duration = Duration::from_secs(20);
/// Bytes that go through a pipe at once: as many as it holds.
const BLOCK_BYTES: usize = 64 << 10;
/// The environment of a child. glibc gives each thread 64 MiB of address space for its heap, which the child's limit does not
/// allow, and keeps much of what was freed in an idle child. Up to some megabytes it may: a decoder frees and asks again all the
/// time.
pub const SETTINGS: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "1048576"),
    ("MALLOC_TRIM_THRESHOLD_", "4194304"),
];

/// A running child, killed when it is dropped.
pub(crate) struct Worker {
    to: ChildStdin,
    from: ChildStdout,
    /// Shared with the thread that waits for the child's end, and with those who may kill it while it is asked.
    pub(crate) process: Arc<Mutex<Child>>,
}

/// Why a child gave no answer.
pub(crate) enum Broken {
    /// The child ended, or sent an answer that is not allowed.
    Child,
    /// The child gave no answer in time, which is not the file's doing: its processor time is bounded.
    Late,
    /// The file could not be read to its end, so the child does not have all of it.
    File(io::Error),
}

/// Why a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The child had no request for a while.
    Idle,
    /// Its processor time was over.
    Time,
    /// Otherwise.
    Other,
}

impl Broken {
    fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::Late,
            _ => Self::Child,
        }
    }
}

impl Worker {
    /// Starts a child, in a separate thread: the system kills the child when the thread that started it ends, which is
    /// at the end of this program.
    pub(crate) fn start(program: &Path) -> io::Result<Self> {
        let (send, receive) = sync_channel(1);
        let program = program.to_owned();
        thread::Builder::new().name(COMMAND.into()).spawn(move || keep(program, &send))?;
        receive.recv().map_err(io::Error::other)?
    }

    /// Whether it has ended.
    pub(crate) fn is_gone(&self) -> bool {
        !matches!(self.process.lock().try_wait(), Ok(None))
    }

    /// Ends it. How it had ended before.
    pub(crate) fn end(self) -> End {
        let mut process = self.process.lock();
        // An error says that it has ended.
        let _ = process.kill();
        match process.wait() {
            Ok(status) if status.success() => End::Idle,
            Ok(status) if status.signal() == Some(Signal::XCPU.as_raw()) => End::Time,
            Ok(_) | Err(_) => End::Other,
        }
    }

    /// Sends it `len` bytes of a file, and reads its answer.
    pub(crate) fn ask(
        &mut self,
        file: &mut impl Read,
        len: u32,
        task: &Task,
    ) -> Result<Answer, Broken> {
        let until = monotonic() + ANSWER;
        let mut to = Timed { pipe: &mut self.to, until };
        to.write_all(&task.head(len)).map_err(|_| Broken::Child)?;
        let mut left = usize::try_from(len).unwrap_or(usize::MAX);
        let mut block = vec![0; BLOCK_BYTES.min(left)];
        while left > 0 {
            let piece_len = block.len().min(left);
            let room = block.get_mut(..piece_len).unwrap_or_default();
            let count = match file.read(room) {
                Ok(0) => return Err(Broken::File(io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Broken::File(error)),
            };
            let read = block.get(..count).unwrap_or_default();
            to.write_all(read).map_err(Broken::from_io)?;
            left -= count;
        }
        let mut from = Timed { pipe: &mut self.from, until };
        read_answer(&mut from, task).map_err(Broken::from_io)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // An error says that it has ended.
        let _ = self.process.lock().kill();
    }
}

/// Starts a child and waits for its end.
fn keep(program: PathBuf, send: &SyncSender<io::Result<Worker>>) {
    let (worker, pid) = match spawn(&program) {
        Ok(started) => started,
        Err(error) => return drop(send.send(Err(error))),
    };
    let process = Arc::clone(&worker.process);
    // Without a receiver the worker is dropped, and the child killed.
    drop(send.send(Ok(worker)));
    // Leaves the ended child for `wait`, so that its process id is not reused while another thread kills it.
    let end = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while matches!(waitid(WaitId::Pid(pid), end), Err(Errno::INTR)) {}
    let _ = process.lock().wait();
}

fn spawn(program: &Path) -> io::Result<(Worker, Pid)> {
    let mut command = Command::new(program);
    command.arg(COMMAND).env_clear().envs(SETTINGS);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let pid = Pid::from_child(&child);
    let pipes = child.stdin.take().zip(child.stdout.take());
    let process = Arc::new(Mutex::new(child));
    let (to, from) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
    let worker = Worker { to, from, process };
    dont_block(&worker.to)?;
    dont_block(&worker.from)?;
    Ok((worker, pid))
}

fn dont_block(pipe: &impl AsFd) -> io::Result<()> {
    fcntl_setfl(pipe, fcntl_getfl(pipe)? | OFlags::NONBLOCK)?;
    Ok(())
}

/// An end of a pipe that is used until a deadline.
struct Timed<'a, P> {
    pipe: &'a mut P,
    until: Instant,
}

impl<P: AsFd> Timed<'_, P> {
    /// Does something with the pipe as soon as it is ready for that.
    fn when_ready<T>(
        &mut self,
        flags: PollFlags,
        mut work: impl FnMut(&mut P) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            let left = self.until.saturating_duration_since(monotonic());
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(self.pipe, flags)], Some(&left)) {
                Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            match work(self.pipe) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                other => return other,
            }
        }
    }
}

impl<P: Read + AsFd> Read for Timed<'_, P> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.when_ready(PollFlags::IN, |pipe| pipe.read(room))
    }
}

impl<P: Write + AsFd> Write for Timed<'_, P> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.when_ready(PollFlags::OUT, |pipe| pipe.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_that_stays_silent_or_full_is_left_at_the_deadline() {
        let (mut reader, mut writer) = io::pipe().unwrap();
        let until = monotonic();
        let silent = Timed { pipe: &mut reader, until }.read(&mut [0]);
        assert_eq!(silent.unwrap_err().kind(), io::ErrorKind::TimedOut);
        dont_block(&writer).unwrap();
        let full = Timed { pipe: &mut writer, until }.write_all(&vec![0; 2 << 20]);
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
