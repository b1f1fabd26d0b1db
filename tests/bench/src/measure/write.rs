//! Durable signed writes: many at once, and one at a time.

use crate::measure::prelude::*;

/// Number of writes per client in a run.
const EACH: usize = 2_000;
/// Measures sixteen clients that write for sixteen people.
pub fn many(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    let mut people = bench.people(16)?;
    bench.write(&mut people, 100)?;
    let verify_before = ceiling::verify_per_second()?;
    let cpu = bench.node()?.cpu()?;
    let done = bench.write(&mut people, EACH)?;
    let cpu = bench.node()?.cpu()? - cpu;
    let verify = verify_before.max(ceiling::verify_per_second()?);
    let count = (16 * EACH) as f64;
    report
        .row("writes, 16 clients, 16 people")
        .at_least(done.per_second() / verify, "of verify_strict", 0.4)
        .beside(format!("{:.0} writes/s; verify_strict {verify:.0}/s a core", done.per_second()));
    let cpu = cpu.as_secs_f64() / count;
    report
        .row("server CPU a write")
        .at_most(cpu * verify, "verifications", 4.5)
        .beside(format!("{:.0} µs, user and system, all threads, in the same run", cpu * 1e6));
    let p99 = done.quantile(0.99).as_secs_f64() * 1e3;
    report
        .row("write, p99")
        .at_most(p99, "ms", 20.0)
        .beside(format!("p50 {:.1} ms", done.quantile(0.5).as_secs_f64() * 1e3));
    Ok(())
}

/// Measures one client that writes for one person.
pub fn single(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    let mut people = bench.people(1)?;
    // Fills the journal's WAL once (16 MB, some 4 kB a commit), whose file keeps its size from then on, like the
    // ceiling's after a moment.
    bench.write(&mut people, 5_000)?;
    let before = ceiling::commit_seconds(bench.folder.path())?;
    let done = bench.write(&mut people, EACH)?;
    let after = ceiling::commit_seconds(bench.folder.path())?;
    let commit = (before + after) / 2.0 * 1e6;
    let mean = 1e6 / done.per_second();
    let beside = format!("one WAL-FULL commit {commit:.0} µs; write {mean:.0} µs");
    let verify = ceiling::verify_per_second()?;
    report
        .row("1 client: a write over one commit")
        .at_most((mean - commit) * verify / 1e6, "verifications", 7.5)
        .beside(beside);
    Ok(())
}
