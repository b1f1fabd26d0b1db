//! Sticks and imports as callers see them.

use imajin_app::{Answer, Node, Texts, args};
use imajin_ledger::stick::{State as Plugged, Stick};
use imajin_protocol::Did;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::sticks::{self, Import, Imports, MediaCounts, Ready, Waits, Why};

/// Files that are given to be signed at once: then the page asks how far it is.
const READY_SHOWN: usize = 24;

/// The sticks in the box.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MediaSticksAnswer {
    /// The sticks that are plugged in, by name.
    pub(crate) sticks: Vec<MediaStick>,
}

/// A stick in the box.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MediaStick {
    /// The machine's name for it.
    #[schema(example = "sda1")]
    pub(crate) name: String,
    /// The name that people see.
    #[schema(example = "HOLIDAY")]
    pub(crate) called: String,
    /// Whether it can be read now.
    pub(crate) is_ready: bool,
    /// Its size in bytes.
    pub(crate) bytes: u64,
}

/// A folder in a folder of a stick.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StickFolderInside {
    #[schema(example = "100CANON")]
    pub(crate) name: String,
    /// From the stick's root on: what is asked for and imported.
    #[schema(example = "DCIM/100CANON")]
    pub(crate) folder: String,
    #[serde(flatten)]
    pub(crate) counted: MediaCounts,
}

/// The content of a folder of a stick.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StickFolderAnswer {
    pub(crate) stick: MediaStick,
    /// From the stick's root on; empty for all of it.
    pub(crate) folder: String,
    /// With all folders in it.
    pub(crate) all: MediaCounts,
    /// The folders in it that have files.
    pub(crate) folders: Vec<StickFolderInside>,
    /// Whether there is more than was counted.
    pub(crate) is_more: bool,
}

/// An import, if the caller has one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportAnswer {
    /// Left out: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) import: Option<ImportShown>,
}

/// The progress of an import.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportShown {
    /// The stick's name, as people see it.
    pub(crate) stick: String,
    /// The folder on it; empty for all of it.
    pub(crate) folder: String,
    /// `reading`, `signing` (the box waits for signatures), `waiting` (see `waits`) or `done`.
    pub(crate) state: ImportState,
    /// Why it waits, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) waits: Option<Waits>,
    /// Why it waits, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) says: Option<String>,
    /// Files in the folder; left out until they were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) files: Option<u64>,
    /// Their bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
    /// Files that are done with: added, here before, or left out.
    pub(crate) files_done: u64,
    /// Their bytes.
    pub(crate) bytes_done: u64,
    /// The folder on the stick that is being read.
    pub(crate) current: String,
    /// Files that the caller signed.
    pub(crate) added: u64,
    /// Files that were here before, or are on the stick twice.
    pub(crate) here: u64,
    /// The files that are left out, by reason.
    pub(crate) left: Vec<LeftShown>,
    /// The first of it by name, where that helps.
    pub(crate) named: Vec<NamedShown>,
    /// Files that are stored and wait for the caller's signature (`media.add`): the first of them.
    pub(crate) ready: Vec<ReadyShown>,
}

/// The current work of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ImportState {
    Reading,
    Signing,
    Waiting,
    Done,
}

/// How much is left out for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftShown {
    pub(crate) reason: Why,
    pub(crate) count: u64,
    /// For people.
    pub(crate) says: String,
}

/// Something that is left out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedShown {
    /// From the stick's root on.
    pub(crate) path: String,
    pub(crate) reason: Why,
}

/// A file that waits for its owner's signature.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyShown {
    pub(crate) cid: String,
    pub(crate) name: String,
    /// The folders of the library that it comes into, from the outermost on.
    pub(crate) way: Vec<String>,
    pub(crate) bytes: u64,
    /// When it was changed on the stick, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) changed: Option<i64>,
    /// The file's facts about itself, as `X-Facts` of an upload.
    #[schema(value_type = Object)]
    pub(crate) facts: Value,
}

fn stick_shown(stick: &Stick) -> MediaStick {
    MediaStick {
        name: stick.name.clone(),
        called: sticks::called(stick).to_owned(),
        is_ready: stick.state == Plugged::Mounted,
        bytes: stick.bytes,
    }
}

/// The sticks in the box. Blocks.
pub(crate) fn plugged_in(node: &Node) -> Answer<Vec<MediaStick>> {
    let plugged = sticks::plugged_in(node)?;
    Ok(plugged.iter().map(stick_shown).collect())
}

/// Returns the contents of a folder of a stick. Blocks.
/// Errors: 400 if the folder does not exist, 404 if the stick does not exist.
pub(crate) fn look(node: &Node, name: &str, folder: &str) -> Answer<StickFolderAnswer> {
    let stick = sticks::stick(node, name)?;
    let contents = sticks::contents(&stick, folder)?;
    let all = contents.all();
    let path = |name: &str| match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    };
    let folders = contents.folders.into_iter();
    Ok(StickFolderAnswer {
        stick: stick_shown(&stick),
        folder: folder.to_owned(),
        all,
        folders: folders
            .map(|(name, counted)| StickFolderInside { folder: path(&name), name, counted })
            .collect(),
        is_more: contents.is_more,
    })
}

/// The caller's import, as it is now. Blocks.
pub(crate) fn mine(node: &Node, did: &Did, t: Texts) -> Answer<ImportAnswer> {
    let import = Imports::from_node(node).look(node, did)?;
    Ok(ImportAnswer { import: import.map(|import| import_view(import, t)) })
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// A file that waits, with its place in the library: the chosen folder is the outermost one there.
fn ready(folder: &str, ready: &Ready) -> ReadyShown {
    let around = parent(folder);
    let path = ready.path.strip_prefix(around).unwrap_or(&ready.path);
    let mut way: Vec<String> =
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    ReadyShown {
        cid: ready.cid.clone(),
        name: way.pop().unwrap_or_default(),
        way,
        bytes: ready.bytes,
        changed: ready.changed,
        facts: ready.facts.clone(),
    }
}

/// An import as its person sees it.
pub(super) fn import_view(import: Import, t: Texts) -> ImportShown {
    let state = match import.waits {
        _ if import.is_done() => ImportState::Done,
        Some(_) => ImportState::Waiting,
        None if import.is_read || import.is_full() => ImportState::Signing,
        None => ImportState::Reading,
    };
    let waiting_bytes: u64 = import.ready.iter().map(|ready| ready.bytes).sum();
    let left = import.left.iter().map(|(why, count)| LeftShown {
        reason: *why,
        count: *count,
        says: t.format(why.message(), args![count = *count]),
    });
    let named = import.named.into_iter();
    let first = import.ready.iter().take(READY_SHOWN);
    ImportShown {
        state,
        files: import.total.map(|(files, _)| files),
        bytes: import.total.map(|(_, bytes)| bytes),
        files_done: import.read.0.saturating_sub(import.ready.len() as u64),
        bytes_done: import.read.1.saturating_sub(waiting_bytes),
        current: parent(import.at.as_deref().unwrap_or_default()).to_owned(),
        added: import.added,
        here: import.here,
        left: left.collect(),
        named: named.map(|(path, reason)| NamedShown { path, reason }).collect(),
        ready: first.map(|one| ready(&import.folder, one)).collect(),
        says: import
            .waits
            .map(|waits| t.format(waits.message(), args![stick = import.stick.called.as_str()])),
        waits: import.waits,
        stick: import.stick.called,
        folder: import.folder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_folder_is_the_outermost_one_in_the_library() {
        let way = |folder: &str, path: &str| {
            let waits = Ready {
                path: path.to_owned(),
                cid: String::new(),
                bytes: 0,
                changed: None,
                facts: Value::Null,
            };
            let shown = ready(folder, &waits);
            (shown.way.join("/"), shown.name)
        };
        let expected = |way: &str| (way.to_owned(), "1.jpg".to_owned());
        assert_eq!(way("", "1.jpg"), expected(""));
        assert_eq!(way("", "DCIM/100/1.jpg"), expected("DCIM/100"));
        assert_eq!(way("DCIM", "DCIM/100/1.jpg"), expected("DCIM/100"));
        assert_eq!(way("DCIM/100", "DCIM/100/a/1.jpg"), expected("100/a"));
    }
}
