//! Photos of a link are added to the visitor's own library as the link shows them, and belong to the visitor.

use super::{DEVICE, LATITUDE, LONGITUDE, Shot, has};
use imajin_e2e::prelude::*;

#[test]
fn a_photo_of_a_link_is_kept_without_the_place_and_the_device_and_stays() {
    const SECRET: &str = "000102030405060708090a0b0c0d0e0f";
    let (folder, node) = Node::fresh();
    let ada = Uploader::sign_in(&node.url, &Person::new(&node.url).key).unwrap();
    let bea = Uploader::sign_in(&node.url, &Person::new(&node.url).key).unwrap();
    let shot = Shot::added(&ada, "Lake", 10);
    ada.person.make_album(&json!({ "title": "A week" }), &[&shot.id]).unwrap();
    ada.person.link_with(Person::ALBUM, SECRET, "for Bea").unwrap();
    let path = format!("{}/keep", shot.path());
    let nothing = json!({});
    assert_eq!(bea.person.sign_and_ask(&path, &nothing).0, 404);
    let by_link = format!("{path}?of={}&link={SECRET}", ada.person.did());
    let (status, kept) = bea.person.sign_and_ask(&by_link, &nothing);
    assert_eq!(status, 201, "{kept}");
    let own = kept["url"].as_str().unwrap();
    let (status, copy) = bea.get(own);
    assert_eq!(status, 200);
    for told in [LATITUDE, LONGITUDE, DEVICE, shot.words[3].as_bytes()] {
        assert!(has(&shot.bytes, told) && !has(&copy, told));
    }
    let (status, meta) = bea.get(&format!("{own}/meta"));
    let meta: Json = serde_json::from_slice(&meta).unwrap();
    assert_eq!((status, &meta["title"]), (200, &json!(shot.words[2])));
    assert_members!(meta, "place": null, "access": "private");
    let (status, again) = bea.person.sign_and_ask(&by_link, &nothing);
    assert_eq!((status, &again["id"]), (200, &kept["id"]), "{again}");

    ada.person.erase_files(&[&shot.id]).unwrap();
    assert_eq!(bea.person.sign_and_ask(&by_link, &nothing).0, 404);
    node.stop_gracefully();
    let node = Node::start(&folder.path().join("data"));
    let bea = Uploader::sign_in(&node.url, &bea.person.key).unwrap();
    assert_eq!(bea.get(own), (200, copy));
    let (status, preview) = bea.get(&format!("{own}?w=200"));
    assert!(status == 200 && preview.starts_with(b"\xff\xd8"));
}
