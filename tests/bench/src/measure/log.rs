//! Long logs: verification, rebuilding, and whether these or writing become slower as a log grows.

use crate::measure::prelude::*;
use crate::process::binary;
use crate::report::{Bound, cores};
use std::process::{Command, Stdio};

/// Writes between two queries of the node's time: a signature is valid for five minutes.
const ROUND: usize = 20_000;

/// Measures one person's log, grown tenfold step by step.
pub fn measure(folder: &Path, sizes: &Sizes, report: &mut Report) -> Outcome {
    let (mut size, mut first) = (1_000.min(sizes.entries), None);
    loop {
        let figures = measure_size(folder, size)?;
        let name = number(size as f64);
        let ceiling = figures.ceiling * cores() as f64;
        let share = figures.verify / ceiling * 100.0;
        let beside =
            format!("{} entries/s of {} verify_strict/s", number(figures.verify), number(ceiling));
        // The start of the program dominates a short run; the limits apply to long ones.
        let long = size >= 10_000;
        report
            .row(format!("verify, {name} entries, of the ceiling"))
            .within(share, "%", long.then_some(Bound::AtLeast(60.0)))
            .beside(beside);
        let seconds = size as f64 / figures.verify;
        let bound = (size == 1_000_000).then_some(Bound::AtMost(30.0));
        report.row(format!("verify, {name} entries")).within(seconds, "s", bound);
        report.row(format!("rebuild, {name} entries")).within(
            figures.rebuild,
            "/s",
            long.then_some(Bound::AtLeast(20_000.0)),
        );
        let write = figures.write.as_secs_f64() * 1e6;
        let first = *first.get_or_insert(write);
        let beside = format!("{} µs at 1 000", number(first));
        // Constant, within the noise of a shared machine.
        report
            .row(format!("CPU a write at {name} entries"))
            .within(write, "µs", (size > 1_000).then_some(Bound::AtMost(first * 1.5)))
            .beside(beside);
        if size >= sizes.entries {
            return Ok(());
        }
        size = (size * 10).min(sizes.entries);
    }
}

struct Figures {
    ceiling: f64,
    verify: f64,
    rebuild: f64,
    /// CPU time of one write at the end.
    write: Duration,
}

fn measure_size(folder: &Path, size: usize) -> Outcome<Figures> {
    let mut bench = Bench::new(folder, Watch::No)?;
    let mut people = bench.people(1)?;
    people[0].delegate(&bench.client, 16, "profile.*")?;
    let mut left = size;
    while left > 1_000 {
        let round = ROUND.min(left - 1_000);
        bench.write_as_delegates(&mut people[0], round)?;
        left -= round;
    }
    let cpu = bench.node()?.cpu()?;
    bench.write_as_delegates(&mut people[0], left)?;
    let write = (bench.node()?.cpu()? - cpu) / left as u32;
    bench.take_node()?.stop()?;
    let data = bench.folder.path().join("data");
    let folder = data.join("users").join(people[0].key.did().as_str().replace(':', "_"));
    // Write-back of earlier data must not overlap with the measurement.
    run(&mut Command::new("sync"))?;
    let before = ceiling::verify_per_second()?;
    let mut seconds = f64::INFINITY;
    // The best of several, like the limit: a quarter of a second is easily disturbed.
    for _ in 0..if size < 1_000_000 { 4 } else { 1 } {
        let mut verify = Command::new(binary()?);
        seconds = seconds.min(run(verify.arg("verify").arg(folder.join("log.sqlite")))?);
    }
    let verify = size as f64 / seconds;
    let ceiling = before.max(ceiling::verify_per_second()?);
    let rebuild =
        size as f64 / run(Command::new(binary()?).args(["rebuild", "--data"]).arg(&data))?;
    Ok(Figures { ceiling, verify, rebuild, write })
}

fn run(command: &mut Command) -> Outcome<f64> {
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        Ok(begun.elapsed().as_secs_f64())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}
