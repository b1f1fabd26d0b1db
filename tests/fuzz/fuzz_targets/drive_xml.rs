//! XML of the drive: what passes is a tree of few levels, which is written and dropped on a small stack.
#![no_main]
use imajin_drive::xml;
use libfuzzer_sys::fuzz_target;
use xmltree::{Element, XMLNode};

fn levels(tree: &Element) -> usize {
    let inner = tree.children.iter().filter_map(XMLNode::as_element);
    1 + inner.map(levels).max().unwrap_or_default()
}

fuzz_target!(|data: &[u8]| {
    if xml::check(data).is_err() {
        return;
    }
    if let Ok(tree) = Element::parse(data) {
        assert!(levels(&tree) <= 32, "no deeper than it was said to be");
        let _ = tree.write(Vec::new());
    }
});
