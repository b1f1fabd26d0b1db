//! The privacy of locations: the test puts one into every kind of file, imports the files by every route, and looks for
//! the location in everything that other people can download.

mod containers;
mod doors;
mod strangers;
mod ways;

use containers::{DAY, Others, containers};
use doors::{Door, bring};
use imajin_e2e::UploadStatus;
use imajin_e2e::prelude::*;
use imajin_e2e::stick::Port;
use strangers::{Findings, Stranger};
use ways::{
    NO_FILES, PAGES, WAYS, give_access, keep_all, look_at_faces, look_at_items, look_at_library,
    routes_with_bytes,
};

#[test]
fn nobody_learns_a_place_from_any_file_by_any_way() {
    let (data, port) = (tempfile::tempdir().unwrap(), Port::new());
    let node = port.node(&data.path().join("data"), &[]);
    let files = containers();
    let person = || Person::new(&node.url);
    let (bob, faces) = (person(), person());
    let doors = [Door::Tus, Door::Form, Door::Drive, Door::Stick];
    let doors = doors.map(|door| (door, Uploader::sign_in(&node.url, &person().key).unwrap()));
    let owner = Owner::claim(&node).person;

    let mut named: BTreeSet<String> =
        NO_FILES.iter().map(|(route, _)| (*route).to_owned()).collect();
    named.extend(WAYS.map(str::to_owned));
    let routes = routes_with_bytes(&node);
    let unnamed: Vec<&String> = routes.difference(&named).collect();
    assert!(unnamed.is_empty(), "neither in WAYS nor in NO_FILES: {unnamed:?}");

    let others =
        [Stranger::new("a stranger", &node, None), Stranger::new("a member", &node, Some(&bob))];
    let mut findings = Findings::default();
    for (door, who) in &doors {
        let assets = bring(&port, *door, who, &files);
        let all = files.len();
        match door {
            // The import from a stick accepts pictures and films only.
            Door::Stick => assert!(assets.len() > 10, "{assets:?}"),
            _ => assert_eq!(assets.len(), all, "{door:?}: {assets:?}"),
        }
        look_at_library(&mut findings, &others, who, (files.as_slice(), &assets));
        if matches!(door, Door::Tus) {
            keep_all(&mut findings, &bob, &assets);
            let cids = assets.values().map(|id| {
                let asset = who.read(&format!("/media/api/assets/{id}/meta")).unwrap();
                asset["hash"].as_str().expect("a CID").to_owned()
            });
            look_at_items(&mut findings, &others, &who.person, &cids.collect::<Vec<_>>());
            // A conversation serves its files by the same route, to its members.
            let group =
                who.person.make_group(&json!({ "name": "Choir" }), "private", None).unwrap();
            who.person.bring_into(&group, &bob);
            let ids: Vec<&str> = assets.values().map(String::as_str).collect();
            let to = json!({ "access": "conversation", "to": group });
            give_access(&who.person, &ids, &to);
            for id in ids {
                findings.fetch(
                    "/media/api/assets/{id}",
                    &others[1],
                    &format!("/media/api/assets/{id}"),
                );
            }
        }
    }
    look_at_faces(&mut findings, &others, (&faces, &owner), &files);
    findings.judge();
    assert!(findings.faults.is_empty(), "{}", findings.faults.join("\n"));
    let ways: BTreeSet<&str> = WAYS.into_iter().chain(PAGES).collect();
    assert_eq!(findings.open, ways, "each gave somebody something");
    node.stop_gracefully();
}

#[test]
fn a_shared_copy_lands_on_its_day_in_the_library_of_who_takes_it() {
    let data = tempfile::tempdir().unwrap();
    let node = Node::start(&data.path().join("data"));
    let [ada, bob] =
        [(); 2].map(|()| Uploader::sign_in(&node.url, &Person::new(&node.url).key).unwrap());
    let mut copies = BTreeSet::new();
    for file in containers().iter().filter(|file| file.others == Others::Dated) {
        let (id, told) = ada.bring(&file.name, file.bytes.clone(), &json!({})).unwrap();
        let day = |told: &UploadStatus| {
            let taken = told.facts["taken"].as_str().unwrap_or_default();
            taken.split('T').next().unwrap_or_default().to_owned()
        };
        assert_eq!(day(&told), DAY, "{}: {}", file.name, told.facts);
        give_access(&ada.person, &[&id], &json!({ "access": "public" }));
        let (status, copy) = bob.get(&format!("/media/api/assets/{id}"));
        assert!(status == 200 && copy != file.bytes, "{}", file.name);
        if !copies.insert(copy.clone()) {
            // Two originals may have the same shared copy, and a library stores a file once.
            continue;
        }
        let (own, told) = bob.bring(&file.name, copy, &json!({})).unwrap();
        assert_eq!(day(&told), DAY, "{}: {}", file.name, told.facts);
        assert_eq!(told.facts["place"], Json::Null, "{}", file.name);
        let meta = bob.read(&format!("/media/api/assets/{own}/meta")).unwrap();
        let taken = meta["taken"].as_str().expect("a time");
        assert!(taken.starts_with(DAY), "{}: {meta}", file.name);
    }
    node.stop_gracefully();
}
