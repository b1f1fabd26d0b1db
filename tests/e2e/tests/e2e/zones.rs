//! A box in Berlin, and an event in New York: each time is shown in its own zone, with the zone's name.

use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;

const START: &str = "31 December 2099, 19:00 (America/New York)";

/// Builds the body of an event.
fn words(timezone: Option<&str>) -> Json {
    let mut words = json!({
        "title": "Supper", "startsAt": "2100-01-01T00:00:00.000Z", "locationType": "physical", "venue": "The Box",
        "tickets": [{ "name": "Floor" }],
    });
    if let Some(timezone) = timezone {
        words["timezone"] = timezone.into();
    }
    words
}

/// Publishes an event with free tickets. Returns its short name.
fn event(of: &Person, timezone: Option<&str>) -> String {
    let made = of.event_key();
    let (event, id) = (&made["event"], made["id"].as_str().unwrap());
    let event = event.as_str().unwrap();
    let whole = manifest(of, id, &[(of.key.did(), 1_000_000)], Some("host"));
    of.put_event("events.create", event, &words(timezone), &whole, &[(0, -1)]).unwrap();
    of.event_status(event, "published").unwrap();
    id.to_owned()
}

/// A machine without a configured zone shows times by the owner's clock, not in UTC, and the owner can choose another
/// zone.
#[test]
fn a_box_without_a_zone_takes_its_owners() {
    let folder = tempfile::tempdir().unwrap();
    let options = NodeOptions::default().env([("TZ", "UTC")]);
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &options);
    let ada = Person::new(&node.url);
    let id = event(&ada, None);
    let owner = Owner::claim(&node);
    let starts = |node: &Node| {
        let page = http().get(format!("{}/events/{id}", node.url)).send();
        page.unwrap().text().unwrap()
    };
    let suggest = |zone: &str| {
        let body = json!({ "zone": zone });
        let (status, text) = owner.ask(Method::POST, "/settings/box/zone", Some(&body));
        assert_eq!(status, 204, "{text}");
    };
    suggest("America/Lima");
    assert!(starts(&node).contains("31 December 2099, 19:00 (America/Lima)"));
    // A known zone is stored, and the owner changes it.
    suggest("Europe/Berlin");
    assert!(starts(&node).contains("(America/Lima)"));
    let (status, text) = owner.send_form("/settings/box", "name=&sentence=&zone=Atlantis");
    assert_eq!(status, 400, "{text}");
    let (status, text) = owner.send_form("/settings/box", "name=&sentence=&zone=Asia%2FTokyo");
    assert!(status < 400, "{text}");
    assert!(starts(&node).contains("1 January 2100, 09:00 (Asia/Tokyo)"));
    node.stop();
    let node = Node::start_with(&data, &options);
    assert!(starts(&node).contains("(Asia/Tokyo)"), "after a restart");
}

#[test]
fn a_box_in_berlin_tells_an_event_in_new_york_by_the_clocks_there() {
    let folder = tempfile::tempdir().unwrap();
    let options = NodeOptions::default().env([("TZ", "Europe/Berlin")]);
    let node = Node::start_with(&folder.path().join("data"), &options);
    let ada = Person::new(&node.url);
    let id = event(&ada, Some("America/New_York"));
    let old = event(&ada, None);
    Owner::claim(&node);
    let open = |path: &str| node.get(path);
    // Strangers, without scripts.
    for path in ["/", "/events", &format!("/events/{id}")] {
        let seen = open(path).text().unwrap();
        assert!(seen.contains(START), "{path}: {seen}");
    }
    let seen = open(&format!("/events/{id}")).text().unwrap();
    let preview = format!("property=\"og:description\" content=\"{START} · The Box\"");
    assert!(seen.contains(&preview), "{seen}");
    let calendar = open(&format!("/events/api/events/{id}/calendar.ics"));
    assert_has!(calendar.text().unwrap(), "DTSTART:21000101T000000Z");
    // An event without a zone is shown in the box's.
    let berlin = "1 January 2100, 01:00 (Europe/Berlin)";
    let seen = open(&format!("/events/{old}")).text().unwrap();
    assert!(seen.contains(berlin), "{seen}");
    // The editor of polls lists events.
    let list = ada.page("/dykil/edit");
    for said in [START, berlin] {
        assert!(list.contains(&format!("Supper, {said}</option>")), "{list}");
    }
    // A reader with a chosen zone sees no zone name if it is the same.
    let zone = json!({ "zone": "America/New_York" });
    ada.enter(&json!({ "op": "notify.settings", "fact": zone })).unwrap();
    let seen = ada.page(&format!("/events/{id}"));
    assert!(seen.contains(">31 December 2099, 19:00</time>"), "{seen}");
    assert!(seen.contains(&preview), "{seen}");

    let made = ada.event_key();
    let whole =
        manifest(&ada, made["id"].as_str().unwrap(), &[(ada.key.did(), 1_000_000)], Some("host"));
    let words = words(Some("Europe/Atlantis"));
    let event = made["event"].as_str().unwrap();
    let refused = ada.put_event("events.create", event, &words, &whole, &[(0, -1)]);
    let why = refused.unwrap_err().to_string();
    assert!(why.contains("must be the name of a time zone"), "{why}");
}
