//! Memory, start time, and the size of the program.

use crate::measure::prelude::*;
use crate::process::{Node, binary};
use std::io::Write as _;
use std::net::TcpStream;

const MB: f64 = 1e6;
/// Number of requests before memory is measured.
const REQUESTS: usize = 608;
/// Number of bodies in a burst, and the bytes sent of each.
const HALF_SENT: usize = 1_000;
const HALF_BYTES: usize = 1_000_000;
/// Time between a burst and the measurement of memory.
const AFTER: Duration = Duration::from_secs(20);
/// Time after which a started node is idle and has released the memory of its start.
const IDLE: Duration = Duration::from_secs(5);

/// Measures resident memory: idle, after writing, with many people.
pub fn memory(folder: &Path, sizes: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    std::thread::sleep(IDLE);
    let idle = bench.node()?.memory()? as f64 / MB;
    report.row("memory, idle").at_most(idle, "MB", 20.0).beside(format!(
        "{} s after its start, all services, nobody registered (VmRSS)",
        IDLE.as_secs()
    ));
    let hello = load::request("GET", "/", &bench.host()?, &[], "");
    let lanes = vec![vec![hello; REQUESTS / 16]; 16];
    load::run(Load::each(bench.node()?.address, lanes))?;
    let busy = bench.node()?.memory()? as f64 / MB;
    report
        .row(format!("memory, after {REQUESTS} requests"))
        .at_most(busy, "MB", 25.0)
        .beside("the same node, its first page, 16 clients (VmRSS)");
    let mut people = bench.people(16)?;
    // In rounds, since a signature is valid for five minutes only.
    let round = 1_000;
    for _ in 0..sizes.writes.div_ceil(16 * round) {
        bench.write(&mut people, round)?;
    }
    let after = bench.node()?.memory()? as f64 / MB;
    report
        .row(format!("memory, after {} writes", number(sizes.writes as f64)))
        .at_most(after, "MB", 40.0)
        .beside("the same node, 16 people, right after (VmRSS)");
    drop(bench);
    let bench = Bench::new(folder, Watch::No)?;
    crowd(&bench, sizes.people)?;
    let many = bench.node()?.memory()? as f64 / MB;
    report
        .row(format!("memory, {} people", number(sizes.people as f64)))
        .at_most(many, "MB", 80.0)
        .beside("right after all of them registered at this node (VmRSS)");
    Ok(())
}

/// Measures resident memory 20 s after a thousand bodies that were half sent and abandoned.
pub fn burst(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    std::thread::sleep(IDLE);
    let node = bench.node()?;
    let before = node.memory()? as f64;
    let head =
        "POST /auth/api/register HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2000000\r\n\r\n";
    let half = [head.as_bytes(), &vec![b' '; HALF_BYTES]].concat();
    let mut held = Vec::with_capacity(HALF_SENT);
    let (mut most, mut taken) = (before, 0);
    for _ in 0..HALF_SENT {
        let mut stream = TcpStream::connect(node.address)?;
        stream.set_nonblocking(true)?;
        // The node accepts as many as it has room for, and closes the others.
        let mut sent = 0;
        while let Ok(bytes @ 1..) = stream.write(&half[sent..]) {
            sent += bytes;
        }
        taken += sent;
        held.push(stream);
        if held.len() % 100 == 0 {
            most = most.max(node.memory()? as f64);
        }
    }
    // Connections on which the node still waits: neither answered nor closed.
    let waits = |stream: &TcpStream| {
        let peeked = stream.peek(&mut [0]);
        peeked.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    };
    let open = held.iter().filter(|stream| waits(stream)).count();
    drop(held);
    std::thread::sleep(AFTER);
    let after = node.memory()? as f64;
    let name = format!("memory, {} s after {HALF_SENT} half-sent bodies", AFTER.as_secs());
    let beside = format!(
        "{:.1} MB before, {:.1} MB at most meanwhile, {:.1} MB after (VmRSS); {:.0} MB sent, {open} bodies open at the end",
        before / MB,
        most / MB,
        after / MB,
        taken as f64 / MB,
    );
    report.row(name).at_most(after / before, "of before", 1.2).beside(beside);
    Ok(())
}

/// Registers this many people.
pub(super) fn crowd(bench: &Bench, count: usize) -> Outcome {
    for done in (0..count).step_by(1_000) {
        bench.register(1_000.min(count - done))?;
    }
    Ok(())
}

/// Measures the time from the start of the program to its first answer, with one person and with many.
pub fn start(folder: &Path, sizes: &Sizes, report: &mut Report) -> Outcome {
    for (people, must) in [(1, 0.1), (sizes.people, 1.0)] {
        let mut bench = Bench::new(folder, Watch::No)?;
        crowd(&bench, people)?;
        bench.take_node()?.stop()?;
        let cache = match forget_files() {
            Ok(()) => "nothing of it in the page cache",
            Err(_) => "its files in the page cache, which only root may empty",
        };
        let node = Node::start(&bench.folder.path().join("data"), Watch::No)?;
        let name = format!("start, people: {}", number(people as f64));
        report.row(name).at_most(node.start.as_secs_f64(), "s", must).beside(cache);
    }
    Ok(())
}

/// Drops the kernel's caches (`drop_caches` in proc_sys_vm(5)), as after a boot.
fn forget_files() -> std::io::Result<()> {
    std::process::Command::new("sync").status()?;
    std::fs::write("/proc/sys/vm/drop_caches", "3")
}

/// Measures the size of the program's file.
pub fn size(_: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bytes = std::fs::metadata(binary()?)?.len() as f64;
    report.row("the program, stripped").at_most(bytes / MB, "MB", 24.0);
    Ok(())
}
