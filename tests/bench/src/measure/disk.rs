//! What a write costs the card, counted until everything is moved and checkpointed.

use super::{Bench, Sizes};
use crate::Failed;
use crate::process::Watch;
use crate::report::{Bound, Report};
use std::path::Path;

/// Fsyncs and bytes a write, for three ways of writing.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Result<(), Failed> {
    let (fsyncs, bytes) = cost(folder, 16, 1_000)?;
    report.row(
        "fsyncs a write, 16 clients, 16 people",
        fsyncs,
        "",
        Some(Bound::AtMost(0.2)),
        "",
    );
    report.row(
        "bytes a write, 16 clients, 16 people",
        bytes / 1e3,
        "kB",
        Some(Bound::AtMost(6.0)),
        "",
    );
    let (fsyncs, bytes) = cost(folder, 1, 2_000)?;
    report.row(
        "bytes a write, 1 client",
        bytes / 1e3,
        "kB",
        Some(Bound::AtMost(16.0)),
        format!("{fsyncs:.2} fsyncs"),
    );
    let (fsyncs, bytes) = thousand(folder)?;
    report.row(
        "fsyncs a write, 1 000 people, one write each",
        fsyncs,
        "",
        Some(Bound::AtMost(2.5)),
        format!("{:.1} kB", bytes / 1e3),
    );
    Ok(())
}

/// Each of some people writes so often, on a connection of their own. Starting and the identities do not count.
fn cost(folder: &Path, people: usize, each: usize) -> Result<(f64, f64), Failed> {
    let mut bench = Bench::new(folder, Watch::Fsyncs)?;
    let mut writers = bench.people(people)?;
    settle();
    let (fsyncs, bytes) = so_far(&bench)?;
    bench.write(&mut writers, each)?;
    spent(&mut bench, fsyncs, bytes, people * each)
}

/// A thousand people, one write each, sixteen at a time.
fn thousand(folder: &Path) -> Result<(f64, f64), Failed> {
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

/// Entries of the preparation are moved by age; then the disk is quiet.
fn settle() {
    std::thread::sleep(std::time::Duration::from_secs(5));
}

fn so_far(bench: &Bench) -> Result<(u64, u64), Failed> {
    let node = bench.node()?;
    Ok((node.fsyncs()?.unwrap_or(0), node.written()?))
}

fn spent(bench: &mut Bench, fsyncs: u64, bytes: u64, writes: usize) -> Result<(f64, f64), Failed> {
    let cost = bench.take_node()?.stop()?;
    let all = cost.fsyncs.ok_or("fsyncs were not counted")?;
    let writes = writes as f64;
    Ok((
        (all - fsyncs) as f64 / writes,
        (cost.bytes - bytes) as f64 / writes,
    ))
}
