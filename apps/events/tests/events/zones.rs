//! All times of an event are shown in the event's time zone.

use crate::prelude::*;

const START: &str = "1 December 2026, 14:00 (America/New York)";

#[tokio::test]
async fn pages_previews_and_deadlines_are_in_the_zone_of_the_event() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let in_new_york = |made: &_, manifest: &_| {
        let mut event = party(made, manifest, 5);
        event["timezone"] = json!("America/New_York");
        event
    };
    let (id, _) = published_as(&world, band.did(), in_new_york).await;
    let open = async |path: String, language: &str| {
        let ask = Ask::get(path).header("accept-language", language);
        node.send(ask).await.text()
    };
    let page = format!("/events/{id}");
    let reply = open(page.clone(), "en").await;
    for said in [
        format!("property=\"og:description\" content=\"{START} · "),
        format!(
            "<time datetime=\"2026-12-01T19:00:00.000Z\" data-zone=\"America/New_York\">{START}</time>"
        ),
        "1 December 2026, 18:00 (America/New York)".to_owned(),
    ] {
        assert!(reply.contains(&said), "{said} is not in {reply}");
    }
    assert_has!(open(page, "de").await, "1. Dezember 2026, 14:00 (America/New York)");
    assert!(open("/events".to_owned(), "en").await.contains(START));
    // Calendars read the time in UTC, which is the same for every zone.
    let calendar = node.get(format!("/events/api/events/{id}/calendar.ics")).await;
    assert!(calendar.text().contains("DTSTART:20261201T190000Z"));
    assert_eq!(calendar.header("content-type"), Some("text/calendar; charset=utf-8"));

    let order = json!({"type": 2, "quantity": 1, "rail": "emt"});
    let buy = format!("/events/api/events/{id}/buy");
    let payment = ada.does(node, &buy, &order).await["payment"].clone();
    let payment = format!("/pay/payments/{}", payment.as_str().unwrap());
    for path in [payment, "/pay".to_owned(), format!("/events/{id}")] {
        let page = ada.get(node, &path).await.text();
        let deadline = page.split("data-zone=\"America/New_York\">");
        let deadlines = deadline.skip(1).filter(|rest| !rest.starts_with("1 Dec"));
        let mut texts = deadlines.map(|rest| rest.split('<').next().unwrap_or_default());
        let is_told = texts.any(|text| text.ends_with(" (America/New York)"));
        assert!(is_told, "{path}: {page}");
    }
    ada.get(node, "/events/mine").await.check(200);
    let form = world.organiser.get(node, &format!("/events/{id}/edit")).await.text();
    assert!(form.contains("value=\"America/New_York\""), "{form}");
    close(world.node).await;
}
