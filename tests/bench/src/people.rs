//! People with keys, and their requests, which are signed before the clock starts.

use crate::Outcome;
use crate::load::request;
use imajin_box::key::PersonKey;
use imajin_dfos::cid::parse_cid;
use imajin_dfos::{Cid, Timestamp};
use imajin_node::client::{Client, Draft, LogPosition, NodeInfo, Signer, genesis};
use imajin_protocol::{Did, Head};
use serde_json::json;

/// A person who can sign consecutive writes without a request to the node.
pub struct Person {
    /// Keys.
    pub key: PersonKey,
    signer: Signer,
    place: LogPosition,
    after: Option<Cid>,
    /// Delegates that write to the same log.
    pub delegates: Vec<Person>,
}

impl Person {
    /// Creates a person from a key that is registered on the node.
    pub fn known(client: &Client, key: PersonKey) -> Outcome<Self> {
        let signer = Signer::new(&key)?;
        let place = client.place(&signer)?;
        let after = place.after;
        Ok(Self { key, signer, place, after, delegates: Vec::new() })
    }

    /// Signs the next `count` profile updates as requests, each following the one before. Valid for five minutes.
    pub fn updates(&mut self, count: usize, host: &str, now: Timestamp) -> Outcome<Vec<Vec<u8>>> {
        let mut requests = Vec::with_capacity(count);
        for n in 0..count {
            // A typical change of a few hundred bytes.
            let body = json!({
                "displayName": "Ada Lovelace",
                "bio": format!("Change {n} of a life that is written down as it goes, in words of one's own and about as long as people write."),
            });
            let draft = Draft::new("profile", "profile.update").body(&body)?;
            requests.push(self.next(&draft, host, now)?);
        }
        Ok(requests)
    }

    /// Signs the next command as a request. Valid for five minutes.
    pub fn next(&mut self, draft: &Draft, host: &str, now: Timestamp) -> Outcome<Vec<u8>> {
        let signed = self.signer.sign_at(
            draft,
            &self.place.node,
            self.place.seen,
            self.after,
            self.place.chain,
            now,
        )?;
        self.after = Some(signed.after);
        let headers = [("mjn-proof", &*signed.token)];
        let body = signed.body.as_deref().unwrap_or("");
        Ok(request("POST", &signed.path(), host, &headers, body))
    }
}

impl Person {
    /// Signs the same command `count` times as requests, each following the one before. Valid for five minutes.
    pub fn again(
        &mut self,
        draft: &Draft,
        count: usize,
        host: &str,
        now: Timestamp,
    ) -> Outcome<Vec<Vec<u8>>> {
        (0..count).map(|_| self.next(draft, host, now)).collect()
    }

    /// Returns the time of this person's newest entry from the newest head, which is at most about a second old;
    /// without one, the node's time.
    pub fn log_time(&self, client: &Client) -> Outcome<Timestamp> {
        let place = client.place(&self.signer)?;
        match place.head {
            Some(head) => Ok(Head::parse(&head)?.payload.at),
            None => Ok(place.time),
        }
    }

    /// Lets this many additional keys write to this person's log within a scope, so that many can write at once.
    pub fn delegate(&mut self, client: &Client, count: usize, scope: &str) -> Outcome {
        let month = client.node()?.time.checked_add_millis(30 * 24 * 3600 * 1000);
        let until = month.ok_or("the clock is at its end")?.to_string();
        for _ in 0..count {
            let key = PersonKey::generate()?;
            let body =
                json!({ "key": key.public().to_multikey(), "scope": [scope], "until": until });
            let delegation = client
                .submit(&self.signer, &Draft::new("auth", "auth.delegation.create").body(&body)?)?;
            let via = parse_cid(&delegation.cid)?;
            let signer = Signer::delegate(self.key.did().clone(), &key, via)?;
            let place = client.place(&signer)?;
            self.delegates.push(Person {
                key,
                signer,
                after: place.after,
                place,
                delegates: Vec::new(),
            });
        }
        // The position in the owner's log has changed.
        let place = client.place(&self.signer)?;
        self.after = place.after;
        self.place = place;
        Ok(())
    }
}

/// Builds a request that registers a new identity. Returns its key, too.
pub fn registration(
    node: &Did,
    url: &str,
    host: &str,
    now: Timestamp,
) -> Outcome<(PersonKey, Vec<u8>)> {
    let key = PersonKey::generate()?;
    let node = NodeInfo { did: node.clone(), url: url.to_owned(), endpoints: None, time: now };
    let signed = genesis(&key, &node, false)?.signed;
    let headers = [("mjn-proof", &*signed.token)];
    let bytes =
        request("POST", &signed.path(), host, &headers, signed.body.as_deref().unwrap_or(""));
    Ok((key, bytes))
}
