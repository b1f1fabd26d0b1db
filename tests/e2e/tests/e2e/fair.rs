//! `imajin fair`, and songs that are signed, sold and exported; the second verifier reads the signatures.

mod judges;
#[path = "../../../../kernel/fair/tests/fair/writers.rs"]
mod writers;

use imajin_dfos::identity::{Key, Keys, sign_create, sign_update};
use imajin_dfos::{PublicKey, SigningKey};
use imajin_e2e::prelude::*;
use imajin_e2e::works::PRICE;
use imajin_e2e::{Ran, asset_id};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use writers::*;

/// A folder with the key files of two people, and a draft that shares a work between them.
struct Studio {
    folder: tempfile::TempDir,
    ada: Did,
    bob: Did,
}

fn signing_key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

impl Studio {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = |name: &str, seed: u8| {
            let key = PersonKey::with_seed([seed; 32]).unwrap();
            key.write_new(&folder.path().join(name)).unwrap();
            key.did().clone()
        };
        let (ada, bob) = (key("ada.json", 1), key("bob.json", 2));
        let draft = json!({
            "id": "our song", "version": "0.3.0", "type": "audio", "terms": {"note": "\u{fffe} <&> \u{1f3b5}"},
            "contributors": [{"id": ada, "role": "music & words", "weight": 0.7}, {"id": bob, "role": "<drums>", "weight": 0.3}],
        });
        std::fs::write(folder.path().join("draft.json"), draft.to_string()).unwrap();
        Self { folder, ada, bob }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.at(name), bytes).unwrap();
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.at(name)).unwrap()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).unwrap()
    }

    /// Runs `imajin fair COMMAND FILE …`, where a word that begins with @ is a file of the folder.
    fn fair(&self, words: &str) -> Ran {
        let words = words.split(' ').map(|word| match word.strip_prefix('@') {
            Some(name) => self.text(name),
            None => word.to_owned(),
        });
        imajin(std::iter::once("fair".to_owned()).chain(words))
    }

    /// Ada signs, Bob agrees, and the .fair is embedded in a copy named `with-…`.
    fn embed(&self, name: &str, bytes: &[u8]) -> String {
        self.write(name, bytes);
        self.fair(&format!("sign @{name} --key @ada.json --manifest @draft.json")).ok();
        self.fair(&format!("agree @{name} --key @bob.json")).ok();
        let with = format!("with-{name}");
        self.fair(&format!("embed @{name} --to @{with}")).ok();
        assert_eq!(self.bytes(name), bytes, "the original is untouched");
        with
    }
}

/// Returns a file of each format that can carry a .fair, in two variants where they exist.
fn works() -> Vec<(&'static str, Vec<u8>)> {
    let packet = xmp("A title", 100);
    vec![
        ("plain.jpg", jpeg(&[jfif(), exif()], &[])),
        ("titled.jpg", jpeg(&[jfif(), jpeg_xmp(&packet)], &[])),
        ("plain.png", png(&[], &[])),
        ("titled.png", png(&[png_xmp(&packet)], &[])),
        ("plain.webp", webp(&[webp_picture()], &[])),
        (
            "titled.webp",
            webp(&[webp_header(0x14), webp_picture(), webp_chunk(b"XMP ", packet.as_bytes())], &[]),
        ),
        ("plain.mp3", sound(40)),
        ("titled.mp3", [id3(3, 0, &[id3_frame(b"TIT2", b"\0A title")], 200), sound(40)].concat()),
        ("newer.mp3", [id3(4, 0, &[id3_frame(b"TIT2", b"\x03A title")], 200), sound(40)].concat()),
        ("plain.pdf", pdf(&PdfOptions { after: "\n".to_owned(), ..PdfOptions::default() })),
        ("titled.pdf", pdf(&PdfOptions { xmp: Some(packet), ..PdfOptions::default() })),
    ]
}

#[test]
fn a_work_goes_through_all_hands_and_comes_back_byte_for_byte() {
    let studio = Studio::new();
    for (name, bytes) in works() {
        let with = studio.embed(name, &bytes);
        let verdict = studio.fair(&format!("verify @{with} --json")).json();
        assert_eq!(verdict["valid"], true, "{verdict}");
        assert_members!(verdict, "signer": studio.ada, "agreed": [studio.bob]);
        assert_members!(verdict, "missing": [], "thisWork": true);
        let read = studio.fair(&format!("read @{with} --json")).json();
        let beside = studio.json(&format!("{name}.fair.json"));
        assert_eq!((&read["manifest"], &read["agreed"]), (&beside["manifest"], &beside["agreed"]));
        studio.fair(&format!("strip @{with} --to @back-{name}")).ok();
        assert_eq!(studio.bytes(&format!("back-{name}")), bytes, "{name}");
        assert_eq!(
            studio.json(&format!("back-{name}.fair.json")),
            beside,
            "the .fair is next to it again"
        );
        studio.fair(&format!("verify @back-{name}")).ok();
        // Nothing is overwritten unasked.
        for words in [
            format!("embed @{name} --to @{with}"),
            format!("embed @{name}"),
            format!("sign @{name} --key @ada.json"),
        ] {
            studio.fair(&words).fails_with(2);
        }
        // In place, several at once.
        studio.fair(&format!("strip @{with} --replace")).ok();
        assert_eq!(studio.bytes(&with), bytes);
        let python =
            python_verifier(["--json".to_owned(), studio.text(&format!("{name}.fair.json"))])
                .json();
        assert_members!(python["fair"], "signer": studio.ada, "agreed": [studio.bob]);
        assert_members!(python["fair"], "missing": [], "work": true);
    }
}

#[test]
fn a_manifest_fits_no_other_file_and_no_other_words() {
    let studio = Studio::new();
    let song = [id3(3, 0, &[id3_frame(b"TIT2", b"\0A title")], 0), sound(2)].concat();
    let with = studio.embed("song.mp3", &song);
    // One byte of the sound.
    let mut other = studio.bytes(&with);
    *other.last_mut().unwrap() ^= 1;
    studio.write("other.mp3", &other);
    let refusal = studio.fair("verify @other.mp3").fails_with(1);
    assert_has!(refusal, "\"work\"", "other.mp3");
    studio.fair("strip @other.mp3 --to @out.mp3").fails_with(1);
    assert!(!studio.at("out.mp3").exists());
    // The manifest of another file.
    studio.write("b.mp3", &sound(3));
    std::fs::copy(studio.at("song.mp3.fair.json"), studio.at("b.mp3.fair.json")).unwrap();
    studio.fair("verify @b.mp3").fails_with(1);
    studio.fair("embed @b.mp3 --to @with-b.mp3").fails_with(1);
    studio.fair("agree @b.mp3 --key @bob.json").fails_with(1);
    // A file that already contains a .fair, in any state, is signed without it.
    studio.fair("sign @with-song.mp3 --key @ada.json").fails_with(1);
    let broken = studio.bytes("with-song.mp3");
    let at = memchr::memmem::find(&broken, b"\"version\":\"0.3.0\"").unwrap();
    let mut broken = broken;
    broken[at + 11] = b'9';
    studio.write("broken.mp3", &broken);
    studio.fair("sign @broken.mp3 --key @ada.json").fails_with(1);
    let refusal = studio.fair("read @broken.mp3").fails_with(1);
    assert_has!(refusal, "broken.mp3", "version");
    // A changed share: a later key could have signed it, unless the chains are available.
    let changed = String::from_utf8(studio.bytes("song.mp3.fair.json")).unwrap();
    studio.write(
        "song.mp3.fair.json",
        changed.replace("0.7", "0.6").replace("0.3\n", "0.4\n").as_bytes(),
    );
    let refusal = studio.fair("verify @song.mp3").fails_with(2);
    assert!(refusal.contains("--chain") && refusal.contains(studio.bob.as_str()), "{refusal}");
    studio.write("ada.chain", chain(1, &[]).as_bytes());
    studio.write("bob.chain", chain(2, &[]).as_bytes());
    studio.fair("verify @song.mp3 --chain @ada.chain").fails_with(2);
    let refusal =
        studio.fair("verify @song.mp3 --chain @ada.chain --chain @bob.chain").fails_with(1);
    assert!(refusal.contains("\"signature\""), "{refusal}");
    // Files that are not a .fair and cannot carry one.
    studio.fair("verify @ada.chain").fails_with(2);
    studio.fair("read @nowhere").fails_with(2);
    studio.write("b.mp3.fair.json", b"{\"manifest\": {}}");
    let refusal = studio.fair("read @b.mp3").fails_with(1);
    assert_has!(refusal, "b.mp3.fair.json", "version");
}

/// Builds the chain of a DID that begins with one key and later changes to others.
fn chain(first: u8, later: &[u8]) -> String {
    let named = |seed: u8| Key::new(&PublicKey::from(&signing_key(seed)));
    let at = |millis: i64| Timestamp::from_millis(millis).unwrap();
    let mut signer = first;
    let mut signed = sign_create(
        Keys::single(named(first)),
        vec![],
        at(0),
        named(first).id(),
        &signing_key(first),
    )
    .unwrap();
    let mut tokens = vec![signed.token.clone()];
    for (n, seed) in later.iter().enumerate() {
        let time = at(i64::try_from(n).unwrap() + 1);
        signed = sign_update(
            &signed.verified,
            Keys::single(named(*seed)),
            vec![],
            time,
            named(signer).id(),
            &signing_key(signer),
        )
        .unwrap();
        tokens.push(signed.token.clone());
        signer = *seed;
    }
    tokens.join("\n")
}

#[test]
fn every_key_that_a_chain_ever_named_is_good() {
    let studio = Studio::new();
    // Bob has changed his key twice since his DID began.
    for (name, seed) in [("bob-2.json", 8), ("bob-3.json", 9)] {
        let key = PersonKey::from_parts(studio.bob.clone(), [seed; 32], [1; 32]);
        key.write_new(&studio.at(name)).unwrap();
    }
    studio.write("bob.chain", chain(2, &[8, 9]).as_bytes());
    studio.write("ada.chain", chain(1, &[7]).as_bytes());
    studio.write("photo.png", &png(&[], &[]));
    studio.fair("sign @photo.png --key @ada.json --manifest @draft.json").ok();
    let verdict = studio.fair("verify @photo.png --json").json();
    assert_eq!(
        (&verdict["valid"], &verdict["missing"]),
        (&json!(true), &json!([studio.bob])),
        "one signature is enough to be valid"
    );
    for name in ["bob-2.json", "bob-3.json"] {
        studio.fair(&format!("agree @photo.png --key @{name}")).ok();
        let refusal = studio.fair("verify @photo.png").fails_with(2);
        assert!(
            refusal.contains("\"agreed\"") && refusal.contains(studio.bob.as_str()),
            "{refusal}"
        );
        studio.fair("verify @photo.png --chain @ada.chain").fails_with(2);
        let verdict = studio.fair("verify @photo.png --chain @bob.chain --json").json();
        assert_members!(verdict, "valid": true, "missing": []);
    }
    // A chain without the key.
    studio.write("bob.chain", chain(2, &[7]).as_bytes());
    let refusal = studio.fair("verify @photo.png --chain @bob.chain").fails_with(1);
    assert!(refusal.contains("\"agreed\""), "{refusal}");
    studio.write("bob.chain", b"no chain");
    studio.fair("verify @photo.png --chain @bob.chain").fails_with(2);
    // Signed with a later key, and embedded: agreeing needs the chain.
    studio.write("bob.chain", chain(2, &[8, 9]).as_bytes());
    studio.fair("sign @photo.png --key @bob-3.json --manifest @draft.json --replace").ok();
    studio.fair("embed @photo.png --replace").ok();
    studio.fair("agree @photo.png --key @ada.json --replace").fails_with(1);
    studio.fair("agree @photo.png --key @ada.json --chain @bob.chain").fails_with(2);
    studio.fair("agree @photo.png --key @ada.json --chain @bob.chain --replace").ok();
    let verdict = studio.fair("verify @photo.png --chain @bob.chain --json").json();
    assert_members!(verdict, "valid": true, "signer": studio.bob, "agreed": [studio.ada]);
}

#[test]
fn what_can_carry_none_keeps_it_beside_itself() {
    let studio = Studio::new();
    studio.write("notes.txt", b"words");
    studio.fair("sign @notes.txt --key @ada.json").ok();
    let read = studio.fair("read @notes.txt --json").json();
    assert_eq!((&read["place"], &read["manifest"]["type"]), (&json!("beside"), &json!("file")));
    studio.fair("verify @notes.txt").ok();
    let refusal = studio.fair("embed @notes.txt --to @with.txt").fails_with(1);
    assert_has!(refusal, "notes.txt.fair.json", "JPEG");
    assert!(!studio.at("with.txt").exists());
    studio.fair("strip @notes.txt --to @with.txt").fails_with(2);
    // The .fair alone: its signatures, and no file.
    let verdict = studio.fair("verify @notes.txt.fair.json --json").json();
    assert_members!(verdict, "valid": true, "thisWork": null);
    // A stranger, a second signature, and a manifest of another file.
    let stranger = PersonKey::with_seed([5; 32]).unwrap();
    stranger.write_new(&studio.at("eve.json")).unwrap();
    studio.fair("agree @notes.txt --key @eve.json").fails_with(1);
    let refusal = studio
        .fair("sign @notes.txt --key @eve.json --manifest @draft.json --replace")
        .fails_with(1);
    assert!(refusal.contains("contributors"), "{refusal}");
    let signed = studio.json("notes.txt.fair.json")["manifest"].to_string();
    studio.write("signed.json", signed.as_bytes());
    let refusal = studio
        .fair("sign @notes.txt --key @ada.json --manifest @signed.json --replace")
        .fails_with(1);
    assert!(refusal.contains("\"signature\""), "{refusal}");
    // The output has the permissions of its source.
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    std::fs::set_permissions(studio.at("notes.txt"), std::fs::Permissions::from_mode(0o640))
        .unwrap();
    studio.fair("sign @notes.txt --key @ada.json --replace").ok();
    assert_eq!(mode(&studio.at("notes.txt.fair.json")), 0o640);
    let left = std::fs::read_dir(studio.folder.path()).unwrap();
    let hidden =
        left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0, "nothing half-written is left");
}

#[test]
fn a_song_signed_on_a_box_by_two_is_valid_where_there_is_no_box() {
    let studio = Studio::new();
    let node = Node::start(&studio.at("data"));
    let [ada, bob] = ["ada.json", "bob.json"].map(|name| {
        let key = PersonKey::read(&studio.at(name)).unwrap();
        let person = Person::with_key(&node.url, key);
        person.register().unwrap();
        Uploader::sign_in(&node.url, &person.key).unwrap()
    });
    let song = sound(40);
    let (asset, _) = ada.bring("song.mp3", song.clone(), &json!({})).unwrap();
    let shares = [(&studio.ada, 700_000), (&studio.bob, 300_000)];
    let manifest = ada.person.work(&song, &shares, ("music", json!({})));
    ada.person.say_who_made(&asset, &manifest).unwrap();
    // Bob may not listen to the song, but may read the manifest that he is asked to sign.
    let file = format!("/media/api/assets/{asset}");
    assert_eq!(bob.get(&file).0, 404);
    let (status, body) = bob.get(&format!("{file}/fair"));
    let fair_json: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, &fair_json["manifest"]), (200, manifest.document()));
    bob.person.agree_to(&ada.person, &manifest).unwrap();
    let (status, with) = ada.get(&format!("{file}?embed=1&download=1"));
    assert_eq!(status, 200);
    let (_, beside) = ada.get(&format!("{file}/fair?download=1"));
    assert!(node.stop().0.success());

    studio.write("song.mp3", &with);
    let verdict = studio.fair("verify @song.mp3 --json").json();
    assert_members!(verdict, "valid": true, "signer": studio.ada, "agreed": [studio.bob]);
    assert_members!(verdict, "missing": [], "thisWork": true);
    studio.fair("strip @song.mp3 --to @back.mp3").ok();
    assert_eq!(studio.bytes("back.mp3"), song, "byte for byte");
    studio.write("back.mp3.fair.json", &beside);
    studio.fair("verify @back.mp3").ok();
    let data = studio.text("data");
    imajin(["rebuild", "--check", "--data", &data]).ok();
}

/// Exports a person's copy, which both verifiers accept. Returns its section `media`.
fn taken_along(node: &Node, person: &Person, folder: &Path) -> Value {
    let key = person.key_file(folder);
    let to = folder.join(format!("bundle-{}", person.key.did().folder_name()));
    let to = to.to_str().unwrap();
    imajin_as(&node.url, &key, ["export", "--to", to]).ok();
    imajin(["verify", to]).ok();
    python_verifier([to]).ok();
    let all = std::fs::read(Path::new(to).join("bundle.json")).unwrap();
    let all: Value = serde_json::from_slice(&all).unwrap();
    all["sections"]["media"].clone()
}

#[test]
fn a_song_by_two_is_sold_by_both_and_stays_with_its_buyer_whatever_the_seller_does() {
    let studio = Studio::new();
    let data = studio.at("data");
    let node = Node::start(&data);
    let [ada, bob] = ["ada.json", "bob.json"].map(|name| {
        let key = PersonKey::read(&studio.at(name)).unwrap();
        let person = Person::with_key(&node.url, key);
        person.register().unwrap();
        Uploader::sign_in(&node.url, &person.key).unwrap()
    });
    let cem = Person::new(&node.url);
    let cem = Uploader::sign_in(&node.url, &cem.key).unwrap();
    // Last: a box with an owner admits new people by invite only.
    let owner = Owner::claim(&node);
    owner.person.fund(&cem.person, 2 * PRICE);
    // Ada refunds the whole price, of which Bob has a part.
    owner.person.fund(&ada.person, PRICE);
    let song = sound(40);
    let (asset, _) = ada.bring("song.mp3", song.clone(), &json!({})).unwrap();
    let shares = [(&studio.ada, 700_000), (&studio.bob, 300_000)];
    let manifest = ada.person.work(&song, &shares, ("music", json!({})));
    ada.person.say_who_made(&asset, &manifest).unwrap();
    ada.person.show_everybody(&asset);
    // Bob has not signed.
    let refused = ada.person.offer_work(&asset, &manifest).unwrap_err();
    assert!(refused.to_string().contains("everybody who made it has signed"), "{refused}");
    bob.person.agree_to(&ada.person, &manifest).unwrap();
    ada.person.offer_work(&asset, &manifest).unwrap();

    let file = format!("/media/api/assets/{asset}");
    assert_eq!(cem.get(&file).0, 402);
    cem.person.buy_work(&ada.person, (&asset, &manifest), None).unwrap();
    let again = cem.person.buy_work(&ada.person, (&asset, &manifest), None);
    assert!(again.unwrap_err().to_string().contains("already"));
    assert_eq!((cem.person.credit(), bob.person.credit()), (PRICE, PRICE * 3 / 10));
    let cid = manifest.work().unwrap().unwrap().cid;
    let own = asset_id(cem.person.did(), &cid);
    let mine = format!("/media/api/assets/{own}");
    assert_eq!(cem.get(&mine), (200, song.clone()));
    let (status, with) = cem.get(&format!("{mine}?embed=1&download=1"));
    assert_eq!(status, 200);

    // The payment is refunded, Ada erases her song, and Cem still has his copy.
    let payment = cem.person.licence(&own)["payment"].as_str().unwrap().to_owned();
    ada.person.refund_work(&cem.person, (&payment, &manifest), "a gift").unwrap();
    assert_eq!(cem.person.credit(), 2 * PRICE);
    assert_eq!(cem.person.licence(&own)["state"], "returned");
    ada.person.erase_files(&[&asset]).unwrap();
    assert_eq!(ada.get(&file).0, 410);
    assert_eq!(cem.get(&mine), (200, song.clone()));
    for (person, op) in [(&cem.person, "media.bought"), (&ada.person, "media.sold")] {
        let media = taken_along(&node, person, studio.folder.path());
        let entries = media["entries"].as_array().unwrap();
        assert!(entries.iter().any(|entry| entry["op"] == op), "{op}: {media}");
        let has_file = media["assets"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["cid"] == json!(cid) && !one["size"].is_null());
        assert_eq!(has_file, op == "media.bought");
    }
    assert!(node.stop().0.success());

    // Offline: both have signed, and it is this song.
    studio.write("song.mp3", &with);
    let verdict = studio.fair("verify @song.mp3 --json").json();
    assert_members!(verdict, "valid": true, "signer": studio.ada, "agreed": [studio.bob]);
    assert_members!(verdict, "missing": [], "thisWork": true);
    let data = studio.text("data");
    imajin(["rebuild", "--check", "--data", &data]).ok();
}
