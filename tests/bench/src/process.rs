//! The node as a process, as measured by the system: CPU, memory, bytes written, fsyncs.

use crate::Outcome;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running node.
pub struct Node {
    child: Child,
    pid: u32,
    /// The listening address.
    pub address: SocketAddr,
    /// Time from the start to the first answer.
    pub start: Duration,
    trace: Option<PathBuf>,
}

/// A node's total cost over its lifetime, including the final drain and checkpoint.
pub struct Cost {
    /// Counts of fsyncs, if they were traced.
    pub fsyncs: Option<Fsyncs>,
    /// Bytes sent to the disk.
    pub bytes: u64,
    /// CPU time, user and system.
    pub cpu: Duration,
}

/// Calls of fsync and fdatasync.
#[derive(Clone, Copy, Default)]
pub struct Fsyncs {
    /// Fsyncs of the journal, and of its WAL.
    pub journal: u64,
    /// Fsyncs of any other file: logs, projections, published files.
    pub others: u64,
}

impl Fsyncs {
    pub fn all(self) -> u64 {
        self.journal + self.others
    }

    pub fn since(self, before: Self) -> Self {
        Self { journal: self.journal - before.journal, others: self.others - before.others }
    }
}

/// Options for tracing a node.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// Without tracing.
    No,
    /// With fsyncs counted, which slows the node down: never used for time measurements.
    Fsyncs,
}

/// Returns the path of the program: `IMAJIN_BIN`, or the file next to this one.
pub fn binary() -> Outcome<PathBuf> {
    match std::env::var_os("IMAJIN_BIN") {
        Some(path) => Ok(path.into()),
        None => Ok(std::env::current_exe()?.with_file_name("imajin")),
    }
}

impl Node {
    /// Starts a node on a data folder and waits for its first answer.
    pub fn start(data: &Path, watch: Watch) -> Outcome<Self> {
        Self::start_with(data, watch, &[])
    }

    /// Starts a node like [`Node::start`], with additional settings as environment variables.
    pub fn start_with(data: &Path, watch: Watch, settings: &[(&str, &Path)]) -> Outcome<Self> {
        let trace = (watch == Watch::Fsyncs).then(|| data.with_extension("strace"));
        let command = match &trace {
            None => Command::new(binary()?),
            Some(path) => {
                let mut command = Command::new("strace");
                // The filter lets every other call run at full speed.
                command
                    .args([
                        "-f",
                        "--seccomp-bpf",
                        "-qq",
                        // Includes the path of each file.
                        "-y",
                        "-e",
                        "trace=fsync,fdatasync",
                        "-o",
                    ])
                    .arg(path);
                command.arg(binary()?);
                command
            }
        };
        Self::run(command, data, settings, trace)
    }

    /// Starts a node like [`Node::start_with`], with this `resolv.conf`. Needs root.
    pub fn start_with_names(
        data: &Path,
        settings: &[(&str, &Path)],
        resolv: &Path,
    ) -> Outcome<Self> {
        let script = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", script]);
        command.arg(resolv).arg(binary()?);
        Self::run(command, data, settings, None)
    }

    fn run(
        mut command: Command,
        data: &Path,
        settings: &[(&str, &Path)],
        trace: Option<PathBuf>,
    ) -> Outcome<Self> {
        // A port that was free a moment ago, so that the bench can wait for the first answer from the start.
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begun = Instant::now();
        let mut child = command
            .args(["serve", "--listen", &address.to_string(), "--data"])
            .arg(data)
            .envs([
                ("IMAJIN_LOG_LEVEL", "warn"),
                // The bench measures a node with room, however full this disk is.
                ("IMAJIN_DISK_RESERVE_MAX_BYTES", "268435456"),
                ("IMAJIN_LIMITS_DID_RATE", "1000000"),
                ("IMAJIN_LIMITS_DID_BURST", "1000000"),
                // Requests can claim many source addresses.
                ("IMAJIN_LIMITS_TRUSTED_PROXIES", "127.0.0.1"),
            ])
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        while answer(address).is_err() {
            if let Some(status) = child.try_wait()? {
                return Err(format!("the node ended with {status}").into());
            }
            if begun.elapsed() > Duration::from_secs(120) {
                child.kill()?;
                return Err("the node does not answer".into());
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        let start = begun.elapsed();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || BufReader::new(stdout).lines().for_each(drop));
        }
        let pid = match &trace {
            None => child.id(),
            Some(_) => first_child(child.id()).ok_or("strace has no child")?,
        };
        Ok(Self { child, pid, address, start, trace })
    }

    /// Returns the resident memory in bytes.
    pub fn memory(&self) -> Outcome<u64> {
        memory(self.pid)
    }

    /// Returns the CPU time so far, user and system.
    pub fn cpu(&self) -> Outcome<Duration> {
        cpu(self.pid)
    }

    /// Returns the bytes sent to the disk so far.
    pub fn written(&self) -> Outcome<u64> {
        let io = std::fs::read_to_string(format!("/proc/{}/io", self.pid))?;
        let line = io
            .lines()
            .find_map(|line| line.strip_prefix("write_bytes:"))
            .ok_or("no write_bytes")?;
        Ok(line.trim().parse()?)
    }

    /// Returns the fsyncs so far, if they are traced.
    pub fn fsyncs(&self) -> Outcome<Option<Fsyncs>> {
        let Some(trace) = &self.trace else {
            return Ok(None);
        };
        let mut fsyncs = Fsyncs::default();
        for line in std::fs::read_to_string(trace)?.lines() {
            if line.contains("sync(") && !line.contains("resumed") {
                let is_journal = line.contains("/journal.sqlite");
                *(if is_journal { &mut fsyncs.journal } else { &mut fsyncs.others }) += 1;
            }
        }
        Ok(Some(fsyncs))
    }

    /// Stops gracefully: the journal is drained and every log checkpointed. Returns the total cost.
    pub fn stop(mut self) -> Outcome<Cost> {
        Command::new("kill").args(["-TERM", &self.pid.to_string()]).status()?;
        let (begun, mut bytes, mut cpu) = (Instant::now(), self.written()?, self.cpu()?);
        // The counters can be read until the process has ended.
        while begun.elapsed() < Duration::from_secs(60) {
            match self.written().and_then(|bytes| Ok((bytes, self.cpu()?))) {
                Ok(so_far) => (bytes, cpu) = so_far,
                Err(_) => break,
            }
            if self.child.try_wait()?.is_some() {
                break;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        let status = self.child.wait()?;
        if !status.success() {
            return Err(format!("the node did not stop well: {status}").into());
        }
        Ok(Cost { fsyncs: self.fsyncs()?, bytes, cpu })
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = Command::new("kill").args(["-KILL", &self.pid.to_string()]).status();
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Returns the resident memory of a process in bytes.
pub fn memory(pid: u32) -> Outcome<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024)
}

/// Returns the CPU time of a process so far, user and system.
pub fn cpu(pid: u32) -> Outcome<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in parentheses may contain spaces; the fields are counted after it.
    let (_, rest) = stat.rsplit_once(')').ok_or("no stat")?;
    let field =
        |n: usize| rest.split_whitespace().nth(n).and_then(|field| field.parse::<u64>().ok());
    let ticks =
        field(11).zip(field(12)).map(|(user, system)| user + system).ok_or("no times in stat")?;
    // Linux counts in hundredths of a second on every supported machine (USER_HZ).
    Ok(Duration::from_millis(ticks * 10))
}

fn first_child(pid: u32) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

/// Sends a request to `/healthz`.
fn answer(address: SocketAddr) -> Outcome {
    use std::io::{Read, Write};
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    if &start == b"HTTP/1.1 200" { Ok(()) } else { Err("not healthy".into()) }
}
