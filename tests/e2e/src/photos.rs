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

    pub(crate) fn about_files(
        &self,
        op: &str,
        reference: Option<&str>,
        (body, fact): (Option<&Json>, Option<Json>),
    ) -> Outcome {
        let mut draft = Draft::new("media", op);
        if let Some(fact) = &fact {
            draft = draft.fact(fact)?;
        }
        if let Some(reference) = reference {
            draft = draft.reference(reference)?;
        }
        if let Some(body) = body {
            draft = draft.body(body)?;
        }
        self.client.submit(&self.signer, &draft)
    }

    /// Creates a folder.
    pub fn make_folder(&self, name: &str) -> Outcome {
        let body = json!({ "name": name });
        self.about_files("media.folder", Some(Self::FOLDER), (Some(&body), None))
    }

    /// Adds a file with a PNG signature to that folder, with additional fields in its entry. Returns its id.
    pub fn add_file(&self, name: &str, text: &[u8], more: Json) -> String {
        let cid = self.upload_picture(text);
        let id = asset_id(self.did(), &cid);
        let mut body =
            json!({ "name": name, "kind": "image/png", "bytes": PNG_BYTES + text.len() });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let fact = json!({ "media": [cid], "n": 0, "folder": Self::FOLDER });
        self.about_files("media.add", Some(&id), (Some(&body), Some(fact)))
            .unwrap_or_else(|error| panic!("a file is added: {error}"));
        id
    }

    /// Sets a file's description.
    pub fn describe_file(&self, asset: &str, about: &Json) -> Outcome {
        self.about_files("media.change", Some(asset), (Some(about), None))
    }

    /// Creates an album of these files.
    pub fn make_album(&self, about: &Json, assets: &[&str]) -> Outcome {
        let mut made = self.about_files("media.album", Some(Self::ALBUM), (Some(about), None))?;
        // A fact has room for a dozen.
        for assets in assets.chunks(8) {
            let fact = json!({ "assets": assets });
            made = self.about_files("media.album.put", Some(Self::ALBUM), (None, Some(fact)))?;
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
        let body = json!({ "label": label });
        self.about_files("media.link", Some(Self::LINK), (Some(&body), Some(fact)))
    }

    /// Ends that link.
    pub fn end_link(&self) -> Outcome {
        self.about_files("media.link.end", Some(Self::LINK), (None, None))
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
        self.about_files("media.fair", Some(asset), (Some(&body), Some(fact)))
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
        let draft = Draft::new("media", "media.fair.agree")
            .reference(&manifest.digest().to_string())?
            .body(&json!({ "manifest": manifest.text(), "signature": signature }))?
            .fact(&json!({ "dids": [of.did()] }))?
            .to(&[of.did().to_owned()])?;
        self.client.submit(&self.signer, &draft)
    }

    /// Erases files.
    pub fn erase_files(&self, assets: &[&str]) -> Outcome {
        self.about_files("media.erase", None, (None, Some(json!({ "assets": assets }))))
    }
}

/// Returns the id of the first asset that a person makes of a file (the page of the operation `media.add`).
pub fn asset_id(did: &str, cid: &str) -> String {
    let hash = sha256(format!("mjn:asset\0{did}\0{cid}\x000").as_bytes());
    let mut text = data_encoding::BASE32_NOPAD.encode(&hash);
    text.make_ascii_lowercase();
    format!("ast_{}", &text[..26])
}
