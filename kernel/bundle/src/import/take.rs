//! The steps of an import: compare the copy with this node's log, make the home entry, put the copy in its place.

use imajin_ledger::Ledger;
use imajin_ledger::copies::InstallError;
use imajin_ledger::quarantine::TakenBack;
use imajin_log::entry::Sealed;
use imajin_log::format::names;
use imajin_protocol::Head;

use super::check::VerifiedBundle;
use super::home::{self, NewHome};
use super::install::{install, rows_are_there};
use super::mend::{self, Repair};
use super::plan::{self, Relation};
use super::restored::{freeze_for, freeze_restored, is_restored};
use super::{HomeWord, ImportError, Imported, Result};
use crate::snapshot::{self, SnapshotError};

/// Maximum number of plans of an import into a log that is being written to.
const TRIES: u32 = 5;

/// Imports a verified copy: as the log's new home with the owner's consent, else as a read-only backup. The copy mends
/// this node's record if that is damaged. Blocks; do not call it from an async task.
///
/// # Errors
/// [`ImportError`]; this node's record is then unchanged, except for mended parts.
pub fn import(
    ledger: &Ledger,
    mut checked: VerifiedBundle,
    word: Option<&HomeWord>,
) -> Result<Imported> {
    if word.is_some() {
        return take(ledger, checked, word);
    }
    let repair = mend::with_copy(ledger, &mut checked)?;
    let Some(repair) = repair.filter(Repair::was_damaged) else {
        return take(ledger, checked, None);
    };
    // The copy's entries are in the log that it mended.
    if repair.log.is_some() {
        return repair.imported();
    }
    match take(ledger, checked, None) {
        Ok(imported) => Ok(Imported {
            changed: imported.changed || !repair.media.is_empty(),
            repair: Some(repair),
            ..imported
        }),
        Err(ImportError::Older { .. }) => repair.imported(),
        Err(error) => Err(error),
    }
}

fn take(ledger: &Ledger, mut checked: VerifiedBundle, word: Option<&HomeWord>) -> Result<Imported> {
    for _ in 0..TRIES {
        let relation = standing(ledger, &checked)?;
        if let Some(done) = nothing_to_do(&checked, &relation, word)? {
            settle_holds(ledger, &checked, word.is_some())?;
            return Ok(done);
        }
        let copy = (checked.state.clone(), checked.head.clone());
        let path = checked.folder.path.join(names::LOG);
        if let Some(word) = word {
            must_know_newest(ledger, &checked, word)?;
            must_not_pass_by(ledger, &checked, &relation)?;
            let new = NewHome {
                node: ledger.node_key(),
                chain: &ledger.chain(&ledger.node_key().did).ok_or_else(|| {
                    ImportError::Home(
                        "this node has no identity of its own yet: start it once".into(),
                    )
                })?,
                now: ledger.now(),
            };
            let (state, head) = home::enter(&path, checked.state.clone(), word, &new)?;
            (checked.state, checked.head) = (state, head);
        }
        let side = part(ledger, &checked, &relation)?;
        if matches!(relation, Relation::Damaged) {
            freeze_restored(ledger, &checked.did)?;
        }
        match install(ledger, &checked, relation.replaces()) {
            Ok(taken) => {
                settle_holds(ledger, &checked, word.is_some())?;
                rows_are_there(ledger, &checked.did)?;
                if taken.back > 0 {
                    return went_on(ledger, &checked, taken);
                }
                return Ok(imported(&checked, true, side));
            }
            Err(InstallError::Again) if word.is_none() => (checked.state, checked.head) = copy,
            // The copy already has the home entry; this node's log grew while that was made.
            Err(error) => return Err(error.into()),
        }
    }
    Err(ImportError::Busy)
}

/// Compares the copy with this node's log.
fn standing(ledger: &Ledger, checked: &VerifiedBundle) -> Result<Relation> {
    let head = ledger.head(&checked.did).map_err(|error| ImportError::Store(error.to_string()));
    match head.and_then(|_| plan::relation(ledger, checked)) {
        Err(_) if ledger.damage(&checked.did).is_some() => Ok(Relation::Damaged),
        other => other,
    }
}

/// Refuses a home entry where acknowledged entries of a damaged log would follow the copy: it would take their place
/// and lose them.
fn must_not_pass_by(ledger: &Ledger, checked: &VerifiedBundle, relation: &Relation) -> Result<()> {
    let (Relation::Damaged, Some(newest)) = (relation, checked.state.newest()) else {
        return Ok(());
    };
    let last = ledger.last_set_aside(&checked.did, newest);
    match last.map_err(ImportError::Store)? {
        None => Ok(()),
        Some(last) => {
            Err(ImportError::SetAside { did: checked.did.clone(), last, there: newest.seq })
        }
    }
}

/// Imports the copy and then the entries that were quarantined, which restores the log to what it was before the
/// damage.
fn went_on(ledger: &Ledger, checked: &VerifiedBundle, taken: TakenBack) -> Result<Imported> {
    let did = &checked.did;
    if is_restored(ledger, did) && taken.ahead == 0 {
        ledger.unfreeze(did).map_err(ImportError::freeze(ledger))?;
    }
    let head = ledger.head(did).map_err(ImportError::read)?.and_then(|jws| Head::parse(&jws).ok());
    let mut imported = imported(checked, true, None);
    if let Some(head) = head {
        imported.seq = head.payload.seq;
        imported.cid = head.payload.cid;
        imported.head = head.to_compact();
    }
    Ok(imported)
}

/// Handles a copy that is equal to this node's log, or older.
fn nothing_to_do(
    checked: &VerifiedBundle,
    relation: &Relation,
    word: Option<&HomeWord>,
) -> Result<Option<Imported>> {
    let there = checked.state.newest().map_or(0, |newest| newest.seq);
    match (relation, word) {
        (Relation::Extends { here }, None) if here.seq == there => {
            Ok(Some(imported(checked, false, None)))
        }
        (Relation::Older { here, next }, Some(word)) if is_by(next, word) => {
            let same = imported(checked, false, None);
            Ok(Some(Imported { seq: here.seq, cid: here.cid, ..same }))
        }
        (Relation::Older { here, .. }, _) => {
            Err(ImportError::Older { did: checked.did.clone(), here: here.seq, there })
        }
        _ => Ok(None),
    }
}

/// Returns whether an entry is the requested home entry: a repeated import.
fn is_by(entry: &Sealed, word: &HomeWord) -> bool {
    entry.header.proof_part().is_some_and(|part| part.sig == word.proof.signature)
}

fn imported(checked: &VerifiedBundle, changed: bool, side: Option<imajin_dfos::Cid>) -> Imported {
    let payload = &checked.head.payload;
    Imported {
        did: checked.did.clone(),
        seq: payload.seq,
        cid: payload.cid,
        head: checked.head.to_compact(),
        changed,
        side,
        repair: None,
    }
}

/// Checks that no branch starts, as it would at a home that lacks the newest entry: the copy must have that entry, or
/// the home entry must abandon it.
fn must_know_newest(ledger: &Ledger, checked: &VerifiedBundle, word: &HomeWord) -> Result<()> {
    let Some(newer) = ledger.freeze_of(&checked.did).and_then(|freeze| freeze.newer) else {
        return Ok(());
    };
    let Ok(known) = Head::parse(&newer) else {
        return Ok(());
    };
    let abandoned = word.body.get_str("abandons").and_then(|jws| Head::parse(jws).ok());
    let reaches = |head: &Head| !known.is_ahead_of(&head.payload);
    if reaches(&checked.head) || abandoned.is_some_and(|head| reaches(&head)) {
        return Ok(());
    }
    Err(ImportError::Ahead { did: checked.did.clone(), newer })
}

/// Keeps this node's branch next to a copy that is ahead.
fn part(
    ledger: &Ledger,
    checked: &VerifiedBundle,
    relation: &Relation,
) -> Result<Option<imajin_dfos::Cid>> {
    let Relation::Forks { here, from } = relation else {
        return Ok(None);
    };
    let ours = ledger.status(&checked.did).map_err(ImportError::read)?;
    let ours = ours.map_or((0, 0), |status| (status.home.epoch, status.seq));
    let theirs = (checked.head.payload.epoch, checked.head.payload.seq);
    if theirs <= ours {
        return Err(ImportError::Fork { did: checked.did.clone(), from: *from });
    }
    let side = checked.folder.path.join(names::side(&here.cid));
    if let Some(parent) = side.parent() {
        imajin_log::synced::create_dir_synced(parent).map_err(ImportError::io(parent))?;
    }
    if side.exists() {
        std::fs::remove_file(&side).map_err(ImportError::io(&side))?;
    }
    let copied = ledger
        .read_log(&checked.did, |db| Ok(db.map_or(Ok(()), |db| snapshot::snapshot(db, &side))));
    match copied.map_err(ImportError::read)? {
        Ok(()) => Ok(Some(here.cid)),
        Err(SnapshotError::Io(error)) => Err(ImportError::io(&side)(error)),
        Err(SnapshotError::Sqlite(error)) => Err(ImportError::sqlite(error)),
    }
}

/// Lifts the log's freeze after a home entry. A backup of a log whose home is this node stays frozen, because no one
/// knows whether it is the newest.
fn settle_holds(ledger: &Ledger, checked: &VerifiedBundle, home: bool) -> Result<()> {
    if home {
        return ledger.unfreeze(&checked.did).map_err(ImportError::freeze(ledger));
    }
    let freeze = ledger.freeze_of(&checked.did);
    let newer = freeze
        .as_ref()
        .and_then(|freeze| freeze.newer.as_deref())
        .and_then(|jws| Head::parse(jws).ok());
    let behind = newer.is_some_and(|newer| newer.is_ahead_of(&checked.head.payload));
    let own = checked.state.home().is_some_and(|home| home.node == ledger.node_key().did);
    if own && !behind && freeze.is_none() {
        let reason = "it was brought here as a read-only backup; a home entry signed by its owner lets it continue here";
        return freeze_for(ledger, &checked.did, reason);
    }
    if freeze.is_some() && !behind && !own {
        return ledger.unfreeze(&checked.did).map_err(ImportError::freeze(ledger));
    }
    Ok(())
}
