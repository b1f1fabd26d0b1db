//! .fair manifests: what is read divides any amount exactly, reads again as itself, and never panics.
#![no_main]
use imajin_protocol::Minor;
use imajin_protocol::fair::{Manifest, SuffixKeys};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(manifest) = Manifest::parse(text) else {
        return;
    };
    let again = Manifest::from_value(manifest.document().clone());
    assert_eq!(
        again.map(|again| again.digest()).ok(),
        Some(manifest.digest()),
        "whatever the spaces"
    );
    for amount in [0, 1, 999, 9_007_199_254_740_991] {
        let Ok(amount) = Minor::new(amount) else {
            continue;
        };
        let parts = manifest.divide(amount).unwrap_or_default();
        assert_eq!(Minor::sum(parts), Ok(amount), "nothing lost, nothing made");
    }
    let whole: u32 = manifest.table().iter().map(|row| row.share.get()).sum();
    assert_eq!(whole, 1_000_000);
    let _ = manifest.verify(&SuffixKeys);
});
