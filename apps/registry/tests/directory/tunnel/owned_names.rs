//! Names of a box's own, which a registry carries while their zone names the box.

use imajin_edge::testing::NameServer;
use imajin_edge::tunnel::holder_text;

use super::{NAME, TestBox, World, register, rest};
use crate::support::Node;

/// Settings of a registry that asks this zone each second.
fn with_zone(zone: &NameServer) -> String {
    format!("resolver = \"{}\"\ncarried-name-secs = 1\nmissing-name-secs = 1\n", zone.address())
}

#[tokio::test]
async fn a_name_of_the_boxs_own_is_carried_while_its_zone_names_the_box() {
    const OWN: &str = "ada.example";
    let zone = NameServer::start();
    let world = World::new(&with_zone(&zone)).await;
    let mut boxed =
        TestBox::dial_for(&world.process, &world.node, &[NAME, OWN, "not.example"]).await.unwrap();
    boxed.until_carried(&[NAME]).await;
    assert!(rest(world.visit(OWN).await).await.is_empty());
    assert_eq!(world.process.get("/api/node/reach/ada.example").await.0, 404);
    // The registry looks again while the tunnel stays open.
    zone.set("_imajin.ada.example", "TXT", &[&holder_text(&world.node.did)]);
    boxed.until_carried(&[OWN, NAME]).await;
    let _visitor = world.visit("Ada.example").await;
    assert_eq!(boxed.next().await.target, "ada.example:443");
    let (_, reach) = world.process.get("/api/node/reach/ada.example").await;
    assert_eq!(reach["connected"], true, "{reach}");
    // A zone that cannot be asked changes nothing, and one that names the box no longer does.
    zone.fail(true);
    let _visitor = world.visit(OWN).await;
    boxed.next().await;
    zone.fail(false);
    zone.set("_imajin.ada.example", "TXT", &[]);
    boxed.until_carried(&[NAME]).await;
    assert!(rest(world.visit(OWN).await).await.is_empty());
    let _visitor = world.visit(NAME).await;
    boxed.next().await;
}

#[tokio::test]
async fn of_two_boxes_that_claim_a_name_its_zone_decides_and_the_newer_has_it() {
    const OWN: &str = "ada.example";
    let zone = NameServer::start();
    let world = World::new(&with_zone(&zone)).await;
    let other = Node::new("beta");
    register(&world.process, &other).await;
    let record = "_imajin.ada.example";
    let texts = [holder_text(&world.node.did), holder_text(&other.did)];
    zone.set(record, "TXT", &[&texts[1]]);
    let (alpha, beta) = ([NAME, OWN], ["beta.nodes.example", OWN]);
    let older = TestBox::dial_for(&world.process, &other, &beta).await;
    let mut older = older.unwrap();
    older.until_carried(&[OWN, "beta.nodes.example"]).await;
    let newer = TestBox::dial_for(&world.process, &world.node, &alpha).await;
    let mut newer = newer.unwrap();
    newer.until_carried(&[NAME]).await;
    zone.set(record, "TXT", &[&texts[0], &texts[1]]);
    newer.until_carried(&[OWN, NAME]).await;
    older.until_carried(&["beta.nodes.example"]).await;
    zone.set(record, "TXT", &[&texts[1]]);
    older.until_carried(&[OWN, "beta.nodes.example"]).await;
    newer.until_carried(&[NAME]).await;
}

#[tokio::test]
async fn a_registry_gives_away_no_name_of_its_own_and_few_of_a_boxs() {
    let zone = NameServer::start();
    let more =
        format!("{}names = [\"registry.example\"]\npass = \"127.0.0.1:9\"\n", with_zone(&zone));
    let world = World::new(&more).await;
    let text = holder_text(&world.node.did);
    for name in ["_imajin.registry.example", "_imajin.z.example"] {
        zone.set(name, "TXT", &[&text]);
    }
    let names = [NAME, "registry.example", "z.example"];
    let mut boxed = TestBox::dial_for(&world.process, &world.node, &names).await.unwrap();
    boxed.until_carried(&[NAME, "z.example"]).await;
    let many = [NAME, "a.example", "b.example", "c.example", "d.example", "e.example"];
    for (what, asked) in [
        ("many", &many[..]),
        ("an address", &[NAME, "192.0.2.1"]),
        ("a word", &[NAME, "localhost"]),
    ] {
        let refused = TestBox::dial_for(&world.process, &world.node, asked).await;
        assert_eq!(refused.err().map(|refused| refused.0), Some(400), "{what}");
    }
}
