//! Sockets in the node's folder, for commands of users who may read that folder.

use crate::folder::NODE_FOLDER;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tokio::net::UnixListener;
use tokio::task::JoinHandle;

/// A socket that is answered as long as this is kept.
pub struct Door {
    path: PathBuf,
    serving: JoinHandle<()>,
}

impl Door {
    /// Makes the socket of this name, and answers at it. The log says what is missing `without` it.
    pub(crate) fn open<F: Future<Output = ()> + Send + 'static>(
        data: &Path,
        name: &str,
        without: &str,
        serve: impl FnOnce(UnixListener) -> F,
    ) -> Option<Self> {
        let path = data.join(NODE_FOLDER).join(name);
        match listen(&path) {
            Ok(listener) => Some(Self { serving: tokio::spawn(serve(listener)), path }),
            Err(error) => {
                tracing::warn!(%error, "{without}: no socket could be made in its folder");
                None
            }
        }
    }
}

fn listen(path: &Path) -> io::Result<UnixListener> {
    // A leftover of a killed node: this process has the folder's lock, so the socket is not in use.
    let _ = std::fs::remove_file(path);
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
        // A leftover socket is harmless: a client finds that no node answers.
        let _ = std::fs::remove_file(&self.path);
    }
}
