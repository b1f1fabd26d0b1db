//! A copy for mending a damaged log.

use std::path::PathBuf;

/// A copy of a log. The copy may be damaged too: every intact entry in it proves itself.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path of the log's file.
    pub log: PathBuf,
    /// The path of the folder `media` that belongs to it, if there is one.
    pub media: Option<PathBuf>,
}
