//! What people see: each page for who may see it, with nothing of anybody else's.

use imajin_service::testing::Ask;

use crate::support::{close, published, somebody, world};

#[tokio::test]
async fn pages_show_what_their_viewer_may_see() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, _) = published(&world, band.did(), 5).await;
    ada.top_up(&world, 2_000).await;
    assert_eq!(ada.buys(node, &id, 2, 1).await.status, 201);
    let open = |path: &str| {
        let ask = Ask::get(path.to_owned());
        async move { node.send(ask).await.unwrap() }
    };
    let list = open("/events").await;
    assert!(
        list.status == 200 && list.text().contains("Launch party"),
        "{}",
        list.text()
    );
    let path = format!("/events/{id}");
    let seen = open(&path).await.text();
    assert!(
        seen.contains("10.00 CHF") && seen.contains("4 left") && seen.contains("70.00 %"),
        "{seen}"
    );
    assert!(!seen.contains("stream.example") && !seen.contains("id=\"manage\""));
    for page in [
        "/events/new",
        "/events/mine",
        &format!("{path}/edit"),
        &format!("{path}/door"),
    ] {
        assert_eq!(open(page).await.status, 303, "{page}");
    }
    let ticketed = ada.get(node, &path).await.text();
    assert!(
        ticketed.contains("https://stream.example/party") && ticketed.contains("You have a ticket")
    );
    let mine = ada.get(node, "/events/mine").await.text();
    assert!(mine.contains("<svg") && mine.contains("Floor"), "{mine}");
    for page in [format!("{path}/edit"), format!("{path}/door")] {
        assert_eq!(ada.get(node, &page).await.status, 403, "{page}");
        let own = world.organiser.get(node, &page).await;
        assert!(
            own.status == 200 && own.text().contains("Launch party"),
            "{page}"
        );
    }
    assert!(
        world
            .organiser
            .get(node, &path)
            .await
            .text()
            .contains("id=\"manage\"")
    );
    assert_eq!(world.organiser.get(node, "/events/new").await.status, 200);
    assert_eq!(open("/events/evt_nothing").await.status, 404);
    close(world.node).await;
}
