//! Reads the sticks of imports in the background, a stretch of each after the other.
//!
//! Always: one file is read at a time in the whole node. A file that can't be read is tried again before it is left out, since a stick that
//! is pulled out looks like damaged files for a moment. Nothing counts as read unless the stick was there afterwards.

use std::sync::Arc;
use std::time::Duration;

use imajin_app::{Answer, Node, StickUse, StickUsers, blocking};
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_ledger::stick::Stick;
use imajin_protocol::Did;

use super::contents;
use super::import::{Import, Waits};
use super::imports::Imports;
use super::rules::Why;
use super::taking::{self, FileOutcome};
use super::walk::{Bounds, FoundFile, Walk, WalkItem};
use crate::bytes;

/// Entries of one person's stick that are read before the next person's turn.
const STRETCH: usize = 64;
/// Files between two saves: each save writes all waiting files. Progress that a kill loses is read again.
const SAVED_EVERY: usize = 10;
/// Attempts to read a file.
const TRIES: u32 = 3;

/// The reading, as long as the node runs.
pub(crate) struct Reading {
    imports: Arc<Imports>,
    users: Arc<StickUsers>,
}

impl Reading {
    /// The reading of a node's imports.
    pub(crate) fn new(node: &Node) -> Self {
        Self { imports: Imports::from_node(node), users: node.state() }
    }
}

impl Rounds for Reading {
    const NAME: &'static str = "imports from sticks";
    /// Whether a stick is back, or there is room again.
    const EVERY: Duration = Duration::from_secs(5);

    async fn round(&mut self, node: &Node) -> Answer<()> {
        let stop = node.stop_signal();
        let mut failed = Ok(());
        loop {
            let mut is_more = false;
            let (here, imports) = (node.clone(), self.imports.clone());
            let whose = |import: &Import| Some(import.did.clone());
            let people = blocking::run(move || imports.unread(&here, whose)).await?;
            for did in people {
                let (here, imports) = (node.clone(), self.imports.clone());
                let users = self.users.clone();
                let read = move || stretch(&here, &imports, &users, &did);
                match blocking::long(read).await? {
                    Ok(goes_on) => is_more |= goes_on,
                    Err(problem) => failed = Err(problem),
                }
            }
            if !is_more || stop.is_given() {
                return failed;
            }
        }
    }

    async fn woken(&mut self) {
        tokio::select! {
            () = self.imports.more.notified() => {}
            // The imports check whether the stick is gone.
            () = self.users.removed() => {}
        }
    }
}

/// One import, while a stretch of it is read.
struct Stretch<'s> {
    node: &'s Node,
    imports: &'s Imports,
    did: &'s Did,
    id: i64,
}

/// Whether the stretch continues.
enum Next {
    On,
    End,
}

/// Reads a stretch of a person's import. Whether it can go on at once.
fn stretch(node: &Node, imports: &Imports, users: &Arc<StickUsers>, did: &Did) -> Answer<bool> {
    let Some(import) = imports.look(node, did)? else {
        return Ok(false);
    };
    let stretch = Stretch { node, imports, did, id: import.id };
    if node.status(did)?.is_none_or(|status| status.deleted) {
        return imports.end(node, did).map(|_| false);
    }
    if import.is_read || import.is_full() {
        return Ok(false);
    }
    if bytes::check_record(node, did).is_err() {
        return stretch.waits(Waits::Record);
    }
    let sticks = contents::plugged_in(node)?;
    let stick = sticks.iter().find(|stick| import.stick.is(stick));
    let reading = stick.and_then(|stick| Some((stick, users.read(&stick.name)?)));
    match reading {
        // Its removal may have been asked for before it was its turn.
        Some((stick, reading)) if stick.is_there() => {
            users.note(&stick.name, did);
            stretch.read((stick, &reading), &import)
        }
        _ => stretch.waits(Waits::Stick),
    }
}

impl Stretch<'_> {
    fn change(&self, change: impl FnOnce(&mut Import)) -> Next {
        let change = |import: &mut Import| {
            change(import);
            import.is_full()
        };
        let whose = (self.did, self.id);
        // The import was ended, or waits for signatures.
        match self.imports.change(self.node, whose, change) {
            None | Some(true) => Next::End,
            Some(false) => Next::On,
        }
    }

    fn save(&self) -> Answer<()> {
        self.imports.save(self.node, self.did)
    }

    /// Records why the import waits.
    fn waits(&self, why: Waits) -> Answer<bool> {
        self.change(|import| import.waits = Some(why));
        Ok(false)
    }

    /// Whether the reading of a stick ends: the node stops, the import was ended, or the stick is to be removed.
    fn is_stopped(&self, reading: &StickUse) -> bool {
        self.node.stop_signal().is_given()
            || reading.must_end()()
            || !self.imports.has(self.node, self.did, self.id)
    }

    fn read(&self, (stick, reading): (&Stick, &StickUse), import: &Import) -> Answer<bool> {
        let root = &stick.root;
        let bounds = Bounds::default();
        let bounds = Bounds { all: bounds.all.saturating_sub(import.seen), ..bounds };
        let begin = |at: Option<&str>| Walk::begin(root.to_owned(), &import.folder, at, bounds);
        if import.total.is_none() {
            let Ok(walk) = begin(None) else {
                return self.waits(Waits::Stick);
            };
            let Some(total) = count(walk, || self.is_stopped(reading)) else {
                return Ok(false);
            };
            if !stick.is_there() {
                return self.waits(Waits::Stick);
            }
            self.change(|import| import.total = Some(total));
            self.save()?;
        }
        let Ok(mut walk) = begin(import.at.as_deref()) else {
            return self.waits(Waits::Stick);
        };
        for _ in 0..STRETCH {
            let Some(found) = walk.next() else {
                if !stick.is_there() {
                    return self.waits(Waits::Stick);
                }
                self.change(|import| (import.is_read, import.waits) = (true, None));
                return self.save().map(|()| false);
            };
            if let Next::End = self.process((stick, reading), found)? {
                return self.save().map(|()| false);
            }
        }
        self.save().map(|()| true)
    }

    fn process(&self, (stick, reading): (&Stick, &StickUse), item: WalkItem) -> Answer<Next> {
        let file = match item {
            WalkItem::File(file) => file,
            WalkItem::LeftOut(path, why) => {
                return Ok(self.change(|import| {
                    import.pass(&path);
                    import.leave_out(&path, why);
                }));
            }
            WalkItem::Unreadable(path) => return self.again(stick, (&path, None), Why::Unreadable),
        };
        let is_stopped = || self.is_stopped(reading);
        if is_stopped() {
            return Ok(Next::End);
        }
        let taken = taking::take(self.node, self.did, (&*stick.root, &file), &is_stopped)?;
        let FoundFile { path, bytes, .. } = &file;
        match taken {
            FileOutcome::Stopped => Ok(Next::End),
            FileOutcome::Waits(why) => self.waits(why).map(|_| Next::End),
            FileOutcome::Again(why) => self.again(stick, (path, Some(*bytes)), why),
            FileOutcome::LeftOut(why) => self.passed((path, *bytes), |import| {
                import.leave_out(path, why);
            }),
            FileOutcome::Here => self.passed((path, *bytes), |import| import.here += 1),
            FileOutcome::Ready(ready) => self.passed((path, *bytes), |import| {
                // Twice on the stick is once in the library.
                if import.ready.iter().any(|other| other.cid == ready.cid) {
                    import.here += 1
                } else {
                    import.ready.push(ready)
                }
            }),
        }
    }

    /// A file is done with.
    fn passed(&self, (path, bytes): (&str, u64), change: impl FnOnce(&mut Import)) -> Answer<Next> {
        let mut is_due = false;
        let next = self.change(|import| {
            import.pass(path);
            import.count(bytes);
            import.waits = None;
            let before = import.ready.len();
            change(import);
            let count = import.ready.len();
            is_due = count > before && count.is_multiple_of(SAVED_EVERY);
        });
        if is_due {
            self.save()?;
        }
        Ok(next)
    }

    /// Handles a file that could not be read: the import waits for the stick, retries the file, or leaves it out.
    fn again(&self, stick: &Stick, (path, bytes): (&str, Option<u64>), why: Why) -> Answer<Next> {
        if !stick.is_there() {
            return self.waits(Waits::Stick).map(|_| Next::End);
        }
        let mut is_left_out = false;
        let next = self.change(|import| {
            import.tries += 1;
            is_left_out = import.tries >= TRIES;
            if is_left_out {
                import.pass(path);
                import.leave_out(path, why);
                if let Some(bytes) = bytes {
                    import.count(bytes);
                }
            }
        });
        if is_left_out {
            Ok(next)
        } else {
            // The next round tries it again.
            Ok(Next::End)
        }
    }
}

/// Files of a walk, and their bytes; `None` if it was stopped.
fn count(walk: Walk, is_stopped: impl Fn() -> bool) -> Option<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0_u64);
    for found in walk {
        if is_stopped() {
            return None;
        }
        if let WalkItem::File(file) = found {
            (files, bytes) = (files + 1, bytes.saturating_add(file.bytes));
        }
    }
    Some((files, bytes))
}
