//! A person's page, with the parts that other apps add.

use std::sync::Arc;

use imajin_app::routing::OpenApiRouter;
use imajin_app::{Hit, HoldsNothing, Icon, Lang, Manifest, Node, Offers, Ports, Problem, Service};
use imajin_edge::testing::{Ask, TestNode};
use imajin_protocol::Did;
use imajin_showcase::Showcase;
use serde_json::json;

use crate::support::{Somebody, node_of, send, somebody};

static SHOP: Manifest = Manifest::new("shop", Ports::new(1, 2));
static RUIN: Manifest = Manifest::new("ruin", Ports::new(3, 4));

/// An app with one thing on everybody's page, or with tables that can't be read.
struct App(&'static Manifest);

impl Showcase for App {
    fn items(&self, _: &Node, _: &Did, _: Option<&Did>, _: Lang) -> Result<Vec<Hit>, Problem> {
        if self.0.name == RUIN.name {
            return Err(Problem::internal("the tables are gone"));
        }
        Ok(vec![Hit {
            title: "A ladder".to_owned(),
            detail: String::new(),
            href: "/shop/ladder".to_owned(),
            icon: Icon::Tag,
        }])
    }
}

impl HoldsNothing for App {}

impl Service for App {
    fn manifest(&self) -> &'static Manifest {
        self.0
    }

    fn routes(&self, _: Node) -> OpenApiRouter {
        OpenApiRouter::new()
    }

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        offers.offer::<dyn Showcase>(self);
    }
}

/// Returns a node with both apps, and Ada, whose page has both.
async fn world() -> (TestNode, Somebody) {
    let node = node_of(vec![Arc::new(App(&SHOP)), Arc::new(App(&RUIN))]).await;
    let ada = somebody(&node, 1).await;
    let handle = json!({ "handle": "ada" });
    ada.sign(&node, "profile.handle.claim", Some(handle)).await.check(201);
    let toggles = json!({ "page.01.ruin": true, "page.02.shop": true });
    ada.sign(&node, "profile.update", Some(json!({ "featureToggles": toggles }))).await.check(201);
    (node, ada)
}

#[tokio::test]
async fn an_app_that_fails_leaves_the_rest_of_the_page() {
    let (node, _) = world().await;
    let page = node.get("/@ada").await.check(200).text();
    assert!(page.contains("href=\"/shop/ladder\""), "{page}");
    assert!(!page.contains("data-part=\"ruin\""), "{page}");
}

#[tokio::test]
async fn a_hidden_profile_has_no_parts_for_its_owner_either() {
    let (node, ada) = world().await;
    let pages = async || {
        let (own, other) = (ada.get("/@ada"), Ask::get("/@ada"));
        [send(&node, own).await, send(&node, other).await].map(|page| page.check(200).text())
    };
    let has_part = |page: String| page.contains("data-part=\"shop\"");
    assert_eq!(pages().await.map(has_part), [true; 2]);
    ada.sign(&node, "profile.update", Some(json!({ "visibility": "incognito" }))).await.check(201);
    assert_eq!(pages().await.map(has_part), [false; 2]);
}

#[tokio::test]
async fn a_page_is_at_one_address() {
    let (node, ada) = world().await;
    let led = node.get("/profile/ada").await;
    assert_eq!((led.status, led.header("location")), (308, Some("/@ada")));
    let is_indexed = async |path: &str| {
        let page = node.get(path).await.check(200);
        !page.text().contains("noindex")
    };
    assert!(is_indexed("/@ada").await);
    assert!(!is_indexed(&format!("/profile/{}", ada.did())).await);
}
