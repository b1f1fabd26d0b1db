//! The routes by which other people get files of a library.
//!
//! A route that serves bytes is in [`WAYS`], or in [`NO_FILES`] with a reason: a new one fails the test until it is
//! listed.

use super::containers::{CANARIES, Container, Others, has};
use super::strangers::{Findings, Stranger};
use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;

const SECRET: &str = "000102030405060708090a0b0c0d0e0f";
/// Maximum number of files of an item.
const FILES_MAX: usize = 6;

/// The routes that serve the bytes of people's files. The test requests each, and gets a file from it.
pub const WAYS: [&str; 11] = [
    "/coffee/api/items/{item}/files/{cid}",
    "/dykil/api/items/{item}/files/{cid}",
    "/essays/api/items/{item}/files/{cid}",
    "/events/api/pictures/{id}",
    "/learn/api/items/{item}/files/{cid}",
    "/links/api/items/{item}/files/{cid}",
    "/market/api/items/{item}/files/{cid}",
    "/media/api/albums/{id}/zip",
    "/media/api/assets/{id}",
    "/media/api/zip/{token}",
    "/profile/api/media/{did}/{cid}",
];
/// Pages that serve such bytes and are not documented as routes.
pub const PAGES: [&str; 1] = ["/front/picture"];

/// The routes that serve other bytes, and why they give no caller another person's file.
pub const NO_FILES: [(&str, &str); 13] = [
    ("/away/api/kept/{contract}/{name}", "encrypted backups"),
    ("/auth/api/export", "the caller's record"),
    ("/auth/api/exports/{id}/bundle.tar", "the caller's copy"),
    ("/auth/api/exports/{id}/bundle.tar.age", "the caller's copy"),
    ("/auth/api/identity/{did}/did.json", "keys"),
    ("/coffee/api/tips.csv", "a table"),
    ("/dykil/api/surveys/{owner}/{survey}/results.csv", "a table"),
    ("/events/api/events/{id}/calendar.ics", "a date"),
    ("/events/api/events/{id}/guests.csv", "a table"),
    ("/events/api/tickets/{id}/qr.png", "drawn by the box"),
    ("/events/api/tickets/{id}/qr.svg", "drawn by the box"),
    ("/links/api/export.html", "the caller's links"),
    ("/media/dav", "the caller's files"),
];

/// Returns every documented GET route that answers with something other than JSON.
pub fn routes_with_bytes(node: &Node) -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for service in imajin_node::open::all_services() {
        let name = service.name();
        let (_, spec) = imajin_e2e::get(&format!("{}/{name}/api/spec", node.url));
        for (path, methods) in spec["paths"].as_object().expect("paths") {
            let answers = methods["get"]["responses"].as_object();
            let kinds = answers.into_iter().flatten().flat_map(|(status, answer)| {
                let kinds = answer["content"].as_object().filter(|_| status.starts_with('2'));
                kinds.into_iter().flat_map(|kinds| kinds.keys())
            });
            if kinds.into_iter().any(|kind| kind != "application/json") {
                routes.insert(format!("/{name}{path}"));
            }
        }
    }
    routes
}

/// Requests the files of a library as other people, first with a link, then with public access.
pub fn look_at_library(
    findings: &mut Findings,
    others: &[Stranger<'_>],
    who: &Uploader,
    (files, assets): (&[Container], &BTreeMap<String, String>),
) {
    const ASSETS: &str = "/media/api/assets/{id}";
    let (person, me) = (&who.person, who.person.did());
    let ids: Vec<&str> = assets.values().map(String::as_str).collect();
    let about = json!({ "title": "A week" });
    person.make_album(&about, &ids).unwrap();
    person.link_with(Person::ALBUM, SECRET, "for Eve").unwrap();
    // At first only the link gives access, then the files are public.
    let by_link = format!("of={me}&link={SECRET}");
    for access in ["private", "public"] {
        give_access(person, &ids, &json!({ "access": access }));
        let is_public = access == "public";
        for other in others {
            for file in files.iter().filter(|file| assets.contains_key(&file.name)) {
                let path = format!("{}/{}", "/media/api/assets", assets[&file.name]);
                let address = if is_public { path.clone() } else { format!("{path}?{by_link}") };
                let (status, bytes) = findings.fetch_in_parts(ASSETS, other, &address);
                let more = if is_public { "?" } else { "&" };
                for wish in ["w=800", "download=1", "embed=1"] {
                    findings.fetch(ASSETS, other, &format!("{address}{more}{wish}"));
                }
                let meta = address.replacen(&path, &format!("{path}/meta"), 1);
                let (_, meta) = findings.fetch(ASSETS, other, &meta);
                if meta.starts_with(b"{") {
                    let meta: Json = serde_json::from_slice(&meta).unwrap();
                    let places = (&meta["place"], &meta["zone"]);
                    assert_eq!(places, (&Json::Null, &Json::Null), "{}", file.name);
                }
                let is_copy = status == 200;
                let is_preview = file.others == Others::Withheld;
                assert!(is_copy || is_preview, "{}: {status} of {}", file.name, other.name);
                if is_copy && !is_preview {
                    findings.given.insert(file.name.clone(), bytes);
                }
            }
            let wish = if is_public {
                json!({ "ids": ids })
            } else {
                json!({ "ids": ids, "of": me, "link": SECRET })
            };
            let answer = other.ask(Method::POST, "/media/api/zip").json(&wish).send();
            let zip: Json = answer.unwrap().json().unwrap();
            findings.fetch("/media/api/zip/{token}", other, zip["url"].as_str().expect("a ZIP"));
            let album = format!("/media/api/albums/{}/zip?owner={me}&link={SECRET}", Person::ALBUM);
            findings.fetch("/media/api/albums/{id}/zip", other, &album);
        }
    }
}

/// Keeps all files of a library as another person, and looks for the location in these copies.
pub fn keep_all(findings: &mut Findings, other: &Person, assets: &BTreeMap<String, String>) {
    let own = Uploader::sign_in(other.client.address(), &other.key).unwrap();
    for (name, id) in assets {
        let (status, kept) =
            other.sign_and_ask(&format!("/media/api/assets/{id}/keep"), &json!({}));
        if status == 409 {
            continue;
        }
        assert!((200..300).contains(&status), "{name}: {kept}");
        let (_, bytes) = own.get(kept["url"].as_str().unwrap());
        for canary in CANARIES.iter().filter(|canary| has(&bytes, canary)) {
            let canary = String::from_utf8_lossy(canary);
            findings.faults.push(format!("what is kept of {name} has {canary:?}"));
        }
    }
}

/// The services whose items show files, with the route of these.
const SERVICES: [(&str, &str); 6] = [
    ("coffee", "/coffee/api/items/{item}/files/{cid}"),
    ("dykil", "/dykil/api/items/{item}/files/{cid}"),
    ("essays", "/essays/api/items/{item}/files/{cid}"),
    ("learn", "/learn/api/items/{item}/files/{cid}"),
    ("links", "/links/api/items/{item}/files/{cid}"),
    ("market", "/market/api/items/{item}/files/{cid}"),
];

/// Creates a public item with files.
fn make_item(person: &Person, service: &str, item: &str, cids: &[String]) {
    let form = json!({ "elements": [{ "type": "comment", "name": "q1" }] }).to_string();
    let (body, fact) = match service {
        "dykil" => (
            json!({ "title": "A question", "form": form }),
            json!({ "mode": "named", "each": "person", "show": "owner" }),
        ),
        "essays" => (json!({ "title": "Bread" }), json!({ "kind": "essay" })),
        "learn" => (json!({ "title": "Bread" }), json!({ "kind": "course" })),
        "links" => (
            json!({ "title": "A lake", "url": "https://example.org/" }),
            json!({ "visibility": "public" }),
        ),
        "market" => {
            (json!({ "title": "Ladder" }), json!({ "kind": "listing", "category": "tools" }))
        }
        _ => (json!({ "title": "Tea" }), json!({ "visibility": "public" })),
    };
    let put = format!("{service}.put");
    submit(person, (service, &put), Some(item), Some(&body), &fact);
    let alts = json!({ "alts": vec![""; cids.len()] });
    let attach = format!("{service}.attach");
    let fact = json!({ "media": cids });
    submit(person, (service, &attach), Some(item), Some(&alts), &fact);
    if service == "dykil" {
        // A survey doesn't change once it is open.
        person.set_survey(item, "open");
    }
}

/// Requests the files of items, and the picture of an event.
pub fn look_at_items(
    findings: &mut Findings,
    others: &[Stranger<'_>],
    person: &Person,
    cids: &[String],
) {
    for (service, way) in SERVICES {
        for (number, some) in (1..).zip(cids.chunks(FILES_MAX)) {
            let item = format!("itm_{number:024}");
            make_item(person, service, &item, some);
            for (other, cid) in
                others.iter().flat_map(|other| some.iter().map(move |cid| (other, cid)))
            {
                let owner = person.did();
                let path = format!("/{service}/api/items/{item}/files/{cid}?owner={owner}");
                for wish in ["", "&w=800", "&download=1"] {
                    findings.fetch(way, other, &format!("{path}{wish}"));
                }
            }
        }
    }
    let made = person.event_key();
    let event = made["event"].as_str().unwrap();
    let id = made["id"].as_str().unwrap();
    let shared = manifest(person, id, &[(person.key.did(), 1_000_000)], Some("host"));
    let words = json!({
        "title": "Party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "physical", "venue": "The Box",
        "tickets": [{ "name": "Floor" }],
    });
    person.put_event("events.create", event, &words, &shared, &[(0, -1)]).unwrap();
    person.event_status(event, "published").unwrap();
    for cid in cids {
        if person.show_event_by(event, "A lantern", &[cid]).is_err() {
            // An event accepts pictures only.
            continue;
        }
        for other in others {
            let path = format!("/events/api/pictures/{id}");
            findings.fetch("/events/api/pictures/{id}", other, &path);
            findings.fetch("/events/api/pictures/{id}", other, &format!("{path}?w=og"));
        }
    }
}

/// Requests pictures of a profile and of the box.
pub fn look_at_faces(
    findings: &mut Findings,
    others: &[Stranger<'_>],
    (person, owner): (&Person, &Person),
    files: &[Container],
) {
    let session = Session::begin(&person.client, &person.key).unwrap();
    let of_owner = Session::begin(&owner.client, &owner.key).unwrap();
    for file in files {
        let sent = session.request(&person.client, Method::POST, "/profile/api/upload");
        let sent = sent.body(file.bytes.clone()).send().unwrap();
        if sent.status() == 201 {
            let cid = sent.json::<Json>().unwrap()["cid"].as_str().unwrap().to_owned();
            for part in ["avatar", "banner"] {
                submit(
                    person,
                    ("profile", "profile.update"),
                    None,
                    Some(&json!({ part: cid })),
                    &json!({ "media": [cid] }),
                );
                for other in others {
                    let path = format!("/profile/api/media/{}/{cid}", person.did());
                    for wish in ["", "?w=face", "?w=og"] {
                        findings.fetch(
                            "/profile/api/media/{did}/{cid}",
                            other,
                            &format!("{path}{wish}"),
                        );
                    }
                }
            }
        }
        let shown = of_owner.request(&owner.client, Method::POST, "/settings/box/picture");
        let shown = shown.body(file.bytes.clone()).send().unwrap().status();
        if shown.is_success() {
            for other in others {
                findings.fetch("/front/picture", other, "/front/picture");
            }
        }
    }
}

/// Sets who may see files, in facts of allowed length.
pub fn give_access(person: &Person, ids: &[&str], access: &Json) {
    for ids in ids.chunks(8) {
        let mut fact = access.clone();
        fact["assets"] = json!(ids);
        submit(person, ("media", "media.access"), None, None, &fact);
    }
}

fn submit(
    person: &Person,
    (service, op): (&str, &str),
    reference: Option<&str>,
    body: Option<&Json>,
    fact: &Json,
) {
    let mut draft = Draft::new(service, op);
    if let Some(reference) = reference {
        draft = draft.reference(reference).unwrap();
    }
    if let Some(body) = body {
        draft = draft.body(body).unwrap();
    }
    let draft = draft.fact(fact).unwrap();
    person.client.submit(&person.signer, &draft).unwrap_or_else(|error| panic!("{op}: {error}"));
}
