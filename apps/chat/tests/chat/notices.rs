//! What entries of conversations tell, as the service that keeps notices lists it.

use imajin_service::testing::{Ask, Write};
use serde_json::{Value as Json, json};

use crate::direct::two;
use crate::world::{Somebody, World};

/// The messages in somebody's feed.
async fn messages(world: &World, somebody: &Somebody) -> Vec<Json> {
    let ask = Ask::get("/notify/api/feed").bearer(&somebody.token);
    let feed = world.node.send(ask).await.unwrap().json();
    let notices = feed["notices"].as_array().unwrap().iter();
    let messages = notices.filter(|notice| notice["kind"] == "message");
    messages.cloned().collect()
}

#[tokio::test]
async fn messages_are_news_to_the_others_in_a_conversation_and_edits_are_not() {
    let mut world = World::new().await;
    let (ada, bob, room) = two(&mut world).await;
    let secret = world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    let first = world.says(&ada, &room, &secret, "Hello").await;
    let edit = json!({ "v": 1, "type": "edit", "text": "Hello there" });
    let mut edit = world.sealed(&ada, &room, &secret, edit, Some(&first)).await;
    edit.fact.as_mut().unwrap()["quiet"] = json!(1);
    assert_eq!(world.write(&ada, edit).await.status, 201);
    world.says(&ada, &room, &secret, "Anybody?").await;
    let told = messages(&world, &bob).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (
            &told[0]["count"],
            &told[0]["conversation"],
            &told[0]["unseen"]
        ),
        (&json!(2), &json!(room.log), &json!(true))
    );
    assert!(!told[0].to_string().contains("Hello"));
    assert!(messages(&world, &ada).await.is_empty(), "her own");
    let stranger = world.somebody(3, 1).await;
    assert!(messages(&world, &stranger).await.is_empty());

    // A member who muted the conversation is told nothing.
    let quiet = Write::new(&bob.person.did, "chat.settings")
        .reference(room.log.to_string())
        .fact(json!({ "requests": "all", "receipts": 1, "presence": 0, "mute": 1 }));
    assert_eq!(world.write(&bob, quiet).await.status, 201);
    assert!(messages(&world, &bob).await.is_empty());
    let members = world.node.node.members_of_room(&room.log).unwrap();
    let members: Vec<_> = members.into_iter().map(|(did, _)| did).collect();
    assert_eq!(members, std::slice::from_ref(&ada.person.did));
}
