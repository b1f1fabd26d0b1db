//! The parts of this crate that a page of links does not need: three levels, words that hang on items, and the choice
//! of operations.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

mod service;

use std::sync::Arc;
use std::time::Duration;

use imajin_app::operation::ItemId;
use imajin_app::{Icon, Lang, Service};
use imajin_dfos::Timestamp;
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::{Person, Reply, TestNode, Write, open_config};
use imajin_identity::begin_node_identity;
use imajin_items::{
    Removal, Remove, RemoveItem, Shared, TEXTS, home, newest_items, strangers, visible_item,
    visible_items,
};
use imajin_protocol::Did;
use maud::html;
use serde_json::{Value as Json, json};

use service::Shelf;

const COURSE: &str = "itm_000000000000000000000001";
const MODULE: &str = "itm_000000000000000000000002";
const LESSON: &str = "itm_000000000000000000000003";
const OTHER: &str = "itm_000000000000000000000004";

struct Home {
    node: TestNode,
    ada: Person,
}

impl Home {
    async fn new(seed: u8) -> Self {
        let services: Vec<Arc<dyn Service>> =
            vec![Arc::new(imajin_auth::Auth::new()), Arc::new(Shelf)];
        let node = TestNode::start(services, open_config(), seed).await.unwrap();
        begin_node_identity(&node.node).await.unwrap();
        let ada = somebody(&node, 1).await;
        Self { node, ada }
    }

    /// Makes a home with a course, a module in it, and a lesson in that.
    async fn with_a_course(seed: u8) -> Self {
        let home = Self::new(seed).await;
        for (id, kind, parent) in [
            (COURSE, "course", None),
            (MODULE, "module", Some(COURSE)),
            (LESSON, "lesson", Some(MODULE)),
        ] {
            home.put(id, kind, parent).await.check(201);
        }
        home
    }

    async fn put(&self, id: &str, kind: &str, parent: Option<&str>) -> Reply {
        let mut fact = json!({ "kind": kind });
        if let Some(parent) = parent {
            fact["in"] = parent.into();
        }
        let body = json!({ "title": format!("{kind} {id}"), "minutes": 5 });
        self.write(&self.ada, "shelf.put", id, Some(body), Some(fact)).await
    }

    async fn set(&self, id: &str, visibility: &str) {
        let fact = Some(json!({ "visibility": visibility }));
        let reply = self.write(&self.ada, "shelf.set", id, None, fact).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
    }

    async fn write(
        &self,
        who: &Person,
        op: &'static str,
        id: &str,
        body: Option<Json>,
        fact: Option<Json>,
    ) -> Reply {
        let mut write = Write::new(&who.did, op).reference(id);
        write.body = body.map(|body| from_dag_json(&body).unwrap());
        write.fact = fact;
        who.write(&self.node, &write).await
    }

    /// Signs an operation about no item.
    async fn write_alone(&self, op: &'static str, body: Json) -> Reply {
        let mut write = Write::new(&self.ada.did, op);
        write.body = Some(from_dag_json(&body).unwrap());
        self.ada.write(&self.node, &write).await
    }

    fn ids(&self, viewer: Option<&Did>) -> Vec<String> {
        let all = visible_items::<Shelf>(&self.node.node, &self.ada.did, viewer).unwrap();
        all.into_iter().map(|item| item.base.id).collect()
    }

    /// Returns the ids that a stranger finds in an item, if they see it.
    fn within(&self, id: &str) -> Option<Vec<String>> {
        let view = visible_item::<Shelf>(&self.node.node, &self.ada.did, None, id).unwrap();
        view.map(|view| view.within.into_iter().map(|item| item.base.id).collect())
    }
}

async fn somebody(node: &TestNode, seed: u8) -> Person {
    let mut person = Person::new(seed);
    assert_eq!(person.create(node, None).await.status, 201);
    person
}

fn field(reply: &Reply) -> (u16, Json) {
    (reply.status, reply.json()["field"].clone())
}

#[tokio::test]
async fn what_is_in_an_item_is_seen_only_if_everything_around_it_is() {
    let home = Home::with_a_course(231).await;
    let all = [COURSE, MODULE, LESSON];
    assert_eq!(home.ids(None), all);
    assert_eq!(home.within(COURSE).unwrap(), all[1..]);
    assert_eq!(home.within(LESSON).unwrap(), [""; 0]);

    for (hidden, left) in [(MODULE, &all[..1]), (COURSE, &[])] {
        home.set(hidden, "private").await;
        assert_eq!(home.ids(None), left);
        assert!(home.within(LESSON).is_none(), "in a hidden {hidden}");
        assert_eq!(home.ids(Some(&home.ada.did)), all, "the owner sees it");
        home.set(hidden, "public").await;
    }
    // A public course has an address for everyone, and lists nothing that is found by its own address alone.
    home.set(LESSON, "link").await;
    assert_eq!(home.within(COURSE).unwrap(), [MODULE]);
    assert!(home.within(LESSON).is_some());
    home.set(MODULE, "link").await;
    assert_eq!(home.within(COURSE).unwrap(), [""; 0]);
    assert_eq!(home.within(MODULE).unwrap(), [LESSON]);
    for id in [MODULE, LESSON] {
        home.set(id, "public").await;
    }
    // Anyone with the course's address sees all of it.
    home.set(COURSE, "link").await;
    assert_eq!(home.ids(None), [""; 0]);
    assert_eq!(home.within(COURSE).unwrap(), all[1..]);
    assert!(home.within(LESSON).is_some());
    let view = visible_item::<Shelf>(&home.node.node, &home.ada.did, None, LESSON).unwrap();
    let written = serde_json::to_value(view.unwrap().item).unwrap();
    let expected = (&json!(5), &json!(MODULE), None);
    assert_eq!((&written["minutes"], &written["in"], written.get("own")), expected);
}

#[tokio::test]
async fn an_item_is_only_in_one_that_may_contain_it() {
    let home = Home::with_a_course(232).await;
    for (kind, parent) in [
        ("lesson", COURSE),
        ("lesson", LESSON),
        ("course", MODULE),
        ("module", MODULE),
        ("module", "itm_000000000000000000000009"),
    ] {
        let reply = home.put(OTHER, kind, Some(parent)).await;
        assert_eq!(field(&reply), (404, json!("in")), "{kind} in {parent}");
    }
    assert_eq!(home.put(OTHER, "lesson", Some(MODULE)).await.status, 201);
}

#[tokio::test]
async fn an_item_goes_with_all_below_it_and_with_what_hangs_on_it() {
    let home = Home::with_a_course(233).await;
    assert_eq!(home.put(OTHER, "course", None).await.status, 201);
    for id in [LESSON, OTHER] {
        let words = Some(json!({ "words": format!("about {id}") }));
        let response = home.write(&home.ada, "shelf.say", id, words, None).await;
        assert_eq!(response.status, 201, "{}", response.text());
    }
    let node = &home.node.node;
    let words = || {
        let of_shelf = node.bodies(&home.ada.did, |header| header.op.starts_with("shelf."));
        of_shelf.unwrap().len()
    };
    assert_eq!(words(), 6);

    // The bodies were looked up before another entry came, whose words would stay.
    let item = ItemId::parse(COURSE).unwrap();
    let early = node.read("shelf", |db| {
        let none = Removal::default();
        let decided =
            Shared::<Shelf>::decide(&RemoveItem { item }, db.into(), &home.ada.did, &none);
        Ok(decided.is_err())
    });
    assert!(early.unwrap());

    let op = Remove::<Shelf>::NAME;
    assert_eq!(op, "shelf.remove");
    let removed = home.write(&home.ada, op, COURSE, None, None).await;
    assert_eq!(removed.status, 201, "{}", removed.text());
    assert_eq!(home.ids(Some(&home.ada.did)), [OTHER]);
    assert_eq!(words(), 2, "those of the other course");
    let again = home.write(&home.ada, op, COURSE, None, None).await;
    assert_eq!(field(&again), (404, json!("ref")));
}

#[tokio::test]
async fn the_words_about_files_go_with_the_item_whatever_became_of_its_first_version() {
    let home = Home::with_a_course(236).await;
    let node = &home.node.node;
    let file = |bytes: &[u8]| {
        let stored = node.ledger().media().put(&home.ada.did, bytes);
        stored.unwrap().cid.to_string()
    };
    let (one, other) = (file(b"one"), file(b"other"));
    for files in [&[&one, &other][..], &[&other], &[]] {
        let alts: Vec<String> = files.iter().map(|cid| format!("about {cid}")).collect();
        let (body, fact) = (json!({ "alts": alts }), json!({ "media": files }));
        let response = home.write(&home.ada, "shelf.attach", LESSON, Some(body), Some(fact));
        response.await.check(201);
        let item = visible_item::<Shelf>(node, &home.ada.did, None, LESSON).unwrap();
        let cids: Vec<_> = item.unwrap().item.base.files.into_iter().map(|file| file.cid).collect();
        assert_eq!(cids.iter().collect::<Vec<_>>(), files);
    }
    // Ada puts a newer version, and erases the words of the first.
    let first = node.bodies(&home.ada.did, |header| {
        header.op == "shelf.put"
            && header.reference.as_ref().is_some_and(|id| id.as_str() == LESSON)
    });
    let (body, fact) = (json!({ "title": "Another" }), json!({ "kind": "lesson", "in": MODULE }));
    let newer = home.write(&home.ada, "shelf.put", LESSON, Some(body), Some(fact));
    assert_eq!(newer.await.status, 201);
    let first = first.unwrap()[0].to_string();
    let erased = json!({ "bodies": [{ "/": first }] });
    let erased = home.write_alone("auth.body.erased", erased).await;
    assert_eq!(erased.status, 201, "{}", erased.text());
    home.write(&home.ada, "shelf.remove", LESSON, None, None).await.check(201);
    let left = node.bodies(&home.ada.did, |header| header.op == "shelf.attach");
    assert!(left.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_new_on_any_level_of_a_followed_item_is_a_card() {
    let home = Home::with_a_course(234).await;
    let bob = somebody(&home.node, 2).await;
    let follow = async |id: &str| {
        let of = Some(json!({ "dids": [home.ada.did] }));
        home.write(&bob, "shelf.follow", id, None, of).await
    };
    let lesson = follow(LESSON).await;
    assert_eq!(field(&lesson), (404, json!("ref")));
    home.node.clock.pass(Duration::from_secs(60));
    assert_eq!(follow(COURSE).await.status, 201);
    let cards = || {
        let whose = (&home.node.node, &bob.did, Lang::En);
        let say = |news: home::News| format!("{} new in {}", news.count, news.title);
        let cards = home::cards::<Shelf>(whose, ("new", Icon::Link), &say).unwrap();
        let text = |card: imajin_app::HomeCard| card.content.into_string();
        cards.into_iter().map(text).collect::<Vec<_>>()
    };
    assert!(cards().is_empty());
    home.node.clock.pass(Duration::from_secs(60));
    assert_eq!(home.put(OTHER, "lesson", Some(MODULE)).await.status, 201);
    let cards = cards();
    assert_eq!(cards.len(), 1);
    assert!(cards[0].contains("1 new in course"), "{}", cards[0]);
}

#[tokio::test]
async fn a_service_has_the_operations_that_it_lists() {
    let home = Home::with_a_course(235).await;
    let order = Some(json!({ "order": [COURSE] }));
    home.write(&home.ada, "shelf.sort", COURSE, order, None).await.check(404);
}

#[tokio::test]
async fn the_list_of_all_people_has_what_the_pages_of_each_show() {
    let home = Home::new(237).await;
    let bob = somebody(&home.node, 2).await;
    let (node, now) = (&home.node.node, home.node.node.now().as_millis());
    let (before, soon, later) = (now - 1_000, now + 60_000, now + 120_000);
    let mut number = 0;
    for visibility in ["public", "connections", "link", "private"] {
        for (on, from, until) in [
            (1, None, None),
            (0, None, None),
            (1, Some(before), None),
            (1, Some(soon), None),
            (1, None, Some(before)),
            (1, None, Some(soon)),
            (1, Some(soon), Some(later)),
        ] {
            let mut fact = json!({ "kind": "course", "visibility": visibility, "on": on });
            for (name, time) in [("from", from), ("until", until)] {
                if let Some(time) = time {
                    fact[name] = time.into();
                }
            }
            for person in [&home.ada, &bob] {
                number += 1;
                let id = format!("itm_{number:024}");
                let body = Some(json!({ "title": format!("Course {number}") }));
                let reply = home.write(person, "shelf.put", &id, body, Some(fact.clone()));
                reply.await.check(201);
            }
        }
    }
    for _ in 0..3 {
        for viewer in [None, Some(&home.ada.did), Some(&bob.did)] {
            let mut expected = Vec::new();
            for owner in [&home.ada.did, &bob.did] {
                // Their own as a stranger sees them, and those for connections.
                let is_own = viewer == Some(owner);
                let all = visible_items::<Shelf>(node, owner, viewer).unwrap();
                let as_others = visible_items::<Shelf>(node, owner, None).unwrap();
                let is_for_all = |id: &str| as_others.iter().any(|item| item.id == id);
                expected.extend(all.into_iter().filter(|item| !is_own || is_for_all(&item.id)));
            }
            let listed = newest_items::<Shelf>(node, viewer, 100).unwrap();
            let listed = listed.into_iter().filter(|(owner, item)| {
                viewer != Some(owner) || item.visibility == imajin_items::Visibility::Public
            });
            let mut listed: Vec<_> = listed.map(|(_, item)| item.base.id).collect();
            let mut expected: Vec<_> = expected.into_iter().map(|item| item.base.id).collect();
            listed.sort();
            expected.sort();
            assert_eq!(listed, expected);
            assert!(!listed.is_empty());
        }
        assert_eq!(newest_items::<Shelf>(node, None, 1).unwrap().len(), 1);
        let listed = newest_items::<Shelf>(node, None, 100).unwrap();
        let listed = listed.into_iter().map(|(_, item)| item.base.id);
        let public = home::newest_public::<Shelf>(node, service::Kind::Course, 100).unwrap();
        let public = public.into_iter().map(|(_, item)| item.base.id);
        assert!(public.eq(listed));
        home.node.clock.pass(Duration::from_secs(61));
    }
}

#[tokio::test]
async fn the_page_of_strangers_is_kept_until_its_service_says_so() {
    let home = Home::new(238).await;
    let mut made = 0;
    let mut show = |changes_at: Timestamp| {
        let whose = (home.ada.did.as_str(), Lang::En);
        let page = strangers::page(&home.node.node, "shelf", whose, |_| {
            made += 1;
            let page = TEXTS.for_reader(Lang::En).notice_page("Courses", html! {});
            Ok((page, changes_at))
        });
        assert!(page.is_ok());
        made
    };
    assert_eq!(show(Timestamp::MIN), 1);
    assert_eq!(show(Timestamp::MAX), 2);
    assert_eq!(show(Timestamp::MAX), 2);
}
