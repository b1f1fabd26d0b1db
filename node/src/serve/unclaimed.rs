//! Tells root that the box has no owner: the claim code as the file `claim` in `$RUNTIME_DIRECTORY`, which the screen
//! shows, too. While it exists, the image may open the box's own Wi-Fi; a claim removes it. The file comes back when the
//! owner releases the box.

use imajin_app::Node;
use imajin_host::prelude::*;
use imajin_host::stop::Stop;
use imajin_ledger::durable;
use std::path::{Path, PathBuf};

const FILE_NAME: &str = "claim";

/// The file, as long as the box has no owner.
pub(super) struct Unclaimed {
    path: PathBuf,
    /// Current content of the file.
    told: Option<String>,
}

impl Unclaimed {
    /// Writes it where the service manager made a folder for it, before the screen says anything; root takes a screen without
    /// this file for that of a box with an owner.
    pub(super) fn tell(node: &Node) -> Option<Self> {
        let folder = std::env::var_os("RUNTIME_DIRECTORY").filter(|folder| !folder.is_empty())?;
        let path = Path::new(&folder).join(FILE_NAME);
        let code = node.claim_code();
        write(&path, code.as_deref());
        Some(Self { path, told: code })
    }

    /// Keeps the file current. The service manager removes it after a stop.
    pub(super) async fn run(mut self, node: Node, stop: Stop) {
        let mut changes = node.claim_changes();
        loop {
            let code = node.claim_code();
            if code != self.told {
                write(&self.path, code.as_deref());
                self.told = code;
            }
            if !matches!(stop.or(changes.changed()).await, Some(Ok(()))) {
                return;
            }
        }
    }
}

fn write(path: &Path, code: Option<&str>) {
    let done = match code {
        Some(code) => durable::replace(path, format!("{code}\n").as_bytes()),
        None => durable::remove_if_there(path),
    };
    if let Err(error) = done {
        tracing::warn!("{} cannot be written or removed: {error}", path.display());
    }
}
