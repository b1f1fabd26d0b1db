//! The room of an event, through the real program: ticket holders are members, and people who transferred their ticket
//! are not.

use imajin_e2e::chats::Talk;
use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;

use crate::canary::exported;

fn worded() -> serde_json::Value {
    json!({
        "title": "Party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "physical",
        "venue": "The Box", "tickets": [{ "name": "Free" }],
    })
}

/// Requests the messages of a conversation. Returns the status and the body.
fn messages(who: &Person, talk: &Talk) -> (u16, String) {
    let path = format!("/chat/api/d/{}/messages", talk.log);
    who.ask(Method::GET, &path, None)
}

#[test]
fn an_event_s_room_is_for_those_who_hold_its_tickets_and_their_words_go_along() {
    let (_folder, node) = Node::fresh();
    let [ada, bob, eve] = [(); 3].map(|()| Person::new(&node.url));
    let made = bob.event_key();
    let event = made["event"].as_str().unwrap();
    let whole = manifest(&bob, "event", &[(bob.key.did(), 1_000_000)], None);
    bob.put_event("events.create", event, &worded(), &whole, &[(0, 5)]).unwrap();
    bob.event_status(event, "published").unwrap();
    ada.buy_tickets(event, 1, 1).unwrap();
    let room = bob.open_room(event);
    assert_eq!(messages(&eve, &room).0, 404, "without a ticket");

    let message = |text: &str| json!({ "type": "text", "text": text });
    ada.write_in(&room, "msg_0000000000000000000000d1", &message("cakeForAll")).unwrap();
    bob.write_in(&room, "msg_0000000000000000000000d2", &message("Bring plates")).unwrap();

    let ticket = ada.tickets()[0]["id"].as_str().unwrap().to_owned();
    ada.hand_ticket(event, &ticket, &eve).unwrap();
    assert_eq!(messages(&ada, &room).0, 404, "the ticket is another's");
    let (status, text) = messages(&eve, &room);
    assert!(status == 200 && text.contains("cakeForAll"), "what was said before: {text}");

    // Ada's messages are in her copy, and gone everywhere once she deletes them.
    exported(&ada, &node, &["cakeForAll"]);
    ada.delete_message(&room, "msg_0000000000000000000000d1").unwrap();
    let (_, text) = messages(&eve, &room);
    assert_has!(text, "plates");
    assert_lacks!(text, "cakeForAll");
}
