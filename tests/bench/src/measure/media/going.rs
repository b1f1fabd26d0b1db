//! Downloads of files: a long one by its owner, and a photo by others.

use super::{JPEG, MIB, OTHER, get, person, put};
use crate::ceiling::hyper_bytes_per_second;
use crate::measure::prelude::*;
use crate::samples;
use crate::stream::{Stream, bytes_per_second};

const MEASURE: Duration = Duration::from_secs(3);
/// Size of the long file in bytes.
const BYTES: usize = 64 * MIB;

/// Measures one client that downloads the same file repeatedly, over one connection.
pub fn serving(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    let owner = person(&bench)?;
    let address = bench.node()?.address;
    let mb = |rate: f64| rate / 1e6;

    let long = samples::bytes(2, BYTES);
    let path = put(&bench, &owner, (OTHER, &long), json!({}))?;
    let same = bench.folder.path().join("same");
    std::fs::write(&same, &long)?;
    let ask = get(&bench, &owner, &path)?;
    let before = hyper_bytes_per_second(&same, &ask)?;
    let rate = bytes_per_second(address, &ask, BYTES as u64, MEASURE)?;
    let bare = before.max(hyper_bytes_per_second(&same, &ask)?);
    report
        .row("a file of 64 MiB to its owner")
        .at_least(rate / bare, "of bare hyper", 0.9)
        .beside(format!("{:.0} MB/s; bare hyper: {:.0} MB/s", mb(rate), mb(bare)));

    let photo = samples::photo(1)?;
    let path = put(&bench, &owner, (JPEG, &photo), json!({ "access": "public" }))?;
    let own = get(&bench, &owner, &path)?;
    let ask = request("GET", &path, &bench.host()?, &[], "");
    let whole = photo.len() as u64;
    let bytes = Stream::open(address)?.ask(&ask)?.bytes;
    // Only the metadata is removed: a preview would be far shorter.
    if !(whole / 2..whole).contains(&bytes) {
        return Err(format!("of {whole} bytes others got {bytes}").into());
    }
    let before = bytes_per_second(address, &own, whole, MEASURE)?;
    let rate = bytes_per_second(address, &ask, bytes, MEASURE)?;
    let original = before.max(bytes_per_second(address, &own, whole, MEASURE)?);
    report
        .row("the shared copy of a photo")
        .at_least(rate / original, "of the original's rate", 0.8)
        .beside(format!(
            "{:.1} MB: {:.0} MB/s; the original: {:.0} MB/s",
            mb(whole as f64),
            mb(rate),
            mb(original)
        ));
    Ok(())
}
