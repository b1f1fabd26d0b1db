//! Essays through the real program: who reads one, its page and its forms, feeds, previews of links, its makers, and copies.

use imajin_e2e::prelude::*;

use crate::canary::exported;
use crate::faces::PIXELS;
use crate::links::read;

fn id(number: usize) -> String {
    format!("itm_{number:024x}")
}

/// Returns the status and the field of a refusal.
fn refusal(outcome: Outcome) -> (u16, String) {
    match outcome {
        Err(ClientError::Refused { status, problem, .. }) => {
            let field = problem["field"].as_str().unwrap_or_default();
            (status, field.to_owned())
        }
        other => panic!("it was not refused: {other:?}"),
    }
}

/// Returns the status and the text of a path, for a person or for a stranger.
fn get(node: &Node, session: Option<&Session>, path: &str) -> (u16, String) {
    let request = http().get(format!("{}{path}", node.url));
    let request = match session {
        Some(session) => request.bearer_auth(session.token()),
        None => request,
    };
    let answer = request.send().unwrap();
    (answer.status().as_u16(), answer.text().unwrap_or_default())
}

fn session(person: &Person) -> Session {
    Session::begin(&person.client, &person.key).unwrap()
}

/// Returns the titles in a person's list.
fn titles(node: &Node, session: Option<&Session>, author: &Person) -> Vec<String> {
    let path = format!("/essays/api/items?owner={}", author.did());
    let (status, text) = get(node, session, &path);
    assert_eq!(status, 200, "{text}");
    assert_lacks!(text, "Flour");
    let answer: Json = serde_json::from_str(&text).unwrap();
    let items = answer["items"].as_array().unwrap().iter();
    items.map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

const TEXT: &str =
    "# Rye\n\nFlour and *time*[^1].\n\n> Wait.\n\n<script>alert(1)</script>\n\n[^1]: A day.";

#[test]
fn an_essay_is_read_by_those_for_whom_it_is() {
    let (_folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let facts = [
        ("forEverybody", json!({ "kind": "essay" })),
        ("forAddress", json!({ "kind": "essay", "visibility": "link" })),
        ("forNobody", json!({ "kind": "essay", "visibility": "private" })),
        ("aSeries", json!({ "kind": "series" })),
        ("inSeries", json!({ "kind": "essay", "in": id(3) })),
        ("hiddenSeries", json!({ "kind": "series", "visibility": "private" })),
        ("inHidden", json!({ "kind": "essay", "in": id(5) })),
        ("forAddressInSeries", json!({ "kind": "essay", "in": id(3), "visibility": "link" })),
    ];
    for (number, (title, fact)) in facts.iter().enumerate() {
        let body = if fact["kind"] == "essay" {
            json!({ "title": title, "text": TEXT })
        } else {
            json!({ "title": title })
        };
        ada.put_essay(&id(number), &body, fact).unwrap();
    }
    let (of_ada, of_bob) = (session(&ada), session(&bob));
    // A series is as new as the newest essay in it; essays in a series come last.
    let all = ["aSeries", "forEverybody", "inSeries"];
    assert_eq!(titles(&node, None, &ada), all);
    assert_eq!(titles(&node, Some(&of_bob), &ada), all);
    assert_eq!(titles(&node, Some(&of_ada), &ada).len(), facts.len());
    let status = |who: Option<&Session>, number: usize| {
        let path = format!("/essays/{}/{}", ada.did(), id(number));
        let item = format!("/essays/api/items/{}?owner={}", id(number), ada.did());
        let page = get(&node, who, &path).0;
        assert_eq!(page, get(&node, who, &item).0, "{path}");
        page
    };
    // An address with the id is enough for `link`.
    let numbers = [0, 1, 2, 3, 4, 5, 6, 7, 99];
    let seen = [200, 200, 404, 200, 200, 404, 404, 200, 404];
    assert_eq!(numbers.map(|number| status(None, number)), seen);
    assert_eq!(numbers.map(|number| status(Some(&of_bob), number)), seen);
    assert_eq!(status(Some(&of_ada), 6), 200);
    for path in [id(3), id(4), format!("{}.json", id(3))] {
        let (_, page) = get(&node, None, &format!("/essays/{}/{path}", ada.did()));
        assert_has!(page, "aSeries");
        assert_lacks!(page, "forAddressInSeries");
    }
    let (_, front) = get(&node, None, "/");
    assert_has!(front, "forEverybody", "inSeries");
    assert_lacks!(front, "forAddress", "forNobody", "inHidden");
    ada.remove_essay(&id(3)).unwrap();
    assert_eq!(status(None, 4), 404, "it went with its series");
}

#[test]
fn an_essay_is_dated_by_when_others_first_saw_it_and_is_on_its_authors_page() {
    let (_folder, node, ada) = Person::fresh();
    let put = |number: usize, title: &str, on: i64| {
        let fact = json!({ "kind": "essay", "on": on });
        let body = json!({ "title": title });
        ada.put_essay(&id(number), &body, &fact).unwrap();
    };
    put(1, "Rye", 0);
    put(2, "Wheat", 1);
    assert_eq!(titles(&node, None, &ada), ["Wheat"]);
    put(1, "Rye", 1);
    assert_eq!(titles(&node, None, &ada), ["Rye", "Wheat"]);
    // A change doesn't make it new.
    put(2, "Wheat", 1);
    put(3, "Spelt", 0);
    assert_eq!(titles(&node, None, &ada), ["Rye", "Wheat"]);
    // One that is to be shown later is new then.
    let from = 4_070_908_800_000_i64;
    let later = json!({ "kind": "essay", "from": from });
    ada.put_essay(&id(4), &json!({ "title": "Oat" }), &later).unwrap();
    let path = format!("/essays/api/items/{}?owner={}", id(4), ada.did());
    let (_, oat) = get(&node, Some(&session(&ada)), &path);
    assert_has!(oat, &format!("\"put\":{from}"));

    let handle = json!({ "handle": "ada" });
    ada.put("profile", "profile.handle.claim", &handle).unwrap();
    let toggles = json!({ "featureToggles": { "page.01.essays": true } });
    ada.put("profile", "profile.update", &toggles).unwrap();
    let page = node.get("/@ada").text().unwrap();
    let (rye, wheat) = (page.find(">Rye<"), page.find(">Wheat<"));
    assert!(rye.is_some() && rye < wheat, "{page}");
    assert_lacks!(page, "Spelt");
}

#[test]
fn an_essay_has_a_page_previews_feeds_and_forms() {
    let (_folder, node, ada) = Person::fresh();
    let note = "How bread comes to be. ".repeat(20);
    let series = json!({ "title": "Baking", "note": "All of it.", "slug": "baking" });
    ada.put_essay(&id(1), &series, &json!({ "kind": "series" })).unwrap();
    let body = json!({ "title": "Rye & time", "note": note.trim(), "text": TEXT, "slug": "rye" });
    let fact = json!({ "kind": "essay", "in": id(1) });
    ada.put_essay(&id(2), &body, &fact).unwrap();
    let next = json!({ "title": "Wheat", "text": "White." });
    ada.put_essay(&id(3), &next, &fact).unwrap();
    let hidden = json!({ "kind": "essay", "visibility": "link" });
    ada.put_essay(&id(4), &next, &hidden).unwrap();

    let path = format!("/essays/{}", ada.did());
    let (status, page) = get(&node, None, &format!("{path}/rye"));
    assert_eq!(status, 200);
    for part in [
        "<h2>Rye</h2>",
        "<em>time</em>",
        "<blockquote>",
        "href=\"#note-1\"",
        "1 minute to read",
        "Baking",
        "Wheat →",
        "property=\"og:type\" content=\"article\"",
        "property=\"og:title\" content=\"Rye &amp; time\"",
    ] {
        assert_has!(page, part);
    }
    assert_lacks!(page, "<script>alert");
    let description: String = note.trim().chars().take(200).collect();
    assert_has!(page, &format!("property=\"og:description\" content=\"{description}\""));
    let url = format!("{}{path}/rye", node.url);
    assert_has!(page, &format!("property=\"og:url\" content=\"{url}\""));
    let (_, of_link) = get(&node, None, &format!("{path}/{}", id(4)));
    assert_lacks!(of_link, "og:");
    assert_has!(of_link, "noindex");

    // The address without its slug leads to the one with it.
    let (_, by_id) = get(&node, None, &format!("{path}/{}", id(2)));
    assert_has!(by_id, &url);
    let (_, markdown) = get(&node, None, &format!("{path}/rye.md"));
    assert_eq!(markdown, format!("# Rye \\& time\n\n{TEXT}\n"));
    let (_, outline) = get(&node, None, &format!("{path}/baking.md"));
    assert_has!(outline, &format!("* [Wheat]({path}/{})", id(3)));
    let (_, list) = get(&node, None, &format!("{path}/baking.json"));
    let list: Json = serde_json::from_str(&list).unwrap();
    assert_eq!(list["items"].as_array().unwrap().len(), 3);

    for kind in ["atom", "rss"] {
        for page in [path.clone(), format!("{path}/baking")] {
            let feed = read(&format!("{}{page}/feed.{kind}", node.url), kind);
            let entries = feed["entries"].as_array().unwrap();
            let titles: Vec<_> = entries.iter().map(|entry| &entry["title"]).collect();
            assert_eq!(titles, ["Wheat", "Rye & time"], "{page}");
            assert_eq!(entries[1]["link"], url.as_str());
        }
    }
    let of_essay = format!("{path}/rye/feed.atom");
    assert_eq!(get(&node, None, &of_essay).0, 404, "it is no series");
}

#[test]
fn a_link_to_an_essay_shows_its_title_its_words_and_its_picture() {
    let (_folder, node, ada) = Person::fresh();
    let essay = json!({ "title": "Rye", "note": "Wait.", "text": TEXT });
    ada.put_essay(&id(1), &essay, &json!({ "kind": "essay" })).unwrap();
    let cid = ada.upload_picture(PIXELS);
    ada.attach_picture(&id(1), &cid).unwrap();
    let path = format!("/essays/{}/{}", ada.did(), id(1));
    let page = node.get(&path).text().unwrap();
    let file = format!("/essays/api/items/{}/files/{cid}", id(1));
    let picture = format!("{}{file}?owner={}", node.url, ada.did());
    for (property, content) in
        [("title", "Rye"), ("description", "Wait."), ("image", &*format!("{picture}&amp;w=og"))]
    {
        let tag = format!("property=\"og:{property}\" content=\"{content}\"");
        assert_has!(page, &tag);
    }
    let preview = http().get(format!("{picture}&w=og")).send().unwrap();
    assert_eq!(preview.status(), 200);
    assert_eq!(preview.headers()["content-type"], "image/jpeg");
}

#[test]
fn makers_are_on_the_page_and_in_its_headers() {
    let (_folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let essay = json!({ "title": "Rye", "text": TEXT });
    ada.put_essay(&id(1), &essay, &json!({ "kind": "essay" })).unwrap();
    let path = format!("/essays/{}/{}", ada.did(), id(1));
    let before = node.get(&path);
    assert!(before.headers().get("x-fair-digest").is_none());
    let digest = ada.publish_halves(&bob, &id(1));
    ada.name_makers(&id(1), &digest).unwrap();
    let answer = node.get(&path);
    assert_eq!(answer.headers()["x-fair-digest"], digest.as_str());
    let link = answer.headers()["link"].to_str().unwrap().to_owned();
    let page = answer.text().unwrap();
    assert_eq!(page.matches("words: 50.00").count(), 2, "{page}");
    let address = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let manifest = http().get(address).send().unwrap();
    assert_eq!(manifest.headers()["x-fair-digest"], digest.as_str());
    let none = refusal(ada.name_makers(&id(2), &digest));
    assert_eq!(none, (404, "ref".to_owned()));
    bob.put_essay(&id(1), &essay, &json!({ "kind": "essay" })).unwrap();
    let of_another = refusal(bob.name_makers(&id(1), &digest));
    assert_eq!(of_another, (400, "fair".to_owned()));
}

#[test]
fn what_no_essay_has_is_refused() {
    let (_folder, _node, ada) = Person::fresh();
    let put = |body: Json, fact: Json| refusal(ada.put_essay(&id(1), &body, &fact));
    let refused = |status: u16, field: &str| (status, field.to_owned());
    let series = || json!({ "kind": "series" });
    let with_text = json!({ "title": "Baking", "text": "Rye" });
    assert_eq!(put(with_text, series()), refused(400, "text"));
    let titled = || json!({ "title": "Rye" });
    let with_jar = json!({ "kind": "series", "jar": id(9) });
    assert_eq!(put(titled(), with_jar), refused(400, "jar"));
    let long = json!({ "title": "Rye", "text": "é".repeat(100_001) });
    let essay = || json!({ "kind": "essay" });
    assert_eq!(put(long, essay()), refused(400, "text"));
    assert_eq!(put(json!({ "title": " " }), essay()), refused(400, "title"));
    let nowhere = json!({ "kind": "essay", "in": id(9) });
    assert_eq!(put(titled(), nowhere), refused(404, "in"));
    assert_eq!(put(titled(), json!({ "visibility": "link" })), refused(400, "kind"));
}

#[test]
fn a_text_is_drawn_for_its_author_before_it_is_saved() {
    let (_folder, node, ada) = Person::fresh();
    let of_ada = session(&ada);
    let draft = json!({ "item": id(1), "text": TEXT, "files": ["no CID"] });
    let request = of_ada.request(&ada.client, Method::POST, "/essays/api/preview");
    let answer = request.json(&draft).send().unwrap();
    assert_eq!(answer.status(), 200);
    let answer: Json = answer.json().unwrap();
    let html = answer["html"].as_str().unwrap();
    assert_has!(html, "<h2>Rye</h2>");
    assert_lacks!(html, "<script");
    let long = json!({ "item": id(1), "text": "é".repeat(100_001), "files": [] });
    let request = of_ada.request(&ada.client, Method::POST, "/essays/api/preview");
    assert_eq!(request.json(&long).send().unwrap().status(), 400);
    let (_, items) = get(&node, Some(&of_ada), &format!("/essays/api/items?owner={}", ada.did()));
    assert_lacks!(items, "Rye");
}

#[test]
fn an_essay_is_in_a_copy_for_both_verifiers() {
    let (_folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let words = ["titleWord", "noteWord", "textWord"];
    let body = json!({ "title": words[0], "note": words[1], "text": words[2] });
    ada.put_essay(&id(1), &body, &json!({ "kind": "essay", "jar": id(7) })).unwrap();
    let digest = ada.publish_halves(&bob, &id(1));
    ada.name_makers(&id(1), &digest).unwrap();
    let series = json!({ "title": "seriesWord" });
    ada.put_essay(&id(2), &series, &json!({ "kind": "series" })).unwrap();
    let gone = json!({ "title": "goneWord", "text": "goneWord" });
    let inside = json!({ "kind": "essay", "in": id(2) });
    ada.put_essay(&id(3), &gone, &inside).unwrap();
    ada.remove_essay(&id(3)).unwrap();

    let copy = exported(&ada, &node, &words);
    assert!(copy.contains("seriesWord") && !copy.contains("goneWord"));
}
