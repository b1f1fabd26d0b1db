//! The pace of background work: at most a fixed share of a core and of the disk in any minute, even within one long
//! log.
//!
//! Always: threads that share a pace rest one after the other, each many times as long as it worked, so that all of
//! them together keep it. Work is measured as the thread's processor time, because a thread that waits does no work.

use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::Connection;
use rustix::time::{ClockId, clock_gettime};

/// The share of the machine for some work.
#[derive(Debug, Clone, Copy)]
struct Share {
    /// Rests take this many times as long as the work.
    rest: u32,
    /// Bytes read and written a second.
    bytes_a_second: f64,
}

/// The share for work without a deadline: a twentieth of a core.
const UNHURRIED: Share = Share { rest: 19, bytes_a_second: 5e6 };
/// The share for work that a caller waits for while others use the node: half of a core, and half of a card's read
/// rate.
const BESIDE: Share = Share { rest: 1, bytes_a_second: 2e7 };
/// A thread rests after this much work: long enough for exact sleeping, far shorter than anyone notices.
const TURN: Duration = Duration::from_millis(5);
/// A rest ends within this time when the work must end.
const NAP: Duration = Duration::from_millis(200);
/// Steps of SQLite's virtual machine between two checks: some hundred microseconds.
const SQL_STEPS: i32 = 5_000;
/// Bytes copied or read at a time.
const CHUNK: usize = 128 * 1024;

thread_local! {
    /// Processor time of this thread at its last rest.
    static RESTED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// A pace that threads share.
pub struct Pace {
    may_continue: Box<dyn Fn() -> bool + Send + Sync>,
    /// The share; with `None`, threads only ask whether to continue.
    share: Option<Share>,
    /// Held while a thread rests.
    resting: Mutex<()>,
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pace")
    }
}

impl Pace {
    /// Paces background work. `may_continue` says whether to continue. Once it returns false, no thread rests any more
    /// and the results are void.
    pub fn new(may_continue: impl Fn() -> bool + Send + Sync + 'static) -> Arc<Self> {
        Self::from_share(Some(UNHURRIED), may_continue)
    }

    /// Paces work that a caller waits for while others use the node: shorter rests than [`Pace::new`].
    pub fn beside(may_continue: impl Fn() -> bool + Send + Sync + 'static) -> Arc<Self> {
        Self::from_share(Some(BESIDE), may_continue)
    }

    /// Paces work that a caller waits for and may end: without rests.
    pub fn at_once(may_continue: impl Fn() -> bool + Send + Sync + 'static) -> Arc<Self> {
        Self::from_share(None, may_continue)
    }

    fn from_share(
        share: Option<Share>,
        may_continue: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { may_continue: Box::new(may_continue), share, resting: Mutex::new(()) })
    }

    /// Returns whether to continue.
    pub fn may_continue(&self) -> bool {
        (self.may_continue)()
    }

    /// Ignores what this thread did before.
    pub fn begin(&self) {
        RESTED.set(worked());
    }

    /// Rests for the work of this thread since its last rest. True if it should continue.
    pub fn rest(&self) -> bool {
        let Some(share) = self.share else {
            return self.may_continue();
        };
        let worked = worked().saturating_sub(RESTED.get());
        if worked < TURN {
            return true;
        }
        let may_continue = self.sleep(worked.saturating_mul(share.rest));
        self.begin();
        may_continue
    }

    /// Rests for bytes that were read or written. True if the thread should continue.
    pub fn moved(&self, bytes: u64) -> bool {
        let Some(share) = self.share else {
            return self.may_continue();
        };
        self.sleep(Duration::from_secs_f64(bytes as f64 / share.bytes_a_second)) && self.rest()
    }

    fn sleep(&self, mut left: Duration) -> bool {
        let _resting = self.resting.lock();
        while !left.is_zero() {
            if !self.may_continue() {
                return false;
            }
            let nap = left.min(NAP);
            thread::sleep(nap);
            left -= nap;
        }
        self.may_continue()
    }

    /// Makes a connection's statements keep the pace. The statements are interrupted when the work must end.
    pub(crate) fn keep(self: &Arc<Self>, db: &Connection) -> rusqlite::Result<()> {
        let pace = self.clone();
        db.progress_handler(SQL_STEPS, Some(move || !pace.rest()))
    }

    /// Copies a file into an existing one.
    pub fn copy(&self, from: &Path, into: &Path) -> io::Result<()> {
        let mut file = File::options().write(true).truncate(true).open(into)?;
        let mut from = self.read(File::open(from)?);
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = from.read(&mut chunk)?;
            if read == 0 {
                return Ok(());
            }
            file.write_all(&chunk[..read])?;
            self.moved(read as u64);
        }
    }

    /// Reads at this pace. Ending the work makes the read fail.
    pub fn read<R: Read>(&self, inner: R) -> impl Read + use<'_, R> {
        Paced { pace: self, inner }
    }
}

/// A reader at a pace.
pub(crate) struct Paced<P, R> {
    pace: P,
    inner: R,
}

impl<R> Paced<Arc<Pace>, R> {
    /// Makes a reader that outlasts its caller.
    pub(crate) fn new(inner: R, pace: &Arc<Pace>) -> Self {
        let pace = pace.clone();
        Self { pace, inner }
    }
}

impl<P: Deref<Target = Pace>, R: Read> Read for Paced<P, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(CHUNK);
        let read = self.inner.read(&mut buffer[..most])?;
        if self.pace.moved(read as u64) {
            Ok(read)
        } else {
            Err(io::Error::other("the work was interrupted"))
        }
    }
}

/// Returns the processor time of this thread.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    fn work() {
        let mut sum = [0_u8; 32];
        for _ in 0..200 {
            sum = imajin_dfos::cid::sha256(&sum);
        }
        std::hint::black_box(sum);
    }

    #[test]
    fn threads_that_share_a_pace_take_a_twentieth_of_a_core_together() {
        let pace = Pace::new(|| true);
        let spent = AtomicU64::new(0);
        let begun = crate::clock::monotonic();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    pace.begin();
                    let before = worked();
                    while crate::clock::monotonic().saturating_duration_since(begun)
                        < Duration::from_secs(3)
                    {
                        work();
                        pace.rest();
                    }
                    let took = worked().saturating_sub(before);
                    spent.fetch_add(took.as_micros() as u64, Ordering::Relaxed);
                });
            }
        });
        let whole = crate::clock::monotonic().saturating_duration_since(begun);
        let share = spent.load(Ordering::Relaxed) as f64 / whole.as_micros() as f64;
        assert!(share < 0.06, "{share}");
    }

    #[test]
    fn work_that_somebody_waits_for_rests_never_and_ends_when_it_must() {
        let ended = Arc::new(AtomicBool::new(false));
        let flag = ended.clone();
        let pace = Pace::at_once(move || !flag.load(Ordering::Relaxed));
        let begun = crate::clock::monotonic();
        // At the pace of background work this would take 10 000 s.
        assert!(pace.moved(50_000_000_000) && pace.rest());
        let took = crate::clock::monotonic().saturating_duration_since(begun);
        assert!(took < Duration::from_secs(60), "{took:?}");
        ended.store(true, Ordering::Relaxed);
        let read = pace.read(io::repeat(0)).read(&mut [0; 10]);
        assert!(read.is_err() && !pace.rest());
    }

    #[test]
    fn bytes_take_their_time_and_an_end_does_not() {
        let pace = Pace::new(|| true);
        let begun = crate::clock::monotonic();
        pace.moved(2_000_000);
        let took = crate::clock::monotonic().saturating_duration_since(begun);
        assert!(took >= Duration::from_millis(400), "{took:?}");
        let pace = Pace::beside(|| true);
        let begun = crate::clock::monotonic();
        pace.moved(4_000_000);
        let took = crate::clock::monotonic().saturating_duration_since(begun);
        assert!(took >= Duration::from_millis(200), "{took:?}");
        let ended = Arc::new(AtomicBool::new(true));
        let flag = ended.clone();
        let pace = Pace::new(move || !flag.load(Ordering::Relaxed));
        let begun = crate::clock::monotonic();
        assert!(!pace.moved(50_000_000_000));
        let took = crate::clock::monotonic().saturating_duration_since(begun);
        // At its pace this would take 10 000 s.
        assert!(took < Duration::from_secs(60), "{took:?}");
    }
}
