//! The canonical tar: whatever reads to its end is written again byte for byte.
#![no_main]
#![expect(clippy::expect_used, reason = "what fails here is a finding")]
use imajin_log::format::names::is_allowed;
use imajin_log::format::tar::{TarLimits, TarReader, TarWriter};
use libfuzzer_sys::fuzz_target;
use std::io::Read;

const LIMITS: TarLimits = TarLimits { files_max: 64, bytes_max: 1 << 20 };

/// The files of a tar, if it is one.
fn files(data: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut reader = TarReader::new(data, LIMITS, is_allowed);
    let mut entries = Vec::new();
    while let Some((name, size)) = reader.next_file().ok()? {
        let mut bytes = Vec::new();
        reader.file().read_to_end(&mut bytes).ok()?;
        assert_eq!(bytes.len() as u64, size, "as long as it says");
        entries.push((name, bytes));
    }
    Some(entries)
}

fuzz_target!(|data: &[u8]| {
    if let Some(files) = files(data) {
        let mut writer = TarWriter::new(Vec::new());
        for (name, bytes) in &files {
            writer
                .add(name, bytes.len() as u64, bytes.as_slice(), &mut |_| {})
                .expect("what was read can be written");
        }
        assert_eq!(writer.finish().expect("memory"), data, "byte for byte");
    }
});
