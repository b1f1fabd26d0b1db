//! Runs work that may wait for the disk on threads where it delays nobody.
//!
//! The work is boxed, so that the runtime's code for a task is in the program once, not once for each of them.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::{JoinHandle, block_in_place, spawn_blocking};

use crate::app::problem::Problem;

type Output = Box<dyn Any + Send>;
type Work = Box<dyn FnOnce() -> Output + Send>;

fn spawn(work: Work) -> JoinHandle<Output> {
    spawn_blocking(work)
}

/// Work that has begun. It runs to its end, even if its caller is gone.
pub struct Begun<T> {
    job: JoinHandle<Output>,
    result: PhantomData<fn() -> T>,
}

impl<T: 'static> Future for Begun<T> {
    type Output = Result<T, Problem>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let found = ready!(Pin::new(&mut self.job).poll(context));
        Poll::Ready(typed(found.map_err(Problem::internal)?))
    }
}

/// Begins this at once, however long its caller then does something else. Call it from an async task.
pub fn begin<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Begun<T> {
    Begun {
        job: spawn(Box::new(|| Box::new(work()))),
        result: PhantomData,
    }
}

/// Runs this to its end and returns its result.
///
/// # Errors
/// An internal problem if it panicked or the program ends.
pub async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    begin(work).await
}

/// Runs what may take minutes on a thread of its own, so that short work never waits behind it. The caller holds a
/// [turn](crate::host::jobs), which bounds the number of threads.
///
/// # Errors
/// An internal problem if no thread could be had, or it panicked.
pub async fn long<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let found = on_thread(Box::new(|| Box::new(work()))).await?;
    typed(found)
}

async fn on_thread(work: Work) -> Result<Output, Problem> {
    let runtime = Handle::current();
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

fn typed<T: 'static>(found: Output) -> Result<T, Problem> {
    let found = found.downcast::<T>();
    let other = |_| Problem::internal("what was found is of another type");
    found.map(|found| *found).map_err(other)
}

/// Runs a long read in code that is not async. Where this is a worker of the runtime, another thread takes over its other
/// tasks meanwhile: there may be no other worker.
pub fn in_place<T>(work: impl FnOnce() -> T) -> T {
    let flavor = Handle::try_current().map(|runtime| runtime.runtime_flavor());
    match flavor {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(work),
        _ => work(),
    }
}

/// Runs this to its end, also if its caller goes away. Call it from an async task.
pub fn detach(work: impl FnOnce() + Send + 'static) {
    drop(spawn(Box::new(|| {
        work();
        Box::new(())
    })));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_long_read_keeps_no_other_task_from_the_only_worker() {
        let (send, receive) = std::sync::mpsc::channel();
        let long = tokio::spawn(async move {
            in_place(|| receive.recv_timeout(Duration::from_secs(10)).is_ok())
        });
        let other = tokio::spawn(async move { send.send(()).is_ok() });
        assert!(long.await.unwrap());
        assert!(other.await.unwrap());
    }

    #[tokio::test]
    async fn where_all_tasks_share_one_thread_a_long_read_runs_there() {
        assert_eq!(in_place(|| 1), 1);
    }
}
