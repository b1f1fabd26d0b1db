//! Assets: one row for each file of an owner.

use imajin_app::operation::{Change, Choice, EntryOperation as Read, read_operation};
use imajin_dfos::Timestamp;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::{audience, fairs};
use crate::fields::{About, Access, FIRST_YEAR, LocalTime};
use crate::ids::{AssetId, FolderId};
use crate::operations::{Add, ChangeAsset, Erase, MoveAssets, RemoveAssets, SetAccess};
use crate::queries::{self, Asset, AssetLocation, State, UsedBy, Words};

/// The longest time by which a picture's date may be ahead of its entry: time zones differ.
const AHEAD_MS: i64 = 24 * 3600 * 1000;

pub(super) fn add(db: &Connection, entry: &Applied<'_>) -> Result<()> {
    let owner = entry.did.as_str();
    let Some(id) = entry.reference.and_then(AssetId::parse) else {
        return Ok(());
    };
    if entry.body.is_none() {
        return add_without_words(db, entry, &id);
    }
    let Some(read) = read_operation::<Add>(entry) else {
        return Ok(());
    };
    let (add, has_more) = (read.operation, read.has_more);
    if id != AssetId::derive(entry.did, add.cid(), add.n.0) {
        return Ok(());
    }
    let before = queries::asset(db.into(), owner, &id)?;
    let sealed = add.is_sealed();
    let (access, to) = audience(add.audience, has_more);
    let mut asset = Asset {
        cid: add.media.0.first().map_or_else(String::new, |file| file.as_str().to_owned()),
        preview: add.media.0.get(1).map(|file| file.as_str().to_owned()),
        state: State::Kept,
        state_ms: entry.at.as_millis(),
        bodies: words_before(db, owner, (&id, before.as_ref()))?,
        name: add.name.as_str().to_owned(),
        kind: add.kind.0,
        bytes: add.bytes.0,
        folder: own_folder(db, owner, add.folder)?,
        access,
        to,
        words: Words {
            sealed,
            used_by: add.context.map(|used| UsedBy {
                app: used.app.0,
                feature: used.feature.0,
                entity: used.entity.0,
            }),
            ..Words::default()
        },
        ..Asset::new(owner, id.as_str(), before.map_or(entry.at.as_millis(), |one| one.at_ms))
    };
    say(&mut asset, add.about, entry.at);
    asset.save(db)?;
    match add.replaces {
        Some(other) => set_state(db, entry, &other, State::Trash),
        None => Ok(()),
    }
}

/// An entry whose words were erased still says that a file was here.
pub(super) fn add_without_words(db: &Connection, entry: &Applied<'_>, id: &AssetId) -> Result<()> {
    let owner = entry.did.as_str();
    if queries::asset(db.into(), owner, id)?.is_some() {
        return Ok(());
    }
    let media = entry.fact.and_then(|fact| fact.ids("media"));
    let cid = media.and_then(|media| media.first().map(ToString::to_string));
    let asset = Asset {
        cid: cid.unwrap_or_default(),
        state: State::Erased,
        state_ms: entry.at.as_millis(),
        bodies: words_before(db, owner, (id, None))?,
        ..Asset::new(owner, id.as_str(), entry.at.as_millis())
    };
    asset.save(db)
}

/// Counts an entry that has words about a file, as the erasure of the file finds it in the log: whether this version can read
/// it, and whether the file is there, makes no difference.
pub(super) fn count_words(db: &Connection, entry: &Applied<'_>) -> Result<()> {
    let Some(id) = entry.reference.and_then(AssetId::parse) else {
        return Ok(());
    };
    let params = [entry.did.as_str(), id.as_str()];
    let sql = "UPDATE assets SET bodies = bodies + 1 WHERE owner_did = ?1 AND id = ?2";
    if db.prepare_cached(sql)?.execute(params)? == 0 {
        let sql = "INSERT INTO early_words (owner_did, asset, bodies) VALUES (?1, ?2, 1)
            ON CONFLICT DO UPDATE SET bodies = bodies + 1";
        run(db, sql, params)?;
    }
    Ok(())
}

/// The entries with words about a file when an entry adds it: those counted with its row, or before it had one.
pub(super) fn words_before(
    db: &Connection,
    owner: &str,
    (id, before): (&AssetId, Option<&Asset>),
) -> Result<i64> {
    if let Some(before) = before {
        return Ok(before.bodies);
    }
    let sql = "DELETE FROM early_words WHERE owner_did = ?1 AND asset = ?2 RETURNING bodies";
    let early = db.prepare_cached(sql)?.query_row([owner, id.as_str()], |row| row.get(0));
    Ok(early.optional()?.unwrap_or(0))
}

/// The folder, if the owner has it.
fn own_folder(db: &Connection, owner: &str, folder: Option<FolderId>) -> Result<Option<String>> {
    match folder {
        Some(folder) if queries::has_folder(db.into(), owner, folder.as_str())? => {
            Ok(Some(folder.as_str().to_owned()))
        }
        _ => Ok(None),
    }
}

pub(super) fn change(db: &Connection, entry: &Applied<'_>, read: Read<ChangeAsset>) -> Result<()> {
    let change = read.operation;
    let Some(mut asset) = queries::asset(db.into(), entry.did.as_str(), &change.asset)? else {
        return Ok(());
    };
    if asset.state != State::Erased {
        if let Some(name) = change.name {
            asset.name = name.as_str().to_owned();
        }
        match change.props {
            Change::Keep => {}
            Change::Clear => asset.words.props = None,
            Change::Set(props) => asset.words.props = Some(props.0),
        }
        if let Some(media) = change.media {
            asset.preview = media.0.first().map(|file| file.as_str().to_owned());
        }
        say(&mut asset, change.about, entry.at);
    }
    asset.save(db)
}

/// Takes over what an entry says of a file.
pub(super) fn say(asset: &mut Asset, about: About, at: Timestamp) {
    fn set<T, U>(member: &mut Option<U>, change: Change<T>, into: impl FnOnce(T) -> U) {
        match change {
            Change::Keep => {}
            Change::Clear => *member = None,
            Change::Set(value) => *member = Some(into(value)),
        }
    }
    let words = &mut asset.words;
    set(&mut words.title, about.title, |line| line.0);
    set(&mut words.alt, about.alt, |line| line.0);
    set(&mut words.text, about.text, |text| text.0);
    set(&mut words.taken, about.taken, |time| time.as_str().to_owned());
    set(&mut words.zone, about.zone, |zone| zone.0);
    set(&mut words.taken_from, about.taken_from, |from| from.name().to_owned());
    set(&mut words.place, about.place, |place| AssetLocation {
        lat: place.lat.0,
        lon: place.lon.0,
    });
    set(&mut asset.width, about.width, |width| width.0);
    set(&mut asset.height, about.height, |height| height.0);
    set(&mut asset.ms, about.ms, |ms| ms.0);
    let latest = at.checked_add_millis(AHEAD_MS).unwrap_or(at);
    let latest = LocalTime::from(latest);
    let taken = asset.words.taken.as_deref();
    let taken = taken.filter(|taken| (FIRST_YEAR..=latest.as_str()).contains(taken));
    asset.day = match (taken, Timestamp::from_millis(asset.at_ms)) {
        (Some(taken), _) => taken.to_owned(),
        (None, Ok(added)) => LocalTime::from(added).as_str().to_owned(),
        (None, Err(_)) => LocalTime::from(at).as_str().to_owned(),
    };
}

pub(super) fn moved(db: &Connection, entry: &Applied<'_>, read: Read<MoveAssets>) -> Result<()> {
    let owner = entry.did.as_str();
    let is_back = read.operation.back.is_some_and(|back| back.0 == 1);
    let stays = is_back && read.operation.folder.is_none();
    let folder = own_folder(db, owner, read.operation.folder)?;
    for asset in &read.operation.assets.0 {
        set_state(db, entry, asset, State::Kept)?;
        let sql = "UPDATE assets SET folder = iif(?4, folder, ?3)
            WHERE owner_did = ?1 AND id = ?2 AND state = 'kept'";
        run(db, sql, params![owner, asset.as_str(), folder, stays])?;
    }
    Ok(())
}

pub(super) fn remove(db: &Connection, entry: &Applied<'_>, read: Read<RemoveAssets>) -> Result<()> {
    for asset in &read.operation.assets.0 {
        set_state(db, entry, asset, State::Trash)?;
    }
    Ok(())
}

/// Puts a file that is here in the trash, or brings it back.
fn set_state(db: &Connection, entry: &Applied<'_>, asset: &AssetId, state: State) -> Result<()> {
    let owner = entry.did.as_str();
    let asset = queries::asset(db.into(), owner, asset)?;
    let other = |asset: &Asset| asset.state != state && asset.state != State::Erased;
    let Some(mut asset) = asset.filter(other) else {
        return Ok(());
    };
    asset.state = state;
    asset.count(db)?;
    let sql = "UPDATE assets SET state = ?3, state_ms = ?4 WHERE owner_did = ?1 AND id = ?2";
    let params = params![owner, asset.id, state.name(), entry.at.as_millis()];
    run(db, sql, params)
}

pub(super) fn set_access(db: &Connection, entry: &Applied<'_>, set: Read<SetAccess>) -> Result<()> {
    let (access, to) = audience(set.operation.audience(), set.has_more);
    let set = set.operation;
    let is_exact = access != Access::Private && set.exact.is_some_and(|exact| exact.0 == 1);
    let sql = "UPDATE assets SET access = ?3, to_did = ?4, exact = ?5
        WHERE owner_did = ?1 AND id = ?2 AND state <> 'erased'";
    for asset in &set.assets.0 {
        let params = params![entry.did.as_str(), asset.as_str(), access.name(), to, is_exact];
        run(db, sql, params)?;
    }
    Ok(())
}

pub(super) fn erased(db: &Connection, entry: &Applied<'_>, read: Read<Erase>) -> Result<()> {
    let owner = entry.did.as_str();
    for id in &read.operation.assets.0 {
        let Some(before) = queries::asset(db.into(), owner, id)? else {
            continue;
        };
        let asset = Asset {
            cid: before.cid,
            state: State::Erased,
            state_ms: entry.at.as_millis(),
            ..Asset::new(owner, id.as_str(), before.at_ms)
        };
        asset.save(db)?;
        fairs::remove(db, owner, id.as_str())?;
        run(db, "DELETE FROM offers WHERE owner_did = ?1 AND item = ?2", [owner, id.as_str()])?;
        run(db, "DELETE FROM in_albums WHERE owner_did = ?1 AND asset = ?2", [owner, id.as_str()])?;
    }
    Ok(())
}
