//! Makes everything of a bundle except the signatures: the verified copy of the log, the views, the page and the list
//! of media.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use imajin_dfos::identity::Verified;
use imajin_dfos::{Timestamp, cid};
use imajin_ledger::durable::if_there;
use imajin_ledger::media::{MediaError, hash_reader};
use imajin_log::anchors::log_salt;
use imajin_log::entry::Sealed;
use imajin_log::format::manifest::{
    BUNDLE_BYTES_MAX, Counts, PARTS_MAX, SPLIT_DEFAULT, SPLIT_MAX, parts,
};
use imajin_log::format::names::{self, Kind};
use imajin_log::format::views::{Sections, Views};
use imajin_log::ops::OpTable;
use imajin_log::verify::bundle::belongs;
use imajin_log::verify::{LogKind, Report, ValidLog};
use imajin_protocol::EncryptionKey;
use imajin_protocol::encryption::owner_keys;
use rusqlite::Connection;

use super::checked::{brought, checked};
use super::source::Source;
use super::target::Staging;
use super::{Content, ExportError, Item, Prepared};
use crate::page::{About, IndexPage, IndexPages};

/// Bytes of the sections above which those that repeat entries are left out: the rest of `bundle.json` needs less than 64 KiB.
const SECTIONS_BYTES_MAX: u64 = BUNDLE_BYTES_MAX - (64 << 10);

/// Options of an export.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    /// Files above this size, in bytes, are split into parts.
    pub split: u64,
    /// Threads for the verification; 0 for one per core.
    pub threads: usize,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { split: SPLIT_DEFAULT, threads: 0 }
    }
}

/// Copies and verifies the log and prepares the rest. `staging` is a folder that must not exist yet. An export to a
/// folder should use [`super::Target::staging`], so that the log is written on the disk where it will stay.
///
/// # Errors
/// [`ExportError`]; nothing of the staging folder remains.
pub fn prepare(
    source: &Source<'_>,
    ops: &Arc<OpTable>,
    views: &dyn Views,
    pages: &dyn IndexPages,
    staging: &Path,
    options: &ExportOptions,
) -> Result<Prepared, ExportError> {
    let split = options.split.clamp(1, SPLIT_MAX);
    let staging = Staging::create(staging)?;
    let log = staging.path().join(names::LOG);
    source.snapshot(&log)?;
    let (known, sections) = checked(source, ops, views, &log, options.threads, LogKind::Bundle)?;
    let head = known.head.clone().ok_or(ExportError::NoHead)?;
    let mut items = media(source, &sections)?;
    let encryption_keys = recipients(&known, &sections)?;
    let size = |cid: &str| {
        let parsed = cid::parse_cid(cid).ok()?;
        items.get(&names::media(&parsed)).map(|item: &Item| item.bytes)
    };
    let things = sections.things().clone();
    let mut sections = sections.finish(&known.state, &size)?;
    Sections::shorten(&mut sections, SECTIONS_BYTES_MAX);
    let mut others = other_logs(source)?;
    for thing in source.owned() {
        let name = names::owned(&thing.did);
        let path = staging.path().join(&name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(ExportError::io(parent))?;
        }
        thing.snapshot(&path)?;
        let (of_thing, sections) =
            checked(&thing, ops, views, &path, options.threads, LogKind::Bundle)?;
        if !belongs::is_owned(&of_thing, &known).map_err(ExportError::store)? {
            // The thing's key exists but its log has no entry yet, or the thing is being transferred: nothing in the
            // log names its owner.
            drop(of_thing);
            let folder = path.parent().unwrap_or(staging.path());
            fs::remove_dir_all(folder).map_err(ExportError::io(folder))?;
            continue;
        }
        items.extend(media(&thing, &sections)?);
        // This copy is newer than one that came from another node.
        others.insert(name, hashed(&path)?);
    }
    others.extend(shared_parts(source, ops, views, &known, staging.path(), options)?);
    for (name, item) in &others {
        if let (Some(Kind::Owned(_)), Content::Path(path)) = (names::kind(name), &item.content)
            && path.starts_with(&source.folder)
        {
            items.extend(media(source, &brought(ops, views, path, options.threads)?)?);
        }
    }
    let counts = Counts {
        entries: known.state.next_seq(),
        bodies: known.bodies,
        media: items.len() as u64,
        media_bytes: items.values().map(|item| item.bytes).sum(),
    };
    let left_out = things.without(|did| others.contains_key(&names::owned(did)));
    items.extend(others);
    items.insert(names::LOG.to_owned(), hashed(&log)?);
    if let Some(anchors) = anchors(source, &known)? {
        items.insert(names::ANCHORS.to_owned(), Item::text(anchors));
    }
    let about = About {
        did: &source.did,
        node: head.node(),
        at: head.payload.at,
        head: head.payload.cid,
        sections: &sections,
        left_out: &left_out,
        media: counts.media,
        media_bytes: counts.media_bytes,
    };
    let page = page(&known, pages)?.finish(&about);
    items.insert(names::INDEX.to_owned(), Item::text(page));
    if let Some(name) =
        items.iter().find(|(_, item)| parts(item.bytes, split).is_some_and(|n| n > PARTS_MAX))
    {
        return Err(ExportError::TooManyParts { name: name.0.clone() });
    }
    Ok(Prepared {
        did: source.did.clone(),
        head,
        known,
        sections,
        items,
        counts,
        split,
        encryption_keys,
        staging,
    })
}

fn recipients(known: &ValidLog, sections: &Sections) -> Result<Vec<EncryptionKey>, ExportError> {
    let chain = known.state.owner().chain();
    let chain = chain.map(|chain| chain.verified()).transpose().map_err(ExportError::store)?;
    let state = chain.as_deref().map(Verified::state);
    Ok(owner_keys(state, sections.encryption_key()))
}

/// Returns the media files that the log names. A missing file that must exist stops the export: the bundle would not
/// verify.
fn media(source: &Source<'_>, sections: &Sections) -> Result<BTreeMap<String, Item>, ExportError> {
    let mut items = BTreeMap::new();
    for (name, alive) in sections.media() {
        let Ok(parsed) = cid::parse_cid(name) else {
            continue;
        };
        let Some(bytes) = source.media.size(&source.did, &parsed)? else {
            if *alive {
                return Err(MediaError::NotFound { cid: parsed }.into());
            } else {
                continue;
            }
        };
        let sha256 = cid::digest(&parsed).map_err(|_| MediaError::NotRaw { cid: parsed })?;
        let item = Item {
            bytes,
            sha256,
            content: Content::Media(source.media.clone(), source.did.clone(), parsed),
        };
        items.insert(names::media(&parsed), item);
    }
    Ok(items)
}

/// Copies the parts that the person may see of the logs shared with them.
fn shared_parts(
    source: &Source<'_>,
    ops: &Arc<OpTable>,
    views: &dyn Views,
    owner: &ValidLog,
    staging: &Path,
    options: &ExportOptions,
) -> Result<BTreeMap<String, Item>, ExportError> {
    let mut items = BTreeMap::new();
    for shared in &source.shared {
        let name = names::shared(&shared.did);
        let path = staging.join(&name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(ExportError::io(parent))?;
        }
        let of_log = source.sibling(&shared.did);
        of_log.snapshot_part(shared, &path)?;
        let (part, _) = checked(&of_log, ops, views, &path, options.threads, LogKind::Shared)?;
        let kind = Kind::Shared(shared.did.folder_name());
        belongs::check(&kind, &Report::default(), Some(&part), owner)
            .map_err(ExportError::Store)?;
        items.insert(name, hashed(&path)?);
    }
    Ok(items)
}

/// Returns the other logs in the person's folder: side logs, and the logs of things that they own or share.
fn other_logs(source: &Source<'_>) -> Result<BTreeMap<String, Item>, ExportError> {
    let mut items = BTreeMap::new();
    for kind in ["owned", "shared", "side"] {
        let folder = source.folder.join(kind);
        let entries = if_there(fs::read_dir(&folder)).map_err(ExportError::io(&folder))?;
        for entry in entries.into_iter().flatten() {
            let entry = entry.map_err(ExportError::io(&folder))?;
            let file = entry.file_name().to_string_lossy().into_owned();
            let name = if kind == "side" {
                format!("side/{file}")
            } else {
                format!("{kind}/{file}/{}", names::LOG)
            };
            let path = source.folder.join(&name);
            if names::kind(&name).is_some() && path.is_file() {
                items.insert(name, hashed(&path)?);
            }
        }
    }
    Ok(items)
}

/// Returns the text of `anchors.json`, if anything has been anchored since the log began.
fn anchors(source: &Source<'_>, known: &ValidLog) -> Result<Option<String>, ExportError> {
    let conn = known.log.conn();
    let Some(salt) = log_salt(conn).map_err(ExportError::store)? else {
        return Ok(None);
    };
    let file = source.anchors(&salt, time_of(conn, FIRST)?)?;
    Ok(file.map(|file| file.text()))
}

const FIRST: &str = "SELECT header FROM entries ORDER BY seq LIMIT 1";
const LAST: &str = "SELECT header FROM entries ORDER BY seq DESC LIMIT 1";

/// Returns the time of the entry that a query finds.
fn time_of(conn: &Connection, sql: &str) -> Result<Timestamp, ExportError> {
    let bytes = conn.query_row(sql, [], |row| row.get(0)).map_err(ExportError::store)?;
    Ok(sealed(bytes)?.header.at)
}

fn sealed(header: Vec<u8>) -> Result<Sealed, ExportError> {
    Sealed::decode(header.into(), None).map_err(ExportError::store)
}

fn hashed(path: &Path) -> Result<Item, ExportError> {
    let file = fs::File::open(path).map_err(ExportError::io(path))?;
    let (sha256, bytes) = hash_reader(file).map_err(ExportError::io(path))?;
    Ok(Item { bytes, sha256, content: Content::Path(path.to_owned()) })
}

/// Returns the page with all entries of the verified copy.
fn page(known: &ValidLog, pages: &dyn IndexPages) -> Result<Box<dyn IndexPage>, ExportError> {
    let conn = known.log.conn();
    let mut page = pages.begin(time_of(conn, FIRST)?, time_of(conn, LAST)?);
    let sql = "SELECT e.header, b.seq IS NOT NULL FROM entries e LEFT JOIN bodies b ON b.seq = e.seq ORDER BY e.seq";
    let mut statement = conn.prepare(sql).map_err(ExportError::store)?;
    let mut rows = statement.query([]).map_err(ExportError::store)?;
    while let Some(row) = rows.next().map_err(ExportError::store)? {
        let sealed = sealed(row.get(0).map_err(ExportError::store)?)?;
        page.entry(&sealed, row.get(1).map_err(ExportError::store)?);
    }
    Ok(page)
}
