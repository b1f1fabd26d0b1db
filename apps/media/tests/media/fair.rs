//! Who made a file: signed by one, agreed to by the others, and in the file that leaves the box.

mod refused;
pub(crate) mod studio;
mod training;

use std::io::Cursor;

use crate::prelude::*;
use imajin_fair::Derived;
use imajin_protocol::fair::SuffixKeys;

use self::studio::{Studio, sound, studio};
use crate::support::restart;
use crate::uploads::form::{FILE, form};

/// The file as a program finds it that knows neither the node nor its people: who signed, who agreed, who is missing.
pub(crate) fn verified(bytes: &[u8], original: &[u8]) -> (String, Vec<String>, usize) {
    let bare = imajin_fair::strip(&mut Cursor::new(bytes)).unwrap().unwrap();
    let mut back = Vec::new();
    let mut file = Cursor::new(bytes);
    bare.recipe.write(&mut file, &mut back).unwrap();
    assert_eq!(back, original, "without its .fair it is the original");
    let work = imajin_fair::work(&mut Derived::new(&bare.recipe, file)).unwrap();
    assert_eq!(bare.fair.manifest.work().unwrap(), Some(work));
    let signed = bare.fair.manifest.verify(&SuffixKeys).unwrap();
    let consent = signed.check(&bare.fair.agreed, &SuffixKeys).unwrap();
    assert!(consent.wrong.is_empty());
    let agreed = consent.agreed.iter().map(ToString::to_string).collect();
    (signed.signer().to_string(), agreed, consent.missing.len())
}

#[tokio::test]
async fn a_song_by_two_is_signed_by_both_and_says_so_wherever_it_goes() {
    let studio = studio().await;
    let (bea, ada) = (&studio.world.bea, &studio.world.owner);
    let (song, original) = (&studio.song, sound(40));
    let default = studio.fair(Some(bea)).await.json();
    assert_eq!((&default["manifest"]["signature"], &default["agreed"]), (&Json::Null, &Json::Null));
    assert_eq!(default["manifest"]["contributors"], json!([{ "id": bea.did(), "weight": 1 }]));
    assert_eq!(default["manifest"]["work"]["cid"], json!(song.cid));
    assert_eq!(studio.fair(Some(ada)).await.status, 404, "nothing names her");

    let manifest = studio.manifest(&[(bea, 600_000), (ada, 400_000)], json!({}));
    let digest = manifest.digest().to_string();
    assert_eq!(studio.puts(&manifest, json!({})).await.status, 201);
    let again = studio.world.node.send(form(bea, &[(FILE, &original)])).await.json();
    assert_eq!((&again["id"], &again["fairManifest"]), (&json!(song.id), manifest.document()));
    // Ada may not see the file, and reads the manifest that names her.
    let path = format!("/media/api/assets/{}", song.id);
    assert_eq!(studio.world.get(Some(ada), &path).await.status, 404);
    let read = studio.fair(Some(ada)).await;
    assert_eq!(read.json()["manifest"], *manifest.document());
    assert_eq!(read.header("x-fair-digest"), Some(digest.as_str()));
    let named = studio.world.get(Some(ada), &format!("{path}/fair?download=1")).await;
    let name = named.header("content-disposition").unwrap_or_default();
    assert!(!name.contains("song"), "what it is called is not said: {name}");
    assert_eq!(studio.fair(None).await.status, 404);
    let html = studio.world.get(Some(ada), "/media/agree").await.text();
    assert!(html.contains(&song.id) && html.contains("60 %"), "{html}");
    assert!(!html.contains("song.mp3"), "{html}");
    assert_eq!(studio.cards(ada), ["agree"]);
    assert!(studio.cards(bea).is_empty());

    let (before, tag) = studio.embedded(Some(bea)).await;
    assert_eq!(verified(&before, &original), (bea.did().to_string(), vec![], 1));
    studio.agrees(ada, &manifest).await.check(201);
    let (bytes, newer) = studio.embedded(Some(bea)).await;
    assert_ne!(tag, newer, "parts of two versions make no file");
    let both = (bea.did().to_string(), vec![ada.did().to_string()], 0);
    assert_eq!(verified(&bytes, &original), both);
    assert!(studio.cards(ada).is_empty());
    let nothing = studio.world.get(Some(ada), "/media/agree").await.text();
    assert!(!nothing.contains(&song.id));

    // The download resumes where it broke off.
    let rest = Ask::get(format!("{path}?embed=1"))
        .bearer(&bea.token)
        .header("range", "bytes=100-")
        .header("if-range", &*newer);
    let rest = studio.world.node.send(rest).await;
    assert_eq!((rest.status, &*rest.body), (206, &bytes[100..]));
    let whole = studio.world.get(Some(bea), &path).await;
    assert_eq!(whole.body, original, "the original is untouched");
    let link = whole.header("link").unwrap_or_default();
    assert_has!(link, &format!("{path}/fair>; rel=\"fair\""));
    assert_eq!(whole.header("x-fair-access"), Some("private"));
    let meta = studio.world.get(Some(bea), &format!("{path}/meta")).await;
    assert_eq!(meta.json()["fair"], json!(digest));
    let page = studio.world.get(Some(bea), &format!("/media/a/{}", song.id)).await;
    assert!(page.text().contains("Who made it") && page.text().contains("embed=1&amp;download=1"));

    // The other copies of the record say the same.
    let world = restart(studio.world).await;
    let again = world.get(Some(&world.bea), &format!("{path}/fair")).await;
    assert_eq!(again.json()["agreed"][0]["did"], json!(world.owner.did()));
    world.close().await;
}

#[tokio::test]
async fn what_goes_takes_its_manifest_along() {
    let studio = studio().await;
    let (bea, ada) = (&studio.world.bea, &studio.world.owner);
    let manifest = studio.manifest(&[(bea, 500_000), (ada, 500_000)], json!({}));
    assert_eq!(studio.puts(&manifest, json!({})).await.status, 201);
    assert_eq!(studio.agrees(ada, &manifest).await.status, 201);
    let assets = json!({ "assets": [studio.song.id] });
    let remove = (Json::Null, assets.clone());
    studio.world.says(bea, "media.remove", None, remove).await;
    assert_eq!(studio.fair(Some(ada)).await.status, 404);
    let erase = (Json::Null, assets);
    studio.world.says(bea, "media.erase", None, erase).await;
    assert_eq!(studio.fair(Some(bea)).await.status, 410);
    let node = &studio.world.node.node;
    let bodies = node.bodies(bea.did(), |header| header.op == "media.fair");
    assert!(bodies.unwrap().is_empty(), "its words are gone");
    // Ada's own record still has what she signed.
    assert_eq!(node.bodies(ada.did(), |header| header.op == "media.fair.agree").unwrap().len(), 1);
    assert_eq!(studio.agrees(ada, &manifest).await.status, 404);
    // The same file comes again, without a manifest.
    let song = sound(40);
    assert_eq!(studio.adds_song(&song).await.id, studio.song.id);
    assert_eq!(studio.fair(Some(bea)).await.json()["manifest"]["signature"], Json::Null);
    studio.world.close().await;
}

#[tokio::test]
async fn clients_of_the_network_say_it_by_its_address() {
    let studio = studio().await;
    let (bea, ada) = (&studio.world.bea, &studio.world.owner);
    let manifest = studio.manifest(&[(bea, 900_000), (ada, 100_000)], json!({}));
    let path = format!("/media/api/assets/{}/fair", studio.song.id);
    let body = json!({ "manifest": manifest.document() });
    let reply = studio.by_address(bea, ("PUT", &path), body, "media.fair", &[]).await.check(200);
    assert_eq!(reply.json()["digest"], json!(manifest.digest()));
    let body = json!({ "signature": studio.agreement(ada, &manifest) });
    let path = format!("{path}/agreed");
    let to = [bea.did()];
    studio.by_address(ada, ("POST", &path), body, "media.fair.agree", &to).await.check(200);
    assert_eq!(studio.fair(Some(ada)).await.json()["agreed"][0]["did"], json!(ada.did()));
    studio.world.close().await;
}

#[tokio::test]
async fn what_cannot_carry_one_has_it_beside_itself() {
    let studio = studio().await;
    let (bea, ada) = (&studio.world.bea, &studio.world.owner);
    assert_eq!(studio.embed(Some(bea)).await.status, 409, "nobody has signed anything");
    // This JPEG is cut short.
    let photo = studio.world.adds(bea, "a.jpg", json!({})).await;
    let manifest = studio.manifest_of(&photo, &[(bea, 1_000_000)], json!({}));
    studio.puts_for(&photo, &manifest, json!({})).await.check(201);
    let path = format!("/media/api/assets/{}", photo.id);
    let beside = studio.world.get(Some(bea), &format!("{path}?embed=1")).await.check(409);
    assert!(beside.json()["fair"].as_str().unwrap().ends_with("/fair"));
    let share = json!({ "assets": [photo.id], "access": "public" });
    studio.world.tells(bea, "media.access", share).await;
    // Others get a copy without place and device, which is another file than the one that Bea signed for.
    let refused = studio.world.get(Some(ada), &format!("{path}?embed=1")).await;
    refused.check_member(409, "type", "urn:imajin:problem:fair-beside");
    let fair = studio.world.get(None, &format!("{path}/fair?download=1")).await;
    assert_eq!(fair.json()["manifest"], *manifest.document());
    let name = fair.header("content-disposition").unwrap_or_default();
    assert!(name.ends_with("a.jpg.fair.json"), "{name}");
    studio.world.close().await;
}

#[tokio::test]
async fn a_file_that_came_with_a_fair_is_signed_for_what_is_around_it() {
    let studio = studio().await;
    let bea = &studio.world.bea;
    let original = sound(41);
    let from = studio.manifest(&[(bea, 1_000_000)], json!({}));
    let fair = imajin_fair::Fair::from_manifest(from);
    let mut file = Cursor::new(&original);
    let recipe = imajin_fair::embed(&mut file, &fair).unwrap();
    let mut with = Vec::new();
    recipe.write(&mut file, &mut with).unwrap();
    let put = studio.adds_song(&with).await;
    let wrong = studio.manifest_of(&put, &[(bea, 1_000_000)], json!({}));
    // The work around the .fair has not been computed yet.
    studio.puts_for(&put, &wrong, json!({})).await.check_member(409, "reason", "unread");
    let path = format!("/media/api/assets/{}", put.id);
    let current = studio.world.get(Some(bea), &format!("{path}/fair")).await;
    let work = current.json()["manifest"]["work"].clone();
    assert_eq!(work["bytes"], json!(original.len()));
    studio.puts_for(&put, &wrong, json!({})).await.check_member(400, "field", "manifest");
    let right = Studio::signed(&work, &[(bea, 1_000_000)], json!({}), bea);
    studio.puts_for(&put, &right, json!({})).await.check(201);
    let embedded = studio.world.get(Some(bea), &format!("{path}?embed=1")).await.check(200);
    assert_eq!(verified(&embedded.body, &original), (bea.did().to_string(), vec![], 0));
    studio.world.close().await;
}
