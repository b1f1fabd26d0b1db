//! Whether programs may be trained with a file: what answers say, and what robots are told that say that they train.

use crate::prelude::*;
use imajin_app::Robots;

use super::studio::{Studio, studio};

const ROBOT: &str = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)";

async fn robot(studio: &Studio, path: &str) -> Reply {
    let ask = Ask::get(path).header("user-agent", ROBOT);
    studio.world.node.send(ask).await
}

#[tokio::test]
async fn what_nobody_released_is_reserved_and_robots_that_train_are_told() {
    let studio = studio().await;
    let bea = &studio.world.bea;
    let share = json!({ "assets": [studio.song.id], "access": "public" });
    studio.world.tells(bea, "media.access", share).await;
    let file = format!("/media/api/assets/{}", studio.song.id);
    let page = format!("/media/a/{}", studio.song.id);
    for path in [&file, &page] {
        let seen = studio.world.get(None, path).await;
        assert_eq!(seen.status, 200, "{path}");
        for (name, value) in [
            ("tdm-reservation", "1"),
            ("content-usage", "train-ai=n"),
            ("x-robots-tag", "noai, noimageai"),
        ] {
            assert_eq!(seen.header(name), Some(value), "{path}: {name}");
        }
        let policy = seen.header("tdm-policy").unwrap();
        assert!(policy.starts_with("http") && policy.ends_with(&format!("{file}/fair")));
        assert_eq!(studio.world.get(Some(bea), path).await.header("tdm-reservation"), None);
    }
    assert_eq!(studio.world.get(None, &file).await.header("x-fair-access"), Some("public"));
    for path in [file.clone(), format!("{file}?w=400")] {
        let refused = robot(&studio, &path).await.check(403);
        assert_eq!(refused.json()["type"], "urn:imajin:problem:training-reserved");
        assert!(refused.text().contains("/fair"));
    }

    let free = studio.manifest(&[(bea, 1_000_000)], json!({ "train": "free" }));
    assert_eq!(studio.puts(&free, json!({})).await.status, 201);
    let (released, read) = (robot(&studio, &file).await, robot(&studio, &page).await);
    assert_eq!((released.status, read.status), (200, 200));
    for seen in [&released, &read] {
        assert_eq!(seen.header("tdm-reservation"), None);
        assert_eq!(seen.header("x-robots-tag"), None);
    }
    let digest = free.digest().to_string();
    assert_eq!(released.header("x-fair-digest"), Some(digest.as_str()));
    let tdmrep = studio.world.get(None, "/.well-known/tdmrep.json").await.json();
    let paths = [(&*page, 0), (&*file, 0), ("/media/*", 1)];
    let reservations = paths.map(|(path, no)| json!({ "location": path, "tdm-reservation": no }));
    assert_eq!(tdmrep, json!(reservations));
    let rules = |studio: &Studio| {
        let node = &studio.world.node.node;
        let mut all = node.services().offers().all::<dyn Robots>();
        let (_, media) = all.next().unwrap();
        media.robot_rules(node).unwrap()
    };
    let [everybody, trainers] = <[_; 2]>::try_from(rules(&studio)).unwrap();
    assert!(everybody.agents.is_empty() && trainers.agents.contains(&"GPTBot"));
    assert!(trainers.agents.contains(&"Google-Extended"));
    assert_eq!(everybody.lines[0], "Content-Usage: /media/ train-ai=n");
    assert_eq!(trainers.lines[0], "Disallow: /media/");
    assert!(trainers.lines.contains(&format!("Allow: {file}")));

    // A price releases nothing to those who didn't pay it.
    let price = json!({ "train": { "consent": "explicit", "price": 500, "currency": "CHF" } });
    let priced = studio.manifest(&[(bea, 1_000_000)], price);
    assert_eq!(studio.puts(&priced, json!({})).await.status, 201);
    robot(&studio, &file).await.check_member(402, "price", 500);
    let [_, trainers] = <[_; 2]>::try_from(rules(&studio)).unwrap();
    assert_eq!(trainers.lines, ["Disallow: /media/"]);
    // A file that robots may not see at all looks to them as if it never existed.
    let hide = json!({ "assets": [studio.song.id], "access": "private" });
    studio.world.tells(bea, "media.access", hide).await;
    assert_eq!(robot(&studio, &file).await.status, 404);
    studio.world.close().await;
}
