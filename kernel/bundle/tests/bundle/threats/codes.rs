//! The table of fault codes in docs/format.md §11 and a corpus of attacks on one bundle that has something of everything:
//! every code is found at least once, by both verifiers, of the same entry and the same file.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use imajin_bundle::export::Target;
use imajin_dfos::cid::raw_cid;
use imajin_log::rules::Code;
use imajin_protocol::anchor::ChainFile;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::threats::bound::derived_log;
use crate::threats::friends;
use crate::threats::prelude::*;
use crate::tools::publish::Publisher;

const PAGE: &str = include_str!("../../../../../docs/format.md");
const PICTURE: &[u8] = b"a picture";

/// Returns the first column of the page's table that begins with this line.
fn column(heading: &str) -> Vec<&'static str> {
    let Some((_, table)) = PAGE.split_once(heading) else {
        panic!("the page has no table under {heading:?}");
    };
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('|').nth(1).unwrap().trim().trim_matches('`')).collect()
}

#[test]
fn the_page_lists_every_fault_code_and_no_other() {
    let ours: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(column("| code | names | when |\n"), ours);
    let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verifier/errors.py");
    let python = fs::read_to_string(verifier).unwrap();
    let list = python.split_once("CODES = (").unwrap().1;
    let list = list.split_once(')').unwrap().0;
    let theirs: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert_eq!(theirs, ours, "tests/verifier/errors.py");
    assert_eq!(column("| exit status | when |\n"), ["0", "1", "2", "3"]);
}

/// A bundle with a log of several wills and an operation over several logs, media, an owned, a shared and a side log, and
/// anchors.
pub(crate) struct Whole {
    dir: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) log: Log,
    bobs: Log,
    pub(crate) published: ChainFile,
}

impl Whole {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (mut log, bobs, ..) = friends();
        let mut side = cut(&log, 2);
        side.heads.clear();
        side.head();
        let picture = raw_cid(PICTURE);
        will(&mut log, update("with a picture").fact_ids("media", &[picture.to_string()]));
        let mut node = Publisher::new(&first_box());
        node.anchor(60, &[(&log, 2)]);
        log.later += 3_600;
        log.custodial(update("an hour later"));
        log.head();
        let data = dir.path().join("data/users").join(log.owner.did.folder_name());
        let name = media_name(PICTURE);
        fs::create_dir_all(data.join(&name).parent().unwrap()).unwrap();
        fs::write(data.join(&name), PICTURE).unwrap();
        let path = bundles::export_from(&log, Some(&node.log), dir.path());
        // Here Bob's log is the log of a thing that Ann opened.
        let words = |op| Make::op(op).body(vec![("title", "A concert".into())]);
        let thing =
            derived_log(words("events.create"), words("events.opened").reference(ann().did));
        let theirs = derived_log(
            words("connections.group.create"),
            words("connections.group.opened").reference(ann().did),
        );
        for (kind, other) in [("owned", &thing), ("shared", &theirs)] {
            let name = format!("{kind}/{}/log.sqlite", other.owner.did.folder_name());
            bundles::add(&path, &name, &ann(), |file| other.write(file));
        }
        let name = format!("side/{}.sqlite", side.last());
        bundles::add(&path, &name, &ann(), |file| side.write(file));
        Self { dir, path, log, bobs, published: node.file }
    }

    /// Makes a copy of the folder, changed.
    pub(crate) fn changed(&self, name: &str, change: impl FnOnce(&Path)) -> PathBuf {
        let to = self.dir.path().join("changed").join(name);
        let _ = fs::remove_dir_all(&to);
        copy(&self.path, &to);
        change(&to);
        to
    }

    fn tar(&self) -> Vec<u8> {
        let target = Target::Tar(self.dir.path().join("bundle.tar"));
        let dir = self.dir.path().join("of-tar");
        fs::create_dir_all(&dir).unwrap();
        bundles::export_to(&diary(), None, &dir, &target);
        fs::read(target.path()).unwrap()
    }

    fn owned(&self) -> String {
        format!("owned/{}/log.sqlite", bob().did.folder_name())
    }
}

pub(crate) fn media_name(bytes: &[u8]) -> String {
    let cid = raw_cid(bytes).to_string();
    format!("media/{}/{cid}", &cid[cid.len() - 2..])
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to)
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The faults found so far.
struct Corpus {
    whole: Whole,
    found: BTreeSet<Code>,
}

impl Corpus {
    /// Asserts that both verifiers find this code, at this entry and in this file.
    #[track_caller]
    fn assert_fault(
        &mut self,
        path: &Path,
        code: Code,
        seq: impl Into<Option<u64>>,
        file: Option<&str>,
    ) {
        self.assert_fault_with(path, &VerifyOptions::default(), code, seq, file);
    }

    #[track_caller]
    fn assert_fault_with(
        &mut self,
        path: &Path,
        options: &VerifyOptions,
        code: Code,
        seq: impl Into<Option<u64>>,
        file: Option<&str>,
    ) {
        let fault = judge_path(path, options).fault;
        let fault = fault.unwrap_or_else(|| panic!("{code} was not found"));
        let actual = (fault.code, fault.seq, fault.file.as_deref());
        assert_eq!(actual, (code, seq.into(), file), "{fault}");
        self.found.insert(code);
    }

    /// Replaces the log at the top of the bundle.
    #[track_caller]
    fn log(&mut self, log: &Log, code: Code, seq: impl Into<Option<u64>>) {
        let path = self.whole.changed("log", |path| {
            let file = path.join("log.sqlite");
            fs::remove_file(&file).unwrap();
            log.write(&file);
        });
        self.assert_fault(&path, code, seq, None);
    }

    /// Runs SQL in the log at the top.
    #[track_caller]
    fn sql(&mut self, sql: &str, code: Code, seq: impl Into<Option<u64>>) {
        let path = self.whole.changed("sql", |path| run(&path.join("log.sqlite"), sql));
        self.assert_fault(&path, code, seq, None);
    }

    /// Changes the folder, and lists and signs it as its owner.
    #[track_caller]
    fn signed(&mut self, change: impl FnOnce(&Path), code: Code, file: &str) {
        let path = self.whole.changed("signed", |path| {
            change(path);
            bundles::relist(path, &ann());
        });
        self.assert_fault(&path, code, None, Some(file));
    }

    #[track_caller]
    fn folder(&mut self, change: impl FnOnce(&Path), code: Code, file: &str) {
        let path = self.whole.changed("folder", change);
        self.assert_fault(&path, code, None, Some(file));
    }

    /// Changes a member of the manifest, and signs it as its owner.
    #[track_caller]
    fn manifest(&mut self, edit: impl FnOnce(&mut serde_json::Value), file: &str) {
        let change = |path: &Path| {
            let mut manifest = bundles::read(path, "manifest.json");
            edit(&mut manifest);
            bundles::sign_document(&mut manifest, &ann(), "owner");
            bundles::write(path, "manifest.json", &manifest);
        };
        self.folder(change, Code::Manifest, file);
    }
}

fn run(file: &Path, sql: &str) {
    let conn = Connection::open(file).unwrap();
    conn.execute_batch(sql).unwrap();
}

#[test]
fn every_code_is_found_by_both_of_the_same_entry_and_file() {
    let whole = Whole::new();
    assert_eq!(judge_path(&whole.path, &VerifyOptions::default()).fault, None);
    let mut corpus = Corpus { whole, found: BTreeSet::new() };
    of_links(&mut corpus);
    of_proofs(&mut corpus);
    of_other_logs_and_ends(&mut corpus);
    of_files(&mut corpus);
    of_views_and_media(&mut corpus);
    of_anchors(&mut corpus);
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !corpus.found.contains(code)).collect();
    assert!(missing.is_empty(), "no attack comes to {missing:?}");
}

/// Faults of rows and of links between entries.
fn of_links(corpus: &mut Corpus) {
    corpus.sql("PRAGMA user_version = 2", Code::File, None);
    corpus.sql("CREATE INDEX more ON heads (jws)", Code::File, None);
    corpus.sql("INSERT INTO local_offsets VALUES (0, 1)", Code::File, None);
    corpus.sql("PRAGMA journal_mode = WAL", Code::File, None);
    let of_bob = hex::encode(&corpus.whole.bobs.entries[1].header_bytes);
    let sql = "UPDATE entries SET header = x'a0' WHERE seq = 2";
    corpus.sql(sql, Code::Decode, 2);
    let sql = format!("UPDATE entries SET header = x'{of_bob}' WHERE seq = 1");
    corpus.sql(&sql, Code::Did, 1);
    let sql = "DELETE FROM entries WHERE seq = 2; DELETE FROM bodies WHERE seq = 2";
    corpus.sql(sql, Code::Seq, 2);
    corpus.sql("DELETE FROM entries; DELETE FROM bodies", Code::Seq, 0);
    corpus.sql("DELETE FROM bodies WHERE seq = 2", Code::Body, 2);
    corpus.sql("INSERT INTO bodies VALUES (99, x'a0')", Code::Stray, 99);
    // No entry has such a number, and it comes first.
    let sql = "INSERT INTO bodies VALUES (-1, x'a0'), (99, x'a0')";
    corpus.sql(sql, Code::Stray, None);
    for did in ["nobody", "did:imajin:1", ""] {
        let sql = format!("INSERT INTO chains VALUES ('{did}', 0, 'x')");
        corpus.sql(&sql, Code::Stray, None);
    }
    for table in ["txns", "openings"] {
        let sql = format!("INSERT INTO {table} VALUES (x'00', x'a0')");
        corpus.sql(&sql, Code::Stray, None);
    }
    for cid in ["randomblob(36)", "x'01711220' || randomblob(32)"] {
        let sql = format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
             INSERT INTO causes SELECT CAST({cid} AS BLOB), x'a0', NULL FROM n"
        );
        corpus.sql(&sql, Code::Stray, None);
    }
    let log = diary();
    let other = change(&log, 2, |row| row.header.prev = Some(log.last()));
    corpus.log(&other, Code::Prev, 2);
    corpus.log(&change(&log, 2, |row| row.header.at = at(0)), Code::At, 2);
    let options = VerifyOptions { did: Some(bob().did), ..VerifyOptions::default() };
    let path = corpus.whole.path.clone();
    corpus.assert_fault_with(&path, &options, Code::Did, 0, None);
    let options =
        VerifyOptions { head: Some(dag_cbor_cid(b"elsewhere")), ..VerifyOptions::default() };
    corpus.assert_fault_with(&path, &options, Code::Cut, None, None);
}

/// Faults of signatures, signers and wills.
fn of_proofs(corpus: &mut Corpus) {
    let log = diary();
    let last = log.seq() - 1;
    let swapped = |row: &mut Row| *row = row.clone().with_body(update("never said"));
    corpus.log(&change_as_home(&log, 3, swapped), Code::Proof, 3);
    let late = log.entries[6].header.at.checked_add_millis(400_000).unwrap();
    let later = change_as_home(&log, last, |row| row.header.at = late);
    corpus.log(&later, Code::Iat, last);
    let mut dropped = rows(&log);
    dropped.remove(3);
    corpus.log(&relink_as_home(&log, dropped), Code::Order, 4);
    let written = |make: Make, hand: &dyn Fn(&Log) -> Hand| {
        let mut log = begin(&ann(), &first_box());
        let hand = hand(&log);
        will_by(&mut log, make, &hand);
        log.head();
        log
    };
    let elsewhere = |log: &Log| Hand { aud: second_box().did, ..owner(log) };
    corpus.log(&written(update("x"), &elsewhere), Code::Aud, 1);
    let mut rotated = begin(&ann(), &first_box());
    let thief = owner(&rotated);
    rotate(&mut rotated, 11);
    will_by(&mut rotated, update("stolen"), &thief);
    rotated.head();
    corpus.log(&rotated, Code::Key, 2);
    let mut foreign = Log::empty(&Party { genesis: bob().genesis, ..ann() }, &first_box());
    let make = creation(&foreign);
    will(&mut foreign, make);
    foreign.head();
    corpus.log(&foreign, Code::Identity, 0);
    let mut delegated = begin(&ann(), &first_box());
    let via = will(&mut delegated, delegation(31, &["profile.*"], 100, Some(0)));
    let hand = delegate(&delegated, 31, via);
    will_by(&mut delegated, update("too often"), &hand);
    delegated.head();
    corpus.log(&delegated, Code::Delegation, 2);
    let mut unwilled = begin(&ann(), &first_box());
    unwilled.custodial(Make::op("auth.delete").body(vec![("counts", Value::map::<&str>([]))]));
    unwilled.head();
    corpus.log(&unwilled, Code::Will, 1);
    let mut moved = begin(&ann(), &first_box());
    moved.head();
    let second = second_box();
    let chain = vec![second.genesis.token.clone()];
    moved.chains.insert(second.did.to_string(), chain);
    moved.node = second.clone();
    will(&mut moved, moving(&second, 5));
    corpus.log(&moved, Code::Home, 1);
}

/// Faults of entries from other logs, of erasures, and of heads.
fn of_other_logs_and_ends(corpus: &mut Corpus) {
    let (_, bobs, _, follow) = friends();
    let mut again = bobs.clone();
    be_followed(&mut again, &entered_again(&follow, |_| {}));
    again.head();
    corpus.log(&again, Code::Twice, 2);
    let mut lacking = bobs.clone();
    lacking.causes.clear();
    corpus.log(&lacking, Code::Cause, 1);
    let without = change_as_home(&bobs, 1, |row| row.header.txn = None);
    corpus.log(&without, Code::Txn, 1);
    let mut erasing = diary();
    let link = Value::List(vec![Value::Link(dag_cbor_cid(b"elsewhere"))]);
    let make = Make::op("auth.body.erased").body(vec![("bodies", link)]);
    will(&mut erasing, make);
    erasing.head();
    corpus.log(&erasing, Code::Erasure, 7);
    let log = diary();
    corpus.log(&cut(&log, 5), Code::Cut, 6);
    let mut other = change_as_home(&log, 2, |row| {
        *row = row.clone().with_body(claim("eve"));
    });
    other.heads = log.heads.clone();
    let last = log.seq() - 1;
    let mut retold = begin(&ann(), &first_box());
    for n in 0..last {
        will(&mut retold, update(&format!("never said {n}")));
    }
    retold.heads = log.heads.clone();
    corpus.log(&retold, Code::Head, last);
    // A log at the top of a bundle, and one of a thing, ends with a head.
    let mut on = corpus.whole.log.clone();
    on.custodial(update("after the head"));
    let seq = on.seq() - 1;
    corpus.log(&on, Code::Head, seq);
    let owned = corpus.whole.owned();
    let mut on = bobs.clone();
    will(&mut on, update("after the head"));
    for (log, code, seq) in [
        (&on, Code::Head, 2),
        (&lacking, Code::Cause, 1),
        (&again, Code::Twice, 2),
        (&without, Code::Txn, 1),
    ] {
        let path = corpus.whole.changed("owned", |path| {
            fs::remove_file(path.join(&owned)).unwrap();
            log.write(&path.join(&owned));
        });
        corpus.assert_fault(&path, code, seq, Some(&owned));
    }
    let sql = "PRAGMA application_id = 7";
    let path = corpus.whole.changed("owned", |path| run(&path.join(&owned), sql));
    corpus.assert_fault(&path, Code::File, None, Some(&owned));
}

/// Faults of a bundle's files: names, parts, digests, owners.
fn of_files(corpus: &mut Corpus) {
    let tar = corpus.whole.tar();
    let file = corpus.whole.dir.path().join("changed.tar");
    let mut tell = |bytes: &[u8], code, name: Option<&str>| {
        fs::write(&file, bytes).unwrap();
        corpus.assert_fault(&file, code, None, name);
    };
    let flipped = |at: usize| {
        let mut bytes = tar.clone();
        bytes[at] ^= 1;
        bytes
    };
    tell(&flipped(100), Code::Tar, None);
    tell(&flipped(tar.len() - 1), Code::Tar, None);
    for end in [511, 512, 700, tar.len() / 2, tar.len() - 512, tar.len() - 1] {
        tell(&tar[..end], Code::Tar, None);
    }
    tell(&[&tar[..], &[0; 512]].concat(), Code::Tar, None);
    tell(b"", Code::Tar, None);
    tell(b"neither a log nor a bundle", Code::Tar, None);
    let folder = corpus.whole.dir.path().join("parts");
    fs::create_dir_all(&folder).unwrap();
    let (one, other) = tar.split_at(tar.len() / 1_024 * 512 + 512);
    fs::write(folder.join("bundle.tar.000"), one).unwrap();
    fs::write(folder.join("bundle.tar.002"), other).unwrap();
    corpus.assert_fault(&folder, Code::Tar, None, None);
    for name in ["index.html", "bundle.json", "log.sqlite", "manifest.json"] {
        let remove = |path: &Path| fs::remove_file(path.join(name)).unwrap();
        corpus.folder(remove, Code::Manifest, name);
    }
    let other = format!("media/zz/{}", raw_cid(b"x"));
    for name in
        ["readme.txt", "log.sqlite-wal", "side/x.sqlite", "media/x", "media/.DS_Store", &other]
    {
        let put = |path: &Path| {
            let file = path.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "x").unwrap();
        };
        corpus.folder(put, Code::Manifest, name);
    }
    let link = |path: &Path| {
        fs::remove_file(path.join("index.html")).unwrap();
        symlink("/etc/hostname", path.join("index.html")).unwrap();
    };
    corpus.folder(link, Code::Manifest, "index.html");
    let folder = |path: &Path| {
        fs::rename(path.join("media"), path.join("elsewhere")).unwrap();
        symlink(path.join("elsewhere"), path.join("media")).unwrap();
    };
    let picture = media_name(PICTURE).replacen("media", "elsewhere", 1);
    corpus.folder(folder, Code::Manifest, &picture);
    let page = |path: &Path| fs::write(path.join("index.html"), "<p>").unwrap();
    corpus.folder(page, Code::Manifest, "index.html");
    let split = |path: &Path| {
        fs::rename(path.join("index.html"), path.join("index.html.000")).unwrap();
    };
    corpus.folder(split, Code::Manifest, "index.html");
    let gap = |path: &Path| {
        fs::rename(path.join("index.html"), path.join("index.html.001")).unwrap();
    };
    corpus.folder(gap, Code::Manifest, "index.html");
    let twice = |path: &Path| {
        fs::copy(path.join("index.html"), path.join("index.html.000")).unwrap();
    };
    corpus.folder(twice, Code::Manifest, "index.html");
    corpus.manifest(|manifest| manifest["split"] = 0.into(), "manifest.json");
    corpus.manifest(|manifest| manifest["split"] = (4_u64 << 30).into(), "manifest.json");
    corpus.manifest(|manifest| manifest["split"] = 100.into(), "anchors.json");
    corpus.manifest(|manifest| manifest["more"] = 1.into(), "manifest.json");
    corpus.manifest(|manifest| manifest["did"] = bob().did.as_str().into(), "manifest.json");
    corpus.manifest(|manifest| manifest["counts"]["entries"] = 1.into(), "manifest.json");
    corpus.manifest(|manifest| manifest["files"]["index.html"] = 1.into(), "manifest.json");
    corpus.manifest(|manifest| manifest["files"]["index.html"]["size"] = 1.into(), "index.html");
    corpus.manifest(
        |manifest| manifest["files"]["notes.txt"] = manifest["files"]["index.html"].clone(),
        "notes.txt",
    );
    let stolen = |path: &Path| {
        let mut manifest = bundles::read(path, "manifest.json");
        bundles::sign_document(&mut manifest, &bob(), "owner");
        bundles::write(path, "manifest.json", &manifest);
    };
    corpus.folder(stolen, Code::Manifest, "manifest.json");
    let owned = corpus.whole.owned();
    let mut stranger = begin(&Party::new(60), &first_box());
    stranger.head();
    let name = format!("owned/{}/log.sqlite", stranger.owner.did.folder_name());
    let put = |path: &Path| {
        fs::create_dir_all(path.join(&name).parent().unwrap()).unwrap();
        stranger.write(&path.join(&name));
    };
    corpus.signed(put, Code::Manifest, &name);
    let renamed = |path: &Path| {
        fs::remove_file(path.join(&owned)).unwrap();
        stranger.write(&path.join(&owned));
    };
    corpus.signed(renamed, Code::Manifest, &owned);
    let side = format!("side/{}.sqlite", stranger.last());
    let foreign = |path: &Path| stranger.write(&path.join(&side));
    corpus.signed(foreign, Code::Manifest, &side);
    let side = format!("side/{}.sqlite", dag_cbor_cid(b"another entry"));
    let misnamed = |path: &Path| {
        let entry = fs::read_dir(path.join("side")).unwrap().next().unwrap();
        fs::rename(entry.unwrap().path(), path.join(&side)).unwrap();
    };
    corpus.signed(misnamed, Code::Manifest, &side);
}

fn of_views_and_media(corpus: &mut Corpus) {
    let name = media_name(PICTURE);
    corpus.signed(|path| fs::remove_file(path.join(&name)).unwrap(), Code::Media, &name);
    corpus.signed(|path| fs::write(path.join(&name), "another").unwrap(), Code::Media, &name);
    let smuggled = media_name(b"smuggled");
    let put = |path: &Path| {
        fs::create_dir_all(path.join(&smuggled).parent().unwrap()).unwrap();
        fs::write(path.join(&smuggled), "smuggled").unwrap();
    };
    corpus.signed(put, Code::Media, &smuggled);
    corpus.signed(
        |path| fs::write(path.join("bundle.json"), "{}").unwrap(),
        Code::View,
        "bundle.json",
    );
    for edit in [
        |view: &mut serde_json::Value| view["sections"]["profile"]["display_name"] = json!("Eve"),
        |view: &mut serde_json::Value| view["sections"]["pay"] = json!({ "entries": [] }),
        |view: &mut serde_json::Value| {
            drop(view["sections"].as_object_mut().unwrap().remove("media"))
        },
        |view: &mut serde_json::Value| view["node"] = json!(bob().did.as_str()),
        |view: &mut serde_json::Value| view["more"] = json!(1),
    ] {
        let change = |path: &Path| {
            let mut view = bundles::read(path, "bundle.json");
            edit(&mut view);
            bundles::sign_document(&mut view, &ann(), "owner");
            bundles::write(path, "bundle.json", &view);
        };
        corpus.signed(change, Code::View, "bundle.json");
    }
    let change = |path: &Path| {
        let mut view = bundles::read(path, "bundle.json");
        bundles::sign_document(&mut view, &bob(), "owner");
        bundles::write(path, "bundle.json", &view);
    };
    corpus.signed(change, Code::View, "bundle.json");
}

fn of_anchors(corpus: &mut Corpus) {
    let anchors = "anchors.json";
    for text in ["", "{}", "no JSON"] {
        let change = |path: &Path| fs::write(path.join(anchors), text).unwrap();
        corpus.signed(change, Code::Anchor, anchors);
    }
    let edited = |corpus: &Corpus, edit: &dyn Fn(&mut serde_json::Value)| {
        corpus.whole.changed("anchors", |path| {
            let mut file = bundles::read(path, anchors);
            edit(&mut file);
            bundles::write(path, anchors, &file);
            bundles::relist(path, &ann());
        })
    };
    let head = |file: &mut serde_json::Value| file["nodes"][0]["paths"][0]["head"].take();
    let path = edited(corpus, &|file| {
        let mut head_json = head(file);
        head_json["cid"] = dag_cbor_cid(b"another").to_string().into();
        file["nodes"][0]["paths"][0]["head"] = head_json;
    });
    corpus.assert_fault(&path, Code::Anchor, 2, Some(anchors));
    let path = edited(corpus, &|file| {
        let mut head_json = head(file);
        head_json["seq"] = 99.into();
        file["nodes"][0]["paths"][0]["head"] = head_json;
    });
    corpus.assert_fault(&path, Code::Cut, 99, Some(anchors));
    let path = edited(corpus, &|file| file["did"] = bob().did.as_str().into());
    corpus.assert_fault(&path, Code::Anchor, None, Some(anchors));
    // Anchors that the node published and the bundle keeps back.
    let published = corpus.whole.published.clone();
    assert_eq!(judge_anchored(&corpus.whole.path, &published).unwrap().fault, None);
    let path = edited(corpus, &|file| file["nodes"][0]["paths"] = json!([]));
    let fault = judge_anchored(&path, &published).unwrap().fault.unwrap();
    assert_eq!((fault.code, fault.seq, fault.file), (Code::Path, None, None));
    corpus.found.insert(Code::Path);
}
