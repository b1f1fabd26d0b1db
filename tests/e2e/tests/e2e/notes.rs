//! The smallest app ([`imajin_e2e::notes`]) in a program with all services of the node and this one: the framework's
//! guarantees hold for an app that the rest of the code does not know.

use imajin_app::operation::{Declaration, Part, Words};
use imajin_app::{Service, Services};
use imajin_e2e::notes::Notes;
use imajin_e2e::prelude::*;
use imajin_e2e::run;
use imajin_node::open::{all_services, op_table};
use std::sync::Arc;

use crate::canary::{assert_exported, assert_gone, put_declared};
use crate::routes::operations::assert_as_in_table;
use crate::routes::table::row;
use crate::routes::world::World;

/// The rows of this app's operations in the table.
const ROWS: [&str; 2] =
    ["notes.put + + + - + - any own - -", "notes.remove + + + - - - key own - -"];

/// The files that name the app: its program, the library's module list, and the tests' module list. The app's own files
/// are not among them.
const NAMED_IN: [&str; 3] = ["src/bin/imajin-notes.rs", "src/lib.rs", "tests/e2e/main.rs"];

const FIRST: &str = "itm_000000000000000000000001";
const SECOND: &str = "itm_000000000000000000000002";

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_imajin-notes"))
}

fn start(data: &Path) -> Node {
    let options =
        NodeOptions { program: Some(program().to_owned()), ..NodeOptions::among_neighbours() };
    Node::start_with(data, &options)
}

fn services() -> Services {
    let app: Arc<dyn Service> = Arc::new(Notes);
    Services::new(all_services().into_iter().chain([app]))
}

/// Writes the table of operations of this program to a file, for other verifiers.
fn table(folder: &Path) -> PathBuf {
    let path = folder.join("operations.json");
    let table = op_table(&services()).to_json().expect("a table");
    std::fs::write(&path, table).expect("a file");
    path
}

fn put(person: &Person, note: &str, words: &str) -> Outcome {
    person.enter(&json!({ "op": "notes.put", "ref": note, "body": { "words": words } }))
}

fn remove(person: &Person, note: &str) -> Outcome {
    person.enter(&json!({ "op": "notes.remove", "ref": note }))
}

/// Returns a person's own notes.
fn read_notes(person: &Person) -> Vec<String> {
    let notes = person.read("/notes/api/notes");
    let notes = notes.as_array().expect("a list").iter();
    let words = notes.map(|note| note["words"].as_str().expect("words").to_owned());
    words.collect()
}

fn counted(person: &Person) -> Json {
    person.read("/auth/api/count")["counts"]["notes"].clone()
}

/// Returns the operations of the section in a bundle, with their bodies.
fn exported(bundle: &Path) -> Vec<(&'static str, Json)> {
    let readable = std::fs::read(bundle.join("bundle.json")).unwrap();
    let readable: Json = serde_json::from_slice(&readable).unwrap();
    let entries = readable["sections"]["notes"]["entries"].as_array().unwrap();
    let operation =
        |entry: &Json| ["notes.put", "notes.remove"].into_iter().find(|op| entry["op"] == *op);
    let entry = |entry: &Json| (operation(entry).expect("an operation"), entry["body"].clone());
    entries.iter().map(entry).collect()
}

#[test]
fn every_word_is_exported_and_nowhere_after_its_removal_or_the_deletion() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = start(&data);
    let ada = Person::new(&node.url);
    let mut words = Vec::new();
    for declaration in Notes.operations() {
        let took = put_declared(&ada, declaration, &mut words);
        assert_eq!(took, declaration.spec.body, "{}", declaration.spec.op);
    }
    // The example wrote the first note, which gets two more versions.
    let [old, new, kept] = ["canaryS1", "canaryS2", "canaryS3"].map(str::to_owned);
    put(&ada, FIRST, &old).unwrap();
    put(&ada, FIRST, &new).unwrap();
    put(&ada, SECOND, &kept).unwrap();
    assert_eq!(read_notes(&ada), [new.clone(), kept.clone()]);
    assert_eq!(counted(&ada), json!({ "notes": 2 }));

    let key = ada.key_file(folder.path());
    let at = ["--node", &node.url, "--key", text(&key)];
    let operations = table(folder.path());
    let newer = ["--operations", text(&operations)];
    let canaries = [&words[0], &old, &new, &kept].map(String::clone);
    let bundle = folder.path().join("bundle");
    assert_exported(program(), &at, &bundle, &canaries, &newer);
    // The node's program doesn't know these operations, and says so; with the table only the section is unknown.
    imajin_e2e::imajin(["verify", text(&bundle)]).fails_with(3);
    imajin_e2e::imajin([&["verify", text(&bundle)][..], &newer].concat()).ok();
    python_verifier([text(&bundle)]).fails_with(3);
    let written = canaries.map(|words| ("notes.put", json!({ "words": words })));
    assert_eq!(exported(&bundle), written);

    remove(&ada, FIRST).unwrap();
    assert_eq!(remove(&ada, FIRST).unwrap_err().status(), Some(404));
    assert_eq!(read_notes(&ada), ["canaryS3"]);
    assert_eq!(counted(&ada), json!({ "notes": 1 }));
    let after = folder.path().join("after");
    assert_exported(program(), &at, &after, std::slice::from_ref(&kept), &newer);
    let [erased, removed] = ["notes.put", "notes.remove"].map(|op| (op, Json::Null));
    let left = [&erased, &erased, &erased, &written[3], &removed].map(Clone::clone);
    assert_eq!(exported(&after), left);
    node.stop_gracefully();
    words.extend([old, new]);
    assert_gone(&data, &words);
    run(program(), ["rebuild", "--check", "--data", text(&data)]).ok();

    let node = start(&data);
    let at = ["--node", &node.url, "--key", text(&key)];
    run(program(), [&["delete", "--yes"][..], &at].concat()).ok();
    node.stop_gracefully();
    words.push(kept);
    assert_gone(&data, &words);
    run(program(), ["rebuild", "--check", "--data", text(&data)]).ok();
}

#[test]
fn who_may_do_what_is_decided_by_the_frame() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(&folder.path().join("data"));
    let world = World::with_operations(&node, folder.path(), &["notes.*"]);
    let specs = std::fs::read(table(folder.path())).unwrap();
    let specs: Json = serde_json::from_slice(&specs).unwrap();
    let specs = specs["operations"].as_array().unwrap();
    assert_as_in_table(&world, &ROWS.map(|line| row(line, specs)));

    // Only their author reads notes, and the page redirects people without a session to sign in.
    put(world.sue(), FIRST, "for Sue alone").unwrap();
    assert_eq!(read_notes(world.sue()), ["for Sue alone"]);
    for who in ["member", "friend", "owner"] {
        let other = world.person(who).unwrap();
        assert!(read_notes(other).is_empty(), "{who}");
    }
    let status = |path: &str, token: Option<String>| {
        let request = imajin_e2e::http().get(format!("{}{path}", node.url));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.text_answer()
    };
    for path in ["/notes/api/notes", "/notes"] {
        assert_eq!(status(path, None).0, 401, "{path}");
        let (code, said) = status(path, world.token("stranger"));
        assert_eq!(code, 403, "{path}: {said}");
        let (code, said) = status(path, world.token("self"));
        assert!(code == 200 && said.contains("for Sue alone"), "{said}");
    }
}

/// Sends a command that is refused. Returns the status and the invalid field.
fn ask(person: &Person, op: &str, reference: Option<&str>, body: Option<&Json>) -> (u16, Json) {
    match person.enter(&json!({ "op": op, "ref": reference, "body": body })) {
        Err(ClientError::Refused { status, problem, .. }) => (status, problem["field"].clone()),
        other => panic!("{op}: {other:?}"),
    }
}

/// Asserts that missing, oversized and undeclared members are named, for every member of a declaration.
fn assert_door(person: &Person, declaration: &Declaration) {
    let op = declaration.spec.op;
    let sample = declaration.sample(&mut Words::new("word"));
    let (reference, body) = (sample.reference.as_deref(), sample.body.as_ref());
    let named = |what: &str, reply: (u16, Json), field: &str| {
        assert_eq!(reply, (400, json!(field)), "{op}: {field} {what}");
    };
    for member in declaration.members {
        let name = member.name;
        match member.part {
            Part::Reference => {
                named("missing", ask(person, op, None, body), name);
                named("of another form", ask(person, op, Some("other"), body), name);
            }
            Part::Body => {
                let mut without = body.unwrap().clone();
                without.as_object_mut().unwrap().remove(name);
                named("missing", ask(person, op, reference, Some(&without)), name);
                let mut long = body.unwrap().clone();
                let schema = member.schema.expect("a schema")();
                let length = schema["maxLength"].as_u64().expect("a longest text") + 1;
                long[name] = json!("x".repeat(usize::try_from(length).unwrap()));
                named("too long", ask(person, op, reference, Some(&long)), name);
            }
            Part::Fact => unreachable!("no fact here"),
        }
    }
    match body {
        Some(body) => {
            let mut more = body.clone();
            more["other"] = json!("x");
            named("unknown", ask(person, op, reference, Some(&more)), "other");
            named("missing", ask(person, op, reference, None), "body");
        }
        None => named("unknown", ask(person, op, reference, Some(&json!({}))), "body"),
    }
}

#[test]
fn the_door_of_commands_names_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(&folder.path().join("data"));
    let ada = Person::new(&node.url);
    for declaration in Notes.operations() {
        assert_door(&ada, declaration);
    }
    assert!(read_notes(&ada).is_empty());
}

#[test]
fn notes_are_counted_and_move_along() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let (first, second) = (start(&first), start(&second));
    let ada = Person::new(&first.url);
    for words in ["once", "twice", "three times"] {
        put(&ada, FIRST, words).unwrap();
    }
    put(&ada, SECOND, "another").unwrap();
    let expected = json!([{ "kind": "notes", "number": 2 }]);
    let plan = ada.read(&format!("/auth/api/transfer?to={}", second.url));
    assert_eq!(plan["plan"]["notes"], json!({ "moves": expected, "cannot": [] }));
    let plan = ada.read("/auth/api/delete");
    let goes = plan["goes"].as_array().unwrap().iter();
    let goes: Vec<_> = goes.filter(|one| one["service"] == "notes").collect();
    assert_eq!(goes.len(), 1);
    assert_eq!(goes[0]["what"], "2 notes");

    let key = ada.key_file(folder.path());
    let bundle = folder.path().join("bundle");
    let at = |node: &Node| [node.url.clone(), text(&key).to_owned()];
    let with = |words: &[&str], node: &Node| {
        let [url, key] = at(node);
        run(program(), [words, &["--node", &url, "--key", &key]].concat()).ok()
    };
    with(&["export", "--to", text(&bundle)], &first);
    with(&["import", text(&bundle)], &second);
    let moved = ada.at(&second.url);
    assert_eq!(read_notes(&moved), ["three times", "another"]);
    assert_eq!(counted(&moved), json!({ "notes": 2 }));
}

#[test]
fn an_app_of_its_own_touches_three_files_outside_its_folder() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names =
        ["e2e::notes", "mod notes", "imajin-notes", "notes.put", "notes.remove", "/notes/api"];
    let own = ["src/notes", "tests/e2e/notes.rs"];
    let mut paths = Vec::new();
    for folder in ["apps", "kernel", "node", "tests/e2e", "tests/verifier"] {
        let folder = top.join("../..").join(folder);
        for file in files(&folder.canonicalize().unwrap()) {
            let ending = file.extension().and_then(|ending| ending.to_str());
            let name = file.strip_prefix(top).unwrap_or(&file);
            let is_source = ["rs", "toml", "py", "ftl", "json", "js"];
            let is_own =
                own.iter().any(|own| name.starts_with(own)) || text(name).starts_with("src/notes.");
            if is_own || !ending.is_some_and(|ending| is_source.contains(&ending)) {
                continue;
            }
            let source = std::fs::read_to_string(&file).unwrap_or_default();
            if names.iter().any(|of| source.contains(of)) {
                paths.push(text(name).to_owned());
            }
        }
    }
    assert_eq!(paths, NAMED_IN);
    let lines = include_str!("../../src/notes.rs").lines().count();
    assert!(lines <= 150, "{lines} lines of Rust");
}
