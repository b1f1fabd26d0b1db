//! Conversations: the cost of many sockets in one room, the time for opening a long one, and a message's disk space.

mod bytes;
mod history;
mod past;
mod sockets;

pub use bytes::bytes;
pub use history::history;
pub use sockets::sockets;

use super::tickets;
use crate::measure::prelude::*;

/// Returns the log of the room of an event of this organiser, for which the others have tickets. The event is free,
/// which limits the number of strangers per day, or the node's owner gave them the price as credit.
fn room(
    client: &Client,
    organiser: &Actor,
    others: &[Actor],
    owner: Option<&Actor>,
) -> Outcome<String> {
    let price = owner.map_or(0, |_| tickets::PRICE);
    let event = tickets::event(client, organiser, price)?;
    for other in others {
        if let Some(owner) = owner {
            tickets::fund(client, owner, other, 1)?;
        }
        let order = tickets::order(client, other, &event)?;
        other.does(client, &order)?;
    }
    let about = client.get(&format!("/events/api/events/{event}"))?;
    let whose = json!({ "event": about["conversation"] });
    let made = organiser.post(client, "/chat/api/conversations/key", &whose)?;
    let text = |name: &str| made[name].as_str().ok_or("no DID").map(str::to_owned);
    let (name, log) = (text("did")?, text("log")?);
    let owner = json!([{ "did": organiser.did(), "role": "owner" }]);
    let open = Draft::new("chat", "chat.open")
        .reference(&name)?
        .fact(&json!({ "log": log, "kind": "event", "sealed": 0 }))?
        .body(&json!({ "members": owner }))?
        .to(std::slice::from_ref(&log))?;
    organiser.does(client, &open)?;
    Ok(log)
}

/// Builds a request that writes in a room.
fn post(by: &Actor, log: &str, host: &str, text: &str) -> Vec<u8> {
    let session = format!("Bearer {}", by.session.token());
    let headers = [("authorization", session.as_str())];
    let body = json!({ "content": text }).to_string();
    let path = format!("/chat/api/d/{log}/messages");
    crate::load::request("POST", &path, host, &headers, &body)
}
