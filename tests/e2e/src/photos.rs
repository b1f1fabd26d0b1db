//! Files that people keep and share.

use imajin_dfos::cid::sha256;
use imajin_node::client::{ClientError, Draft, Receipt};
use serde_json::{Value as Json, json};

use crate::Person;

/// What a PNG begins with, which [`Person::upload_picture`] puts before the bytes.
const PNG_BYTES: usize = 8;

impl Person {
    const FOLDER: &str = "fld_0000000000000000000000f1";
    /// The id of everybody's album.
    pub const ALBUM: &str = "alb_0000000000000000000000f2";
    const LINK: &str = "lnk_0000000000000000000000f3";

    pub(crate) fn about_files(
        &self,
        op: &str,
        reference: Option<&str>,
        (body, fact): (Option<&Json>, Option<Json>),
    ) -> Result<Receipt, ClientError> {
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

    /// Makes a folder.
    pub fn make_folder(&self, name: &str) -> Result<Receipt, ClientError> {
        let body = json!({ "name": name });
        self.about_files("media.folder", Some(Self::FOLDER), (Some(&body), None))
    }

    /// Adds a file that begins like a PNG to that folder, with more in its entry. Its id.
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

    /// Says something of a file.
    pub fn describe_file(&self, asset: &str, about: &Json) -> Result<Receipt, ClientError> {
        self.about_files("media.change", Some(asset), (Some(about), None))
    }

    /// Makes an album of these files.
    pub fn make_album(&self, about: &Json, assets: &[&str]) -> Result<Receipt, ClientError> {
        self.about_files("media.album", Some(Self::ALBUM), (Some(about), None))?;
        let fact = json!({ "assets": assets });
        self.about_files("media.album.put", Some(Self::ALBUM), (None, Some(fact)))
    }

    /// Makes a link to a file, with this label.
    pub fn link_to(&self, asset: &str, label: &str) -> Result<Receipt, ClientError> {
        self.link_with(asset, "a secret", label)
    }

    /// Makes a link with this secret to a file or an album.
    pub fn link_with(&self, of: &str, secret: &str, label: &str) -> Result<Receipt, ClientError> {
        let digest = imajin_dfos::hex::encode(&sha256(secret.as_bytes()));
        let fact = json!({ "of": of, "digest": digest, "until": 4_102_444_800_000_i64 });
        let body = json!({ "label": label });
        self.about_files("media.link", Some(Self::LINK), (Some(&body), Some(fact)))
    }

    /// Ends that link.
    pub fn end_link(&self) -> Result<Receipt, ClientError> {
        self.about_files("media.link.end", Some(Self::LINK), (None, None))
    }

    /// Erases files.
    pub fn erase_files(&self, assets: &[&str]) -> Result<Receipt, ClientError> {
        self.about_files(
            "media.erase",
            None,
            (None, Some(json!({ "assets": assets }))),
        )
    }
}

/// The id of the first asset that somebody makes of a file (the page of the operation `media.add`).
pub fn asset_id(did: &str, cid: &str) -> String {
    let hash = sha256(format!("mjn:asset\0{did}\0{cid}\x000").as_bytes());
    let mut text = data_encoding::BASE32_NOPAD.encode(&hash);
    text.make_ascii_lowercase();
    format!("ast_{}", &text[..26])
}
