//! The whole way of an import: how the copy stands to what is here, the home entry, the place.

use imajin_protocol::{Did, Head};

use super::check::Checked;
use super::home::{self, NewHome};
use super::install::{install, rows_are_there};
use super::mend::{self, Repair};
use super::plan::{self, Relation};
use super::{HomeWord, ImportError, Imported};
use crate::bundle::names;
use crate::bundle::snapshot::{self, SnapshotError};
use crate::entry::Sealed;
use crate::holds::Hold;
use crate::ledger::Ledger;
use crate::quarantine::{self, TakenBack};
use crate::shared::Shared;
use crate::writer::install::InstallError;

/// Why nothing is written to a log that a copy has replaced.
const RESTORED: &str = "its log was damaged here and a copy has taken its place; a home entry signed by its owner lets it go on (imajin import --as home)";
/// How often a log that is being written to is planned for again.
const TRIES: u32 = 5;

/// Takes a verified copy in: with the owner's word as its new home, else as a read-only backup, which mends the record
/// that is here where that is damaged. Blocks; not for async tasks.
pub fn import(
    ledger: &Ledger,
    mut checked: Checked,
    word: Option<&HomeWord>,
) -> Result<Imported, ImportError> {
    if word.is_some() {
        return take(ledger, checked, word);
    }
    let repair = mend::with_copy(ledger, &mut checked)?;
    let Some(repair) = repair.filter(Repair::was_damaged) else {
        return take(ledger, checked, None);
    };
    // The copy is a part of a log that was mended with it.
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

fn take(
    ledger: &Ledger,
    mut checked: Checked,
    word: Option<&HomeWord>,
) -> Result<Imported, ImportError> {
    for _ in 0..TRIES {
        let shared = ledger.shared();
        let relation = standing(ledger, &checked)?;
        if let Some(done) = nothing_to_do(&checked, &relation, word)? {
            settle_holds(shared, &checked, word.is_some())?;
            return Ok(done);
        }
        let copy = (checked.state.clone(), checked.head.clone());
        let path = checked.folder.path.join(names::LOG);
        if let Some(word) = word {
            must_know_newest(shared, &checked, word)?;
            must_not_pass_by(shared, &checked, &relation)?;
            let new = NewHome {
                node: &shared.node,
                chain: &shared.chain_here(&shared.node.did).ok_or_else(|| {
                    ImportError::Home(
                        "this node has no identity of its own yet: start it once".into(),
                    )
                })?,
                now: shared.clock.now(),
            };
            let (state, head) = home::enter(&path, checked.state.clone(), word, &new)?;
            (checked.state, checked.head) = (state, head);
        }
        let side = part(ledger, &checked, &relation)?;
        if matches!(relation, Relation::Damaged) {
            hold_restored(shared, &checked.did)?;
        }
        match install(shared, &checked, &relation) {
            Ok(taken) => {
                settle_holds(shared, &checked, word.is_some())?;
                rows_are_there(shared, &checked.did)?;
                if taken.back > 0 {
                    return went_on(ledger, &checked, taken);
                }
                return Ok(imported(&checked, true, side));
            }
            Err(InstallError::Again) if word.is_none() => (checked.state, checked.head) = copy,
            // The home entry stands in the copy already; the log here went on while it was made.
            Err(InstallError::Again | InstallError::Held) => return Err(ImportError::Busy),
            Err(InstallError::Full) => return Err(ImportError::Full),
            Err(InstallError::Failed(reason)) => return Err(ImportError::Store(reason)),
        }
    }
    Err(ImportError::Busy)
}

/// How the copy stands to what is here.
fn standing(ledger: &Ledger, checked: &Checked) -> Result<Relation, ImportError> {
    let shared = ledger.shared();
    let head = ledger
        .head(&checked.did)
        .map_err(|error| ImportError::Store(error.to_string()));
    match head.and_then(|_| plan::relation(shared, checked)) {
        Err(_) if shared.quarantine_of(&checked.did).is_some() => Ok(Relation::Damaged),
        other => other,
    }
}

/// Entries of a damaged log that were acknowledged and fit the copy come back with it; a home entry in their place would
/// lose them.
fn must_not_pass_by(
    shared: &Shared,
    checked: &Checked,
    relation: &Relation,
) -> Result<(), ImportError> {
    let (Relation::Damaged, Some(newest)) = (relation, checked.state.newest()) else {
        return Ok(());
    };
    let rows = quarantine::following(shared, &checked.did, newest)
        .map_err(|error| ImportError::Store(error.to_string()))?;
    match rows.last() {
        None => Ok(()),
        Some(last) => Err(ImportError::SetAside {
            did: checked.did.clone(),
            last: last.entry.header.seq,
            there: newest.seq,
        }),
    }
}

/// Where a copy takes the place of a damaged log, nobody knows whether it is the newest: until that is settled, nothing
/// is written, whatever happens meanwhile.
pub(super) fn hold_restored(shared: &Shared, did: &Did) -> Result<(), ImportError> {
    if shared.holds.get(did).is_some() {
        return Ok(());
    }
    let hold = Hold {
        did: did.clone(),
        reason: RESTORED.into(),
        newer: None,
        epoch: None,
    };
    shared
        .holds
        .put(hold)
        .map_err(|error| ImportError::io(&shared.data)(error))
}

/// Whether a log is held since a copy took the place of a damaged one.
pub(super) fn is_restored(shared: &Shared, did: &Did) -> bool {
    shared
        .holds
        .get(did)
        .is_some_and(|hold| hold.reason == RESTORED)
}

/// The copy, and after it the entries that were set aside: with them the log is as it was before it was damaged.
fn went_on(ledger: &Ledger, checked: &Checked, taken: TakenBack) -> Result<Imported, ImportError> {
    let (shared, did) = (ledger.shared(), &checked.did);
    if is_restored(shared, did) && taken.ahead == 0 {
        shared
            .holds
            .lift(did)
            .map_err(|error| ImportError::io(&shared.data)(error))?;
    }
    let store = |error: crate::ledger::ReadError| ImportError::Store(error.to_string());
    let head = ledger
        .head(did)
        .map_err(store)?
        .and_then(|jws| Head::parse(&jws).ok());
    let mut imported = imported(checked, true, None);
    if let Some(head) = head {
        imported.seq = head.payload.seq;
        imported.cid = head.payload.cid;
        imported.head = head.to_compact();
    }
    Ok(imported)
}

/// What is here already, or goes further.
fn nothing_to_do(
    checked: &Checked,
    relation: &Relation,
    word: Option<&HomeWord>,
) -> Result<Option<Imported>, ImportError> {
    let there = checked.state.newest().map_or(0, |newest| newest.seq);
    match (relation, word) {
        (Relation::Extends { here }, None) if here.seq == there => {
            Ok(Some(imported(checked, false, None)))
        }
        (Relation::Older { here, next }, Some(word)) if is_by(next, word) => Ok(Some(Imported {
            did: checked.did.clone(),
            seq: here.seq,
            cid: here.cid,
            head: checked.head.to_compact(),
            changed: false,
            side: None,
            repair: None,
        })),
        (Relation::Older { here, .. }, _) => Err(ImportError::Older {
            did: checked.did.clone(),
            here: here.seq,
            there,
        }),
        _ => Ok(None),
    }
}

/// Whether an entry is the very home entry that is asked for: the same import again.
fn is_by(entry: &Sealed, word: &HomeWord) -> bool {
    entry
        .header
        .proof_part()
        .is_some_and(|part| part.sig == word.proof.signature)
}

fn imported(checked: &Checked, changed: bool, side: Option<imajin_dfos::Cid>) -> Imported {
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

/// A home that does not know the newest entry would begin a branch: the copy has it, or the home entry gives it up.
fn must_know_newest(
    shared: &Shared,
    checked: &Checked,
    word: &HomeWord,
) -> Result<(), ImportError> {
    let Some(newer) = shared.holds.get(&checked.did).and_then(|hold| hold.newer) else {
        return Ok(());
    };
    let Ok(known) = Head::parse(&newer) else {
        return Ok(());
    };
    let abandoned = word
        .body
        .get_str("abandons")
        .and_then(|jws| Head::parse(jws).ok());
    let reaches = |head: &Head| !known.is_ahead_of(&head.payload);
    if reaches(&checked.head) || abandoned.is_some_and(|head| reaches(&head)) {
        return Ok(());
    }
    Err(ImportError::Ahead {
        did: checked.did.clone(),
        newer,
    })
}

/// Where the histories part, what is here is kept beside the copy, if the copy is ahead.
fn part(
    ledger: &Ledger,
    checked: &Checked,
    relation: &Relation,
) -> Result<Option<imajin_dfos::Cid>, ImportError> {
    let Relation::Forks { here, from } = relation else {
        return Ok(None);
    };
    let store = |error: String| ImportError::Store(error);
    let ours = ledger
        .status(&checked.did)
        .map_err(|error| store(error.to_string()))?;
    let ours = ours.map_or((0, 0), |status| (status.home.epoch, status.seq));
    let theirs = (checked.head.payload.epoch, checked.head.payload.seq);
    if theirs <= ours {
        return Err(ImportError::Fork {
            did: checked.did.clone(),
            from: *from,
        });
    }
    let side = checked.folder.path.join(names::side(&here.cid));
    if let Some(parent) = side.parent() {
        crate::media::create_dir_synced(parent).map_err(ImportError::io(parent))?;
    }
    if side.exists() {
        std::fs::remove_file(&side).map_err(ImportError::io(&side))?;
    }
    let copied = ledger.read_log(&checked.did, |db| {
        Ok(db.map_or(Ok(()), |db| snapshot::snapshot(db, &side)))
    });
    match copied.map_err(|error| store(error.to_string()))? {
        Ok(()) => Ok(Some(here.cid)),
        Err(SnapshotError::Io(error)) => Err(ImportError::io(&side)(error)),
        Err(SnapshotError::Sqlite(error)) => Err(ImportError::sqlite(error)),
    }
}

/// A home entry lifts what held the log; a backup of a log whose home is this very node is held, since nobody knows
/// whether it is the newest.
fn settle_holds(shared: &Shared, checked: &Checked, home: bool) -> Result<(), ImportError> {
    let io = |error| ImportError::io(&shared.data)(error);
    if home {
        return shared.holds.lift(&checked.did).map_err(io);
    }
    let hold = shared.holds.get(&checked.did);
    let newer = hold
        .as_ref()
        .and_then(|hold| hold.newer.as_deref())
        .and_then(|jws| Head::parse(jws).ok());
    let behind = newer.is_some_and(|newer| newer.is_ahead_of(&checked.head.payload));
    let own = checked
        .state
        .home()
        .is_some_and(|home| home.node == shared.node.did);
    if own && !behind && is_new_here(shared, &checked.did) {
        let reason = "it was brought here as a read-only backup; a home entry signed by its owner lets it go on here";
        let hold = Hold {
            did: checked.did.clone(),
            reason: reason.into(),
            newer: None,
            epoch: None,
        };
        return shared.holds.put(hold).map_err(io);
    }
    if hold.is_some() && !behind && !own {
        return shared.holds.lift(&checked.did).map_err(io);
    }
    Ok(())
}

fn is_new_here(shared: &Shared, did: &Did) -> bool {
    shared.holds.get(did).is_none()
}
