//! Maps the ledger's errors about bundles to HTTP problems.

use axum::http::StatusCode;
use imajin_app::Problem;
use imajin_bundle::export::ExportError;
use imajin_bundle::import::ImportError;
use imajin_bundle::stick::CopyError;
use imajin_ledger::media::MediaError;
use imajin_ledger::stick::StickError;
use imajin_log::format::age::AgeError;
use imajin_log::verify::VerifyError;

pub(super) fn export(error: ExportError) -> Problem {
    let text = sentence(&error);
    match error {
        ExportError::NoLog(_) => Problem::not_found(text),
        ExportError::Full { .. } => Problem::storage_full(),
        ExportError::Signature(_) => Problem::field("signature", text),
        ExportError::NoHead => Problem::conflict(text),
        ExportError::Invalid(_) => Problem::unavailable(format!(
            "{text} The owner of this node can see more with `imajin doctor`."
        ))
        .slug("invalid"),
        ExportError::Damaged(..) => Problem::unavailable(text).slug("quarantined"),
        ExportError::Age(error) => age(&error),
        ExportError::Media(error @ (MediaError::Full | MediaError::DiskMissing { .. })) => {
            error.into()
        }
        ExportError::Media(MediaError::Damaged { .. } | MediaError::NotFound { .. }) => {
            Problem::unavailable(format!(
                "{text} The owner of this node can see more with `imajin doctor`."
            ))
            .slug("damaged")
        }
        other => Problem::internal(format_args!("export: {other}")),
    }
}

pub(super) fn import(error: ImportError) -> Problem {
    let text = sentence(&error);
    match error {
        ImportError::Invalid(report) => match serde_json::to_value(&report) {
            Ok(report) => {
                Problem::unprocessable(text).slug("invalid").with_member("report", report)
            }
            Err(error) => Problem::internal(error),
        },
        ImportError::NotABundle => Problem::unprocessable(text),
        ImportError::Unknown(ops) => {
            Problem::unprocessable(text).slug("unknown-operations").with_member("operations", ops)
        }
        ImportError::Locked(error) => age(&error),
        ImportError::Older { here, there, .. } => Problem::conflict(text)
            .slug("older")
            .with_member("here", here)
            .with_member("there", there),
        ImportError::NoLog(_) => Problem::not_found(text),
        ImportError::Left(..) => Problem::conflict(text).slug("damaged"),
        ImportError::SetAside { last, there, .. } => Problem::conflict(text)
            .slug("set-aside")
            .with_member("here", last)
            .with_member("there", there),
        ImportError::Fork { from, .. } => {
            Problem::conflict(text).slug("fork").with_member("from", from)
        }
        ImportError::Ahead { newer, .. } => {
            Problem::conflict(text).slug("ahead").with_member("newer", newer)
        }
        ImportError::Home(_) => Problem::unprocessable(text).slug("home"),
        ImportError::Busy => Problem::unavailable(text),
        ImportError::Offset { received } => {
            Problem::conflict(text).slug("offset").with_member("received", received)
        }
        ImportError::Incomplete { received, length } => Problem::conflict(text)
            .slug("incomplete")
            .with_member("received", received)
            .with_member("size", length),
        ImportError::TooLong { .. } | ImportError::TooLarge { .. } => Problem::too_large(text),
        ImportError::Id => Problem::not_found(text),
        ImportError::Full => Problem::storage_full(),
        ImportError::DiskMissing { disk } => Problem::disk_missing(&disk),
        other => Problem::internal(format_args!("import: {other}")),
    }
}

pub(super) fn stick(error: StickError) -> Problem {
    let text = sentence(&error);
    match error {
        StickError::Gone(_) => Problem::not_found(text).slug("stick-gone"),
        StickError::Unusable { .. } | StickError::ReadOnly(_) => {
            Problem::conflict(text).slug("stick")
        }
        StickError::Io { .. } => Problem::unavailable(text).slug("stick"),
    }
}

/// A copy that could not be written to a stick.
pub(super) fn stick_copy(error: CopyError) -> Problem {
    match error {
        CopyError::Stick(error) => stick(error),
        CopyError::Export(ExportError::Full { .. }) => stick_full(),
        CopyError::Export(error @ ExportError::Io { .. }) => {
            Problem::unavailable(sentence(&error)).slug("stick")
        }
        CopyError::Export(error) => export(error),
    }
}

/// A copy does not fit on a stick.
pub(super) fn stick_full() -> Problem {
    Problem::no_room(
        "There is not enough room on the stick, so nothing new is on it; what was on it before is as it was. Take another stick, or make room on this one.",
    )
}

/// A stick that was pulled out while it was written or read.
pub(super) fn stick_pulled() -> Problem {
    Problem::unavailable(
        "The stick was pulled out before this was done. Earlier copies on it are as they were; plug it in and try again.",
    )
    .slug("stick-gone")
}

/// A verification that could not be made.
pub(super) fn verify(error: VerifyError) -> Problem {
    match error {
        VerifyError::Locked { error, .. } => age(&error),
        VerifyError::Unusable { error, .. } => error.into(),
        error @ VerifyError::Anchors(_) => Problem::internal(error),
    }
}

/// Encryption.
fn age(error: &AgeError) -> Problem {
    Problem::field("passphrase", sentence(error))
}

/// Errors are written to follow a name and a colon; alone they are a sentence.
pub(super) fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    let first =
        chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

/// After how many seconds a job that didn't get a turn is worth another try.
const AGAIN_S: u32 = 1;

/// The failure of a background job: the status and the sentence that a request would have got.
#[derive(Debug, Clone)]
pub(super) struct Failed {
    pub(super) status: StatusCode,
    pub(super) text: String,
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self { status: problem.status(), text: problem.detail().to_owned() }
    }
}

impl From<&Failed> for Problem {
    fn from(failed: &Failed) -> Self {
        match failed.status {
            StatusCode::INSUFFICIENT_STORAGE => Problem::no_room(failed.text.clone()),
            StatusCode::BAD_REQUEST => Problem::bad_request(failed.text.clone()),
            StatusCode::CONFLICT => Problem::conflict(failed.text.clone()),
            StatusCode::NOT_FOUND => Problem::not_found(failed.text.clone()),
            StatusCode::TOO_MANY_REQUESTS => {
                Problem::too_many_of_yours(AGAIN_S, failed.text.clone())
            }
            _ => Problem::unavailable(failed.text.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_failed_for_want_of_a_turn_is_429_as_it_was_said_at_first() {
        let failed = Failed::from(Problem::too_many_of_yours(1, "Later."));
        let status = Problem::from(&failed).status();
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    }

    #[test]
    fn a_full_disk_is_507_wherever_it_is_met() {
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        let path = || std::path::PathBuf::from("x");
        let all = [
            export(ExportError::Full { path: path() }),
            export(ExportError::Media(MediaError::Full)),
            import(ImportError::Full),
            verify(VerifyError::Unusable { path: path(), error: full() }),
            Problem::from(&Failed::from(Problem::storage_full())),
        ];
        for problem in all {
            assert_eq!(problem.status(), StatusCode::INSUFFICIENT_STORAGE);
        }
    }

    #[test]
    fn errors_become_sentences() {
        assert_eq!(sentence(&"the disk is full"), "The disk is full.");
        assert_eq!(sentence(&"Why?"), "Why?");
        assert_eq!(sentence(&""), ".");
    }
}
