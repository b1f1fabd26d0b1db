//! `imajin rebuild`: projections from logs.

use crate::cli::RebuildArgs;
use crate::config::Config;
use crate::open::{FolderError, machine};
use crate::output::{Out, Progress};
use imajin_box::failure::{Failure, Outcome};
use imajin_box::folder::is_data_folder;
use imajin_ledger::disk::{Disk, RealDisk};
use imajin_ledger::rebuild::{Difference, Rebuilt, rebuild};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(args: &RebuildArgs) -> Outcome {
    let (data, config) = super::node_with_settings(args.data.data.as_deref())?;
    let rebuilt = make(&data, &config, args.check)?;
    print(args, &rebuilt)?;
    match (rebuilt.differences.len(), rebuilt.damaged.len()) {
        (0, 0) => Ok(()),
        (0, damaged) => Err(Failure::no(format!(
            "{damaged} damaged logs are left out; imajin doctor says what to do"
        ))),
        _ => Err(Failure::no("the projections differ from the logs; imajin rebuild rebuilds them")),
    }
}

/// Rebuilds the projections, or compares them with `check`.
pub(crate) fn make(data: &Path, config: &Config, check: bool) -> Outcome<Rebuilt> {
    if !is_data_folder(data) {
        return Err(FolderError::Missing(data.to_path_buf()).into());
    }
    let machine = machine(config)?;
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let what = if check { "comparing" } else { "rebuilding" };
    Progress::over(what, |progress| rebuild(data, &machine, &disk, check, progress))
        .map_err(Failure::unusable)
}

/// The differences, for people.
pub(crate) fn differences(rebuilt: &Rebuilt) -> Vec<String> {
    let say = |difference: &Difference| {
        let Difference { service, table, is, would_be } = difference;
        format!("{service}, table {table}: there is {is}; the logs say {would_be}")
    };
    rebuilt.differences.iter().map(say).collect()
}

fn print(args: &RebuildArgs, rebuilt: &Rebuilt) -> Outcome {
    let differences = differences(rebuilt);
    let damaged: Vec<String> = rebuilt
        .damaged
        .iter()
        .map(|(path, reason)| format!("{}: {reason}", path.display()))
        .collect();
    let answer = json!({
        "entries": rebuilt.entries, "logs": rebuilt.logs, "damaged": damaged,
        "identical": args.check.then_some(differences.is_empty()), "differences": differences,
    });
    Out::answer(args.json, &answer, |out| {
        for line in differences.iter().chain(&damaged) {
            out.line(line)?;
        }
        let of = format!("{} entries of {} logs", rebuilt.entries, rebuilt.logs);
        match (args.check, differences.is_empty()) {
            (true, true) => out.line(format_args!("identical ({of})")),
            (true, false) => out.line(format_args!("different ({of})")),
            (false, _) => out.line(format_args!("the projections were rebuilt from {of}")),
        }
    })
}
