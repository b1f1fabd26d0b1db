//! Runs work that may wait for the disk on threads where it delays no request.
//!
//! Threads are few. Ordinary work has most of them and waits for one; the rest is for work on which the whole node
//! depends: sign-in, health, writes ([`vital`], and the ledger's own). Work that waits for anything but the disk has
//! separate threads ([`long`]).
//!
//! The work is boxed, so that the runtime's code for a task is in the program once, not once for each of them.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::{JoinHandle, block_in_place, spawn_blocking};

use crate::problem::{Answer, Problem};

type Output = Box<dyn Any + Send>;
type Work = Box<dyn FnOnce() -> Output + Send>;

/// Threads of a node's runtime for work that waits for the disk: a few jobs at a time are what a Pi's card can do anyway.
pub const THREADS_MAX: usize = 16;
/// Threads that ordinary work leaves to vital work.
const VITAL: usize = 4;

/// The threads for ordinary work.
static ORDINARY: Semaphore = Semaphore::const_new(THREADS_MAX - VITAL);

fn spawn(work: Work) -> JoinHandle<Output> {
    match ORDINARY.try_acquire() {
        Ok(thread) => spawn_on(thread, work),
        Err(_) => tokio::spawn(async move {
            let spawned = match ORDINARY.acquire().await {
                Ok(thread) => spawn_on(thread, work),
                // The semaphore is never closed.
                Err(_) => spawn_blocking(work),
            };
            match spawned.await {
                Ok(output) => output,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    // The runtime is shutting down: no caller needs the result any more.
                    Err(_) => std::future::pending().await,
                },
            }
        }),
    }
}

fn spawn_on(thread: SemaphorePermit<'static>, work: Work) -> JoinHandle<Output> {
    spawn_blocking(move || {
        let _thread = thread;
        work()
    })
}

/// Work that has begun. It runs to its end, even if its caller is gone.
pub struct BlockingTask<T> {
    job: JoinHandle<Output>,
    result: PhantomData<fn() -> T>,
}

impl<T: 'static> Future for BlockingTask<T> {
    type Output = Result<T, Problem>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let output = ready!(Pin::new(&mut self.job).poll(context));
        Poll::Ready(typed(output.map_err(Problem::internal)?))
    }
}

/// Begins this at once, however long its caller then does something else. Call it from an async task.
pub fn begin<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> BlockingTask<T> {
    BlockingTask { job: spawn(Box::new(|| Box::new(work()))), result: PhantomData }
}

/// Runs this to its end and returns its result.
///
/// # Errors
/// An internal problem if it panicked or the program ends.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    begin(work).await
}

/// Runs short work on which the whole node depends, like [`run`], but never behind other work.
pub async fn vital<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    let work: Work = Box::new(|| Box::new(work()));
    typed(spawn_blocking(work).await.map_err(Problem::internal)?)
}

/// Runs work that may take minutes on a separate thread, so that short work never waits behind it. The caller holds a
/// turn (`imajin_host::jobs`), which bounds the number of threads.
///
/// # Errors
/// An internal problem if no thread could be had, or it panicked.
pub async fn long<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    let output = on_thread(Box::new(|| Box::new(work()))).await?;
    typed(output)
}

async fn on_thread(work: Work) -> Answer<Output> {
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

fn typed<T: 'static>(output: Output) -> Answer<T> {
    let output = output.downcast::<T>();
    let other = |_| Problem::internal("what was found is of another type");
    output.map(|found| *found).map_err(other)
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

    #[test]
    fn work_that_everybody_depends_on_runs_when_ordinary_work_holds_all_its_threads() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(THREADS_MAX)
            .build()
            .unwrap();
        runtime.block_on(async {
            let (release, released) = std::sync::mpsc::channel::<()>();
            let released = std::sync::Arc::new(parking_lot::Mutex::new(released));
            let held: Vec<_> = (0..2 * THREADS_MAX)
                .map(|_| {
                    let released = std::sync::Arc::clone(&released);
                    begin(move || released.lock().recv().is_err())
                })
                .collect();
            assert_eq!(vital(|| 1).await.unwrap(), 1);
            drop(release);
            for held in held {
                assert!(held.await.unwrap());
            }
        });
    }

    #[tokio::test]
    async fn where_all_tasks_share_one_thread_a_long_read_runs_there() {
        assert_eq!(in_place(|| 1), 1);
    }
}
