//! A page of links through the real program, as read by other programs: its feeds, and its bookmark file.

use imajin_e2e::prelude::*;
use reqwest::header::{ETAG, IF_NONE_MATCH};
use std::io::Write;

use crate::canary::exported;

/// Titles that are hard to escape in XML or HTML.
const AWKWARD: [&str; 4] =
    ["<b>&\"' ]]>", "Sourdough 🍞 &amp; rye", "שלום abc عربى", "</title><script>alert(1)</script>"];

/// Prints feedparser's result for a feed.
const READ_FEED: &str = r#"
import calendar, feedparser, json, sys
content_type, address = sys.argv[1:]
read = feedparser.parse(sys.stdin.buffer.read(), response_headers={"content-type": content_type, "content-location": address})
seconds = lambda when: calendar.timegm(when)
print(json.dumps({
    "bozo": str(read.get("bozo_exception", "")), "version": read.version,
    "title": read.feed.title, "page": read.feed.link, "updated": seconds(read.feed.updated_parsed),
    "entries": [
        {"title": one.title, "link": one.link, "id": one.id, "put": seconds(one.published_parsed), "note": one.get("summary")}
        for one in read.entries
    ],
}))
"#;

/// Prints the links in a bookmark file, read with Python's HTML parser: folder, title, address, seconds, note.
const READ_BOOKMARKS: &str = r#"
import html.parser, json, sys
class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.text, self.folders, self.links, self.next = "", [], [], None
    def handle_starttag(self, tag, attributes):
        self.note()
        self.text, self.tag, self.attributes = "", tag, dict(attributes)
        if tag == "dl":
            self.folders.append(self.next)
            self.next = None
    def handle_data(self, data):
        self.text += data
    def handle_endtag(self, tag):
        self.note()
        if tag == "h1" or tag == "h3":
            self.next = self.text
        elif tag == "a":
            self.links.append([self.folders[-1], self.text, self.attributes["href"], int(self.attributes["add_date"]), None])
        elif tag == "dl":
            self.folders.pop()
        self.text = ""
    def note(self):
        if getattr(self, "tag", "") == "dd" and self.links:
            self.links[-1][4] = self.text.strip()
            self.tag = ""
reader = Reader()
reader.feed(sys.stdin.buffer.read().decode("utf-8"))
reader.close()
assert reader.folders == [], reader.folders
print(json.dumps(reader.links))
"#;

fn python(script: &str, arguments: &[&str], input: &[u8]) -> Json {
    let python = std::env::var_os("IMAJIN_PYTHON").map_or("python3".into(), PathBuf::from);
    let mut child = Command::new(python)
        .args(["-c", script])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python runs");
    let mut stdin = child.stdin.take().expect("its input");
    stdin.write_all(input).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn id(number: usize) -> String {
    format!("itm_{number:024x}")
}

fn put(person: &Person, number: usize, body: &Json, fact: &Json) {
    let mut command = json!({ "op": "links.put", "ref": id(number), "body": body });
    if *fact != json!({}) {
        command["fact"] = fact.clone();
    }
    person.enter(&command).unwrap();
}

/// Returns a note in two lines. Unlike a title it may change the text direction.
fn note_of(title: &str) -> String {
    format!("{title}\nin \u{202e}two\u{202c} lines")
}

/// Creates a page with one collection: two of the awkward titles on each, and private links.
fn fill(person: &Person) {
    let collection = json!({ "title": "Bread & <butter>", "note": "About bread", "slug": "bread" });
    put(person, 100, &collection, &json!({ "kind": "collection" }));
    for (number, title) in AWKWARD.into_iter().enumerate() {
        let url = format!("https://bread.example/{number}?a=1&b=\"<2>'");
        let mut body = json!({ "title": title, "url": url });
        if number % 2 == 1 {
            body["note"] = json!(note_of(title));
        }
        let fact = if number >= 2 { json!({ "in": id(100) }) } else { json!({}) };
        put(person, number, &body, &fact);
    }
    let hidden = [
        json!({ "visibility": "private" }),
        json!({ "visibility": "connections" }),
        json!({ "visibility": "link" }),
        json!({ "visibility": "link", "in": id(100) }),
        json!({ "on": 0 }),
        json!({ "from": 4_070_908_800_000_i64, "in": id(100) }),
        json!({ "until": 1_577_836_800_000_i64 }),
    ];
    for (number, fact) in hidden.iter().enumerate() {
        let body = json!({ "title": format!("hidden {number}"), "url": "https://hidden.example/" });
        put(person, 200 + number, &body, fact);
    }
}

/// Fetches and parses a feed.
pub(crate) fn read(url: &str, kind: &str) -> Json {
    let answer = http().get(url).send().unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    let content_type = answer.headers()["content-type"].to_str().unwrap();
    assert_eq!(content_type, format!("application/{kind}+xml; charset=utf-8"));
    let (content_type, tag) = (content_type.to_owned(), answer.headers()[ETAG].clone());
    let bytes = answer.bytes().unwrap();
    let again = http().get(url).header(IF_NONE_MATCH, tag).send().unwrap();
    assert_eq!(again.status(), 304, "{url}");
    let read = python(READ_FEED, &[&content_type, url], &bytes);
    assert_eq!(read["bozo"], "", "{read}");
    let version = match kind {
        "atom" => "atom10",
        _ => "rss20",
    };
    assert_eq!(read["version"], version);
    read
}

#[test]
fn feeds_are_read_by_another_program_and_have_what_everybody_may_see() {
    let (_folder, node, ada) = Person::fresh();
    ada.put("profile", "profile.handle.claim", &json!({ "handle": "ada" })).unwrap();
    ada.put("profile", "profile.update", &json!({ "displayName": "Ada <3" })).unwrap();
    fill(&ada);
    let (status, listed) = imajin_e2e::get(&format!("{}/links/api/items?owner=ada", node.url));
    assert_eq!(status, 200, "{listed}");
    let put_s = |number: usize| {
        let mut items = listed["items"].as_array().unwrap().iter();
        let record = items.find(|item| item["id"] == id(number).as_str());
        record.unwrap()["put"].as_i64().unwrap() / 1_000
    };
    let pages = [
        ("/links/ada", "Ada <3: links", vec![3, 2, 1, 0]),
        ("/links/ada/bread", "Bread & <butter>", vec![3, 2]),
    ];
    for (page, title, numbers) in pages {
        for kind in ["atom", "rss"] {
            let read = read(&format!("{}{page}/feed.{kind}", node.url), kind);
            assert_eq!(read["title"], title);
            assert_eq!(read["page"], format!("{}{page}", node.url));
            assert_eq!(read["updated"], put_s(3));
            let entries = read["entries"].as_array().unwrap();
            assert_eq!(entries.len(), numbers.len(), "{read}");
            for (entry, number) in entries.iter().zip(&numbers) {
                let title = AWKWARD[*number];
                // Feeds leave out characters that change the text direction.
                let note = note_of(title).replace(['\u{202e}', '\u{202c}'], "");
                let note = match (number % 2, kind) {
                    (1, "atom") => json!(note),
                    (1, _) => json!(as_html(&note)),
                    _ => Json::Null,
                };
                let expected = json!({
                    "title": title, "link": format!("{}/links/go/ada/{}", node.url, id(*number)),
                    "id": format!("{}/{}", ada.did(), id(*number)), "put": put_s(*number), "note": note,
                });
                assert_eq!(*entry, expected, "{page} {kind}");
            }
        }
    }
    // The link of an entry is followed, and neither a session nor the id of the collection reveals more.
    let client = reqwest::blocking::Client::builder();
    let client = client.redirect(reqwest::redirect::Policy::none());
    let led = client.build().unwrap().get(format!("{}/links/go/ada/{}", node.url, id(3)));
    let led = led.send().unwrap();
    assert_eq!(led.status(), 303);
    assert!(led.headers()["location"].to_str().unwrap().starts_with("https://bread.example/3"));
    let session = Session::begin(&ada.client, &ada.key).unwrap();
    for path in ["/links/ada/feed.rss".to_owned(), format!("/links/ada/{}/feed.rss", id(100))] {
        let own = session.request(&ada.client, reqwest::Method::GET, &path);
        let own = own.send().unwrap().text().unwrap();
        assert!(own.contains("Sourdough") || own.contains("alert"), "{own}");
        assert!(!own.contains("hidden"), "{own}");
    }
    for (status, path) in [
        (404, format!("/links/ada/{}/feed.atom", id(0))),
        (404, "/links/ada/none/feed.atom".to_owned()),
        (404, "/links/nobody/feed.rss".to_owned()),
    ] {
        let answer = node.get(&path);
        assert_eq!(answer.status(), status, "{path}");
    }
}

/// Returns a note as the HTML of an RSS description.
fn as_html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let escaped = escaped.replace('>', "&gt;").replace('"', "&quot;");
    // In feedparser's output format.
    escaped.replace('\n', "<br />")
}

#[test]
fn a_bookmark_file_is_read_by_another_program_and_by_the_node_itself() {
    let (_folder, _node, ada) = Person::fresh();
    fill(&ada);
    let session = Session::begin(&ada.client, &ada.key).unwrap();
    let export = session.request(&ada.client, reqwest::Method::GET, "/links/api/export.html");
    let export = export.send().unwrap();
    assert_eq!(export.status(), 200);
    let disposition = export.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, "attachment; filename=\"links.html\"");
    let file = export.bytes().unwrap();

    let read = python(READ_BOOKMARKS, &[], &file);
    let read = read.as_array().unwrap();
    assert_eq!(read.len(), AWKWARD.len() + 7, "everything of hers");
    let items = session.get(&ada.client, &format!("/links/api/items?owner={}", ada.did()));
    let items = items.unwrap();
    let item = |id: &Json| items["items"].as_array().unwrap().iter().find(|item| item["id"] == *id);
    for link in read {
        let mut all = items["items"].as_array().unwrap().iter();
        let same = |item: &&Json| item["title"] == link[1] && item["url"] == link[2];
        let entry = all.find(same).unwrap_or_else(|| panic!("{link}"));
        let within = item(&entry["in"]).map(|folder| folder["title"].clone());
        assert_eq!(link[0], within.unwrap_or_else(|| json!("Somebody: links")));
        assert_eq!(link[3], entry["put"].as_i64().unwrap() / 1_000);
        assert_eq!(link[4], entry["note"]);
    }

    // The node parses the same file twice with the same result, and enters nothing.
    let import = || {
        let request = session.request(&ada.client, reqwest::Method::POST, "/links/api/import");
        let request = request.header("content-type", "text/html").body(file.clone());
        ada.client.json(request).unwrap()
    };
    let drafts = import();
    assert_eq!((&drafts, &drafts["leftOut"]), (&import(), &json!(0)));
    let mut again = Vec::new();
    for folder in drafts["collections"].as_array().unwrap() {
        for link in folder["links"].as_array().unwrap() {
            again.push(json!([folder["title"], link["title"], link["url"], link["note"]]));
        }
    }
    let of_folder = |title: &Json| again.iter().filter(|link| link[0] == *title).count();
    assert_eq!(of_folder(&json!("Bread & <butter>")), 3, "one of two with the same address");
    assert_eq!(of_folder(&json!("Somebody: links")), 3);
    for title in AWKWARD {
        assert!(again.iter().any(|link| link[1] == title), "{title}: {again:?}");
    }
    let after = session.get(&ada.client, &format!("/links/api/items?owner={}", ada.did()));
    assert_eq!(after.unwrap()["items"], items["items"]);
}

#[test]
fn a_page_is_the_same_in_a_bundle_for_both_verifiers() {
    let (_folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    fill(&ada);
    let words = json!({ "title": "Ada’s page", "note": "pageNote" });
    let page = json!({ "kind": "page", "accent": "moss", "count": 0 });
    put(&ada, 300, &words, &page);
    // Another version keeps its position, and a copy names its source.
    let copied = json!({ "copied": format!("{}/{}", bob.did(), id(1)) });
    let again = json!({ "title": "again", "url": "tel:+441234" });
    put(&ada, 1, &again, &copied);
    let enter = |person: &Person,
                 op: &str,
                 about: Option<usize>,
                 body: Option<Json>,
                 fact: Option<Json>| {
        let about = about.map(id);
        let command = json!({ "op": op, "ref": about, "body": body, "fact": fact });
        person.enter(&command).unwrap();
    };
    let order = |numbers: &[usize]| {
        Some(json!({ "order": numbers.iter().map(|n| id(*n)).collect::<Vec<_>>() }))
    };
    let off = json!({ "on": 0, "visibility": "connections", "until": 4_070_908_800_000_i64 });
    enter(&ada, "links.set", Some(0), None, Some(off));
    enter(&ada, "links.sort", None, order(&[300, 204, 1]), None);
    enter(&ada, "links.sort", Some(100), order(&[3, 2]), None);
    enter(&ada, "links.remove", Some(200), None, None);
    let of_ada = json!({ "dids": [ada.did()] });
    enter(&bob, "links.follow", Some(100), None, Some(of_ada));

    let section = section(&exported(&ada, &node, &["pageNote", "tel:+441234"]));
    let ids: Vec<_> = section["links"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
    let at = |number: usize| ids.iter().position(|one| **one == json!(id(number)));
    assert!(at(300) < at(204) && at(204) < at(1) && at(3) < at(2) && at(1) < at(0));
    assert_eq!(at(200), None);

    let follow = &self::section(&exported(&bob, &node, &[]))["follows"][0];
    assert_members!(follow, "did": ada.did(), "item": id(100));
}

/// Returns what this app has in a bundle.json.
fn section(readable: &str) -> Json {
    let readable: Json = serde_json::from_str(readable).unwrap();
    readable["sections"]["links"].clone()
}
