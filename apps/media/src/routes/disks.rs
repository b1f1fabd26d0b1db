//! The location of people's files: on the card or on a disk. For the owner of the node.

use axum::Json as Told;
use imajin_app::extract::{Json, Person};
use imajin_app::{Answer, Lang, Node, Problem, Session, args, blocking};
use imajin_host::prelude::*;
use imajin_ledger::media::{DiskRefusal, FoundDisk, LostDisk, PlaceError};
use imajin_log::Space;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::manifest::TEXTS;
use crate::moving;

/// The target that names the card.
const CARD: &str = "card";

/// Where people's files are, and where they can go.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisksAnswer {
    /// The disk that has files. Left out: all are on the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disk: Option<OwnDisk>,
    /// The card: everything but files that are on a disk.
    pub(crate) card: CardRoom,
    /// The move that is under way. Left out if none is.
    #[serde(rename = "move", skip_serializing_if = "Option::is_none")]
    pub(crate) moving: Option<MoveShown>,
    /// The disks that are plugged in.
    pub(crate) disks: Vec<DiskShown>,
    /// Disks that the owner of the node gave up.
    pub(crate) lost: Vec<LostShown>,
}

/// The disk that has files.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnDisk {
    /// Names it when it is given up: `lost`.
    pub(crate) id: String,
    /// The disk's name.
    pub(crate) name: String,
    /// Whether it isn't plugged in.
    pub(crate) is_missing: bool,
}

/// The card.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardRoom {
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// Bytes that are free.
    pub(crate) free: u64,
    /// People's files on it: so many would move to a disk.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) files_bytes: u64,
}

/// A move of people's files.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MoveShown {
    /// Whether they go to the card, and not to the disk.
    pub(crate) to_card: bool,
    /// Files that moved since the program's start.
    pub(crate) files_done: u64,
    /// Their bytes.
    pub(crate) bytes_done: u64,
    /// These and the files that are left.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Why it stopped, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
}

/// A disk that is plugged in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiskShown {
    /// Names it when it is chosen.
    #[schema(example = "sda1")]
    pub(crate) to: String,
    /// The disk's name.
    pub(crate) name: String,
    /// The type of its file system; empty of one that an administrator mounted.
    pub(crate) filesystem: String,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// Bytes that are free.
    pub(crate) free: u64,
    /// Whether it was chosen before, by this node.
    pub(crate) is_ours: bool,
    /// Whether it has people's files now.
    pub(crate) is_chosen: bool,
    /// Why files can't move there, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refusal: Option<RefusalShown>,
}

/// Why files can't move to a disk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusalShown {
    /// For programs.
    #[schema(example = "file-system")]
    pub(crate) reason: &'static str,
    /// For people.
    pub(crate) says: String,
}

/// A disk that was given up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LostShown {
    /// The name that the disk had.
    pub(crate) name: String,
    /// When it was given up.
    pub(crate) at: String,
}

/// The word of a refusal, and the message for it.
pub(crate) fn refusal(refusal: DiskRefusal) -> (&'static str, &'static str) {
    match refusal {
        DiskRefusal::NotMounted => ("not-mounted", "disk-not-mounted"),
        DiskRefusal::Unreadable => ("unreadable", "disk-unreadable"),
        DiskRefusal::FileSystem => ("file-system", "disk-file-system"),
        DiskRefusal::ReadOnly => ("read-only", "disk-read-only"),
        DiskRefusal::OtherNode => ("other-node", "disk-other-node"),
    }
}

/// Returns the location of people's files, and the disks to which they can move. Blocks.
pub(crate) fn look(node: &Node, lang: Lang) -> Result<DisksAnswer, Problem> {
    let media = node.ledger().media();
    let whereabouts = media.whereabouts();
    let (files, files_bytes) = media.on_card()?;
    let Space { total, free } = Space::measure(node.data())?;
    let chosen = whereabouts.disk.as_ref().map(|(id, _)| id.clone());
    let shown = |found: FoundDisk| DiskShown {
        to: found.key,
        name: found.name,
        filesystem: found.filesystem,
        bytes: found.bytes,
        free: found.free,
        is_chosen: found.id.is_some() && found.id == chosen,
        is_ours: found.id.is_some(),
        refusal: found.refusal.map(|why| {
            let (reason, message) = refusal(why);
            RefusalShown { reason, says: TEXTS.for_reader(lang).text(message).into_owned() }
        }),
    };
    let disks = media.disks(&node.key().did).into_iter();
    let lost = |disk: LostDisk| LostShown { name: disk.name, at: disk.at.to_string() };
    let progress = media.move_progress();
    let moving = (whereabouts.to_disk || whereabouts.to_card).then_some(MoveShown {
        to_card: whereabouts.to_card,
        files_done: progress.files_done,
        bytes_done: progress.bytes_done,
        files: progress.files,
        bytes: progress.bytes,
        failure: progress.failure,
    });
    Ok(DisksAnswer {
        card: CardRoom { bytes: total, free, files, files_bytes },
        moving,
        disks: disks.map(shown).collect(),
        lost: whereabouts.lost.into_iter().map(lost).collect(),
        disk: whereabouts.disk.map(|(id, name)| OwnDisk {
            id,
            name,
            is_missing: whereabouts.is_missing,
        }),
    })
}

/// Where people's files are, and where they can go. For the node's owner.
#[utoipa::path(
    get, path = "/api/disks", tag = "media",
    responses((status = 200, body = DisksAnswer), (status = 403, description = "Only for the owner of the node")),
)]
pub(crate) async fn disks(Person(node, session): Person, lang: Lang) -> Answer<Told<DisksAnswer>> {
    check_owner(&node, &session)?;
    blocking::run(move || look(&node, lang)).await?.map(Told)
}

/// Where files are to go, or which disk is lost: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceAsk {
    /// `card`, or a disk that is plugged in: its `to`.
    to: Option<String>,
    /// The `id` of the disk that has files, isn't plugged in, and won't be again: what only it has is given up.
    lost: Option<String>,
}

/// Says where people's files are to go: they move there while the node runs. Or gives up a disk. For the node's owner.
#[utoipa::path(
    post, path = "/api/place", tag = "media", request_body = PlaceAsk,
    responses(
        (status = 200, body = DisksAnswer), (status = 400, description = "Neither `to` nor `lost`, or both"), (status = 403, description = "Only for the owner of the node"),
        (status = 409, description = "`reason`: unknown, not-mounted, unreadable, file-system, read-only, other-node, other-disk, already, no-room or not-lost"),
        (status = 503, description = "`disk-missing`: the disk that has the files isn't plugged in"),
    ),
)]
pub(crate) async fn place(
    Person(node, session): Person,
    lang: Lang,
    Json(asked): Json<PlaceAsk>,
) -> Answer<Told<DisksAnswer>> {
    check_owner(&node, &session)?;
    let chosen = move || {
        let media = node.ledger().media();
        let reserve = |total| node.room().config.reserve(total);
        let done = match (&asked.to, &asked.lost) {
            (Some(to), None) if to == CARD => media.choose_card(&reserve),
            (Some(to), None) => media.choose_disk(&node.key().did, to, &reserve),
            (None, Some(id)) => media.give_up_disk(id, node.now()),
            _ => return Err(Problem::field("to", TEXTS.say("disk-to-or-lost", args![]))),
        };
        done.map_err(problem)?;
        moving::chosen(&node);
        look(&node, lang)
    };
    blocking::run(chosen).await?.map(Told)
}

/// Why another place was not chosen.
fn problem(error: PlaceError) -> Problem {
    let (reason, says) = match error {
        PlaceError::Media(error) => return error.into(),
        PlaceError::Unknown(disk) => ("unknown", TEXTS.say("disk-unknown", args![disk = disk])),
        PlaceError::Refused(why) => {
            let (reason, message) = refusal(why);
            (reason, TEXTS.say(message, args![]))
        }
        PlaceError::OtherDisk(disk) => ("other-disk", TEXTS.say("disk-other", args![disk = disk])),
        PlaceError::Already => ("already", TEXTS.say("disk-already", args![])),
        PlaceError::NoRoom { needed, free } => {
            let (needed, free) = (needed >> 20, free >> 20);
            let text = TEXTS.say("disk-no-room", args![needed = needed, free = free]);
            ("no-room", text)
        }
        PlaceError::NotLost(disk) => ("not-lost", TEXTS.say("disk-not-lost", args![disk = disk])),
    };
    Problem::conflict(says).with_member("reason", reason)
}

fn check_owner(node: &Node, session: &Session) -> Result<(), Problem> {
    if node.is_owner(&session.did)? {
        Ok(())
    } else {
        Err(Problem::forbidden(TEXTS.say("disk-for-owner", args![])))
    }
}
