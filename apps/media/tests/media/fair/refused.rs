//! Refused manifests and agreements.

use super::studio::{Studio, sound, studio};
use crate::prelude::*;

fn is_refused(reply: &imajin_edge::testing::Reply, status: u16, field: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert_eq!(reply.json()["field"], field, "{}", reply.text());
}

#[tokio::test]
async fn a_manifest_is_of_this_file_by_those_whom_it_names() {
    let studio = studio().await;
    let (bea, ada) = (&studio.world.bea, &studio.world.owner);
    let all: [(&Somebody, u32); 2] = [(bea, 500_000), (ada, 500_000)];
    let good = studio.manifest(&all, json!({}));
    // Another file's.
    let other = studio.adds_song(&sound(50)).await;
    is_refused(&studio.puts_for(&other, &good, json!({})).await, 400, "manifest");
    let longer = json!({ "cid": studio.song.cid, "bytes": studio.song.bytes + 1 });
    let longer = Studio::signed(&longer, &all, json!({}), bea);
    is_refused(&studio.puts(&longer, json!({})).await, 400, "manifest");
    let of_none = Studio::signed(&Json::Null, &all, json!({}), bea);
    is_refused(&studio.puts(&of_none, json!({})).await, 400, "manifest");
    // Shares that don't add up, signed as they are.
    let text = good.text().replacen("0.5", "0.6", 1);
    assert_ne!(text, good.text());
    let fact = json!({ "fair": good.digest() });
    let (song, body) = (&studio.song, json!({ "manifest": text }));
    let reply = studio.world.tries(bea, "media.fair", Some(&song.id), (body, fact.clone())).await;
    is_refused(&reply, 400, "manifest");
    // Changed after it was signed, and signed by a person whom it does not name.
    let text = good.text().replace("words & music", "all of it");
    let changed = imajin_protocol::fair::Manifest::parse(&text).unwrap();
    is_refused(&studio.puts(&changed, json!({})).await, 400, "manifest");
    let eve = somebody(&studio.world.node, 9).await;
    let work = json!({ "cid": song.cid, "bytes": song.bytes });
    let forged = Studio::signed(&work, &all, json!({}), &eve);
    is_refused(&studio.puts(&forged, json!({})).await, 400, "manifest");
    // The digest of another one.
    let body = json!({ "manifest": changed.text() });
    let reply = studio.world.tries(bea, "media.fair", Some(&song.id), (body, fact.clone())).await;
    is_refused(&reply, 400, "fair");
    // A signature next to it that is not Ada's, and one of a person whom it does not name.
    for (did, by) in [(ada.did(), &eve), (eve.did(), &eve)] {
        let signature = studio.agreement(by, &good);
        let agreed = json!({ "agreed": [{ "did": did, "signature": signature }] });
        is_refused(&studio.puts(&good, agreed).await, 400, "agreed");
    }
    // Another person's file, and one that does not exist.
    let body = json!({ "manifest": good.text() });
    let reply = studio.world.tries(ada, "media.fair", Some(&song.id), (body, fact)).await;
    is_refused(&reply, 404, "ref");
    let fair = studio.fair(Some(bea)).await.json();
    assert_eq!(fair["manifest"]["signature"], Json::Null, "nothing was entered");
    // With Ada's own signature it is whole at once.
    let agreed = json!([{ "did": ada.did(), "signature": studio.agreement(ada, &good) }]);
    studio.puts(&good, json!({ "agreed": agreed })).await.check(201);
    assert_eq!(studio.fair(Some(bea)).await.json()["agreed"], agreed);
    assert!(studio.cards(ada).is_empty());
    studio.world.close().await;
}

#[tokio::test]
async fn an_agreement_is_to_the_manifest_that_is_there_by_one_whom_it_names() {
    let studio = studio().await;
    let (bea, ada) = (&studio.world.bea, &studio.world.owner);
    let old = studio.manifest(&[(bea, 500_000), (ada, 500_000)], json!({}));
    assert_eq!(studio.agrees(ada, &old).await.status, 404, "nothing is entered");
    assert_eq!(studio.puts(&old, json!({})).await.status, 201);
    let new = studio.manifest(&[(bea, 900_000), (ada, 100_000)], json!({}));
    assert_eq!(studio.puts(&new, json!({})).await.status, 201);
    let late = studio.agrees(ada, &old).await.check_member(409, "reason", "changed");
    assert!(late.text().contains(&new.digest().to_string()));
    // The signature over the old one isn't one over the new one, and Bea's isn't Ada's.
    for signature in [studio.agreement(ada, &old), studio.agreement(bea, &new)] {
        let forged = studio.agrees_with(ada, &new, &signature, bea.did()).await;
        is_refused(&forged, 400, "signature");
    }
    let eve = somebody(&studio.world.node, 9).await;
    studio.agrees(&eve, &new).await.check(400);
    // A manifest of hers that names her, of a file that she has never seen: it tells her nothing.
    let work = json!({ "cid": studio.song.cid, "bytes": studio.song.bytes });
    let hers = Studio::signed(&work, &[(&eve, 1_000_000)], json!({}), &eve);
    is_refused(&studio.agrees(&eve, &hers).await, 404, "ref");
    assert_eq!(studio.fair(Some(&eve)).await.status, 404);
    let own = studio.agrees(bea, &new).await;
    is_refused(&own, 400, "dids");

    // A session signs nothing.
    let query = format!(
        "?ref={}&fact={}",
        new.digest(),
        format_args!("%7B%22dids%22:[%22{}%22]%7D", bea.did())
    );
    let body = json!({ "manifest": new.text(), "signature": studio.agreement(ada, &new) });
    let ask = Ask::post(format!("/media/api/commands/media.fair.agree{query}"), &body);
    studio.world.node.send(ask.bearer(&ada.token)).await.check_member(
        403,
        "type",
        "urn:imajin:problem:signature-required",
    );

    // An agreement from a person whom Bea blocked is refused, too.
    let (block, end) = ("connections.block", "connections.block.end");
    let blocks = async |by: &Somebody, op, other: &Somebody| {
        let write = Write::new(by.did(), op).reference(other.did().as_str());
        let ask = write.by_session(&by.token).unwrap();
        studio.world.node.send(ask).await.check(201);
    };
    blocks(bea, block, ada).await;
    studio.agrees(ada, &new).await.check_member(403, "type", "urn:imajin:problem:not-accepted");
    blocks(bea, end, ada).await;
    // Whom Ada blocked asks her for nothing.
    assert_eq!(studio.cards(ada), ["agree"]);
    blocks(ada, block, bea).await;
    assert!(studio.cards(ada).is_empty());
    blocks(ada, end, bea).await;

    assert_eq!(studio.agrees(ada, &new).await.status, 201);
    studio.agrees(ada, &new).await.check_member(409, "reason", "agreed");
    studio.world.close().await;
}

/// Terms that readers could understand in different ways are refused in words, never reserved without a word.
#[tokio::test]
async fn terms_are_refused_unless_they_can_be_read() {
    let studio = studio().await;
    let bea = &studio.world.bea;
    let train = |train: Json| studio.manifest(&[(bea, 1_000_000)], json!({ "train": train }));
    let price = |price: Json| json!({ "consent": "explicit", "price": price, "currency": "CHF" });
    for (terms, named) in [
        (json!("Free"), "terms.train must be"),
        (json!(true), "terms.train must be"),
        (price(json!("nine")), "terms.train.price must be"),
        (price(json!("9")), "terms.train.price must be"),
        (price(json!(9.555)), "terms.train.price must be"),
        (json!({ "consent": "explicit", "price": 9.5 }), "terms.train.currency must be"),
        (json!({ "consent": "yes", "price": 9, "currency": "CHF" }), "terms.train.consent must be"),
    ] {
        let refused = studio.puts(&train(terms.clone()), json!({})).await;
        is_refused(&refused, 400, "manifest");
        assert!(refused.text().contains(named), "{terms}: {}", refused.text());
    }
    let share = json!({ "assets": [studio.song.id], "access": "public" });
    studio.world.tells(bea, "media.access", share).await;
    let file = format!("/media/api/assets/{}", studio.song.id);
    // A decimal price is in the currency that it names.
    for (decimal, units) in [(json!(9.5), 950), (json!("12.00"), 1_200), (json!(900), 900)] {
        assert_eq!(studio.puts(&train(price(decimal)), json!({})).await.status, 201);
        let ask = Ask::get(&file).header("user-agent", "GPTBot/1.2");
        studio.world.node.send(ask).await.check_member(402, "price", json!(units));
    }
    studio.world.close().await;
}
