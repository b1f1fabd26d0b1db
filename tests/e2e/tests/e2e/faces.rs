//! Pictures of people and events on pages: their viewers, their size, and the fallback when a picture is deleted.

use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use reqwest::blocking::Response;
use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};

/// Four by four pixels as a PNG, without the PNG signature.
pub(crate) const PIXELS: &[u8] = b"\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x04\x00\x00\x00\x04\x08\x02\x00\x00\x00\x26\x93\x09\x29\x00\x00\x00\x10\x49\x44\x41\x54\x78\xda\x63\xb8\xe0\xa0\x00\x47\x0c\xc4\x71\x00\xf9\x43\x13\x01\x3f\x3b\x62\x61\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";
const INVITE: (&str, &str) = ("inv_000000000000000000000001", "AAAA-AAAA-AAAA");

fn get(person: &Person, path: &str) -> Response {
    person.request(Method::GET, path).send().unwrap()
}

fn header(answer: &Response, name: reqwest::header::HeaderName) -> String {
    let value = answer.headers().get(&name);
    value.map_or("", |value| value.to_str().unwrap()).to_owned()
}

fn show_to(person: &Person, audience: &str) {
    let body = json!({ "displayName": "Ada", "fieldVisibility": { "avatar": audience } });
    person.put("profile", "profile.update", &body).unwrap();
}

#[test]
fn a_face_is_the_picture_for_those_who_may_see_it_and_the_letter_for_others() {
    let (_folder, node) = Node::fresh();
    let [ada, bob, eve] = [(); 3].map(|()| Person::new(&node.url));
    let owner = Owner::claim(&node);
    let (status, page_or_problem) = owner.send_form("/settings/box", "name=&sentence=&people=yes");
    assert!(status < 400, "{page_or_problem}");
    ada.show_picture(PIXELS);
    show_to(&ada, "connections");
    let (invite, code) = INVITE;
    bob.invite(invite, code, 1).unwrap();
    ada.accept(&bob, invite, code).unwrap();
    bob.confirm_connection(&ada, &["connection.invited"]).unwrap();

    let begins = format!("<img src=\"/profile/api/media/{}/", ada.did());
    let list = bob.page("/connections");
    let path = list.split(&begins).nth(1).expect("a face in the list");
    let path = path.split('"').next().unwrap();
    let path = format!("/profile/api/media/{}/{path}", ada.did());
    assert!(path.ends_with("?w=face"), "{path}");
    assert!(ada.page("/").contains(&begins), "your own is in the header");
    assert!(bob.page("/chat/new").contains(&begins));
    let search = eve.page("/search?q=ada");
    assert!(search.contains(">Ada</a>") && !search.contains(&begins));
    assert!(search.contains("aria-hidden=\"true\">A</span>"), "{search}");

    let seen = get(&bob, &path);
    assert_eq!(
        (seen.status().as_u16(), header(&seen, CONTENT_TYPE), header(&seen, CACHE_CONTROL)),
        (200, "image/jpeg".to_owned(), "private, no-store".to_owned())
    );
    assert_eq!(get(&eve, &path).status(), 404);

    // A blocked person is no longer connected.
    ada.block(&bob);
    assert!(!bob.page("/connections").contains(&begins));
    assert_eq!(get(&bob, &path).status(), 404);

    show_to(&ada, "public");
    assert!(eve.page("/search?q=ada").contains(&begins));
    let front = node.get("").text().unwrap();
    assert!(front.contains(&begins), "{front}");
    let url = format!("{}{path}", node.url);
    let first = http().get(&url).send().unwrap();
    assert_eq!(header(&first, CACHE_CONTROL), "public, no-cache");
    let again = http().get(&url).header(IF_NONE_MATCH, header(&first, ETAG));
    assert_eq!(again.send().unwrap().status(), 304);
    // An undecodable picture may contain a location: only its owner gets it.
    ada.show_picture(b"no pixels");
    let list = eve.page("/search?q=ada");
    let odd = list.split(&begins).nth(1).expect("a face");
    let odd = odd.split('"').next().unwrap();
    let path = format!("/profile/api/media/{}/{odd}", ada.did());
    assert_eq!(get(&eve, &path).status(), 404);
    assert_eq!(header(&get(&ada, &path), CONTENT_TYPE), "image/png");
    node.stop_gracefully();
}

/// Creates a published event. Returns its DID and its short name.
fn party(organiser: &Person) -> (String, String) {
    let made = organiser.event_key();
    let name = |member: &str| made[member].as_str().unwrap().to_owned();
    let (event, id) = (name("event"), name("id"));
    let shared = manifest(organiser, &id, &[(organiser.key.did(), 1_000_000)], Some("host"));
    let words = json!({
        "title": "Launch party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "physical", "venue": "The Box",
        "tickets": [{ "name": "Floor" }],
    });
    organiser.put_event("events.create", &event, &words, &shared, &[(0, -1)]).unwrap();
    organiser.event_status(&event, "published").unwrap();
    (event, id)
}

#[test]
fn an_event_has_a_picture_until_its_organiser_takes_it_back() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let [ada, bob] = [(); 2].map(|()| Person::new(&node.url));
    let (event, id) = party(&ada);
    let at = format!("/events/{id}");
    let plain = bob.page("/events");
    assert!(plain.contains("<b>31</b><small>Dec</small>"), "{plain}");
    let open = |path: &str| node.get(path);
    let picture = format!("/events/api/pictures/{id}");
    assert_eq!(open(&picture).status(), 404);

    let cid = ada.upload_picture(PIXELS);
    let theirs = bob.upload_picture(PIXELS);
    assert!(bob.show_event_by(&event, "A lantern", &[&theirs]).is_err());
    let none = ada.upload_picture(b"no pixels");
    for media in [&none, &cid] {
        ada.show_event_by(&event, "A lantern", &[media]).unwrap();
    }
    for (path, preview) in [("/events", "200"), (&at, "800"), ("/", "200")] {
        let shown = open(path).text().unwrap();
        let src = format!("<img src=\"{picture}?w={preview}\"");
        assert!(shown.contains(&src.replace("<img ", "")), "{path}: {src} is not in {shown}");
    }
    let seen = open(&at).text().unwrap();
    for said in [
        "alt=\"A lantern\"".to_owned(),
        "property=\"og:title\" content=\"Launch party\"".to_owned(),
        "content=\"31 December 2099, 20:00 (UTC) · The Box\"".to_owned(),
        format!("property=\"og:url\" content=\"{}{at}\"", node.url),
        format!("property=\"og:image\" content=\"{}{picture}?w=og\"", node.url),
    ] {
        assert!(seen.contains(&said), "{said} is not in {seen}");
    }
    let small = open(&format!("{picture}?w=og"));
    assert_eq!(
        (small.status().as_u16(), header(&small, CONTENT_TYPE)),
        (200, "image/jpeg".to_owned())
    );
    let event_json = ada.read(&format!("/events/api/events/{id}"));
    assert_members!(event_json, "picture": picture, "pictureAlt": "A lantern");

    // The picture is in the organiser's copy, with the event's text.
    let bundle = folder.path().join("bundle");
    let (bundle, key) = (bundle.to_str().unwrap(), ada.key_file(folder.path()));
    let of = ["--node", &node.url, "--key", key.to_str().unwrap()];
    imajin([&["export", "--to", bundle][..], &of].concat()).ok();
    imajin(["verify", bundle]).ok();
    python_verifier([bundle]).ok();
    let kept = |folder: &Path| {
        let place = folder.join("media").join(&cid[cid.len() - 2..]);
        place.join(&cid).exists()
    };
    let record = newest_log(&data, ada.did());
    let home = record.parent().unwrap();
    assert!(kept(Path::new(bundle)) && kept(home));
    let view = std::fs::read(format!("{bundle}/bundle.json")).unwrap();
    let view: Json = serde_json::from_slice(&view).unwrap();
    assert_has!(view["sections"]["events"].to_string(), "\"A lantern\"");

    // The picture is deleted with the text.
    ada.event_status(&event, "cancelled").unwrap();
    ada.erase_event(&event).unwrap();
    assert_eq!(open(&picture).status(), 404);
    let (status, _) = node.stop();
    assert!(status.success());
    assert!(!kept(home), "the file is still there");
    let record = record.to_str().unwrap();
    imajin(["verify", record, "--did", ada.did()]).ok();
    python_verifier([record]).ok();
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}

#[test]
fn the_page_of_a_group_leads_its_members_to_where_they_meet() {
    let (_folder, node) = Node::fresh();
    let [ada, bob, eve] = [(); 3].map(|()| Person::new(&node.url));
    let group = ada.make_group(&json!({ "name": "The choir" }), "public", None);
    let group = group.unwrap();
    ada.bring_into(&group, &bob);
    let at = format!("/connections/groups/{group}");
    let photos = format!("href=\"/media/family?with={group}\"");
    let begin = "href=\"/chat/new\"";
    let (own, members) = (ada.page(&at), bob.page(&at));
    assert!(own.contains(&photos) && own.contains(begin), "{own}");
    assert!(members.contains(&photos) && !members.contains(begin));
    let talk = ada.open_group_talk(&group, &[&bob]).unwrap();
    let chat = format!("href=\"/chat/{}\"", talk.name);
    assert!(ada.page(&at).contains(&chat) && bob.page(&at).contains(&chat));
    let others = eve.page(&at);
    assert!(!others.contains(&photos) && !others.contains(&chat));
    node.stop_gracefully();
}
