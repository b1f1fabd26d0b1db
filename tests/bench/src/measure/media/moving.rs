//! The delay of other members' writes by a move of files to a disk, and back.

use super::{MIB, OTHER, put};
use crate::measure::actor;
use crate::measure::prelude::*;
use crate::measure::stall::{meanwhile, quiet, row};
use crate::process::Node;
use serde_json::Value as Json;

/// A separate file system on every Linux, in place of the disk.
const ELSEWHERE: &str = "/dev/shm";
/// Number and size of the moved files.
const FILES: u8 = 8;
const FILE_BYTES: usize = 8 * MIB;
/// Pause between two checks of the move.
const LOOK: Duration = Duration::from_millis(50);

/// Measures another member's longest write while the owner's files move to a disk, and while they move back to the
/// card.
pub fn moving(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let disk = tempfile::tempdir_in(ELSEWHERE)?;
    let folder = tempfile::Builder::new().prefix("imajin-bench-").tempdir_in(folder)?;
    let settings = [("IMAJIN_MEDIA_FOLDER", disk.path())];
    let node = Node::start_with(&folder.path().join("data"), Watch::No, &settings)?;
    let bench = Bench::from_node(folder, node)?;
    // A node with an owner admits people by invite only.
    let mut other = bench.people(1)?.pop().ok_or("nobody else")?;
    let owner = actor::owner(&bench)?;
    for n in 0..FILES {
        put(&bench, &owner, (OTHER, &vec![n; FILE_BYTES]), json!({}))?;
    }
    let quiet = quiet(&bench, &mut other)?;
    for (to, name) in [("folder", "to a disk"), ("card", "back to the card")] {
        let (done, took) = meanwhile(&bench, &mut other, || {
            let mut stands = owner.post(&bench.client, "/media/api/place", &json!({ "to": to }))?;
            while !stands["move"].is_null() {
                std::thread::sleep(LOOK);
                stands = owner.get(&bench.client, "/media/api/disks")?;
            }
            is_there(&stands, to)
        })?;
        let name = format!("write while 64 MiB move {name}");
        row(report, name, &quiet, &done, took);
    }
    Ok(())
}

/// Fails if the files are not at the target of the move.
fn is_there(stands: &Json, to: &str) -> Outcome {
    let on_card = stands["card"]["files"].as_u64();
    let expected = if to == "card" { FILES.into() } else { 0 };
    if on_card == Some(expected) {
        Ok(())
    } else {
        Err(format!("the files did not move: {stands}").into())
    }
}
