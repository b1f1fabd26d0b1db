//! A conversation in the page on one device: it loads the node's state, checks it against the rules, and signs the next operations.
//!
//! Signed operations refer only to verified ones. Verified and entered operations are remembered, and the node is
//! checked against them. While the node is down, the page waits, and then sends the same proof again.

use imajin_dfos::base64;
use imajin_dfos::cid::parse_cid;
use imajin_protocol::EntryPosition;
use imajin_protocol::entry::Header;
use imajin_room::seal::EncryptionSecret;
use imajin_room::{MessageState, ReaderState, Report, RoomInput, RowBytes, verify};

use crate::chats::Talk;
use crate::prelude::*;
use crate::turns::{self, View};

/// Maximum downtime of the node.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);
/// Maximum number of signatures for one operation, if others get in between.
const TRIES: usize = 6;
/// Maximum number of rows in an answer.
const ROWS: usize = 200;
const OWN_ROWS: usize = 1_000;

/// A conversation on a device.
pub struct Page {
    /// The reader, with the keys of this device.
    pub person: Person,
    /// The conversation.
    pub talk: Talk,
    /// The node's data at the last load.
    pub shown: RoomInput,
    /// The device's memory of verified and entered operations.
    pub known: ReaderState,
    /// The result of the last check.
    pub report: Report,
    /// People whose chains are requested.
    people: Vec<Did>,
    session: Session,
}

impl Page {
    /// Opens a conversation among these people for the first time on a device.
    pub fn open(person: &Person, talk: &Talk, people: &[&Person]) -> Outcome<Self> {
        let (me, name) = (person.key.did().clone(), talk.name.parse());
        let secret = EncryptionSecret::from_bytes(person.key.encryption_secret());
        let viewer = ReaderState::new(me, name.expect("a name"), vec![secret.expect("a key")]);
        let mut page = Self {
            person: person.clone(),
            talk: talk.clone(),
            shown: RoomInput::default(),
            known: viewer,
            report: Report::default(),
            people: people.iter().map(|one| one.key.did().clone()).collect(),
            session: patiently(|| Session::begin(&person.client, &person.key))?,
        };
        page.look()?;
        Ok(page)
    }

    /// Loads and checks everything again; panics if the rules find a fault.
    #[track_caller]
    pub fn look(&mut self) -> Outcome<()> {
        // The reader's own log and others' marks first: the rows loaded later then include everything they name.
        let own = self.own()?;
        let reads = self.get("reads")?;
        let reads = reads["reads"].as_array().expect("marks");
        self.shown.reads = reads.iter().filter_map(|one| part(&one["header"])).collect();
        self.shown.rows = self.rows()?;
        self.shown.own = Some(own);
        for did in &self.people {
            let path = format!("/auth/api/identity/{did}/chain");
            let answer = patiently(|| self.person.client.get(&path))?;
            let chain: Vec<String> =
                serde_json::from_value(answer["log"].clone()).expect("a chain");
            self.shown.chains.insert(did.clone(), chain);
        }
        self.report = verify(&self.shown, &self.known);
        let (stop, voids) = (&self.report.stop, &self.report.voids);
        assert!(
            stop.is_none() && voids.is_empty(),
            "a false alarm for {}: {stop:?}, {voids:?}; known {:?}",
            self.known.me,
            self.known
        );
        self.remember();
        Ok(())
    }

    /// Remembers the verified state.
    fn remember(&mut self) {
        let Self { known, report, .. } = self;
        known.log = Some(self.talk.log.parse().expect("a DID"));
        known.sealed = report.sealed;
        let leaders = report.members.iter().filter(|(_, role)| role.leads());
        known.leaders = leaders.map(|(did, _)| did.clone()).collect();
        known.pin = report.head;
        for (did, tokens) in &self.shown.chains {
            let chain = imajin_protocol::identity::verify_chain(did, tokens);
            let head = *chain.expect("a chain that was verified").head_cid();
            known.chains.insert(did.clone(), head);
        }
    }

    fn get(&mut self, part: &str) -> Outcome<Json> {
        let path = format!("/chat/api/d/{}/{part}", self.talk.log);
        self.read(&path)
    }

    /// Reads with the session, or with a new one if it has expired.
    fn read(&mut self, path: &str) -> Outcome<Json> {
        let (client, key) = (&self.person.client, &self.person.key);
        match patiently(|| self.session.get(client, path)) {
            Err(error) if error.status() == Some(401) => {
                self.session = patiently(|| Session::begin(client, key))?;
                patiently(|| self.session.get(client, path))
            }
            other => other,
        }
    }

    fn rows(&mut self) -> Outcome<Vec<RowBytes>> {
        let mut rows: Vec<RowBytes> = Vec::new();
        loop {
            let after = rows.len().checked_sub(1);
            let after = after.map_or(String::new(), |last| format!("&after={last}"));
            let page = self.get(&format!("log?limit={ROWS}{after}"))?;
            let some = page["rows"].as_array().expect("rows");
            rows.extend(some.iter().map(row));
            if page["hasMore"] == false {
                return Ok(rows);
            }
        }
    }

    /// Reads the reader's own log, with the bodies of keyrings and of the chain's operations.
    fn own(&mut self) -> Outcome<Vec<RowBytes>> {
        let mut rows: Vec<RowBytes> = Vec::new();
        loop {
            let after = rows.len().checked_sub(1);
            let after = after.map_or(String::new(), |last| format!("&after={last}"));
            let me = self.known.me.clone();
            let page = self.read(&format!("/auth/api/log/{me}?limit={OWN_ROWS}{after}"))?;
            for one in page["entries"].as_array().expect("entries") {
                let mut own = row(one);
                let header = Header::decode(&own.header).expect("a header");
                let is_read =
                    header.op == "chat.keyring" || header.op.starts_with("auth.identity.");
                own.body = own.body.filter(|_| is_read);
                rows.push(own);
            }
            if page["hasMore"] == false {
                return Ok(rows);
            }
        }
    }

    /// Signs and submits an operation exactly once, even if answers get lost, and remembers its position.
    pub fn enter(&mut self, draft: &Draft) -> Outcome {
        self.enter_with(draft, &[])
    }

    /// Sends a request with these headers.
    pub fn enter_with(&mut self, draft: &Draft, headers: &[(&str, &str)]) -> Outcome {
        let (client, signer) = (&self.person.client, &self.person.signer);
        let receipt = again(ClientError::wants_new_signature, || {
            let place = patiently(|| client.place(signer))?;
            let signed = signer.sign(draft, &place)?;
            patiently(|| client.send_signed_once(&signed, headers))
        })?;
        let here = receipt.entries.iter();
        let here = here.filter(|entry| entry.did == self.talk.log);
        let seen = here.map(|entry| EntryPosition {
            seq: entry.seq.expect("a place in the conversation"),
            cid: parse_cid(&entry.cid).expect("a CID"),
        });
        self.known.sent.extend(seen);
        Ok(receipt)
    }

    /// Creates the next epoch.
    pub fn make_epoch(&mut self) -> Outcome<()> {
        let draft = turns::epoch(self.view())?;
        self.enter(&draft)?;
        self.look()
    }

    /// Sends a sealed message, under a new epoch if the rules call for one. Returns the message's id.
    pub fn say(&mut self, text: &str) -> Outcome<String> {
        let id = turns::message_id();
        // An epoch that the node no longer accepts, possibly before the rows show why.
        let mut over = None;
        again(
            |error| error.status() == Some(409),
            || {
                self.look()?;
                if turns::wants_epoch(self.view()) || over.take() == Some(self.report.epoch) {
                    self.make_epoch()?;
                }
                let draft = turns::message(self.view(), &id, text)?;
                let entered = self.enter(&draft);
                if let Err(ClientError::Refused { problem, .. }) = &entered {
                    over = (problem["reason"] == "epoch").then_some(self.report.epoch);
                }
                entered
            },
        )?;
        self.look()?;
        Ok(id)
    }

    /// Admits people of the group.
    pub fn admit(&mut self, others: &[&Person]) -> Outcome<()> {
        let dids: Vec<&str> = others.iter().map(|one| one.did()).collect();
        self.look()?;
        let fact = json!({ "dids": dids, "role": "member", "turns": self.report.turns });
        let log = &self.talk.log;
        let draft = json!({ "op": "chat.admit", "ref": log, "fact": fact, "to": [log] });
        self.enter(&draft_of(&draft)?)?;
        self.look()
    }

    /// Removes a person from the group, and thereby from its conversation.
    pub fn put_out(&mut self, group: &str, other: &Person) -> Outcome<()> {
        let draft = json!({
            "op": "connections.group.remove", "ref": group, "fact": { "dids": [other.did()] },
            "to": [group, self.talk.log, other.did()],
        });
        self.enter(&draft_of(&draft)?)?;
        self.look()
    }

    /// Marks everything as read.
    pub fn mark_read(&mut self) -> Outcome<()> {
        let head = self.report.head.expect("an entry");
        let fact = json!({ "seq": head.seq, "seen": head.cid.to_string() });
        let draft = json!({ "op": "chat.read", "ref": self.talk.log, "fact": fact });
        self.enter(&draft_of(&draft)?).map(drop)
    }

    /// Returns the readable texts in order.
    pub fn texts(&self) -> Vec<&str> {
        let opened = self.report.messages.iter();
        let opened = opened.filter(|one| one.state == MessageState::Opened);
        let bodies = opened.filter_map(|one| one.said.as_ref());
        bodies.map(|said| &*said.text).collect()
    }

    /// Replaces the device's encryption key; earlier keys still decrypt earlier messages.
    pub fn add_secret(&mut self, secret: EncryptionSecret) {
        self.known.secrets.push(secret);
    }

    fn view(&self) -> View<'_> {
        View { talk: &self.talk, shown: &self.shown, known: &self.known, report: &self.report }
    }
}

/// Retries while `is_so` of the error, up to [`TRIES`] times.
fn again<T>(
    is_so: impl Fn(&ClientError) -> bool,
    mut act: impl FnMut() -> Outcome<T>,
) -> Outcome<T> {
    for _ in 1..TRIES {
        match act() {
            Err(error) if is_so(&error) => {}
            other => return other,
        }
    }
    act()
}

/// Retries while the node is down.
pub fn patiently<T>(mut act: impl FnMut() -> Outcome<T>) -> Outcome<T> {
    let end = Instant::now() + PATIENCE;
    loop {
        match act() {
            Err(error) if error.is_outcome_unknown() && Instant::now() < end => {
                std::thread::sleep(PAUSE);
            }
            other => return other,
        }
    }
}

fn part(value: &Json) -> Option<Vec<u8>> {
    Some(base64::decode_url(value.as_str()?).expect("base64url"))
}

fn row(one: &Json) -> RowBytes {
    RowBytes {
        header: part(&one["header"]).expect("a header"),
        cause: part(&one["cause"]),
        body: part(&one["body"]),
    }
}
