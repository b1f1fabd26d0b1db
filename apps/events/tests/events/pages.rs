//! The pages as different viewers see them, without data of other people.

use imajin_app::capabilities::{NewsEntry, SaysNews};
use imajin_app::notices::About;
use imajin_app::{HomeCards, Lang};
use imajin_events::Events;
use imajin_protocol::fair::Manifest;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::prelude::*;

/// Counts the elements of a page that begin with this text.
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
        async move { node.send(ask).await }
    };
    let list = open("/events").await;
    assert!(list.status == 200 && list.text().contains("Launch party"), "{}", list.text());
    let path = format!("/events/{id}");
    let reply = open(&path).await.text();
    assert_has!(reply, "10.00\u{a0}CHF", "4 left", "70.00\u{a0}%");
    assert!(!reply.contains("stream.example") && !reply.contains("id=\"manage\""));
    for page in ["/events/new", "/events/mine", &format!("{path}/edit"), &format!("{path}/door")] {
        assert_eq!(open(page).await.status, 303, "{page}");
    }
    let ticketed = ada.get(node, &path).await.text();
    assert_has!(ticketed, "https://stream.example/party", "You have a ticket");
    let mine = ada.get(node, "/events/mine").await.text();
    assert!(mine.contains("<svg") && mine.contains("Floor"), "{mine}");
    // The end of its id distinguishes a ticket from others of the same type, on this page and at the door.
    let ticket = ada.get(node, "/events/api/mine").await.json()["tickets"][0]["id"].clone();
    let ticket = ticket.as_str().unwrap().to_ascii_uppercase();
    let number = &ticket[ticket.len() - 6..];
    assert_has!(mine, &format!("Ticket <span class=\"mono\">{number}</span>"));
    assert!(reply.contains("id=\"share\""), "{reply}");
    for page in [format!("{path}/edit"), format!("{path}/door")] {
        assert_eq!(ada.get(node, &page).await.status, 403, "{page}");
        let own = world.organiser.get(node, &page).await;
        assert!(own.status == 200 && own.text().contains("Launch party"), "{page}");
    }
    assert_has!(world.organiser.get(node, &path).await.text(), "id=\"manage\"");
    assert_eq!(world.organiser.get(node, "/events/new").await.status, 200);
    assert_eq!(open("/events/evt_nothing").await.status, 404);
    close(world.node).await;
}

#[tokio::test]
async fn the_form_keeps_what_it_has_no_fields_for() {
    let world = world().await;
    let (id, _) = published(&world, world.owner.did(), 5).await;
    let form = world.organiser.get(&world.node, &format!("/events/{id}/edit")).await.text();
    assert_has!(form, "data-more=\"{&quot;perks&quot;:[&quot;cake&quot;]}\"");
    assert_eq!(count(&form, "data-more="), 1, "{form}");
    close(world.node).await;
}

#[tokio::test]
async fn pages_speak_the_language_of_the_browser() {
    let world = world().await;
    let (node, band) = (&world.node, somebody(&world.node, 3).await);
    let (id, _) = published(&world, band.did(), 5).await;
    let ask = Ask::get(format!("/events/{id}")).header("accept-language", "de-CH, en;q=0.5");
    let page = node.send(ask).await.text();
    for said in
        ["<html lang=\"de\"", "10,00\u{a0}CHF", "noch 5", "70,00\u{a0}%", "Wer wie viel bekommt"]
    {
        assert!(page.contains(said), "lacks {said}: {page}");
    }
    close(world.node).await;
}

#[tokio::test]
async fn cancelling_is_apart_and_a_door_has_one_primary_button() {
    let world = world().await;
    let (node, band) = (&world.node, somebody(&world.node, 3).await);
    let (id, _) = published(&world, band.did(), 5).await;
    let page = world.organiser.get(node, &format!("/events/{id}")).await.text();
    let blocks = page.split("<div class=\"actions\">").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("</div>").next());
    let mut cancelling = blocks.filter(|block| block.contains("data-status=\"cancelled\""));
    let block = cancelling.next().unwrap();
    assert_eq!(count(block, "<button") + count(block, "<a "), 1, "{block}");
    let door = world.organiser.get(node, &format!("/events/{id}/door")).await.text();
    assert_eq!(count(&door, "<button class=\"main\""), 1, "{door}");
    close(world.node).await;
}

#[tokio::test]
async fn home_and_notifications_say_what_was_sold_by_the_events_name() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, event) = published(&world, band.did(), 5).await;
    let cards = |of: &Did, lang: Lang| {
        let services = node.node.services();
        let mut all = services.offers().all::<dyn HomeCards>();
        let (_, events) = all.find(|(app, _)| *app == "events").unwrap();
        let cards = events.home_cards(&node.node, of, lang).unwrap().into_iter();
        let sold = cards.filter(|card| card.kind == "sold");
        sold.map(|card| card.content.into_string()).collect::<Vec<_>>()
    };
    let organiser = world.organiser.did();
    assert!(cards(organiser, Lang::En).is_empty());
    ada.top_up(&world, 3_000).await;
    assert_eq!(ada.buys(node, &id, 2, 2).await.status, 201);
    let shown = cards(organiser, Lang::En);
    let [card] = &shown[..] else {
        panic!("one card for one event");
    };
    assert_has!(card, "2 tickets sold for “Launch party”", &format!("/events/{id}/door"));
    let german = cards(organiser, Lang::De).concat();
    assert!(german.contains("2 Tickets für „Launch party“"), "{german}");
    assert!(cards(ada.did(), Lang::En).is_empty());

    let ticket = ada.get(node, "/events/api/mine").await.json()["tickets"][0]["id"].clone();
    let ticket = ticket.as_str().unwrap();
    let news = |person: &Did, log: &Did, op: &str| {
        let services = node.node.services();
        let mut all = services.offers().all::<dyn SaysNews>();
        let (_, events) = all.find(|(app, _)| *app == "events").unwrap();
        let notice = NewsEntry {
            person,
            op,
            about: About::Ticket,
            author: organiser,
            who: "Ada’s band",
            log,
            seq: 1,
            reference: Some(ticket),
            count: 1,
        };
        let sentence = events.describe_news(&node.node, notice, Lang::En).unwrap();
        sentence.map(|said| (said.text, said.href))
    };
    let own = news(ada.did(), ada.did(), "events.ticket").unwrap();
    assert_eq!(own.0, "Ada’s band gave you a ticket for “Launch party”");
    assert_eq!(own.1, format!("/events/mine#{ticket}"));
    let sold = news(organiser, &event, "events.ticket").unwrap();
    assert_eq!(sold.0, "Ada’s band is coming to “Launch party”");
    assert_eq!(sold.1, format!("/events/{id}/door"));
    let changed = news(ada.did(), &event, "events.changed").unwrap();
    assert_eq!(changed, ("Ada’s band changed “Launch party”".to_owned(), format!("/events/{id}")));
    // An unknown ticket has no text, so the notice falls back to its operation's.
    assert_eq!(news(band.did(), band.did(), "events.ticket"), None);
    close(world.node).await;
}

#[tokio::test]
async fn the_form_of_an_event_names_people_and_knows_the_organisers_connections_alone() {
    let world = world().await;
    let (id, _) = published(&world, somebody(&world.node, 3).await.did(), 5).await;
    let page = world.organiser.get(&world.node, &format!("/events/{id}/edit")).await.text();
    // The organiser has no name, so the field shows their ID.
    let did = world.organiser.did();
    assert_has!(page, &format!("value=\"{did}\" data-person data-did=\"{did}\""));
    assert_eq!(count(&page, "<datalist id=\"known-people\""), 1, "{page}");
    assert_eq!(count(&page, "<option value=\"did:"), 0, "{page}");
    close(world.node).await;
}

#[tokio::test]
async fn a_cancelled_event_stays_on_the_home_of_its_guests_and_says_so() {
    let world = world().await;
    let node = &world.node;
    let [ada, eve, band] = each([5, 6, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 5).await;
    ada.top_up(&world, 1_000).await;
    assert_eq!(ada.buys(node, &id, 2, 1).await.status, 201);
    let cards = |of: &Did, lang: Lang| {
        let services = node.node.services();
        let mut all = services.offers().all::<dyn HomeCards>();
        let (_, events) = all.find(|(app, _)| *app == "events").unwrap();
        let cards = events.home_cards(&node.node, of, lang).unwrap().into_iter();
        let upcoming = cards.filter(|card| card.kind == "upcoming");
        let texts = upcoming.map(|card| card.content.into_string());
        texts.collect::<Vec<_>>().concat()
    };
    let before = cards(ada.did(), Lang::En);
    assert_has!(before, "Launch party");
    assert_lacks!(before, "Cancelled");
    let path = format!("/events/api/events/{id}/status");
    world.organiser.does(node, &path, &json!({ "status": "cancelled" })).await;
    for (lang, word) in [(Lang::En, "Cancelled"), (Lang::De, "Abgesagt")] {
        let card = cards(ada.did(), lang);
        assert!(card.contains("Launch party") && card.contains(word), "{card}");
    }
    assert!(!cards(eve.did(), Lang::En).contains("Launch party"));
    close(world.node).await;
}

#[tokio::test]
async fn a_persons_page_has_published_events_also_after_many_others() {
    let world = world().await;
    let node = &world.node;
    let band = somebody(node, 3).await;
    for _ in 0..2 * ITEMS_MAX {
        let (id, _) = published(&world, band.did(), 5).await;
        let path = format!("/events/api/events/{id}/status");
        world.organiser.does(node, &path, &json!({ "status": "paused" })).await;
    }
    let matinee = |made: &Json, manifest: &Manifest| {
        let mut event = party(made, manifest, 5);
        event["title"] = json!("Matinee");
        event["startsAt"] = json!("2026-12-02T10:00:00.000Z");
        event["endsAt"] = json!("2026-12-02T12:00:00.000Z");
        event
    };
    published_as(&world, band.did(), matinee).await;
    let organiser = world.organiser.did();
    let items = Showcase::items(&Events, &node.node, organiser, None, Lang::En).unwrap();
    let titles: Vec<&str> = items.iter().map(|hit| hit.title.as_str()).collect();
    assert_eq!(titles, ["Matinee"]);
    close(world.node).await;
}

#[tokio::test]
async fn the_list_of_guests_is_a_table_for_the_organiser() {
    let world = world().await;
    let node = &world.node;
    let [ada, ben, band] = each([5, 6, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 5).await;
    for (guest, kind, price) in [(&ada, 2, 1_000), (&ben, 1, 100)] {
        guest.top_up(&world, price).await;
        assert_eq!(guest.buys(node, &id, kind, 1).await.status, 201);
    }
    let page = |by: &str| format!("/events/{id}/guests?by={by}");
    for (by, [first, second]) in [("paid", ["Floor", "Stream"]), ("ticket", ["Stream", "Floor"])] {
        let table = world.organiser.get(node, &page(by)).await.text();
        assert_has!(table, "2 tickets, 0 came", "10.00\u{a0}CHF");
        assert!(table.find(first) < table.find(second), "{table}");
    }
    let path = format!("/events/api/events/{id}/guests.csv");
    let table = world.organiser.get(node, &path).await.text();
    assert_has!(table, "name,with,ticket,type,status,came,price,currency\r\n");
    assert_has!(table, ",Floor,valid,,1000,CHF\r\n");
    for path in [page("name"), path] {
        assert_eq!(world.owner.get(node, &path).await.status, 403);
    }
    close(world.node).await;
}

#[tokio::test]
async fn an_invitation_offers_what_is_on() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let path = format!("/events/invite?with={}", ada.did());
    let page = async || world.owner.get(node, &path).await.text();
    assert_has!(page().await, "There is no published event yet");
    published(&world, band.did(), 5).await;
    assert_has!(page().await, "Launch party");
    assert_eq!(world.owner.get(node, "/events/invite?with=nobody_here").await.status, 404);
    close(world.node).await;
}
