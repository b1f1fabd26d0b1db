//! An upload compared with plain writes of the same bytes, with as many syncs and notes of the offset.

use super::{File, MIB};
use crate::ceiling::{Synced, write_seconds};
use crate::measure::actor::owner;
use crate::measure::prelude::*;
use crate::samples;

/// Bytes after which the node syncs an upload.
const PIECE: usize = 8 * MIB;
/// Variable for another length, in MiB. A shorter upload shows more of the beginning and the end than of the steady state.
const LENGTH: &str = "IMAJIN_BENCH_UPLOAD_MIB";
const USUAL_MIB: usize = 1024;

/// Measures one long upload by the tus protocol.
pub fn upload(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let mib = match std::env::var(LENGTH) {
        Ok(text) => text
            .parse::<usize>()
            .map_err(|_| format!("{LENGTH} must be a number of MiB, and is {text}"))?,
        Err(_) => USUAL_MIB,
    };
    let pieces = (mib * MIB).div_ceil(PIECE) as u64;
    let piece = samples::bytes(1, PIECE);
    let bench = Bench::new(folder, Watch::No)?;
    // The owner has no quota.
    let owner = owner(&bench)?;
    let before = write_seconds(folder, &piece, pieces, Synced::DataAndNote)?;
    let begun = Instant::now();
    File::send(&bench, &owner, &piece, pieces)?;
    let took = begun.elapsed().as_secs_f64();
    let raw = before.min(write_seconds(folder, &piece, pieces, Synced::DataAndNote)?);
    let bare = write_seconds(folder, &piece, pieces, Synced::Data)?;
    let mb = piece.len() as f64 * pieces as f64 / 1e6;
    let beside = format!(
        "{:.0} MB/s; raw writes, synced every 8 MiB with the offset noted next to them: {:.0} MB/s; without it: {:.0} MB/s",
        mb / took,
        mb / raw,
        mb / bare
    );
    report
        .row(format!("an upload of {} MiB", pieces * (PIECE / MIB) as u64))
        .at_least(raw / took, "of raw writes", 0.7)
        .beside(beside);
    Ok(())
}
