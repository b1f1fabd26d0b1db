//! What a backup needs: the writer kept still between two operations, and the files of logs as whole databases.
//!
//! Always: while it is still, every acknowledged entry stands in its log and nothing is entered, so that all logs
//! together are one cut: an operation over several of them is in all or in none.

use std::convert::Infallible;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use imajin_protocol::Did;

use super::{Ledger, ReadError};

/// Between two looks whether the writer has ended and will never hold still.
const LOOK: Duration = Duration::from_millis(200);

/// The writer waits as long as this is kept, and so does everybody who writes: not for long.
pub struct Still {
    _go_on: Sender<Infallible>,
}

impl Ledger {
    /// Stops the writer between two operations and moves all that was acknowledged into the logs. Blocks; not for async
    /// tasks.
    pub fn still(&self) -> Result<Still, ReadError> {
        let shared = &self.inner.shared;
        let (arrived, arrival) = mpsc::channel();
        let (go_on, wait) = mpsc::channel::<Infallible>();
        shared.exclusive.push(Box::new(move |_| {
            // Whoever asked may have given up; else this ends when the guard goes.
            if arrived.send(()).is_ok() {
                let _ = wait.recv();
            }
        }));
        shared.queue.nudge();
        self.wait_for(&arrival)?;
        match self.inner.mover.move_all().into_iter().next() {
            Some((did, error)) => Err(shared.read_error(&did, error)),
            None => Ok(Still { _go_on: go_on }),
        }
    }

    fn wait_for(&self, arrival: &Receiver<()>) -> Result<(), ReadError> {
        let shared = &self.inner.shared;
        loop {
            match arrival.recv_timeout(LOOK) {
                Ok(()) => return Ok(()),
                Err(RecvTimeoutError::Timeout)
                    if shared.fatal.get().is_none() && !shared.is_closing() => {}
                Err(_) => {
                    return Err(ReadError::Io(std::io::Error::other("the node is stopping")));
                }
            }
        }
    }

    /// Gives `f` a log's database as a file that is whole by itself: all that was acknowledged before stands in it, nothing
    /// beside it. Nobody else uses the log meanwhile. None where there is no log.
    pub fn with_whole_file<T>(
        &self,
        did: &Did,
        f: impl FnOnce(&Path) -> T,
    ) -> Result<Option<T>, ReadError> {
        self.drain_log(did)?;
        self.inner.shared.with_log(did, |log| match log {
            None => Ok(None),
            Some(log) => {
                log.checkpoint()?;
                Ok(Some(f(log.path())))
            }
        })
    }

    /// Removes a hold that a home entry has ended.
    pub fn tidy_hold(&self, did: &Did) -> Result<(), ReadError> {
        let shared = &self.inner.shared;
        let (Some(hold), Some(state)) = (shared.holds.get(did), shared.state(did)?) else {
            return Ok(());
        };
        match hold.is_over(&state) {
            true => Ok(shared.holds.lift(did)?),
            false => Ok(()),
        }
    }

    /// The logs that wait for a home entry since their data folder was restored, in no order. Where a newer head is known,
    /// only the log's owner can say how it goes on.
    pub fn held_since_restore(&self) -> Vec<Did> {
        let holds = self.inner.shared.holds.all();
        let restored = holds
            .into_iter()
            .filter(|hold| hold.epoch.is_some() && hold.newer.is_none());
        restored.map(|hold| hold.did).collect()
    }
}
