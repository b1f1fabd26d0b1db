use std::sync::Arc;
use std::time::Duration;

use imajin_app::Service;
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::{Ask, Person, Reply, TestNode, Write, open_config};
use imajin_identity::begin_node_identity;
use serde_json::{Value as Json, json};

use imajin_items::feeds::{ATOM, ENTRIES_MAX, RSS};

/// Returns the id of a test's item.
fn id(number: usize) -> String {
    format!("itm_{number:024x}")
}

struct Home {
    node: TestNode,
    ada: Person,
}

impl Home {
    async fn new(seed: u8) -> Self {
        let services: Vec<Arc<dyn Service>> =
            vec![Arc::new(imajin_auth::Auth::new()), Arc::new(crate::Links)];
        let node = TestNode::start(services, open_config(), seed).await.unwrap();
        begin_node_identity(&node.node).await.unwrap();
        let mut ada = Person::new(1);
        assert_eq!(ada.create(&node, None).await.status, 201);
        Self { node, ada }
    }

    /// Puts an item, a second after the one before.
    async fn put(&self, number: usize, body: Json, fact: Json) {
        self.node.clock.pass(Duration::from_secs(1));
        let mut write = Write::new(&self.ada.did, "links.put").reference(id(number));
        write.body = Some(from_dag_json(&body).unwrap());
        write.fact = Some(fact).filter(|fact| *fact != json!({}));
        self.ada.write(&self.node, &write).await.check(201);
    }

    async fn link(&self, number: usize, title: &str, fact: Json) {
        self.put(number, json!({ "title": title, "url": "https://bread.example/" }), fact).await;
    }

    async fn feed(&self, rest: &str) -> Reply {
        let ask = Ask::get(format!("/links/{}{rest}", self.ada.did));
        self.node.send(ask).await
    }
}

/// Returns the texts of all elements with a name, in order.
fn texts<'a>(feed: &'a str, name: &str) -> Vec<&'a str> {
    let (begin, end) = (format!("<{name}>"), format!("</{name}>"));
    feed.split(&*begin).skip(1).map(|part| part.split(&*end).next().unwrap()).collect()
}

#[tokio::test]
async fn a_feed_has_what_everybody_may_see_the_newest_first() {
    let home = Home::new(221).await;
    home.link(1, "<b>&\"' ]]>", json!({})).await;
    let body = json!({ "title": "Baking", "note": "All of it", "slug": "baking" });
    home.put(2, body, json!({ "kind": "collection" })).await;
    home.put(
        3,
        json!({ "title": "rye", "url": "https://rye.example/", "note": "dark & sour\n<sweet>" }),
        json!({ "in": id(2) }),
    )
    .await;
    home.link(4, "own", json!({ "visibility": "private" })).await;
    home.link(5, "friends", json!({ "visibility": "connections" })).await;
    home.link(6, "by address", json!({ "visibility": "link", "in": id(2) })).await;
    home.link(7, "off", json!({ "on": 0 })).await;
    home.link(8, "later", json!({ "from": 1_893_456_000_000_i64 })).await;
    home.link(9, "over", json!({ "until": 1_577_836_800_000_i64 })).await;

    let atom = home.feed("/feed.atom").await.check(200);
    assert_eq!(atom.header("content-type"), Some(ATOM));
    let text = atom.text();
    assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns="));
    let titles = ["Somebody: links", "rye", "&lt;b&gt;&amp;&quot;' ]]&gt;"];
    assert_eq!(texts(&text, "title"), titles);
    let did = &home.ada.did;
    let ids = [format!("{did}/links"), format!("{did}/{}", id(3)), format!("{did}/{}", id(1))];
    assert_eq!(texts(&text, "id"), ids);
    let dates = ["2026-11-20T10:00:03.000Z", "2026-11-20T10:00:01.000Z"];
    assert_eq!(texts(&text, "published"), dates);
    assert_eq!(texts(&text, "updated"), [dates[0], dates[0], dates[1]]);
    assert_eq!(texts(&text, "summary"), ["dark &amp; sour\n&lt;sweet&gt;"]);
    let go = home.node.url(&format!("/links/go/{did}/{}", id(3)));
    assert!(text.contains(&format!("<link rel=\"alternate\" href=\"{go}\"></link>")), "{text}");

    let rss = home.feed("/feed.rss").await;
    assert_eq!(rss.header("content-type"), Some(RSS));
    let text = rss.text();
    assert_eq!(texts(&text, "title"), titles);
    assert_eq!(
        texts(&text, "link"),
        [
            home.node.url(&format!("/links/{did}")),
            go,
            home.node.url(&format!("/links/go/{did}/{}", id(1))),
        ]
    );
    let description = "dark &amp;amp; sour&lt;br&gt;&amp;lt;sweet&amp;gt;";
    assert_eq!(texts(&text, "description"), ["Somebody: links", description]);
    let dates = ["Fri, 20 Nov 2026 10:00:03 GMT", "Fri, 20 Nov 2026 10:00:01 GMT"];
    assert_eq!(texts(&text, "pubDate"), dates);
    assert_eq!(texts(&text, "lastBuildDate"), [dates[0]]);

    // The collection's feed is found by its slug and by its id, for every visitor.
    let token = home.ada.sign_in(&home.node).await;
    for name in ["baking".to_owned(), id(2)] {
        let path = format!("/links/{did}/{name}/feed.atom");
        let feed = home.node.send(Ask::get(path).bearer(&token)).await;
        assert_eq!(texts(&feed.text(), "title"), ["Baking", "rye"]);
        assert_eq!(texts(&feed.text(), "subtitle"), ["All of it"]);
    }
    for rest in [
        format!("/{}/feed.atom", id(1)),
        format!("/{}/feed.rss", id(4)),
        "/nothing/feed.rss".to_owned(),
    ] {
        assert_eq!(home.feed(&rest).await.status, 404, "{rest}");
    }
    assert_ne!(home.node.send(Ask::get("/links/did:imajin:nobody/feed.atom")).await.status, 200);
}

#[tokio::test]
async fn a_reader_is_told_that_nothing_is_new_and_gets_fifty_links_at_most() {
    let home = Home::new(222).await;
    let empty = home.feed("/feed.atom").await.text();
    assert_eq!(texts(&empty, "updated"), ["1970-01-01T00:00:00.000Z"]);
    let content = json!({ "title": "Ada’s bread", "note": "Every Friday" });
    home.put(90, content, json!({ "kind": "page" })).await;
    for number in 1..=51 {
        home.link(number, &format!("loaf {number}"), json!({})).await;
    }
    let feed = home.feed("/feed.rss").await;
    let text = feed.text();
    assert_eq!(texts(&text, "title")[..2], ["Ada’s bread", "loaf 51"]);
    assert_eq!(texts(&text, "pubDate").len(), ENTRIES_MAX);
    assert_eq!(texts(&text, "description"), ["Every Friday"]);
    assert_eq!(feed.header("cache-control"), Some("public, max-age=300"));
    let tag = feed.header("etag").unwrap().to_owned();
    let path = format!("/links/{}/feed.rss", home.ada.did);
    for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let same = home.node.send(Ask::get(path.as_str()).header("if-none-match", known)).await;
        assert_eq!((same.status, same.body.len()), (304, 0));
        assert_eq!(same.header("etag"), Some(&*tag));
    }
    home.link(52, "loaf 52", json!({})).await;
    assert_eq!(home.node.send(Ask::get(path).header("if-none-match", tag)).await.status, 200);
}
