//! Reception of people's files: limits of size and concurrency, and the assets that they become.
//!
//! Always: a file's bytes are on the disk before an entry names them. A person's files and unfinished uploads together never
//! exceed that person's quota.

mod enter;
mod incoming;
pub(crate) mod own_quotas;
pub(crate) mod scratch;
mod settings;
mod transfers;
pub(crate) mod tus;

pub(crate) use enter::{
    AddOutcome, Context, FileMetadata, addition, enter, kept, look, of_file, within, zone_of,
};
pub(crate) use imajin_host::account::{Reserved, need_room, room_of, stored};
pub(crate) use incoming::Incoming;
pub(crate) use scratch::ScratchEnds;
pub use settings::Settings;
pub(crate) use settings::{file_bytes_max, reserve};
pub(crate) use transfers::Transfer;

use imajin_app::{Node, Problem};
use imajin_ledger::media::{MediaError, MediaObject, UploadError};
use imajin_protocol::Did;

/// Refuses a person whose record cannot take entries.
/// Errors: 403 if they have none, 409 if it is read-only.
pub(crate) fn check_record(node: &Node, owner: &Did) -> Result<(), Problem> {
    let status = node.status(owner)?.filter(|status| !status.deleted);
    let status = status.ok_or_else(|| {
        Problem::forbidden(
            "You have no record on this box yet, so there is no place for your files.",
        )
    })?;
    match status.read_only {
        Some(reason) => Err(Problem::conflict(format!("Your record is read-only here: {reason}."))),
        None => Ok(()),
    }
}

/// Counts what was stored in its owner's room, unless it was there before.
pub(crate) fn counted(node: &Node, owner: &Did, object: MediaObject) -> MediaObject {
    if !object.existed {
        stored(node, owner, object.bytes);
    }
    object
}

/// Why a file could not be stored.
pub(crate) fn problem(error: MediaError) -> Problem {
    match error {
        MediaError::TooLarge { bytes_max } => too_large(bytes_max),
        other => other.into(),
    }
}

/// Why an upload does not continue.
pub(crate) fn upload_problem(error: UploadError) -> Problem {
    match error {
        UploadError::Unknown => Problem::not_found(
            "You have no upload with this id: begin a new one, and nothing that is here has to be sent again.",
        ),
        UploadError::Busy => Problem::locked(
            "Another request is sending bytes of this upload: wait until it ended, and ask how far it came.",
        ),
        UploadError::Offset { offset } => {
            Problem::conflict(format!("This upload is at {offset}: send the bytes from there on."))
                .with_member("offset", offset)
        }
        UploadError::TooLong { length } => Problem::too_large(format!(
            "This upload has {length} bytes, as it was announced, and more of them came."
        )),
        UploadError::Media(error) => problem(error),
    }
}

/// 413 of a file.
pub(crate) fn too_large(bytes_max: u64) -> Problem {
    Problem::too_large(format!("A file may have at most {bytes_max} bytes."))
        .with_member("bytesMax", bytes_max)
}
