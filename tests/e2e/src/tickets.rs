//! Signs the commands of `events` by hand, as a client would.

use crate::prelude::*;
use imajin_protocol::fair::Manifest;

/// Returns when an event with this text ends, in milliseconds.
fn over_of(words: &Json) -> i64 {
    let time = |name: &str| Timestamp::parse(words[name].as_str()?).ok();
    let day_ms = 24 * 3_600_000;
    time("endsAt").map_or_else(
        || time("startsAt").expect("a beginning").as_millis() + day_ms,
        |ends| ends.as_millis(),
    )
}

impl Person {
    /// Returns the keys of a new event: `{event, id}`.
    pub fn event_key(&self) -> Json {
        let request = self.request(Method::POST, "/events/api/events/key");
        self.client.json(request).expect("a key")
    }

    /// Creates or updates an event. `types`: price in cents and quantity (−1: unlimited) of each.
    pub fn put_event(
        &self,
        op: &str,
        event: &str,
        words: &Json,
        manifest: &Manifest,
        types: &[(i64, i64)],
    ) -> Outcome {
        self.put_event_with(op, event, words, manifest, types, &json!({}))
    }

    /// Creates an event with additional or different members in its fact.
    pub fn put_event_with(
        &self,
        op: &str,
        event: &str,
        words: &Json,
        manifest: &Manifest,
        types: &[(i64, i64)],
        more: &Json,
    ) -> Outcome {
        let mut body = words.clone();
        body["manifest"] = manifest.text().into();
        let prices: Vec<i64> = types.iter().map(|one| one.0).collect();
        let quantities: Vec<i64> = types.iter().map(|one| one.1).collect();
        let mut fact = json!({
            "fair": manifest.digest().to_string(), "price": prices, "quantity": quantities,
            "most": vec![10; types.len()], "currency": vec!["CHF"; types.len()],
            "ends": over_of(words),
        });
        merge(&mut fact, more);
        self.enter(&json!({ "op": op, "ref": event, "fact": fact, "body": body, "to": [event] }))
    }

    /// Publishes, pauses, cancels or completes an event.
    pub fn event_status(&self, event: &str, status: &str) -> Outcome {
        let fact = json!({ "status": status });
        self.enter(&json!({ "op": "events.status", "ref": event, "fact": fact, "to": [event] }))
    }

    /// Sets an event's picture, a file of the organiser, and its description.
    pub fn show_event_by(&self, event: &str, alt: &str, media: &[&str]) -> Outcome {
        let (body, fact) = (json!({ "alt": alt }), json!({ "media": media }));
        self.enter(&json!({ "op": "events.picture", "ref": event, "fact": fact, "body": body }))
    }

    /// Erases this person's text in an event's log.
    pub fn erase_event(&self, event: &str) -> Outcome {
        self.enter(&json!({ "op": "events.erase", "ref": event, "to": [event] }))
    }

    /// Requests an order's total and the payload to sign.
    pub fn quote_tickets(&self, event: &str, kind: i64, quantity: i64) -> Outcome<Json> {
        let session = Session::begin(&self.client, &self.key)?;
        let path = format!("/events/api/events/{event}/quote");
        let request = session.request(&self.client, Method::POST, &path);
        let order = json!({ "type": kind, "quantity": quantity });
        self.client.json(request.json(&order))
    }

    /// Returns the order of a quote.
    pub fn order_of(quote: &Json) -> Outcome<Draft> {
        let sign = &quote["sign"];
        let (about, fact, to) = (&sign["ref"], &sign["fact"], &sign["to"]);
        draft_of(&json!({ "op": "events.buy", "ref": about, "fact": fact, "to": to }))
    }

    /// Buys tickets from credit.
    pub fn buy_tickets(&self, event: &str, kind: i64, quantity: i64) -> Outcome {
        let quote = self.quote_tickets(event, kind, quantity)?;
        self.client.submit(&self.signer, &Self::order_of(&quote)?)
    }

    /// Holds tickets of an event.
    pub fn hold_places(&self, event: &str, kind: i64, quantity: i64) -> Outcome {
        let fact = json!({ "type": kind, "quantity": quantity });
        self.enter(&json!({ "op": "events.hold", "ref": event, "fact": fact, "to": [event] }))
    }

    /// Releases held tickets.
    pub fn release_places(&self, event: &str, hold: &str) -> Outcome {
        let fact = json!({ "event": event });
        self.enter(&json!({ "op": "events.release", "ref": hold, "fact": fact, "to": [event] }))
    }

    /// Approves a request for free tickets.
    pub fn approve_places(&self, event: &str, ask: &str) -> Outcome {
        let fact = json!({ "event": event });
        self.enter(&json!({ "op": "events.approve", "ref": ask, "fact": fact, "to": [event] }))
    }

    /// Transfers a ticket.
    pub fn hand_ticket(&self, event: &str, ticket: &str, to: &Person) -> Outcome {
        let fact = json!({ "event": event, "holder": to.did() });
        let op = "events.transfer";
        self.enter(&json!({ "op": op, "ref": ticket, "fact": fact, "to": [event, to.did()] }))
    }

    /// Checks tickets in.
    pub fn check_in(&self, event: &str, tickets: &[&str], door: u32, holders: &[&str]) -> Outcome {
        let now = self.client.node()?.time.as_millis();
        let scan = |ticket: &&str| json!({ "ticket": ticket, "at": now });
        let scans: Vec<Json> = tickets.iter().map(scan).collect();
        let body = json!({ "scans": scans, "door": door });
        let to = [holders, &[event]].concat();
        self.enter(&json!({ "op": "events.checkin", "ref": event, "body": body, "to": to }))
    }

    /// Refunds a ticket.
    pub fn refund_ticket(
        &self,
        event: &str,
        ticket: &str,
        price: i64,
        reason: &str,
        others: &[&str],
    ) -> Outcome {
        let node = self.client.node()?.did.to_string();
        let to = [others, &[event, node.as_str()]].concat();
        self.enter(&json!({
            "op": "events.refund", "ref": ticket, "body": { "reason": reason }, "to": to,
            "fact": { "event": event, "amount": price, "currency": "CHF" },
        }))
    }

    /// Returns the progress of the refunds of this person's event.
    pub fn refunds(&self, event: &str) -> Json {
        self.read(&format!("/events/api/events/{event}/refunds"))
    }

    /// Returns this person's tickets.
    pub fn tickets(&self) -> Json {
        self.read("/events/api/mine?limit=100")["tickets"].clone()
    }
}
