//! Every log, and what was made from them.

use super::Check;
use crate::commands::rebuild;
use crate::config::Config;
use crate::open::{all_services, op_table};
use crate::output::Progress;
use imajin_app::Services;
use imajin_box::survey::{self, LogSurvey};
use imajin_box::work;
use imajin_ledger::quarantine;
use imajin_log::OpTable;
use imajin_log::verify::{VerifyOptions, verify_log};
use imajin_protocol::Did;
use std::path::Path;
use std::sync::Arc;

/// Bad logs that are listed one by one, at most.
const TOLD_MAX: usize = 20;

const REMEDY: &str = "mend each from its newest bundle or backup, and what was set aside follows; the others are served meanwhile";
const MENDING: &str = "imajin repair --from COPY --data DIR";

/// Verifies every log from its DID alone.
pub(super) fn check(data: &Path) -> Check {
    const NAME: &str = "logs";
    let logs = match survey::logs(data) {
        Ok(logs) => logs,
        Err(error) => {
            return Check::bad(NAME, format!("cannot be listed: {error}"), "look at the disk");
        }
    };
    let ops = op_table(&Services::new(all_services()));
    let mut progress = Progress::new("verifying logs");
    let (mut entries, mut bad) = (0, Vec::new());
    for (n, log) in logs.iter().enumerate() {
        progress.set(n as u64, logs.len() as u64);
        match verify(log, &ops) {
            Ok(count) => entries += count,
            Err(problem) => bad.push(format!("{}: {problem}", name(log))),
        }
    }
    progress.finish();
    bad.extend(quarantined(data));
    if bad.is_empty() {
        return Check::good(NAME, format!("{} logs with {entries} entries verify", logs.len()));
    }
    let more = bad.len().saturating_sub(TOLD_MAX);
    bad.truncate(TOLD_MAX);
    if more > 0 {
        bad.push(format!("and {more} more"));
    }
    Check::bad(NAME, bad.join("\n"), REMEDY).by(MENDING)
}

/// Checks every log and every media file, by the node that has them open.
pub(super) fn through(data: &Path) -> Check {
    const NAME: &str = "logs";
    let mut progress = Progress::new("verifying logs");
    let verified = work::verified(data, &mut |done, total| progress.set(done, total));
    progress.finish();
    let verified = match verified {
        Ok(verified) => verified,
        Err(failure) => {
            let todo = "look at the node's log, or stop the node and run the doctor again";
            return Check::bad(
                NAME,
                format!("the running node does not verify: {}", failure.text()),
                todo,
            );
        }
    };
    let damages = verified.damaged.iter().take(TOLD_MAX);
    let mut bad: Vec<String> =
        damages.map(|damage| format!("{}: {}", damage.what, damage.says)).collect();
    let more = verified.damaged.len().saturating_sub(TOLD_MAX);
    if more > 0 {
        bad.push(format!("and {more} more"));
    }
    if bad.is_empty() {
        Check::good(
            NAME,
            format!("{} logs and {} media files verify", verified.logs, verified.files),
        )
    } else {
        Check::bad(NAME, bad.join("\n"), REMEDY).by(MENDING)
    }
}

fn name(log: &LogSurvey) -> String {
    let folder =
        log.folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // Conventional names are the DID itself; what the file says of itself may be what is damaged.
    Did::parse(&folder.replace('_', ":")).map(|did| did.as_str().to_owned()).unwrap_or(folder)
}

fn verify(log: &LogSurvey, ops: &Arc<OpTable>) -> Result<u64, String> {
    let did = Did::parse(&name(log)).ok().or_else(|| Did::parse(log.did.as_deref()?).ok());
    let options = VerifyOptions { did, ..VerifyOptions::default() };
    let report = verify_log(&log.folder.join("log.sqlite"), ops, &options)
        .map_err(|error| error.to_string())?;
    match report.fault {
        None if report.unknown.entries > 0 => Err(format!(
            "{} entries are of operations that this program does not know: {}",
            report.unknown.entries,
            report.unknown_ops().join(", ")
        )),
        None => Ok(report.entries),
        Some(fault) => Err(fault.to_string()),
    }
}

fn quarantined(data: &Path) -> Vec<String> {
    let survey = match quarantine::survey(data) {
        Ok(survey) => survey,
        Err(error) => return vec![format!("what was set aside cannot be listed: {error}")],
    };
    let entries = survey.waiting.iter().map(|aside| {
        format!(
            "{}: entries {} to {} were acknowledged and wait in {} for a record that ends with entry {}",
            aside.did.as_str(),
            aside.first,
            aside.last,
            aside.path.display(),
            aside.first.saturating_sub(1)
        )
    });
    let unreadable = survey
        .unreadable
        .iter()
        .map(|(path, error)| format!("{} cannot be read: {error}", path.display()));
    entries.chain(unreadable).collect()
}

/// Whether each e-mail address is of one identity.
pub(super) fn addresses(data: &Path) -> Check {
    const NAME: &str = "email addresses";
    let line = |(address, dids): (String, Vec<String>)| {
        format!("{address} is of {}: the first one is found by it", dids.join(" and of "))
    };
    match imajin_identity::shared_addresses(data) {
        Ok(shared) if shared.is_empty() => Check::good(NAME, "each is of one identity"),
        Ok(shared) => {
            let lines: Vec<String> = shared.into_iter().map(line).collect();
            let todo = "have one of them make its keys its own, or delete its record: capitals do not count in an address";
            Check::bad(NAME, lines.join("\n"), todo)
        }
        Err(error) => Check::bad(NAME, error, "have the projections made again from the logs")
            .by("imajin rebuild"),
    }
}

/// Whether the projections are what the logs say.
pub(super) fn projections(data: &Path, config: &Config) -> Check {
    const NAME: &str = "projections";
    const REMEDY: &str = "have the projections made again from the logs";
    const COMMAND: &str = "imajin rebuild";
    match rebuild::make(data, config, true) {
        Ok(rebuilt) if rebuilt.differences.is_empty() => Check::good(NAME, "are what the logs say"),
        Ok(rebuilt) => {
            Check::bad(NAME, rebuild::differences(&rebuilt).join("\n"), REMEDY).by(COMMAND)
        }
        Err(failure) => Check::bad(NAME, failure.text(), REMEDY).by(COMMAND),
    }
}
