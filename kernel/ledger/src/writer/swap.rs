//! The writer's part of a replay (`crate::replay`): it watches the owner's rows, and takes over those that differ.
//!
//! Always: between two batches, a bounded number of entries and rows at a time; the transaction with the last row also
//! removes the replay's note.

use std::sync::atomic::Ordering;

use imajin_protocol::Did;

use super::Writer;
use crate::projection::Writable;
use crate::projection::tables::Values;
use crate::projection::watch::Watch;
use crate::replay::{Part, Replay, Swap, Swaps};

/// Maximum number of entries that the writer applies for a replay; other threads apply more of them first.
const TAIL_ENTRIES_MAX: usize = 128;
/// Rows taken over at a time.
const ROWS_MAX: usize = 500;

impl Swaps for Writer {
    fn watch(&mut self, services: &[&'static str], did: &Did) -> Result<u64, String> {
        for service in services {
            if let Some(projection) = self.projections.get(service) {
                Watch::begin(&projection.db, &projection.tables, did.as_str())
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(self.shared.installs_of(did))
    }

    fn swap(&mut self, mut replay: Box<Replay>) -> Swap {
        if let Some(reason) = self.shared.fatal.get() {
            return Swap::Failed(reason.clone());
        }
        if replay.installs != self.shared.installs_of(&replay.did) {
            return Swap::Again;
        }
        if let Err(error) = self.catch_up() {
            return Swap::Failed(error.to_string());
        }
        match self.try_swap(&mut replay) {
            Ok(true) => Swap::Done(replay),
            Ok(false) => Swap::More(replay),
            Err(reason) => {
                self.projections.values_mut().for_each(Writable::roll_back);
                for part in &replay.parts {
                    if let Some(projection) = self.projections.get(part.service)
                        && let Err(error) = Watch::end(&projection.db, &projection.tables)
                    {
                        tracing::warn!(service = part.service, %error, "rows are still watched");
                    }
                }
                Swap::Failed(reason)
            }
        }
    }
}

impl Writer {
    /// Tries to finish the replay. Returns true if everything is done.
    fn try_swap(&mut self, replay: &mut Replay) -> Result<bool, String> {
        let counters = &self.shared.counters;
        // A log that keeps growing gets more each time, or the replay would never end.
        let most = TAIL_ENTRIES_MAX << replay.tries.min(4);
        replay.tries += 1;
        let Some(fed) = replay.feed_if_free(&self.shared, most)? else {
            return Ok(false);
        };
        counters.replayed_entries.fetch_add(fed as u64, Ordering::Relaxed);
        if fed == most {
            return Ok(false);
        }
        let (did, upto) = (replay.did.clone(), replay.upto);
        let text = |error: rusqlite::Error| error.to_string();
        let (mut room, mut all) = (ROWS_MAX, true);
        for part in &mut replay.parts {
            let Some(projection) = self.projections.get_mut(part.service) else {
                continue;
            };
            projection.begin().map_err(text)?;
            let left = take_over(projection, part, &mut room).map_err(text)?;
            let taken = (ROWS_MAX - room) as u64;
            counters.replayed_rows_most.fetch_max(taken, Ordering::Relaxed);
            all &= !left;
        }
        for part in &replay.parts {
            let Some(projection) = self.projections.get_mut(part.service) else {
                continue;
            };
            if all {
                projection.clear_replay(did.as_str(), upto).map_err(text)?;
                Watch::end(&projection.db, &projection.tables).map_err(text)?;
            }
            // Makes the commit count the bytes that it wrote.
            projection.gave(projection.offset());
            projection.commit().map_err(text)?;
        }
        Ok(all)
    }
}

/// Takes over rows while there is room; true if some are left.
fn take_over(projection: &Writable, part: &mut Part, room: &mut usize) -> rusqlite::Result<bool> {
    let mut by_table: Vec<Vec<Values>> = vec![Vec::new(); projection.tables.len()];
    while *room > 0
        && let Some((n, key)) = part.differing.pop()
    {
        by_table[n].push(key);
        *room -= 1;
    }
    for (n, table) in projection.tables.iter().enumerate() {
        for db in [&projection.db, &part.scratch.db] {
            let keys = Watch::take(db, n, table, *room)?;
            *room -= keys.len();
            by_table[n].extend(keys);
        }
    }
    for (table, keys) in projection.tables.iter().zip(by_table) {
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            let row = table.row(&part.scratch.db, &key)?;
            rows.push((key, row));
        }
        Watch::fix(&projection.db, table, &rows)?;
    }
    // Without room left there may be more rows or not: the next call finds out.
    Ok(*room == 0)
}
