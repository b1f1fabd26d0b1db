//! Memory, start, and the size of the program.

use super::{Bench, Sizes};
use crate::Failed;
use crate::process::{Node, Watch, binary};
use crate::report::{Bound, Report, number};
use std::path::Path;
use std::time::Duration;

const MB: f64 = 1e6;
/// After so long a node that was just started is idle: its start is over, and what only that needed is given back.
const IDLE: Duration = Duration::from_secs(5);

/// Resident memory: idle, after writing, with many people.
pub fn memory(folder: &Path, sizes: &Sizes, report: &mut Report) -> Result<(), Failed> {
    let bench = Bench::new(folder, Watch::No)?;
    std::thread::sleep(IDLE);
    let idle = bench.node()?.memory()? as f64 / MB;
    report.row(
        "memory, idle",
        idle,
        "MB",
        Some(Bound::AtMost(15.0)),
        format!(
            "{} s after its start, all services, nobody registered (VmRSS)",
            IDLE.as_secs()
        ),
    );
    let mut people = bench.people(16)?;
    // In rounds, since a signature is valid for five minutes only.
    let round = 1_000;
    for _ in 0..sizes.writes.div_ceil(16 * round) {
        bench.write(&mut people, round)?;
    }
    let after = bench.node()?.memory()? as f64 / MB;
    report.row(
        format!("memory, after {} writes", number(sizes.writes as f64)),
        after,
        "MB",
        Some(Bound::AtMost(32.0)),
        "the same node, 16 people, right after (VmRSS)",
    );
    drop(bench);
    let bench = Bench::new(folder, Watch::No)?;
    crowd(&bench, sizes.people)?;
    let many = bench.node()?.memory()? as f64 / MB;
    report.row(
        format!("memory, {} people", number(sizes.people as f64)),
        many,
        "MB",
        Some(Bound::AtMost(64.0)),
        "right after all of them registered at this node (VmRSS)",
    );
    Ok(())
}

fn crowd(bench: &Bench, count: usize) -> Result<(), Failed> {
    for done in (0..count).step_by(1_000) {
        bench.register(1_000.min(count - done))?;
    }
    Ok(())
}

/// From the start of the program to its first answer, with one person and with many.
pub fn start(folder: &Path, sizes: &Sizes, report: &mut Report) -> Result<(), Failed> {
    for (people, must) in [(1, 0.1), (sizes.people, 1.0)] {
        let mut bench = Bench::new(folder, Watch::No)?;
        crowd(&bench, people)?;
        bench.take_node()?.stop()?;
        let node = Node::start(&bench.folder.path().join("data"), Watch::No)?;
        let name = format!("cold start, people: {}", number(people as f64));
        report.row(
            name,
            node.start.as_secs_f64(),
            "s",
            Some(Bound::AtMost(must)),
            "",
        );
    }
    Ok(())
}

/// The program on disk.
pub fn size(_: &Path, _: &Sizes, report: &mut Report) -> Result<(), Failed> {
    let bytes = std::fs::metadata(binary()?)?.len() as f64;
    report.row(
        "the program, stripped",
        bytes / MB,
        "MB",
        Some(Bound::AtMost(12.0)),
        "",
    );
    Ok(())
}
