//! Signs the commands of `media` about files, albums and links.

use ed25519_dalek::Signer as _;
use imajin_dfos::cid::sha256;
use imajin_protocol::fair::{self, Contributor, Manifest, Work};
use imajin_protocol::jcs;
use imajin_protocol::money::Ppm;

use crate::prelude::*;

/// Length of the PNG signature that [`Person::upload_picture`] puts before the bytes.
const PNG_BYTES: usize = 8;

impl Person {
    const FOLDER: &str = "fld_0000000000000000000000f1";
    /// The id of the test album.
    pub const ALBUM: &str = "alb_0000000000000000000000f2";
    const LINK: &str = "lnk_0000000000000000000000f3";

    /// Creates a folder.
    pub fn make_folder(&self, name: &str) -> Outcome {
        let body = json!({ "name": name });
        self.enter(&json!({ "op": "media.folder", "ref": Self::FOLDER, "body": body }))
    }

    /// Adds a file with a PNG signature to that folder, with additional fields in its entry. Returns its id.
    pub fn add_file(&self, name: &str, text: &[u8], more: Json) -> String {
        let cid = self.upload_picture(text);
        let id = asset_id(self.did(), &cid);
        let mut body =
            json!({ "name": name, "kind": "image/png", "bytes": PNG_BYTES + text.len() });
        merge(&mut body, &more);
        let fact = json!({ "media": [cid], "n": 0, "folder": Self::FOLDER });
        self.enter(&json!({ "op": "media.add", "ref": id, "fact": fact, "body": body }))
            .unwrap_or_else(|error| panic!("a file is added: {error}"));
        id
    }

    /// Sets a file's description.
    pub fn describe_file(&self, asset: &str, about: &Json) -> Outcome {
        self.enter(&json!({ "op": "media.change", "ref": asset, "body": about }))
    }

    /// Creates an album of these files.
    pub fn make_album(&self, about: &Json, assets: &[&str]) -> Outcome {
        let album = json!({ "op": "media.album", "ref": Self::ALBUM, "body": about });
        let mut made = self.enter(&album)?;
        // A fact has room for a dozen.
        for assets in assets.chunks(8) {
            let fact = json!({ "assets": assets });
            let put = json!({ "op": "media.album.put", "ref": Self::ALBUM, "fact": fact });
            made = self.enter(&put)?;
        }
        Ok(made)
    }

    /// Creates a link to a file, with this label.
    pub fn link_to(&self, asset: &str, label: &str) -> Outcome {
        self.link_with(asset, "a secret", label)
    }

    /// Creates a link with this secret to a file or an album.
    pub fn link_with(&self, of: &str, secret: &str, label: &str) -> Outcome {
        let digest = imajin_dfos::hex::encode(&sha256(secret.as_bytes()));
        let fact = json!({ "of": of, "digest": digest, "until": 4_102_444_800_000_i64 });
        let (op, body) = ("media.link", json!({ "label": label }));
        self.enter(&json!({ "op": op, "ref": Self::LINK, "fact": fact, "body": body }))
    }

    /// Ends that link.
    pub fn end_link(&self) -> Outcome {
        self.enter(&json!({ "op": "media.link.end", "ref": Self::LINK }))
    }

    /// Signs a manifest of this person's file with these bytes: contributors with a role and shares in millionths.
    pub fn work(
        &self,
        bytes: &[u8],
        shares: &[(&Did, u32)],
        (role, terms): (&str, Json),
    ) -> Manifest {
        let contributor = |(did, weight): &(&Did, u32)| Contributor {
            did: (*did).clone(),
            role: Some(role.to_owned()),
            weight: Ppm::new(*weight).expect("millionths"),
        };
        let draft = fair::Draft {
            id: "our work".to_owned(),
            kind: "audio".to_owned(),
            owner: None,
            contributors: shares.iter().map(contributor).collect(),
            derives_from: Vec::new(),
            terms: terms.as_object().cloned().unwrap_or_default(),
        };
        let mut document = draft.build().expect("a manifest").document().clone();
        document["work"] = Work::from_sha256(sha256(bytes), bytes.len() as u64).to_value();
        let manifest = Manifest::from_value(document).expect("a manifest");
        let signed = manifest.sign(&self.key.signing_key());
        signed.expect("a signature")
    }

    /// Submits the manifest of this person's file.
    pub fn say_who_made(&self, asset: &str, manifest: &Manifest) -> Outcome {
        let body = json!({ "manifest": manifest.text() });
        let fact = json!({ "fair": manifest.digest() });
        self.enter(&json!({ "op": "media.fair", "ref": asset, "fact": fact, "body": body }))
    }

    /// Adds a file with a PNG signature, with a manifest of these contributors.
    pub fn make_work(&self, text: &[u8], shares: &[(&Did, u32)], role: &str) -> Manifest {
        self.make_folder("Works").expect("a folder");
        let asset = self.add_file("work.png", text, json!({}));
        let bytes = [b"\x89PNG\r\n\x1a\n", text].concat();
        let manifest = self.work(&bytes, shares, (role, json!({})));
        self.say_who_made(&asset, &manifest).expect("a manifest");
        manifest
    }

    /// Agrees to another person's manifest.
    pub fn agree_to(&self, of: &Self, manifest: &Manifest) -> Outcome {
        let text = jcs::to_string(&manifest.signed_document());
        let signature = self.key.signing_key().sign(text.as_bytes());
        let signature = imajin_dfos::hex::encode(&signature.to_bytes());
        self.enter(&json!({
            "op": "media.fair.agree", "ref": manifest.digest().to_string(), "fact": { "dids": [of.did()] },
            "body": { "manifest": manifest.text(), "signature": signature },
        }))
    }

    /// Erases files.
    pub fn erase_files(&self, assets: &[&str]) -> Outcome {
        self.enter(&json!({ "op": "media.erase", "fact": { "assets": assets } }))
    }
}

/// Returns the id of the first asset that a person makes of a file (the page of the operation `media.add`).
pub fn asset_id(did: &str, cid: &str) -> String {
    let hash = sha256(format!("mjn:asset\0{did}\0{cid}\x000").as_bytes());
    let mut text = data_encoding::BASE32_NOPAD.encode(&hash);
    text.make_ascii_lowercase();
    format!("ast_{}", &text[..26])
}
