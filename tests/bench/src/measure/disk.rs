//! The disk cost of a write, including the drain into the logs and the checkpoint.

use crate::measure::prelude::*;
use crate::process::Fsyncs;

/// Measures fsyncs and bytes per write, for three ways of writing.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let (fsyncs, bytes) = cost(folder, 16, 1_000)?;
    report.row("fsyncs a write, 16 clients, 16 people").at_most(fsyncs.all, "", 0.2);
    report.row("bytes a write, 16 clients, 16 people").at_most(bytes / 1e3, "kB", 6.0);
    let (fsyncs, bytes) = cost(folder, 1, 2_000)?;
    report
        .row("bytes a write, 1 client")
        .at_most(bytes / 1e3, "kB", 16.0)
        .beside(format!("{:.2} fsyncs", fsyncs.all));
    // The number of writes that share a batch of the journal depends on the disk's latency: at worst each has its own.
    let (fsyncs, bytes) = thousand(folder)?;
    report
        .row("fsyncs outside the journal a write, 1 000 people, one write each")
        .at_most(fsyncs.others, "", 2.1)
        .beside(format!(
            "{:.1} kB, {:.2} fsyncs of the journal",
            bytes / 1e3,
            fsyncs.all - fsyncs.others
        ));
    Ok(())
}

/// Fsyncs per write.
struct PerWrite {
    all: f64,
    /// Fsyncs outside the journal.
    others: f64,
}

/// Measures writes of several people on one connection each, without the start and the registrations.
fn cost(folder: &Path, people: usize, each: usize) -> Outcome<(PerWrite, f64)> {
    let mut bench = Bench::new(folder, Watch::Fsyncs)?;
    let mut writers = bench.people(people)?;
    settle();
    let (fsyncs, bytes) = so_far(&bench)?;
    bench.write(&mut writers, each)?;
    spent(&mut bench, fsyncs, bytes, people * each)
}

/// Measures a thousand people with one write each, sixteen at a time.
fn thousand(folder: &Path) -> Outcome<(PerWrite, f64)> {
    let mut bench = Bench::new(folder, Watch::Fsyncs)?;
    let mut writers = bench.people(1_000)?;
    settle();
    let (fsyncs, bytes) = so_far(&bench)?;
    let (now, host) = (bench.now()?, bench.host()?);
    let mut lanes = vec![Vec::new(); 16];
    for (n, writer) in writers.iter_mut().enumerate() {
        lanes[n % 16].extend(writer.updates(1, &host, now)?);
    }
    crate::load::run(crate::load::Load::each(bench.node()?.address, lanes))?;
    spent(&mut bench, fsyncs, bytes, 1_000)
}

fn so_far(bench: &Bench) -> Outcome<(Fsyncs, u64)> {
    let node = bench.node()?;
    Ok((node.fsyncs()?.unwrap_or_default(), node.written()?))
}

fn spent(bench: &mut Bench, before: Fsyncs, bytes: u64, writes: usize) -> Outcome<(PerWrite, f64)> {
    let cost = bench.take_node()?.stop()?;
    let fsyncs = cost.fsyncs.ok_or("fsyncs were not counted")?.since(before);
    let writes = writes as f64;
    let each =
        PerWrite { all: fsyncs.all() as f64 / writes, others: fsyncs.others as f64 / writes };
    Ok((each, (cost.bytes - bytes) as f64 / writes))
}
