//! Runs work that may wait for the disk on threads where it delays nobody.
//!
//! The work is boxed, so that the runtime's code for a task is in the program once, not once for each of them.

use std::any::Any;

use tokio::task::{JoinHandle, spawn_blocking};

use crate::app::problem::Problem;

type Output = Box<dyn Any + Send>;
type Work = Box<dyn FnOnce() -> Output + Send>;

fn begin(work: Work) -> JoinHandle<Output> {
    spawn_blocking(work)
}

/// Runs this to its end and returns its result.
///
/// # Errors
/// An internal problem if it panicked or the program ends.
pub async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let found = begin(Box::new(|| Box::new(work()))).await;
    let found = found.map_err(Problem::internal)?.downcast::<T>();
    found
        .map(|found| *found)
        .map_err(|_| Problem::internal("what was found is of another type"))
}

/// Runs what may take minutes on a thread of its own, so that short work never waits behind it. The caller holds a
/// [turn](crate::host::jobs), which bounds the number of threads.
///
/// # Errors
/// An internal problem if no thread could be had, or it panicked.
pub async fn long<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let runtime = tokio::runtime::Handle::current();
    let (done, waits) = tokio::sync::oneshot::channel();
    let work = move || {
        let _entered = runtime.enter();
        // The caller may have gone.
        let _ = done.send(work());
    };
    std::thread::Builder::new()
        .name("long job".to_owned())
        .spawn(work)
        .map_err(Problem::internal)?;
    waits.await.map_err(Problem::internal)
}

/// Runs this to its end, also if its caller goes away. Call it from an async task.
pub fn detach(work: impl FnOnce() + Send + 'static) {
    drop(begin(Box::new(|| {
        work();
        Box::new(())
    })));
}
