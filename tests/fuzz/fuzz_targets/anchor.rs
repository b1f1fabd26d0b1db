//! Anchors: a file of paths has one text, and a path leads to one root at most.
#![no_main]
use imajin_protocol::Did;
use imajin_protocol::anchor::{AnchorFile, ChainFile, Document, subject};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let did = Did::from_key(&[7; 32]);
    if let Ok(file) = AnchorFile::parse(data) {
        assert_eq!(file.text().as_bytes(), data, "written again byte for byte");
        for (nonce, path) in file.nodes.iter().flat_map(|node| &node.paths) {
            let subject = subject(nonce, &[1; 16], &did);
            if let Some(document) = path.document(nonce, &subject) {
                assert_eq!(Document::parse(&document.text()), Some(document));
            }
        }
    }
    if let Ok(file) = ChainFile::parse(data) {
        assert_eq!(ChainFile::parse(file.text().as_bytes()), Ok(file));
    }
});
