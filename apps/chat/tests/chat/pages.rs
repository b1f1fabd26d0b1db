//! The pages as the node draws them: for whom, with which names, and how large a long list is.

use crate::prelude::*;

/// A readable conversation of two, one of whom has no key.
async fn opened(world: &mut World, ada: &Somebody, other: &Somebody) -> Room {
    // Nobody may have many invitations at a time.
    world.connect(other, ada).await;
    let room = world.key(ada, json!({ "with": other.person.did })).await;
    let members = [(ada, Role::Member), (other, Role::Member)];
    let more = json!({ "sealed": 0, "keyless": [other.person.did] });
    let opening = world.opening(ada, &room, &members, more);
    world.write(ada, opening).await.check(201);
    room
}

#[tokio::test]
async fn pages_are_for_those_who_are_in() {
    let mut world = World::new().await;
    let (ada, bob) = (world.somebody(1, 1).await, world.somebody(2, 0).await);
    let eve = world.somebody(3, 0).await;
    assert_has!(world.get(&ada, "/chat").await.text(), "No conversations yet");
    let room = opened(&mut world, &ada, &bob).await;
    let path = format!("/chat/{}", room.name);
    for page in ["/chat", "/chat/new", "/chat/settings", &path] {
        let stranger = world.node.get(page).await;
        assert_eq!(stranger.status, 303, "{page}");
        let next = format!("/signin?next={page}");
        assert_eq!(stranger.header("location"), Some(next.as_str()));
        assert_eq!(world.get(&ada, page).await.status, 200, "{page}");
    }
    assert_eq!(world.get(&eve, &path).await.status, 404);
    let talk = world.get(&bob, &path).await.text();
    for words in [
        format!("data-with=\"{}\"", ada.person.did),
        format!("data-log=\"{}\"", room.log),
        "your box can read this".to_owned(),
        "data-mute=\"0\"".to_owned(),
        "/assets/chat/talk.js".to_owned(),
        "<section class=\"beside\" aria-label=\"Chats\">".to_owned(),
    ] {
        assert!(talk.contains(&words), "{words} is not in {talk}");
    }
    assert!(!talk.contains("data-sealed"), "it is readable");
    let with_bob = format!("/chat/new?with={}", bob.person.did);
    assert_eq!(world.get(&ada, &with_bob).await.header("location"), Some(path.as_str()));
    let new = world.get(&ada, "/chat/new").await.text();
    assert!(new.contains(&format!("href=\"{path}\"")), "{new}");
    let group = "id=\"new-group\"";
    assert!(new.contains(group), "{new}");
    let with_eve = world.get(&ada, &format!("/chat/new?with={}", eve.person.did)).await.text();
    assert!(!with_eve.contains(group), "{with_eve}");
}

#[tokio::test]
async fn a_long_list_of_conversations_is_one_answer_with_the_newest_first() {
    let mut world = World::new().await;
    let ada = world.somebody(1, 1).await;
    let mut rooms = Vec::new();
    // Nobody accepts more than a hundred invitations in a day.
    for seed in 2..=91 {
        let other = world.somebody(seed, 0).await;
        rooms.push(opened(&mut world, &ada, &other).await);
    }
    let list = world.get(&ada, "/chat").await.text();
    let places: Vec<_> = rooms
        .iter()
        .map(|room| list.find(&format!("data-name=\"{}\"", room.name)).unwrap())
        .collect();
    assert!(places.is_sorted_by(|one, next| one > next), "{places:?}");
    let most = 1_000 * rooms.len();
    assert!(list.len() < most, "{} bytes", list.len());
}
