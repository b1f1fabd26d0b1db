//! `scripts/bench`: a node's performance and costs, each compared with the machine's limit in the same run. Prints one
//! table, writes JSON, and exits with 1 if a figure is beyond its limit.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

mod ceiling;
mod load;
mod measure;
mod people;
mod process;
mod report;
mod samples;
mod stream;

use clap::Parser;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// An error, which ends the run: a missing figure would be misleading.
type Failed = Box<dyn std::error::Error + Send + Sync>;
type Outcome<T = ()> = Result<T, Failed>;

/// Measures an Imajin node. The program that is measured is in the folder of this one, or is named by IMAJIN_BIN.
#[derive(Parser)]
struct Args {
    /// Where the nodes' data goes: the disk that is measured [default: the system's temporary folder].
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Where the JSON goes.
    #[arg(long, value_name = "FILE", default_value = "target/bench.json")]
    json: PathBuf,
    /// Entries of the largest log that is verified and rebuilt.
    #[arg(long, default_value_t = 1_000_000)]
    entries: usize,
    /// People on the largest node.
    #[arg(long, default_value_t = 10_000)]
    people: usize,
    /// Writes after which memory is measured.
    #[arg(long, default_value_t = 100_000)]
    writes: usize,
    /// How often each measure is taken; its median counts [default: 5, and 1 for those that take minutes].
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..))]
    runs: Option<u8>,
    /// Only these measures: write, single, tickets, disk, crowd, read, links, market, mixed, memory, burst, stall-erasure, stall-import, stall-move, bad-manners, start, log, media, chat, relay, relay-growth, directory, tunnel, distance, size.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Outcome<bool> {
    let folder = args.folder.clone().unwrap_or_else(std::env::temp_dir);
    is_on_disk(&folder)?;
    if let Some(unknown) = args.only.iter().find(|only| !measure::is_known(only)) {
        return Err(format!("--only {unknown}: there is no such measure (see --help)").into());
    }
    let sizes = measure::Sizes { entries: args.entries, people: args.people, writes: args.writes };
    let mut report = report::Report::new();
    for (name, length, measure) in measure::ALL {
        if args.only.is_empty() || args.only.iter().any(|only| only == name) {
            let runs = args.runs.unwrap_or_else(|| length.runs());
            for run in 1..=runs {
                eprintln!("measuring: {name}, run {run} of {runs}");
                measure(&folder, &sizes, &mut report)?;
            }
        }
    }
    report.print();
    report.write(&args.json)?;
    Ok(report.all_reached())
}

/// Refuses a file system in memory: a sync is free there, so that every figure of a write would be too good.
fn is_on_disk(folder: &Path) -> Outcome {
    const TMPFS: rustix::fs::FsWord = 0x0102_1994;
    const RAMFS: rustix::fs::FsWord = 0x8584_58f6;
    let kind = rustix::fs::statfs(folder)?.f_type;
    match kind {
        TMPFS | RAMFS => Err(format!(
            "{} is in memory and not on a disk, where a sync costs nothing: name a folder on a disk with --folder",
            folder.display()
        )
        .into()),
        _ => Ok(()),
    }
}
