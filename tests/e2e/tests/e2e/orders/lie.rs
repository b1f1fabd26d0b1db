//! A node's lies about the rows of a conversation, told to a device that has seen them.

use imajin_e2e::page::Page;
use imajin_room::{RowBytes, verify};

use super::device::Draws;

#[derive(Debug, Clone, Copy)]
enum Lie {
    /// A row is missing.
    Dropped,
    /// Two rows are swapped.
    Reordered,
    /// A row occurs twice.
    Doubled,
    /// One bit of a row is flipped.
    Changed,
    /// A row's body is missing, although no one erased it.
    Emptied,
}

const ALL: [Lie; 5] = [Lie::Dropped, Lie::Reordered, Lie::Doubled, Lie::Changed, Lie::Emptied];

/// Tells a random lie about a random row.
pub(super) fn tell_random(page: &Page, draws: &mut Draws) {
    let kind = ALL[draw(draws, ALL.len())];
    tell(page, kind, draws);
}

/// Tells a lie of each kind. Returns their number.
pub(super) fn all(page: &Page, draws: &mut Draws) -> usize {
    for kind in ALL {
        tell(page, kind, draws);
    }
    ALL.len()
}

/// Asserts that the device stops.
fn tell(page: &Page, kind: Lie, draws: &mut Draws) {
    let mut shown = page.shown.clone();
    let at = lie(&mut shown.rows, kind, draws);
    let report = verify(&shown, &page.known);
    let what = shown.rows.get(at).map(|row| row.header.len());
    assert!(
        report.stop.is_some(),
        "{kind:?} at {at} of {} rows ({what:?}) is believed by {}",
        page.shown.rows.len(),
        page.known.me
    );
}

fn draw(draws: &mut Draws, limit: usize) -> usize {
    usize::try_from(draws.below(limit as u64)).unwrap()
}

/// Applies a lie. Returns the index of the affected row.
fn lie(rows: &mut Vec<RowBytes>, kind: Lie, draws: &mut Draws) -> usize {
    let at = draw(draws, rows.len());
    match kind {
        Lie::Dropped => {
            rows.remove(at);
        }
        Lie::Reordered => {
            let at = at.min(rows.len() - 2);
            rows.swap(at, at + 1);
        }
        Lie::Doubled => rows.insert(at, rows[at].clone()),
        Lie::Changed => change(&mut rows[at], draws),
        Lie::Emptied => {
            let bodies = rows.iter().enumerate().filter(|(_, row)| row.body.is_some());
            let bodies: Vec<usize> = bodies.map(|(at, _)| at).collect();
            let at = bodies[draw(draws, bodies.len())];
            rows[at].body = None;
            return at;
        }
    }
    at
}

/// Flips a bit of a part of a row.
fn change(row: &mut RowBytes, draws: &mut Draws) {
    let parts = [Some(&mut row.header), row.cause.as_mut(), row.body.as_mut()];
    let mut parts: Vec<&mut Vec<u8>> = parts.into_iter().flatten().collect();
    let part = draw(draws, parts.len());
    let bytes = &mut parts[part];
    let at = draw(draws, bytes.len());
    bytes[at] ^= 1 << draws.below(8);
}
