//! Cancellation: the child that works on a file is killed when the caller stops waiting for the result.

use std::process::Child;
use std::sync::Arc;

use parking_lot::Mutex;

/// Token that tells work in another thread whether its caller still waits.
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<Mutex<State>>);

/// Cancels the work when it is dropped.
#[derive(Debug)]
pub struct CancelGuard(CancelToken);

#[derive(Debug, Default)]
struct State {
    is_cancelled: bool,
    /// The process of the child that works.
    process: Option<Arc<Mutex<Child>>>,
}

impl CancelToken {
    /// Cancels the work when the guard is dropped.
    pub fn guard(&self) -> CancelGuard {
        CancelGuard(self.clone())
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.lock().is_cancelled
    }

    /// Does something while this process is the one to be killed.
    pub(crate) fn during<T>(&self, process: Arc<Mutex<Child>>, work: impl FnOnce() -> T) -> T {
        {
            let mut state = self.0.lock();
            if state.is_cancelled {
                kill(&process);
            }
            state.process = Some(process);
        }
        let done = work();
        // From now on the process works for others.
        self.0.lock().process = None;
        done
    }
}

impl Drop for CancelGuard {
    fn drop(&mut self) {
        let mut state = self.0.0.lock();
        state.is_cancelled = true;
        if let Some(process) = &state.process {
            kill(process);
        }
    }
}

fn kill(process: &Mutex<Child>) {
    // An error says that it has ended.
    let _ = process.lock().kill();
}
