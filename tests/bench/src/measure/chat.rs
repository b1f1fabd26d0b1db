//! Conversations: what many sockets in one room cost, what opening a long one does, and what a message leaves on the card.

mod bytes;
mod history;
mod past;
mod sockets;

pub use bytes::bytes;
pub use history::history;
pub use sockets::sockets;

use super::actor::Actor;
use super::tickets;
use crate::Failed;
use imajin_node::client::{Client, Draft};
use serde_json::json;

/// The log of the room of an event of this organiser, in which these others have a place. It is free, and then few strangers may
/// come in a day, or the node's owner gave them what it costs.
fn room(
    client: &Client,
    organiser: &Actor,
    others: &[Actor],
    owner: Option<&Actor>,
) -> Result<String, Failed> {
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

/// What somebody writes in a room, as a request.
fn post(by: &Actor, log: &str, host: &str, text: &str) -> Vec<u8> {
    let session = format!("Bearer {}", by.session.token());
    let headers = [("authorization", session.as_str())];
    let body = json!({ "content": text }).to_string();
    let path = format!("/chat/api/d/{log}/messages");
    crate::load::request("POST", &path, host, &headers, &body)
}
