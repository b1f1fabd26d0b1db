//! The handlers' access to the directory: opened at the start, opened by the first request, or absent.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use imajin_app::{Problem, blocking};
use tokio::sync::OnceCell;

use crate::directory::{Directory, DirectoryError};

type Open = Box<dyn Fn() -> Result<Directory, DirectoryError> + Send + Sync>;

/// The place of a directory. Cheap to clone.
#[derive(Clone)]
pub struct Slot(Arc<Inner>);

struct Inner {
    directory: OnceCell<Directory>,
    open: Option<Open>,
}

impl Slot {
    /// Makes a slot with an open directory.
    pub fn from_directory(directory: Directory) -> Self {
        Self(Arc::new(Inner { directory: OnceCell::new_with(Some(directory)), open: None }))
    }

    /// No directory: handlers answer 404.
    pub fn none() -> Self {
        Self(Arc::new(Inner { directory: OnceCell::new(), open: None }))
    }

    /// Makes a slot whose directory is opened by `open` at the first request. `open` may block.
    pub fn later(
        open: impl Fn() -> Result<Directory, DirectoryError> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner { directory: OnceCell::new(), open: Some(Box::new(open)) }))
    }

    /// The directory. After a failure to open, the next request tries again.
    pub async fn directory(&self) -> Result<Directory, Problem> {
        if let Some(directory) = self.0.directory.get() {
            return Ok(directory.clone());
        }
        if self.0.open.is_none() {
            let text = "This node keeps no directory of nodes; its owner can have it keep one.";
            return Err(Problem::not_found(text).slug("no-directory"));
        }
        let opened = self.0.directory.get_or_try_init(async || {
            let inner = Arc::clone(&self.0);
            let opened = blocking::run(move || match &inner.open {
                Some(open) => open().map_err(Problem::internal),
                None => Err(Problem::internal("a directory without a way to open it")),
            });
            opened.await?
        });
        opened.await.cloned().map_err(|problem: Problem| {
            let text = "The directory cannot be used at the moment; its operator finds the reason in the log.";
            Problem::unavailable(text).with_log(problem.detail())
        })
    }

    /// Stops it, if it was ever opened.
    pub async fn shutdown(&self) {
        if let Some(directory) = self.0.directory.get() {
            directory.shutdown().await;
        }
    }
}

impl FromRequestParts<Slot> for Directory {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, slot: &Slot) -> Result<Self, Problem> {
        slot.directory().await
    }
}
