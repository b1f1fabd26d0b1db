//! A crash at a chosen moment: the program is killed at its n-th call that syncs a file or changes a name.

use crate::program::require_tool;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// System calls that a crash may interrupt: syncs, changes of names, truncations.
const CALLS: &str =
    "fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,ftruncate";

/// A running process that will be killed; released when dropped.
pub struct Strike(Child);

impl Strike {
    /// Kills a process (SIGKILL) before the `n`-th such call of any of its threads.
    pub fn at(pid: u32, n: u32) -> Self {
        require_tool("strace", "strace");
        let mut strace = Command::new("strace")
            .args(["-f", "-qq", "-o", "/dev/null"])
            .args(["-e", &format!("trace={CALLS}"), "-e"])
            .arg(format!("inject={CALLS}:signal=KILL:when={n}"))
            .args(["-p", &pid.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace runs");
        // strace is effective once it traces the process.
        let traced = || {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let tracer = status.lines().find(|line| line.starts_with("TracerPid:"));
            tracer.is_some_and(|line| !line.ends_with("\t0"))
        };
        let until = Instant::now() + Duration::from_secs(20);
        while !traced() {
            let has_ended = matches!(strace.try_wait(), Ok(Some(_)));
            if has_ended || Instant::now() > until {
                let _ = strace.kill();
                let mut message = String::new();
                if let Some(stderr) = strace.stderr.take() {
                    let _ = BufReader::new(stderr).take(4_000).read_line(&mut message);
                }
                // strace traced the process until the n-th call, which came before this look.
                if has_ended && message.is_empty() {
                    break;
                }
                panic!(
                    "strace cannot hold the program (it needs to be root, or a parent): {message}"
                );
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Self(strace)
    }
}

impl Drop for Strike {
    fn drop(&mut self) {
        if !matches!(self.0.try_wait(), Ok(None)) {
            return;
        }
        // SIGTERM releases the process.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let until = Instant::now() + Duration::from_secs(5);
        while matches!(self.0.try_wait(), Ok(None)) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        // If strace gets the signal while the process dies, it waits forever for the first thread, which cannot end
        // before strace has handled the others. Killing strace makes the kernel release them all.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
