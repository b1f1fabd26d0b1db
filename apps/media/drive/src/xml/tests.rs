//! Documents that are deep or large, however they are written, and those that pass.

use std::thread;

use proptest::prelude::*;
use xmltree::{Element, XMLNode};

use super::*;

/// Bytes of the stack on which dav-server's work is tried: an eighth of what its threads have.
const STACK_BYTES: usize = 256 * 1024;

fn levels(tree: &Element) -> usize {
    let inner = tree.children.iter().filter_map(XMLNode::as_element);
    1 + inner.map(levels).max().unwrap_or_default()
}

/// Reads, copies, writes and drops a document as dav-server does, and says how many levels it has.
fn read(document: &str) -> Option<usize> {
    thread::scope(|scope| {
        let work = || {
            let tree = Element::parse(document.as_bytes()).ok()?;
            tree.clone().write(&mut Vec::new()).ok()?;
            Some(levels(&tree))
        };
        let thread = thread::Builder::new().stack_size(STACK_BYTES);
        thread.spawn_scoped(scope, work).unwrap().join().unwrap()
    })
}

#[test]
fn the_deepest_document_that_passes_is_read_on_a_small_stack() {
    let nested = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
    assert_eq!(check(nested(DEPTH_MAX).as_bytes()), Ok(()));
    assert_eq!(read(&nested(DEPTH_MAX)), Some(DEPTH_MAX));
    assert_eq!(check(nested(DEPTH_MAX + 1).as_bytes()), Err(Unfit::Deep));
    let many = format!("<a>{}</a>", "<b/><c x='>'></c>".repeat(1_000));
    assert_eq!(check(many.as_bytes()), Ok(()));
    // Every level with the attributes, namespaces and text that it can have.
    let full = "<n:a xmlns:n='urn:n' xmlns='urn:o' b='c' d='e'>f<!--g--><![CDATA[h]]><?i j?>";
    let full = full.repeat(DEPTH_MAX) + &"</n:a>".repeat(DEPTH_MAX);
    assert_eq!(check(full.as_bytes()), Ok(()));
    assert_eq!(read(&full), Some(DEPTH_MAX));
}

#[test]
fn what_closes_no_element_for_the_parser_closes_none_here() {
    for level in [
        "<a>",
        "<a><!--></a>-->",
        "<a><!---></a>-->",
        "<a><!--</a>-->",
        "<a><!-- <!--></a>-->",
        "<a><![CDATA[</a>]]>",
        "<a><![CDATA[]]></a>]]>",
        "<a><![CDATA[]]]></a>]]>",
        "<a><?p </a>?>",
        "<a><?p ></a>?>",
        "<a x='</a>'>",
        "<a x='></a>'>",
        "<a x='/>'>",
        "<a x=\"'/>\">",
        "<a>&lt;/a>",
        "<n:a xmlns:n='urn:n'>",
        "<a xmlns='></a>'>",
        "<a\n>",
        "<a/><a>",
        "<a></a ><a>",
    ] {
        for levels in [40, 2_800] {
            let deep = level.repeat(levels);
            let deep = &deep.as_bytes()[..deep.len().min(BYTES_MAX)];
            let malformed = check(deep).is_ok();
            assert!(!malformed || read(std::str::from_utf8(deep).unwrap()).is_none(), "{level}");
        }
        // The same with all that it opens closed.
        let whole = level.repeat(40) + &"</a>".repeat(40);
        assert!(check(whole.as_bytes()).is_err() || read(&whole).is_none(), "{level}");
    }
    assert_eq!(check("<a><!--></a>-->".repeat(40).as_bytes()), Err(Unfit::Deep));
}

#[test]
fn document_types_and_other_encodings_are_refused() {
    for doctype in [
        "<!DOCTYPE a><a/>",
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "<!--></a>--><!DOCTYPE a [<!ENTITY % b '%c;%c;'>]><a/>",
    ] {
        assert_eq!(check(doctype.as_bytes()), Err(Unfit::Doctype), "{doctype}");
    }
    assert_eq!(check(b"<\0a>"), Err(Unfit::Encoding));
    let utf16: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(check(&utf16), Err(Unfit::Encoding));
    // A declaration of another encoding changes nothing that matters: the parser reads no `<` where there is none.
    let declared = "<?xml version='1.0' encoding='UTF-16'?><a/>";
    assert!(check(declared.as_bytes()).is_err() || read(declared).is_none());
    assert_eq!(check(&vec![b' '; BYTES_MAX + 1]), Err(Unfit::Long));
}

#[test]
fn namespaces_that_every_element_copies_do_not_fill_the_memory() {
    let prefixes = (0..1_000).map(|at| format!(" xmlns:n{at}='u'"));
    let many = format!("<a{}>{}</a>", prefixes.collect::<String>(), "<b/>".repeat(5_000));
    assert_eq!(check(many.as_bytes()), Err(Unfit::Large));
    let long = format!("<a xmlns:n='{}'>{}</a>", "u".repeat(30_000), "<b/>".repeat(5_000));
    assert_eq!(check(long.as_bytes()), Err(Unfit::Large));
}

proptest! {
    #[test]
    fn whatever_passes_has_few_levels(parts in prop::collection::vec(prop::sample::select(vec![
        "<a>", "<a>", "<a>", "<a b='", "<n:a xmlns:n='u'>", "</a>", "</n:a>", "<a/>", "/>", ">", "'>", "\"", "<!--", "-->", "<!-->", "<!--->",
        "<![CDATA[", "]]>", "]", "<?p", "<?xml version='1.1'?>", "?>", "&lt;", "&#60;", "x", " ", "=",
    ]), 0..400)) {
        let document = parts.concat();
        // All that is open is closed, so that many of them are well-formed.
        for end in ["", "-->", "]]>", "?>", "'>"] {
            let open = parts.iter().filter(|part| part.starts_with("<a>")).count();
            let whole = format!("<a>{document}{end}{}</a>", "</a>".repeat(open));
            if check(whole.as_bytes()).is_ok() {
                prop_assert!(read(&whole).is_none_or(|levels| levels <= DEPTH_MAX));
            }
        }
    }
}
