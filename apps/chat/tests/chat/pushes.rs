//! Push messages about a conversation that wait while a right to it ends.

use std::time::Duration;

use imajin_edge::testing::until;
use imajin_host::prelude::*;
use tokio::net::TcpListener;

use crate::group::turn;
use crate::notices::readable_group;
use crate::prelude::*;
use crate::world::services;

const POINT: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// Why Bob is told no more.
#[derive(Debug, Clone, Copy)]
enum End {
    Left,
    PutOut,
    Muted,
}

/// Allows push messages on a browser whose push service hangs up at once.
async fn allow_on_dead_browser(world: &World, who: &Somebody) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let keys = json!({ "p256dh": POINT, "auth": AUTH });
    let body = json!({ "endpoint": endpoint, "expirationTime": null, "keys": keys });
    world.post(who, "/notify/api/subscriptions", body).await.check(201);
}

/// Whether a person's queue of push messages has one about a message that fits this condition.
fn has_push(world: &World, who: &Somebody, holds: &str) -> bool {
    let sql =
        format!("SELECT 1 FROM notify_given WHERE did = ?1 AND about = 'message' AND {holds}");
    let secrets = world.node.node.secrets();
    let exists = secrets.read(|db| db.prepare(&sql)?.exists([who.person.did.as_str()]));
    exists.unwrap()
}

#[tokio::test]
async fn a_push_message_is_not_sent_to_somebody_who_may_not_or_will_not_be_told_any_more() {
    for end in [End::Left, End::PutOut, End::Muted] {
        let mut world = World::with_private_addresses(services()).await;
        let ada = world.somebody(1, 1).await;
        let bob = world.somebody(2, 0).await;
        let room = readable_group(&mut world, &[&ada, &bob]).await;
        allow_on_dead_browser(&world, &bob).await;
        let path = format!("/chat/api/d/{}/messages", room.log);
        world.post(&ada, &path, json!({ "content": "first" })).await.check(201);
        until("a push message that waits", async || has_push(&world, &bob, "due > 0")).await;

        let group = world.state(&ada, &room).await["of"].clone();
        let group = Did::parse(group.as_str().unwrap()).unwrap();
        let reply = match end {
            End::Left => {
                let leave = ("connections.group.leave", &group, &room);
                turn(&world, &bob, leave, None, &[]).await
            }
            End::PutOut => {
                let remove = ("connections.group.remove", &group, &room);
                turn(&world, &ada, remove, Some((&bob, None)), &[&bob.person.did]).await
            }
            End::Muted => {
                let fact = json!({ "requests": "all", "receipts": 1, "presence": 0, "mute": 1 });
                let quiet = Write::new(&bob.person.did, "chat.settings")
                    .reference(room.log.to_string())
                    .fact(fact);
                world.write(&bob, quiet).await
            }
        };
        assert_eq!(reply.status, 201, "{end:?}: {}", reply.text());

        // The push message is due again, and a new entry has the node look.
        world.node.clock.pass(Duration::from_secs(300));
        world.post(&ada, &path, json!({ "content": "second" })).await.check(201);
        until("the push message to be dropped", async || {
            has_push(&world, &bob, "due IS NULL AND sent = 0")
        })
        .await;
        assert!(!has_push(&world, &bob, "due IS NOT NULL"), "{end:?}");
        world.node.stop().await.unwrap();
    }
}
