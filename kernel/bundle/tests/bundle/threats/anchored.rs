//! The rows of docs/threats.md on a node's published anchors: the node rewrites, re-orders, cuts, and denies.

use imajin_log::verify::Report;
use imajin_protocol::anchor::{ChainFile, End};
use tempfile::TempDir;

use crate::threats::prelude::*;
use crate::tools::publish::{PublishedAnchor, Publisher};

/// Makes a log of session entries. They are the home's word, so only a published head binds it.
fn asked_for() -> Log {
    let mut log = begin(&ann(), &first_box());
    for text in ["one", "two", "three"] {
        log.custodial(update(text));
    }
    go_on(&mut log);
    log
}

/// Adds entries dated an hour later.
fn go_on(log: &mut Log) {
    log.later += 3_600;
    log.custodial(update("an hour later"));
    log.later += 3_600;
    log.custodial(update("two hours later"));
    log.head();
}

fn neighbour() -> Log {
    let mut log = begin(&bob(), &first_box());
    log.custodial(update("Bob"));
    log
}

/// Anchors Ann's entry 3, later Bob's log alone, and finally both, which Ann's copy cannot know.
fn published(log: &Log) -> (Publisher, PublishedAnchor) {
    let mut node = Publisher::new(&first_box());
    let made = node.anchor(60, &[(log, 3), (&neighbour(), 1)]);
    node.anchor(1_800, &[(&neighbour(), 1)]);
    node.anchor(30_000, &[(log, 5), (&neighbour(), 1)]);
    (node, made)
}

/// A bundle that a node hands out, for both verifiers.
struct AnchoredBundle {
    dir: TempDir,
    path: std::path::PathBuf,
}

impl AnchoredBundle {
    fn export(log: &Log, node: Option<&Log>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = bundles::export_from(log, node, dir.path());
        Self { dir, path }
    }

    /// Changes the bundle's anchors; the owner signs whatever the node asks them to.
    fn edit(&self, edit: impl FnOnce(&mut Json)) {
        let mut anchors = bundles::read(&self.path, "anchors.json");
        edit(&mut anchors);
        bundles::write(&self.path, "anchors.json", &anchors);
        let mut manifest = bundles::read(&self.path, "manifest.json");
        bundles::list(&mut manifest, &self.path, "anchors.json");
        bundles::sign_document(&mut manifest, &ann(), "owner");
        bundles::write(&self.path, "manifest.json", &manifest);
    }

    fn against(&self, file: &ChainFile) -> Report {
        assert!(self.dir.path().exists());
        judge_anchored(&self.path, file).unwrap()
    }

    fn alone(&self) -> Report {
        judge_path(&self.path, &VerifyOptions::default())
    }
}

/// Returns the published chain file, with a path that the owner kept.
fn keeping(node: &Publisher, made: &PublishedAnchor, log: &Log) -> ChainFile {
    let mut file = node.file.clone();
    file.paths.push(made.path(log));
    file
}

/// Tests every way in which a node can show a history that is not the one that it anchored at entry 3.
fn caught_anchored(other: &Log, log: &Log, code: &str) {
    let (node, made) = published(log);
    // The log is valid for a reader who knows nothing else.
    let bare = AnchoredBundle::export(other, None);
    assert_eq!(bare.alone().fault, None);
    // The node shows no file, no path, or a forged path.
    caught_in(&bare.against(&node.file), None, "path");
    let without = AnchoredBundle::export(other, Some(&published(&asked_for()).0.log));
    without.edit(|file| {
        let paths = file["nodes"][0]["paths"].as_array_mut().unwrap();
        *paths = vec![paths[1].clone()];
    });
    caught_in(&without.against(&node.file), None, "path");
    without.edit(|file| {
        let mut lie = file["nodes"][0]["paths"][0].clone();
        lie["nonce"] = hex::encode(&made.path(log).0).into();
        file["nodes"][0]["paths"].as_array_mut().unwrap().insert(0, lie);
    });
    caught_in(&without.against(&node.file), None, "path");
    // With the path as it is, or kept by the owner.
    let honest = AnchoredBundle::export(log, Some(&node.log));
    let path = bundles::read(&honest.path, "anchors.json")["nodes"][0]["paths"][0].clone();
    without.edit(|file| file["nodes"][0]["paths"][0] = path);
    caught_in(&without.alone(), 3, code);
    let kept = keeping(&node, &made, log);
    caught_in(&bare.against(&kept), 3, code);
    let bare_log = bare.path.join("log.sqlite");
    caught_in(&judge_anchored(&bare_log, &kept).unwrap(), 3, code);
}

#[test]
fn an_honest_bundle_is_anchored() {
    let log = asked_for();
    let (mut node, made) = published(&log);
    let shown = AnchoredBundle::export(&log, Some(&node.log));
    assert_eq!(shown.alone().fault, None);
    let report = shown.against(&node.file);
    assert_eq!(report.fault, None);
    let anchors = report.anchors.unwrap();
    assert_eq!((anchors.absent, anchors.silent, anchors.unknown), (1, 0, 0));
    let seqs: Vec<(u64, bool)> =
        anchors.anchored.iter().map(|a| (a.seq, a.countersigned)).collect();
    assert_eq!(seqs, [(3, false), (5, false)]);
    // The copy need not know later anchors; a published chain shorter than its own is not a fault.
    node.countersign(&ann(), &made);
    node.countersign(&bob(), &made);
    node.anchor(40_000, &[(&log, 5)]);
    let anchors = shown.against(&node.file).anchors.unwrap();
    assert_eq!((anchors.silent, anchors.anchored[0].countersigned), (1, true));
    let mut shorter = node.file.clone();
    shorter.operations.truncate(1);
    assert_eq!(shown.against(&shorter).anchors.unwrap().unknown, 2);
    // A bare log carries no paths and need not.
    let bare = judge_anchored(&shown.path.join("log.sqlite"), &node.file).unwrap();
    assert_eq!((bare.fault, bare.anchors.unwrap().silent), (None, 4));
    // The node's own log has its anchors, and is a valid bare log.
    valid(&node.log);
    let own = AnchoredBundle::export(
        &{
            let mut own = node.log.clone();
            own.head();
            own
        },
        None,
    );
    assert_eq!(own.alone().fault, None);
}

#[test]
fn anchored_rewriting() {
    let log = asked_for();
    let mut other = change_as_home(&log, 2, |row| {
        *row = row.clone().with_body(update("never said"));
    });
    other.heads.clear();
    other.head();
    caught_anchored(&other, &log, "anchor");
}

#[test]
fn anchored_reordering() {
    let log = asked_for();
    let mut all = rows(&log);
    all.swap(1, 2);
    let at = all[1].header.at;
    all[1].header.at = all[2].header.at;
    all[2].header.at = at;
    let mut other = relink_as_home(&log, all);
    other.heads.clear();
    other.head();
    caught_anchored(&other, &log, "anchor");
}

#[test]
fn anchored_cutting() {
    let log = asked_for();
    // A log that was cut and continued has another entry 3.
    let mut regrown = cut(&log, 2);
    regrown.later = 0;
    regrown.heads.clear();
    regrown.custodial(update("after the cut"));
    go_on(&mut regrown);
    let mut short = regrown.clone();
    caught_anchored(&regrown, &log, "anchor");
    // A log cut before entry 3, with late times.
    short = cut(&short, 2);
    short.later = 7_200;
    short.custodial(update("the last"));
    short.heads.clear();
    short.head();
    caught_anchored(&short, &log, "cut");
    // An unchanged older state is valid, except for a reader who kept a newer path.
    let mut older = cut(&log, 2);
    older.heads.clear();
    older.head();
    let (node, made) = published(&log);
    let shown = AnchoredBundle::export(&older, None);
    assert_eq!(shown.against(&node.file).fault, None);
    caught_in(&shown.against(&keeping(&node, &made, &log)), 3, "cut");
}

#[test]
fn denying_anchors() {
    let log = asked_for();
    let (node, made) = published(&log);
    let shown = AnchoredBundle::export(&log, Some(&node.log));
    // Anchors published on another branch count like all others.
    let mut forked = node.clone();
    forked.publish(Some(&made.state), 1_900, &[(&neighbour(), 1)]);
    caught_in(&shown.against(&forked.file), None, "path");
    // The same holds for another chain of the same node.
    let mut second = node.clone();
    second.publish(None, 2_000, &[(&log, 3)]);
    caught_in(&shown.against(&second.file), None, "path");
    // The other log's leaf is not this log's, and an empty end is refused where the tree has a leaf.
    for end in [json!(null), json!({"subject": "00".repeat(32), "value": "00".repeat(32)})] {
        let denied = AnchoredBundle::export(&log, Some(&node.log));
        denied.edit(|file| {
            let path = file["nodes"][0]["paths"][0].as_object_mut().unwrap();
            path.remove("head");
            if !end.is_null() {
                path.insert("other".into(), end.clone());
            }
        });
        assert_eq!(denied.alone().fault, None);
        caught_in(&denied.against(&node.file), None, "path");
    }
    // The file is parsed as strictly as all others.
    let broken = AnchoredBundle::export(&log, Some(&node.log));
    broken.edit(|file| file["more"] = json!(1));
    caught_in(&broken.alone(), None, "anchor");
    let anothers = AnchoredBundle::export(&log, Some(&node.log));
    anothers.edit(|file| file["did"] = json!(bob().did.to_string()));
    caught_in(&anothers.alone(), None, "anchor");
    let nobody = AnchoredBundle::export(&log, Some(&node.log));
    nobody.edit(|file| file["nodes"][0]["node"] = json!(second_box().did.to_string()));
    caught_in(&nobody.alone(), None, "anchor");
}

#[test]
fn foreign_anchors() {
    let log = asked_for();
    let (node, _) = published(&log);
    let shown = AnchoredBundle::export(&log, Some(&node.log));
    let unusable = |edit: &dyn Fn(&mut ChainFile)| {
        let mut file = node.file.clone();
        edit(&mut file);
        judge_anchored(&shown.path, &file).unwrap_err()
    };
    // Another node's file; another signature; another name; another order; another identity.
    let stranger = published_by(&second_box(), &log);
    unusable(&|file| *file = stranger.clone());
    unusable(&|file| file.operations.push(stranger.operations[0].clone()));
    unusable(&|file| file.identity = stranger.identity.clone());
    unusable(&|file| file.operations.reverse());
    unusable(&|file| {
        let token = &mut file.operations[0];
        let last = if token.ends_with("AA") { "BA" } else { "AA" };
        token.replace_range(token.len() - 4..token.len() - 2, last);
    });
    unusable(&|file| file.identity.clear());
    let mut false_witness = node.clone();
    let thief = Party { genesis: ann().genesis, key_id: ann().key_id, ..bob() };
    let made = published(&log).1;
    false_witness.countersign(&thief, &made);
    judge_anchored(&shown.path, &false_witness.file).unwrap_err();
}

fn published_by(node: &Party, log: &Log) -> ChainFile {
    let mut node = Publisher::new(node);
    node.anchor(60, &[(log, 3)]);
    node.file
}

#[test]
fn rewriting_what_one_countersigned() {
    let log = asked_for();
    let (mut node, made) = published(&log);
    // With another salt in entry 0 the log has another place, where the tree has nothing.
    let mut other = Log::begin_with_encryption(&ann(), &first_box(), [7; 32]);
    for text in ["another", "story", "altogether"] {
        other.custodial(update(text));
    }
    go_on(&mut other);
    let shown = AnchoredBundle::export(&other, Some(&node.log));
    let report = shown.against(&node.file);
    assert_eq!(report.fault, None, "both willed it, and nobody else was told");
    assert_eq!(report.anchors.unwrap().absent, 3);
    assert!(!against(&log, &other).is_empty(), "an earlier copy tells");
    node.countersign(&ann(), &made);
    caught_in(&shown.against(&node.file), None, "anchor");
}

#[test]
fn giving_up_a_branch_is_no_rewriting() {
    let log = asked_for();
    let (node, made) = published(&log);
    let newest = log.heads.values().next().unwrap().clone();
    // An old card was put back; its owner continues from there and declares it.
    let mut back = cut(&log, 2);
    back.heads.clear();
    back.head();
    let moved = |abandons: bool| {
        let mut back = back.clone();
        let mut members = vec![
            ("node", Value::from(first_box().did.as_str())),
            ("url", "https://box.example".into()),
            ("epoch", Value::Int(2)),
        ];
        if abandons {
            members.push(("abandons", newest.as_str().into()));
        }
        let hand = owner(&back);
        will_by(&mut back, Make::op("auth.home").body(members), &hand);
        back.epoch = 2;
        for text in ["went", "on"] {
            will(&mut back, update(text));
        }
        back.head();
        back
    };
    let kept = keeping(&node, &made, &log);
    assert_eq!(AnchoredBundle::export(&moved(true), None).against(&kept).fault, None);
    caught_in(&AnchoredBundle::export(&moved(false), None).against(&kept), 3, "anchor");
    // The path ends in an abandoned head, not in an absent log.
    assert!(matches!(made.path(&log).1.end, End::Head(_)));
}
