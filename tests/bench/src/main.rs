//! `scripts/bench`: what a node does and costs, each figure beside what the machine could do at best in the same run.
//! Prints one table, writes JSON, and ends with 1 where a figure misses what it must reach.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

mod ceiling;
mod load;
mod measure;
mod people;
mod process;
mod report;

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;

/// Any error ends the run: a figure that could not be measured is no figure.
type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Measures an Imajin node. The program that is measured stands beside this one, or is named by IMAJIN_BIN.
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
    /// Only these measures: write, single, tickets, disk, read, memory, burst, stall-erasure, stall-import, start, log, relay, relay-growth, directory, distance, size.
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

fn run(args: &Args) -> Result<bool, Failed> {
    let folder = args.folder.clone().unwrap_or_else(std::env::temp_dir);
    let sizes = measure::Sizes {
        entries: args.entries,
        people: args.people,
        writes: args.writes,
    };
    let mut report = report::Report::new();
    for (name, measure) in measure::ALL {
        if args.only.is_empty() || args.only.iter().any(|only| only == name) {
            eprintln!("measuring: {name}");
            measure(&folder, &sizes, &mut report)?;
        }
    }
    report.print();
    report.write(&args.json)?;
    Ok(report.all_reached())
}
