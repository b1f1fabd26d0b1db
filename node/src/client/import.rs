//! Bringing a bundle to a node: sent in a stream that resumes after an interruption, checked there, then imported as a
//! backup or, with the owner's signature, as a new home.

use super::session::sign_challenge;
use super::{Client, ClientError, Draft, LogPosition, Session, Signer, escape};
use imajin_box::key::PersonKey;
use imajin_protocol::Did;
use reqwest::Method;
use reqwest::blocking::Body;
use serde_json::{Value as Json, json};
use std::io::Read;
use std::time::Duration;

/// How often a broken stream is resumed.
const ATTEMPTS: u32 = 5;
/// Between two questions how far a check is.
const POLL: Duration = Duration::from_millis(200);

/// An import on a node.
pub struct Import<'c> {
    client: &'c Client,
    session: Option<Session>,
    /// Shows whose copy it is, where no session does.
    key: Option<PersonKey>,
    path: String,
    /// The copy on a stick that it is of.
    pub copy: Option<String>,
}

impl<'c> Import<'c> {
    /// Begins one. `key` signs in, where the node knows it.
    pub fn begin(
        client: &'c Client,
        key: Option<&PersonKey>,
        size: Option<u64>,
        invite: Option<&str>,
    ) -> Result<Self, ClientError> {
        let wish = match size {
            Some(size) => json!({ "size": size }),
            None => json!({}),
        };
        Self::begin_with(client, key, wish, invite)
    }

    /// Begins one of a copy on a stick that is plugged into the node's machine: the one of that name, else the key owner's
    /// newest; on the stick of that name, else on any.
    pub fn from_stick(
        client: &'c Client,
        key: Option<&PersonKey>,
        stick: Option<&str>,
        copy: Option<&str>,
        invite: Option<&str>,
    ) -> Result<Self, ClientError> {
        let mut wish = match (copy, key) {
            (Some(copy), _) => json!({ "copy": copy }),
            (None, Some(key)) => json!({ "of": key.did().as_str() }),
            (None, None) => json!({}),
        };
        if let Some(stick) = stick {
            wish["stick"] = json!(stick);
        }
        Self::begin_with(client, key, wish, invite)
    }

    fn begin_with(
        client: &'c Client,
        key: Option<&PersonKey>,
        mut wish: Json,
        invite: Option<&str>,
    ) -> Result<Self, ClientError> {
        let session = match key.map(|key| Session::begin(client, key)) {
            Some(Ok(session)) => Some(session),
            // The new node may not know a person from elsewhere yet, so it refuses the session.
            None | Some(Err(ClientError::Refused { .. })) => None,
            Some(Err(error)) => return Err(error),
        };
        if let Some(code) = invite {
            wish["inviteCode"] = json!(code);
        }
        let mut import = Self {
            client,
            session,
            key: key.cloned(),
            path: "/auth/api/imports".to_owned(),
            copy: None,
        };
        let begun = client.json(import.request(Method::POST, "").json(&wish))?;
        let id = begun["id"].as_str().ok_or(ClientError::Form("id"))?;
        import.path = format!("/auth/api/imports/{}", escape(id));
        import.copy = begun["copy"].as_str().map(str::to_owned);
        Ok(import)
    }

    fn request(&self, method: Method, more: &str) -> reqwest::blocking::RequestBuilder {
        let path = format!("{}{more}", self.path);
        match &self.session {
            Some(session) => session.request(self.client, method, &path),
            None => self.client.request(method, &path),
        }
    }

    /// Sends the tar. `open` gives it from a byte on; a stream that breaks is resumed where it broke.
    pub fn send<E>(
        &self,
        mut open: impl FnMut(u64) -> Result<Box<dyn Read + Send>, E>,
    ) -> Result<Result<(), E>, ClientError> {
        let (mut offset, mut attempt) = (0, 1);
        loop {
            let tar = match open(offset) {
                Ok(tar) => tar,
                Err(error) => return Ok(Err(error)),
            };
            let request =
                self.request(Method::PUT, &format!("?offset={offset}")).body(Body::new(tar));
            match self.client.json(request) {
                Ok(_) => return Ok(Ok(())),
                Err(error) if error.is_outcome_unknown() && attempt < ATTEMPTS => {
                    offset = self.client.json(self.request(Method::GET, ""))?["received"]
                        .as_u64()
                        .ok_or(ClientError::Form("received"))?;
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Has it checked: the report, and for a valid one what the owner signs to make the node its home.
    /// `progress` gets the number of bytes read.
    pub fn check(
        &self,
        signer: Option<&Signer>,
        passphrase: Option<&str>,
        mut progress: impl FnMut(u64),
    ) -> Result<(Json, Option<HomePlace>), ClientError> {
        let mut wish = json!({});
        if let Some(signer) = signer {
            wish["kid"] = json!(signer.kid.to_string());
        }
        if let Some(passphrase) = passphrase {
            wish["passphrase"] = json!(passphrase);
        }
        let answer = std::thread::scope(|scope| {
            let asking = scope.spawn(|| self.ask_as_person("/check", wish));
            while !asking.is_finished() {
                std::thread::sleep(POLL);
                // A failed request for the progress does not fail the check.
                let seen = self.client.json(self.request(Method::GET, ""));
                let bytes = seen.ok().and_then(|seen| seen["checking"].as_u64());
                bytes.into_iter().for_each(&mut progress);
            }
            asking.join().map_err(|_| ClientError::Form("report"))
        })??;
        let place = match &answer["toSign"] {
            Json::Null => None,
            place => Some(HomePlace::from_json(place)?),
        };
        Ok((answer["report"].clone(), place))
    }

    /// Takes it in as a backup.
    pub fn backup(&self) -> Result<Json, ClientError> {
        self.ask_as_person("/backup", json!({}))
    }

    /// Mends the record there with it, and takes nothing else from it.
    pub fn repair(&self) -> Result<Json, ClientError> {
        self.ask_as_person("/backup?repair=true", json!({}))
    }

    /// Posts a request that only the person of the record and the node's owner may make: without a session of one of them, the
    /// key signs the challenge of the refusal.
    fn ask_as_person(&self, more: &str, mut wish: Json) -> Result<Json, ClientError> {
        let ask = |wish: &Json| self.client.json(self.request(Method::POST, more).json(wish));
        let refused = match ask(&wish) {
            Err(error) => error,
            Ok(answer) => return Ok(answer),
        };
        let (Some(key), Some((id, challenge))) = (&self.key, refused.challenge()) else {
            return Err(refused);
        };
        let signature = sign_challenge(self.client, key, challenge)?;
        wish["presence"] = json!({ "challengeId": id, "signature": signature });
        ask(&wish)
    }

    /// Makes the node its home.
    pub fn home(
        &self,
        signer: &Signer,
        place: &HomePlace,
        url: Option<&str>,
        abandons: Option<&str>,
    ) -> Result<Json, ClientError> {
        let mut body = json!({ "node": place.at.node.as_str(), "url": url.unwrap_or(&place.at.url), "epoch": place.at.epoch });
        if let Some(head) = abandons {
            body["abandons"] = json!(head);
        }
        let signed = signer.sign(&Draft::new("auth", "auth.home").body(&body)?, &place.at)?;
        let request = self.request(Method::POST, "/home").header("MJN-Proof", &signed.token);
        let request = request
            .header("content-type", "application/json")
            .body(signed.body.clone().unwrap_or_else(|| "null".to_owned()));
        self.client.json(request)
    }
}

/// Where the home entry goes, and what it says.
pub struct HomePlace {
    /// The owner's DID.
    pub did: Did,
    /// The place, at the new home; its epoch is the next one.
    pub at: LogPosition,
}

impl HomePlace {
    fn from_json(answer: &Json) -> Result<Self, ClientError> {
        let did = answer["did"]
            .as_str()
            .and_then(|did| Did::parse(did).ok())
            .ok_or(ClientError::Form("did"))?;
        Ok(Self { did, at: LogPosition::from_json(answer)? })
    }
}
