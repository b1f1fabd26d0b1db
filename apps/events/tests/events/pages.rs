//! What people see: each page for those who may see it, with nothing of anybody else's.

use imajin_service::testing::Ask;

use crate::support::{close, published, somebody, world};

/// The elements of a page that begin like this.
fn count(page: &str, begins: &str) -> usize {
    page.matches(begins).count()
}

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
        seen.contains("10.00\u{a0}CHF") && seen.contains("4 left") && seen.contains("70.00\u{a0}%"),
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
    // The end of its id tells a ticket from others of the same kind, here and at the door.
    let ticket = ada.get(node, "/events/api/mine").await.json()["tickets"][0]["id"].clone();
    let ticket = ticket.as_str().unwrap().to_ascii_uppercase();
    let number = &ticket[ticket.len() - 6..];
    assert!(
        mine.contains(&format!("Ticket <span class=\"mono\">{number}</span>")),
        "{mine}"
    );
    assert!(seen.contains("id=\"share\""), "{seen}");
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

#[tokio::test]
async fn pages_speak_the_language_of_the_browser() {
    let world = world().await;
    let (node, band) = (&world.node, somebody(&world.node, 3).await);
    let (id, _) = published(&world, band.did(), 5).await;
    let ask = Ask::get(format!("/events/{id}")).header("accept-language", "de-CH, en;q=0.5");
    let page = node.send(ask).await.unwrap().text();
    for said in [
        "<html lang=\"de\"",
        "10,00\u{a0}CHF",
        "noch 5",
        "70,00\u{a0}%",
        "Wer wie viel bekommt",
    ] {
        assert!(page.contains(said), "lacks {said}: {page}");
    }
    close(world.node).await;
}

#[tokio::test]
async fn cancelling_is_apart_and_a_door_has_one_primary_button() {
    let world = world().await;
    let (node, band) = (&world.node, somebody(&world.node, 3).await);
    let (id, _) = published(&world, band.did(), 5).await;
    let page = world
        .organiser
        .get(node, &format!("/events/{id}"))
        .await
        .text();
    let blocks = page.split("<div class=\"actions\">").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("</div>").next());
    let mut cancelling = blocks.filter(|block| block.contains("data-status=\"cancelled\""));
    let block = cancelling.next().unwrap();
    assert_eq!(count(block, "<button") + count(block, "<a "), 1, "{block}");
    let door = world
        .organiser
        .get(node, &format!("/events/{id}/door"))
        .await
        .text();
    assert_eq!(count(&door, "<button class=\"main\""), 1, "{door}");
    close(world.node).await;
}
