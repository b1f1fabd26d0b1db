//! Uploads files like the page: in parts by the tus protocol, with the person's signature under each file. No method
//! retries.

use crate::photos::asset_id;
use crate::prelude::*;
use data_encoding::BASE64;
use reqwest::blocking::{Body, RequestBuilder, Response};

/// A person with a session who uploads files.
pub struct Uploader {
    /// The person.
    pub person: Person,
    session: Session,
}

/// The node's answer about an upload.
pub struct UploadStatus {
    /// Number of bytes received.
    pub offset: usize,
    /// The CID of the file, once it is complete.
    pub media: Option<String>,
    /// The metadata that the node extracted.
    pub facts: Json,
}

impl UploadStatus {
    fn from_response(response: &Response) -> Self {
        let header = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let offset = header("upload-offset").and_then(|digits| digits.parse().ok());
        let facts = header("x-facts").and_then(|text| serde_json::from_str(&text).ok());
        Self {
            offset: offset.expect("an offset"),
            media: header("x-media"),
            facts: facts.unwrap_or_default(),
        }
    }
}

impl Uploader {
    /// Signs in with a key that is registered with the node.
    pub fn sign_in(url: &str, key: &PersonKey) -> Outcome<Self> {
        let person = Person::with_key(url, key.clone());
        let session = Session::begin(&person.client, &person.key)?;
        Ok(Self { person, session })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.session.request(&self.person.client, method, path);
        request.header("tus-resumable", "1.0.0")
    }

    /// Begins an upload. Returns its path.
    pub fn begin(&self, name: &str, length: usize) -> Outcome<String> {
        let metadata = format!("filename {},sign MQ==", BASE64.encode(name.as_bytes()));
        let request = self
            .request(Method::POST, "/media/api/uploads")
            .header("upload-length", length)
            .header("upload-metadata", metadata);
        let response = self.person.client.send(request)?;
        let at = response.headers()["location"].to_str().expect("a path");
        Ok(at.to_owned())
    }

    /// Requests the state of an upload.
    pub fn look(&self, at: &str) -> Outcome<UploadStatus> {
        let request = self.request(Method::HEAD, at);
        Ok(UploadStatus::from_response(&self.person.client.send(request)?))
    }

    /// Sends the next part of an upload.
    pub fn part(&self, at: &str, offset: usize, part: impl Into<Body>) -> Outcome<UploadStatus> {
        let request = self
            .request(Method::PATCH, at)
            .header("upload-offset", offset)
            .header("content-type", "application/offset+octet-stream")
            .body(part);
        Ok(UploadStatus::from_response(&self.person.client.send(request)?))
    }

    /// Signs a complete upload as the person's file, with the extracted metadata and more. Returns the file's id.
    pub fn add(
        &self,
        name: &str,
        status: &UploadStatus,
        about: &Json,
    ) -> Outcome<(String, Receipt)> {
        let cid = status.media.as_deref().expect("a complete upload");
        let id = asset_id(self.person.did(), cid);
        let mut body = status.facts.clone();
        body["name"] = name.into();
        body["bytes"] = status.offset.into();
        merge(&mut body, about);
        let fact = json!({ "media": [cid], "n": 0 });
        let add = json!({ "op": "media.add", "ref": id, "fact": fact, "body": body });
        let added = self.person.enter(&add)?;
        Ok((id, added))
    }

    /// Uploads a file in one part, and adds it. Returns its id.
    pub fn bring(
        &self,
        name: &str,
        bytes: Vec<u8>,
        about: &Json,
    ) -> Outcome<(String, UploadStatus)> {
        let at = self.begin(name, bytes.len())?;
        let status = self.part(&at, 0, bytes)?;
        let (id, _) = self.add(name, &status, about)?;
        Ok((id, status))
    }

    /// Returns which of these files the node already has.
    pub fn have(&self, cids: &[&str]) -> Outcome<Vec<String>> {
        let request = self.request(Method::POST, "/media/api/have");
        let answer = self.person.client.json(request.json(&json!({ "cids": cids })))?;
        let here = answer["cids"].as_array().expect("CIDs").iter();
        let text = |cid: &Json| cid.as_str().expect("a CID").to_owned();
        Ok(here.map(text).collect())
    }

    /// Returns the JSON at a path.
    pub fn read(&self, path: &str) -> Outcome<Json> {
        self.person.client.json(self.request(Method::GET, path))
    }

    /// Sends another request about files. Returns the status and the answer.
    pub fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> (u16, Json) {
        let request = self.request(method, path);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.json_answer()
    }

    /// Returns the status and bytes of a path.
    pub fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let answer = self.request(Method::GET, path).send().expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.bytes().expect("a body").to_vec())
    }
}
