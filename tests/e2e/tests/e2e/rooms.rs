//! Who is in a conversation and what they get, through the real program: holders of an event's tickets are in its room, people who
//! transferred their ticket are not, and files go to those who see their message.

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

/// Publishes a person's event with free tickets. Returns its DID.
fn publish_party(by: &Person) -> String {
    let made = by.event_key();
    let event = made["event"].as_str().unwrap();
    let whole = manifest(by, "event", &[(by.key.did(), 1_000_000)], None);
    by.put_event("events.create", event, &worded(), &whole, &[(0, 5)]).unwrap();
    by.event_status(event, "published").unwrap();
    event.to_owned()
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
    let event = &*publish_party(&bob);
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

#[test]
fn a_file_is_for_those_who_see_a_message_that_brings_it() {
    let (_folder, node) = Node::fresh();
    let [ada, bob] = [(); 2].map(|()| Person::new(&node.url));
    let event = publish_party(&bob);
    ada.buy_tickets(&event, 1, 1).unwrap();
    let room = bob.open_room(&event);
    let files = Uploader::sign_in(&node.url, &bob.key).unwrap();
    let (id, brought) = files.bring("song.txt", b"la la la".to_vec(), &json!({})).unwrap();
    let fact = json!({ "assets": [id], "access": "conversation", "to": room.log });
    bob.enter(&json!({ "op": "media.access", "fact": fact })).unwrap();
    let status = || ada.ask(Method::GET, &format!("/media/api/assets/{id}"), None).0;
    assert_eq!(status(), 404, "no message brings it");

    let media =
        json!({ "cid": brought.media, "name": "song.txt", "mime": "text/plain", "size": 8 });
    let message = "msg_0000000000000000000000f1";
    bob.write_in(&room, message, &json!({ "type": "media", "media": media })).unwrap();
    assert_eq!(status(), 200);
    bob.delete_message(&room, message).unwrap();
    assert_eq!(status(), 404, "the message is gone");
}
