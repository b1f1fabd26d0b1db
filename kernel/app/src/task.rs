//! Tasks of the runtime.

use std::pin::Pin;

/// Erases the type of a future that is spawned: the runtime's code for a task is in the program once for each type.
pub fn boxed<T>(
    future: impl Future<Output = T> + Send + 'static,
) -> Pin<Box<dyn Future<Output = T> + Send>> {
    Box::pin(future)
}
