//! Restarting, stopping and resetting the box, at its owner's request on the page `/power`.
//!
//! | module | what |
//! |---|---|
//! | `reset` | erasing the data folder |
//!
//! Always: root restarts and shuts down the machine when the node leaves an empty file for it (the image's
//! `imajin-power.service`). Without that folder, only the node itself restarts or ends.

pub mod reset;

use crate::failure::{Failure, Outcome};
use imajin_host::upkeep::{Power, Powers};
use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::sync::watch;

/// Folder in the one that the machine shares with the node: a request is an empty file with its name.
const REQUESTS: &str = "power";
const RESTART: &str = "restart";
const STOP: &str = "stop";

/// The request to the program itself. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct PowerRequest(Arc<watch::Sender<Option<After>>>);

/// Action of the program after a clean exit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The program starts again.
    Restart,
    /// The program stays stopped.
    Stop,
}

impl PowerRequest {
    /// Starts the program again, and leaves the machine on.
    pub fn restart(&self) {
        self.0.send_replace(Some(After::Restart));
    }

    /// Resolves when there is a request.
    pub async fn wait(&self) -> After {
        let mut receiver = self.0.subscribe();
        loop {
            if let Some(after) = *receiver.borrow_and_update() {
                return after;
            }
            if receiver.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Returns the available power actions. `run` is the folder that the machine shares with the node.
pub fn powers(run: &Path) -> Powers {
    Powers { of_machine: run.join(REQUESTS).is_dir(), restart: true, stop: true, reset: true }
}

/// Begins it.
///
/// # Errors
/// The mark of a reset, or the file for the machine, could not be written: then nothing happens.
pub fn begin(data: &Path, run: &Path, asked: &PowerRequest, wish: Power) -> io::Result<()> {
    if wish == Power::Reset {
        reset::mark(data)?;
    }
    let after = match wish {
        Power::Restart | Power::Reset => After::Restart,
        Power::Stop => After::Stop,
    };
    let folder = run.join(REQUESTS);
    if !folder.is_dir() {
        asked.0.send_replace(Some(after));
        return Ok(());
    }
    let name = if after == After::Restart { RESTART } else { STOP };
    let written = fs::write(folder.join(name), "");
    if written.is_err() && wish == Power::Reset {
        reset::unmark(data)?;
    }
    written
}

/// Begins again as the same process; where a service manager started it, that one does it.
pub fn again() -> Outcome {
    if std::env::var_os("NOTIFY_SOCKET").is_some() {
        return Err(Failure::Again);
    }
    let program = std::env::current_exe().map_err(Failure::no)?;
    // Only a failure comes back.
    let error = Command::new(&program)
        .arg0(std::env::args_os().next().unwrap_or_else(|| "imajin".into()))
        .args(std::env::args_os().skip(1))
        .exec();
    Err(Failure::no(format!(
        "the node ended and could not begin again: {}: {error}. Start it by hand",
        program.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_machine_is_asked_where_it_listens_and_else_the_program_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (data, run) = (folder.path().join("data"), folder.path().join("run"));
        fs::create_dir_all(&data).unwrap();
        let request = PowerRequest::default();
        assert!(!powers(&run).of_machine);
        begin(&data, &run, &request, Power::Stop).unwrap();
        assert_eq!(request.wait().await, After::Stop);
        fs::create_dir_all(run.join(REQUESTS)).unwrap();
        assert!(powers(&run).of_machine);
        let request = PowerRequest::default();
        begin(&data, &run, &request, Power::Restart).unwrap();
        assert!(run.join("power/restart").exists() && request.0.borrow().is_none());
        begin(&data, &run, &request, Power::Stop).unwrap();
        assert!(run.join("power/stop").exists());
        assert!(!reset::is_marked(&data));
        begin(&data, &run, &request, Power::Reset).unwrap();
        assert!(reset::is_marked(&data));
    }

    #[test]
    fn a_reset_that_the_machine_cannot_be_asked_for_is_not_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (data, run) = (folder.path().join("data"), folder.path().join("run"));
        fs::create_dir_all(&data).unwrap();
        fs::create_dir_all(run.join("power/restart")).unwrap();
        assert!(begin(&data, &run, &PowerRequest::default(), Power::Reset).is_err());
        assert!(!reset::is_marked(&data));
    }
}
