//! DIDs: what parses has one canonical text and a folder name that every file system takes.
#![no_main]
use imajin_protocol::Did;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(did) = Did::parse(text) {
        assert_eq!(
            Did::parse(did.as_str()).ok().as_ref(),
            Some(&did),
            "canonical form is a fixed point"
        );
        let folder = did.folder_name();
        assert!(
            folder.len() <= 100
                && folder.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.%+".contains(&b)),
            "{folder}"
        );
    }
});
