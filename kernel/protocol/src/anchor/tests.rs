//! The tree for every set of leaves, and the codecs for every file.

use imajin_dfos::cid::{dag_cbor_cid, sha256};
use proptest::prelude::*;

use super::*;
use crate::Did;

fn testing_did(seed: u8) -> Did {
    Did::from_key(&[seed; 32])
}

fn head(n: u64) -> AnchoredHead {
    AnchoredHead { epoch: 1 + n % 3, seq: n, cid: dag_cbor_cid(&n.to_be_bytes()) }
}

fn leaf(n: u64) -> Leaf {
    Leaf { subject: sha256(&n.to_le_bytes()), head: head(n) }
}

fn tree(numbers: impl IntoIterator<Item = u64>) -> Tree {
    Tree::new(numbers.into_iter().map(leaf).collect()).unwrap()
}

#[test]
fn every_leaf_has_its_path_and_every_other_has_none_whatever_the_size() {
    for size in 0..70 {
        let tree = tree(0..size);
        let root = tree.root();
        for n in 0..size + 20 {
            let subject = leaf(n).subject;
            let path = tree.path(&subject);
            assert_eq!(path.root(&subject), Some(root), "{n} of {size}");
            assert_eq!(path.head().copied(), (n < size).then(|| head(n)));
        }
    }
}

#[test]
fn the_root_of_nothing_and_of_one_are_what_format_md_says() {
    assert_eq!(tree([]).root(), sha256(&[2]));
    let only_leaf = leaf(7);
    let bytes = [&[0][..], &only_leaf.subject, &only_leaf.head.value()].concat();
    assert_eq!(tree([7]).root(), sha256(&bytes));
}

#[test]
fn two_leaves_of_one_subject_are_no_tree() {
    let other = Leaf { head: head(2), ..leaf(1) };
    assert_eq!(Tree::new(vec![leaf(1), other]), Err(SameSubject));
}

#[test]
fn an_inner_node_is_no_leaf_and_a_leaf_no_inner_node() {
    let tree = tree(0..9);
    let root = tree.root();
    for n in 0..9 {
        let subject = leaf(n).subject;
        let path = tree.path(&subject);
        // No end gives the root for a path that is cut anywhere: the place has an inner node.
        for depth in 0..path.siblings.len() {
            for end in [
                End::Nothing,
                End::Head(head(n)),
                End::Other { subject: leaf(n + 1).subject, value: head(n + 1).value() },
            ] {
                let cut = Path { siblings: path.siblings[..depth].to_vec(), end };
                assert_ne!(cut.root(&subject), Some(root));
            }
        }
        // A longer path would make the leaf an inner node.
        let mut longer = path.clone();
        longer.siblings.push(sha256(b"beside"));
        assert_ne!(longer.root(&subject), Some(root));
    }
}

#[test]
fn another_way_is_no_absence() {
    let tree = tree(0..40);
    let (one, two) = (leaf(3).subject, leaf(4).subject);
    let path = tree.path(&two);
    let claimed = Path { end: End::Other { subject: two, value: head(4).value() }, ..path };
    assert_eq!(claimed.root(&one), None, "the bits lead elsewhere");
    assert_eq!(claimed.root(&two), None, "nobody is another to themselves");
}

proptest! {
    #[test]
    fn one_set_has_one_root(mut numbers in proptest::collection::hash_set(0u64..1_000, 0..60), extra in 1_000u64..2_000) {
        let mut order: Vec<u64> = numbers.iter().copied().collect();
        let root = tree(order.clone()).root();
        order.sort_unstable();
        prop_assert_eq!(tree(order.clone()).root(), root);
        numbers.insert(extra);
        prop_assert_ne!(tree(numbers).root(), root);
    }

    #[test]
    fn a_path_says_one_thing(numbers in proptest::collection::hash_set(0u64..200, 1..60), asked in 0u64..200, other in 0u64..200) {
        let tree = tree(numbers.iter().copied());
        let subject = leaf(asked).subject;
        let path = tree.path(&subject);
        prop_assert_eq!(path.root(&subject), Some(tree.root()));
        prop_assert_eq!(path.head().is_some(), numbers.contains(&asked));
        // A path with any other end, sibling or subject belongs to another tree.
        let lie = if path.head().is_some() { End::Nothing } else { End::Head(head(asked)) };
        prop_assert_ne!(Path { end: lie, ..path.clone() }.root(&subject), Some(tree.root()));
        if other != asked && path.head().is_some() {
            prop_assert_ne!(path.root(&leaf(other).subject), Some(tree.root()));
        }
        for at in 0..path.siblings.len() {
            let mut wrong = path.clone();
            wrong.siblings[at][0] ^= 1;
            prop_assert_ne!(wrong.root(&subject), Some(tree.root()));
        }
    }

    #[test]
    fn files_have_one_text(numbers in proptest::collection::hash_set(0u64..50, 0..20), asked in proptest::collection::vec(0u64..60, 0..8)) {
        let tree = tree(numbers);
        let paths: Vec<(Nonce, Path)> = asked.iter().map(|n| ([*n as u8; NONCE_BYTES], tree.path(&leaf(*n).subject))).collect();
        let chain = imajin_dfos::ContentId::from_genesis(&dag_cbor_cid(b"genesis"));
        let node = NodePaths { node: testing_did(1), chain, paths: paths.clone() };
        let file = AnchorFile { did: testing_did(2), nodes: vec![node] };
        let text = file.text();
        prop_assert_eq!(AnchorFile::parse(text.as_bytes()).unwrap(), file);
        let spaced = format!(" {text}");
        prop_assert_eq!(AnchorFile::parse(spaced.as_bytes()), Err(FileError::NotCanonical));
        let chain = ChainFile { node: testing_did(1), identity: vec!["a".into()], operations: vec!["b".into()], countersignatures: vec![], paths };
        prop_assert_eq!(ChainFile::parse(chain.text().as_bytes()).unwrap(), chain);
    }

    #[test]
    fn a_document_has_one_text(nonce in any::<[u8; NONCE_BYTES]>(), root in any::<[u8; 32]>()) {
        let document = Document { nonce, root };
        let text = document.text();
        prop_assert_eq!(Document::parse(&text), Some(document));
        prop_assert_eq!(Document::parse(&text.replace(":", ": ")), None);
        // The CID is that of the JSON that everyone reads.
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let value = imajin_dfos::cbor::from_json(&json).unwrap();
        prop_assert_eq!(dag_cbor_cid(&imajin_dfos::cbor::encode(&value)), document.cid());
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let path = |path: &str| {
        format!(
            r#"{{"did":"{0}","nodes":[{{"chain":"{1}","node":"{0}","paths":[{path}]}}],"v":1}}"#,
            testing_did(1),
            imajin_dfos::ContentId::from_genesis(&dag_cbor_cid(b"genesis"))
        )
    };
    let nonce = "00".repeat(16);
    let good = path(&format!(r#"{{"nonce":"{nonce}","siblings":""}}"#));
    AnchorFile::parse(good.as_bytes()).unwrap();
    for bad in [
        format!(r#"{{"nonce":"{nonce}","siblings":"AAAA"}}"#),
        format!(r#"{{"nonce":"{nonce}"}}"#),
        r#"{"nonce":"00","siblings":""}"#.to_owned(),
        format!(r#"{{"more":1,"nonce":"{nonce}","siblings":""}}"#),
        format!(r#"{{"head":null,"nonce":"{nonce}","siblings":""}}"#),
        format!(r#"{{"head":{{"cid":"x","epoch":1,"seq":0}},"nonce":"{nonce}","siblings":""}}"#),
        format!(r#"{{"nonce":"{nonce}","other":{{"subject":"0","value":"0"}},"siblings":""}}"#),
    ] {
        assert!(AnchorFile::parse(path(&bad).as_bytes()).is_err(), "{bad}");
    }
}
