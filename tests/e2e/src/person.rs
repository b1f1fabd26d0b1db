//! A person with a key and a node, using the command line's client.

use crate::prelude::*;
use imajin_dfos::identity::{Key, Keys, sign_update};
use imajin_node::client::{Client, LogPosition, Signer, genesis};
use imajin_protocol::EncryptionKey;
use imajin_protocol::attestation::Attestation;
use imajin_protocol::encryption::{EncryptionService, SERVICE_TYPE};
use reqwest::blocking::RequestBuilder;

/// A person.
#[derive(Clone)]
pub struct Person {
    /// Keys.
    pub key: PersonKey,
    /// Signer of the person's commands.
    pub signer: Signer,
    /// Client of the person's node.
    pub client: Client,
}

impl Person {
    /// Creates a person who is unknown to the node.
    pub fn stranger(url: &str) -> Self {
        Self::with_key(url, PersonKey::generate().expect("a key"))
    }

    /// Creates a person from an existing key.
    pub fn with_key(url: &str, key: PersonKey) -> Self {
        let signer = Signer::new(&key).expect("a signer");
        let client = Client::new(url).expect("a client");
        Self { key, signer, client }
    }

    /// Returns the same person at this URL.
    pub fn at(&self, url: &str) -> Self {
        Self::with_key(url, self.key.clone())
    }

    /// Registers a new person on the node.
    pub fn new(url: &str) -> Self {
        let person = Self::stranger(url);
        person.register().expect("registration");
        person
    }

    /// Starts a node in a new folder, as [`Node::fresh`] does, and registers a new person on it.
    pub fn fresh() -> (tempfile::TempDir, Node, Self) {
        let (folder, node) = Node::fresh();
        let person = Self::new(&node.url);
        (folder, node, person)
    }

    /// Claims a node for a new person, with a key file in this folder.
    pub fn claim(node: &Node, folder: &Path) -> Self {
        let person = Self::stranger(&node.url);
        let code = node.code.as_deref().expect("a claim code");
        let words = ["register", "--claim", code];
        crate::imajin_as(&node.url, &person.key_file(folder), words).ok();
        person
    }

    /// Begins a session.
    pub fn session(&self) -> Session {
        Session::begin(&self.client, &self.key).expect("a session")
    }

    /// Builds a request with a session.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.session().request(&self.client, method, path)
    }

    /// Sends a request with a session and an optional body. Returns the status and the text.
    pub fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> (u16, String) {
        text_of(self.request(method, path), body)
    }

    /// Reads JSON with a session.
    pub fn read(&self, path: &str) -> Json {
        let answer = self.client.json(self.request(Method::GET, path));
        answer.expect("an answer")
    }

    /// Returns a page as this person sees it.
    pub fn page(&self, path: &str) -> String {
        let answer = self.request(Method::GET, path).send().expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().expect("a page")
    }

    /// Registers the identity.
    pub fn register(&self) -> Outcome {
        let node = self.client.node()?;
        let genesis = genesis(&self.key, &node, false)?;
        self.client.send_signed(&genesis.signed, &[])
    }

    /// Returns the DID as text.
    pub fn did(&self) -> &str {
        self.key.did().as_str()
    }

    /// Signs and sends a command.
    pub fn put(&self, service: &str, op: &str, body: &Json) -> Outcome {
        let draft = Draft::new(service, op).body(body)?;
        self.client.submit(&self.signer, &draft)
    }

    /// Signs and sends the command of these members ([`draft_of`]).
    pub fn enter(&self, command: &Json) -> Outcome {
        self.client.submit(&self.signer, &draft_of(command)?)
    }

    /// Signs and sends a command, without a retry.
    pub fn put_once(&self, service: &str, op: &str, body: &Json) -> Outcome {
        let draft = Draft::new(service, op).body(body)?;
        let place = self.client.place(&self.signer)?;
        self.client.send_signed_once(&self.signer.sign(&draft, &place)?, &[])
    }

    /// Replaces the encryption keys in the chain with this sheet's.
    pub fn change_encryption(&self, sheet: &PersonKey) -> Outcome {
        let chain = self.chain();
        let state = chain.state();
        let others = state.services.iter();
        let others = others.filter(|service| service.kind() != SERVICE_TYPE);
        let new = EncryptionService {
            key: EncryptionKey::from_bytes(sheet.encryption_public()),
            of: sheet.key_id(),
            is_sheet: true,
        };
        let services = others.cloned().chain([new.service()?]).collect();
        let at = chain.updated_at().checked_add_millis(1).expect("a time");
        let at = at.max(self.client.node()?.time);
        let (keys, name) = (state.keys.clone(), self.key.key_id());
        let update = sign_update(&chain, keys, services, at, &name, &self.key.signing_key())?;
        self.put("auth", "auth.identity.update", &json!({ "token": update.token }))
    }

    /// Replaces the signing key in the chain.
    pub fn replace_key(&self, new: &PersonKey) -> Outcome {
        let chain = self.chain();
        let at = chain.updated_at().checked_add_millis(1).expect("a time");
        let at = at.max(self.client.node()?.time);
        let keys = Keys::single(Key::new(&new.public()));
        let (services, name) = (chain.state().services.clone(), self.key.key_id());
        let update = sign_update(&chain, keys, services, at, &name, &self.key.signing_key())?;
        self.put("auth", "auth.identity.update", &json!({ "token": update.token }))
    }

    /// Changes the profile's text.
    pub fn update_bio(&self, bio: &str) -> Outcome {
        self.put("profile", "profile.update", &json!({ "bio": bio }))
    }

    /// Issues an attestation.
    pub fn attest(&self, said: Attestation) -> Outcome {
        let subject = said.subject.clone();
        let cid = said.cid().expect("a cid").to_string();
        let signed = said.sign(&self.key.signing_key()).expect("an attestation");
        let body = json!({
            "attestation": signed.text(), "issuer": self.did(), "signature": signed.signature(), "audience": "public",
        });
        let fact = json!({ "dids": [subject] });
        let op = "auth.attestation.issue";
        self.enter(&json!({ "op": op, "ref": cid, "fact": fact, "body": body }))
    }

    /// Follows other people: one operation over their logs and this person's.
    pub fn follow(&self, others: &[&str]) -> Outcome {
        self.enter(&json!({ "op": "profile.follow", "fact": { "dids": others } }))
    }

    /// Unfollows a person.
    pub fn unfollow(&self, other: &str) -> Outcome {
        self.enter(&json!({ "op": "profile.unfollow", "fact": { "dids": [other] } }))
    }

    /// Uploads a PNG signature followed by these bytes. Returns the CID.
    pub fn upload_picture(&self, text: &[u8]) -> String {
        let bytes = [b"\x89PNG\r\n\x1a\n", text].concat();
        let request = self.request(Method::POST, "/profile/api/upload");
        let answer = self
            .client
            .json(request.header("content-type", "image/png").body(bytes))
            .expect("an upload");
        answer["cid"].as_str().expect("a CID").to_owned()
    }

    /// Uploads a picture and shows it in the profile, so that it is part of the record.
    pub fn show_picture(&self, text: &[u8]) -> Receipt {
        let picture = self.upload_picture(text);
        let (body, fact) = (json!({ "avatar": picture }), json!({ "media": [picture] }));
        let shown = self.enter(&json!({ "op": "profile.update", "fact": fact, "body": body }));
        shown.expect("a picture is shown")
    }

    /// Posts to a route that only the record's owner may use, and signs the challenge of the refusal.
    pub fn post_present(&self, path: &str) -> Outcome<Json> {
        let post = || self.client.request(Method::POST, path);
        let refused = match self.client.json(post()) {
            Err(error) => error,
            answer => return answer,
        };
        let Some((id, challenge)) = refused.challenge() else {
            return Err(refused);
        };
        let keypair = imajin_protocol::generate_keypair(self.key.signing_key().to_bytes());
        let signature = imajin_protocol::sign(&keypair, challenge.as_bytes());
        let presence = json!({ "challengeId": id, "signature": signature });
        self.client.json(post().json(&json!({ "presence": presence })))
    }

    /// Signs the move of this person's record to the node at an address. Returns the body of the request for it.
    pub fn sign_transfer(&self, to: &str) -> Json {
        let plan = self.read(&format!("/auth/api/transfer?to={to}"));
        let place = LogPosition::from_json(&plan["toSign"]).expect("a place");
        let body = json!({ "node": place.node.as_str(), "url": place.url, "epoch": place.epoch });
        let draft = Draft::new("auth", "auth.home").body(&body).expect("a draft");
        let signed = self.signer.sign(&draft, &place).expect("a signature");
        let body = signed.body.as_deref().expect("a body");
        let body: Json = serde_json::from_str(body).expect("JSON");
        json!({ "to": to, "proof": signed.token, "body": body })
    }

    /// Writes the key file to a folder, for the command line.
    pub fn key_file(&self, folder: &Path) -> PathBuf {
        let path = folder.join(format!("{}.json", self.did().replace(':', "_")));
        if !path.exists() {
            self.key.write_new(&path).expect("a key file");
        }
        path
    }
}

/// Drafts the command of these members, which the node's answers also have: `op`, and maybe `ref`, `fact`, `body` and `to`.
/// Without `to`, it is for the people in the fact's `dids`.
pub fn draft_of(command: &Json) -> Outcome<Draft> {
    let op = command["op"].as_str().expect("an op");
    let service = op.split('.').next().unwrap_or_default();
    let mut draft = Draft::new(service, op);
    if let Some(about) = command["ref"].as_str() {
        draft = draft.reference(about)?;
    }
    if !command["fact"].is_null() {
        draft = draft.fact(&command["fact"])?;
    }
    if !command["body"].is_null() {
        draft = draft.body(&command["body"])?;
    }
    if let Some(to) = command["to"].as_array() {
        let to = to.iter().filter_map(|did| did.as_str().map(str::to_owned));
        draft = draft.to(&to.collect::<Vec<_>>())?;
    }
    Ok(draft)
}

/// Sends a request with an optional body. Returns the status and the text.
pub(crate) fn text_of(request: RequestBuilder, body: Option<&Json>) -> (u16, String) {
    let request = match body {
        Some(body) => request.json(body),
        None => request,
    };
    request.text_answer()
}
