//! The program `imajin-registry` as a process on a temporary folder, which is deleted when dropped.

use crate::measure::prelude::*;
use crate::process;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A running registry.
pub struct Registry {
    child: Child,
    /// The listening address.
    pub address: SocketAddr,
    /// The address at which visitors of nodes with a tunnel come, if it has tunnels.
    pub visitors: Option<SocketAddr>,
    /// A client of the registry.
    pub client: Client,
    _folder: TempDir,
}

impl Registry {
    /// Starts the registry with settings as TOML. The program is the file next to this one, or `IMAJIN_REGISTRY_BIN`.
    pub fn start(folder: &Path, config: &str) -> Outcome<Self> {
        let folder =
            tempfile::Builder::new().prefix("imajin-bench-registry-").tempdir_in(folder)?;
        let program = match std::env::var_os("IMAJIN_REGISTRY_BIN") {
            Some(path) => path.into(),
            None => std::env::current_exe()?.with_file_name("imajin-registry"),
        };
        let settings = folder.path().join("config.toml");
        std::fs::write(&settings, config)?;
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .arg("--config")
            .arg(settings)
            .env("IMAJIN_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let (mut address, mut visitors) = (None, None);
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if let Some(at) = line.strip_prefix("carrying connections at ") {
                visitors = Some(at.parse()?);
            }
            if let Some(at) = line.strip_prefix("listening on http://") {
                address = Some(at.parse()?);
                break;
            }
        }
        let address: SocketAddr = address.ok_or("the registry does not listen")?;
        Ok(Self {
            child,
            address,
            visitors,
            client: Client::new(&format!("http://{address}"))?,
            _folder: folder,
        })
    }

    /// Returns the process ID.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns the resident memory in megabytes.
    pub fn memory(&self) -> Outcome<f64> {
        Ok(process::memory(self.pid())? as f64 / 1e6)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
