//! Bundles: two independent verifiers in different languages agree on valid and on invalid ones; an export never
//! damages an existing one.

use imajin_e2e::prelude::*;
use imajin_protocol::{EncryptionKey, multikey};

/// Ada follows Bob and is followed by him, so that her log has entries of several wills and rows in every table.
#[test]
fn both_verifiers_accept_what_the_node_makes() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let node = Node::start(&root.join("data"));
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    ada.update_bio("Poetical science").unwrap();
    ada.follow(&[bob.did()]).unwrap();
    bob.follow(&[ada.did()]).unwrap();
    let key = ada.key_file(root);
    let (bundle, tar) = (root.join("bundle"), root.join("bundle.tar"));
    for to in [&bundle, &tar] {
        let at = ["export", "--node", &node.url, "--key", text(&key)];
        imajin([&at[..], &["--to", text(to)]].concat()).ok();
    }
    for path in [&bundle, &tar, &bundle.join("log.sqlite")] {
        imajin(["verify", text(path)]).ok();
        python_verifier([text(path)]).ok();
    }
}

#[test]
fn a_known_head_finds_what_was_cut_off() {
    let (folder, node, ada) = Person::fresh();
    let key = ada.key_file(folder.path());
    let old = folder.path().join("old");
    let export = ["export", "--node", &node.url, "--key", text(&key), "--to", text(&old)];
    imajin(export).ok();
    let newer = ada.update_bio("after the copy").unwrap();
    imajin(["verify", text(&old)]).ok();
    for said in [
        imajin(["verify", text(&old), "--head", &newer.cid]).fails_with(1),
        python_verifier([text(&old), "--head", &newer.cid]).fails_with(1),
    ] {
        assert!(said.contains("cut"), "{said}");
    }
}

#[test]
fn an_export_whose_target_goes_away_keeps_the_old_one() {
    let (folder, node, ada) = Person::fresh();
    let key = ada.key_file(folder.path());
    let to = folder.path().join("stick/ada");
    fs::create_dir(folder.path().join("stick")).unwrap();
    let export = |to: &Path| imajin_as(&node.url, &key, ["export", "--to", text(to)]);
    export(&to).ok();
    let before = fs::read(to.join("manifest.json")).unwrap();
    ada.update_bio("newer").unwrap();

    // A full target: the stick has no room.
    let small = imajin_e2e::mount::Tmpfs::new("400k");
    let stick = small.path().join("ada");
    export(&stick).ok();
    let kept = fs::read(stick.join("manifest.json")).unwrap();
    ada.update_bio(&"a longer life ".repeat(600)).unwrap();
    // The write fails at the end of the disk, which is then full.
    fs::write(small.path().join("filler"), vec![0; 380 * 1024]).unwrap_err();
    let refusal = export(&stick).fails_with(2);
    assert!(refusal.contains("space") || refusal.contains("full"), "{refusal}");
    assert_eq!(fs::read(stick.join("manifest.json")).unwrap(), kept);
    imajin(["verify", text(&stick)]).ok();

    // A missing target: nothing appears in its place.
    let gone = folder.path().join("no-stick/ada");
    export(&gone).fails_with(2);
    assert!(!gone.exists());
    // A folder with other files gets the copy in a subfolder; a file that is not a copy is never replaced.
    let letters = folder.path().join("letters");
    fs::create_dir(&letters).unwrap();
    fs::write(letters.join("aunt.txt"), "dear").unwrap();
    export(&letters).ok();
    assert_eq!(fs::read_to_string(letters.join("aunt.txt")).unwrap(), "dear");
    assert_eq!(fs::read_dir(&letters).unwrap().count(), 2);
    fs::write(folder.path().join("aunt.tar"), "dear").unwrap();
    export(&folder.path().join("aunt.tar")).fails_with(2);
    assert_eq!(fs::read_to_string(folder.path().join("aunt.tar")).unwrap(), "dear");

    assert_eq!(fs::read(to.join("manifest.json")).unwrap(), before);
    export(&to).ok();
    assert_ne!(fs::read(to.join("manifest.json")).unwrap(), before);
    imajin(["verify", text(&to)]).ok();
}

#[test]
fn an_encrypted_bundle_opens_with_the_passphrase_or_the_owners_key() {
    let (folder, node, ada) = Person::fresh();
    let key = ada.key_file(folder.path());
    let words = [("IMAJIN_PASSPHRASE", "correct horse battery staple")];
    let path = |name: &str| folder.path().join(name);
    let export = |to: &Path, how: &str| {
        let arguments = [
            "export",
            "--node",
            &node.url,
            "--key",
            text(&key),
            "--to",
            text(to),
            "--encrypt",
            how,
        ];
        imajin_e2e::imajin_with(arguments, &words)
    };
    export(&path("a.tar.age"), "passphrase").ok();
    export(&path("b.tar.age"), "owner").ok();
    let bio = ada.did().as_bytes();
    assert!(!fs::read(path("a.tar.age")).unwrap().windows(bio.len()).any(|window| window == bio));
    imajin_e2e::imajin_with(["verify", text(&path("a.tar.age"))], &words).ok();
    imajin(["verify", text(&path("b.tar.age")), "--key", text(&key)]).ok();
    imajin_e2e::imajin_with(
        ["verify", text(&path("a.tar.age"))],
        &[("IMAJIN_PASSPHRASE", "wrong")],
    )
    .fails_with(2);
}

#[test]
fn after_a_change_of_keys_only_the_new_sheet_opens_a_copy() {
    let (folder, node, ada) = Person::fresh();
    let old = ada.key_file(folder.path());
    let sheet = PersonKey::generate().unwrap();
    let new = folder.path().join("sheet.json");
    let written = PersonKey::from_parts(
        ada.key.did().clone(),
        sheet.signing_key().to_bytes(),
        *sheet.encryption_secret(),
    );
    written.write_new(&new).unwrap();
    let agreed = |key: &PersonKey| {
        let document = format!("/auth/api/identity/{}/did.json", ada.did());
        let shown = ada.client.get(&document).unwrap()["keyAgreement"].clone();
        let key = EncryptionKey::from_bytes(key.encryption_public());
        let looked_up = ada.client.get(&format!("/auth/api/lookup/{}", ada.did()));
        let looked_up = looked_up.unwrap()["encryptionKey"].clone();
        assert_eq!(looked_up, serde_json::json!(key));
        let url = format!("{}#{}", ada.did(), multikey::x25519(&key));
        assert_eq!(shown, serde_json::json!([url]));
    };
    let copy = |name: &str| {
        let to = folder.path().join(name);
        let at = ["export", "--node", &node.url, "--key", text(&old)];
        let how = ["--to", text(&to), "--encrypt", "owner"];
        imajin([&at[..], &how].concat()).ok();
        to
    };
    let opens = |copy: &Path, key: &Path| imajin(["verify", text(copy), "--key", text(key)]);

    agreed(&ada.key);
    let before = copy("before.tar.age");
    opens(&before, &old).ok();
    opens(&before, &new).fails_with(2);
    ada.change_encryption(&sheet).unwrap();
    agreed(&sheet);
    let after = copy("after.tar.age");
    opens(&after, &new).ok();
    opens(&after, &old).fails_with(2);
}

#[test]
fn an_export_into_a_folder_that_is_not_there_says_what_to_do() {
    let (folder, node, ada) = Person::fresh();
    ada.update_bio("no stick is plugged in").unwrap();
    let key = ada.key_file(folder.path());
    let stick = folder.path().join("stick");
    for name in ["ada", "ada.tar"] {
        let to = stick.join(name);
        let refusal =
            imajin_as(&node.url, &key, ["export", "--to", to.to_str().unwrap()]).fails_with(2);
        assert_has!(refusal, "stick is not there: plug the stick in");
    }
    assert!(!stick.exists(), "nothing is made where a stick would be");
}

#[test]
fn a_bare_name_is_a_place_in_this_folder() {
    let (folder, node, ada) = Person::fresh();
    ada.update_bio("as the README says it").unwrap();
    let key = ada.key_file(folder.path());
    for name in ["ada-copy", "ada-copy.tar"] {
        // Twice: the second copy replaces the first.
        for _ in 0..2 {
            let status = std::process::Command::new(imajin_e2e::binary())
                .args(["export", "--node", &node.url, "--key"])
                .arg(&key)
                .args(["--to", name])
                .current_dir(folder.path())
                .status()
                .unwrap();
            assert!(status.success(), "{name}: {status}");
        }
        imajin(["verify", folder.path().join(name).to_str().unwrap()]).ok();
    }
}
