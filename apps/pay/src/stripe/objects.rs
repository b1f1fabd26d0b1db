//! Reads Stripe's objects into this service's types. An object that lacks a required member is `None`.

use serde_json::Value as Json;

use super::currencies::from_units;
use crate::operations::ReturnStatus;
use crate::provider::{
    Account, Dispute, Event, EventContent, Own, Returned, Session, State, Transferred,
};

fn text(json: &Json, name: &str) -> Option<String> {
    json[name].as_str().map(str::to_owned)
}

/// Reads an id, or the object that it was expanded to.
fn id(json: &Json) -> Option<String> {
    json.as_str().or_else(|| json["id"].as_str()).map(str::to_owned)
}

/// Reads an amount in minor units of the object's currency.
fn minor(json: &Json, name: &str) -> Option<i64> {
    let units = json[name].as_i64()?;
    Some(from_units(units, json["currency"].as_str().unwrap_or_default()))
}

/// Reads a checkout session.
pub(super) fn session(json: &Json) -> Option<Session> {
    let paid = matches!(json["payment_status"].as_str()?, "paid" | "no_payment_required");
    let state = match json["status"].as_str()? {
        "open" => State::Open,
        "complete" if paid => State::Paid,
        "complete" => State::Waiting,
        _ => State::Ended,
    };
    let words = &json["metadata"];
    Some(Session {
        id: text(json, "id")?,
        url: text(json, "url"),
        until: json["expires_at"].as_i64().unwrap_or_default(),
        state,
        payment: text(words, "payment").or_else(|| text(json, "client_reference_id")),
        node: text(words, "node"),
        part: words["part"].as_str().and_then(|part| part.parse().ok()),
        charge: id(&json["payment_intent"]),
        amount: minor(json, "amount_total").unwrap_or_default(),
        // Sessions of other programs that only store a card have no currency.
        currency: text(json, "currency").unwrap_or_default().to_ascii_uppercase(),
    })
}

/// Reads the account of the node's key.
pub(super) fn own(json: &Json) -> Option<Own> {
    let id = text(json, "id")?;
    let shown = text(&json["settings"]["dashboard"], "display_name");
    let name = shown.or_else(|| text(&json["business_profile"], "name"));
    Some(Own { name: name.unwrap_or_else(|| id.clone()), id })
}

pub(super) fn refund(json: &Json) -> Option<Returned> {
    let words = &json["metadata"];
    Some(Returned {
        id: text(json, "id")?,
        status: match json["status"].as_str()? {
            "succeeded" => ReturnStatus::Succeeded,
            "failed" | "canceled" => ReturnStatus::Failed,
            _ => ReturnStatus::Pending,
        },
        payment: text(words, "payment"),
        n: words["n"].as_str().and_then(|n| n.parse().ok()),
        charge: id(&json["payment_intent"]),
        amount: minor(json, "amount").unwrap_or_default(),
        currency: text(json, "currency").map(|code| code.to_ascii_uppercase()),
    })
}

/// Reads the charge of a payment.
pub(super) fn charge(json: &Json) -> Option<String> {
    id(&json["latest_charge"])
}

/// Reads a transfer to an account.
pub(super) fn transfer(json: &Json) -> Option<Transferred> {
    let words = &json["metadata"];
    Some(Transferred {
        id: text(json, "id")?,
        node: text(words, "node"),
        payment: text(words, "payment"),
        n: words["n"].as_str().and_then(|n| n.parse().ok()),
        amount: minor(json, "amount")?,
        reversed: minor(json, "amount_reversed").unwrap_or_default(),
    })
}

pub(super) fn account(json: &Json) -> Option<Account> {
    Some(Account {
        id: text(json, "id")?,
        // The node makes the charges, so the account needs no permission to.
        is_ready: json["capabilities"]["transfers"] == "active" && json["payouts_enabled"] == true,
        is_submitted: json["details_submitted"] == true,
    })
}

fn dispute(json: &Json) -> Option<Dispute> {
    Some(Dispute {
        id: text(json, "id")?,
        charge: id(&json["payment_intent"])?,
        amount: minor(json, "amount")?,
        currency: text(json, "currency")?.to_ascii_uppercase(),
        status: text(json, "status")?,
    })
}

/// Reads an event. Its object is as of the time of the event, and may be outdated.
pub(super) fn event(json: &Json) -> Option<Event> {
    let object = &json["data"]["object"];
    let what = match json["type"].as_str()? {
        "checkout.session.completed" | "checkout.session.expired" => {
            EventContent::Session(session(object)?)
        }
        "checkout.session.async_payment_succeeded" => {
            EventContent::Session(Session { state: State::Paid, ..session(object)? })
        }
        "checkout.session.async_payment_failed" => {
            EventContent::Session(Session { state: State::Ended, ..session(object)? })
        }
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            EventContent::Returned(refund(object)?)
        }
        // Other programs may charge without a payment intent; the node never does.
        "charge.dispute.created" | "charge.dispute.updated" | "charge.dispute.closed"
            if object["payment_intent"].is_null() =>
        {
            EventContent::Other
        }
        "charge.dispute.created" | "charge.dispute.updated" | "charge.dispute.closed" => {
            EventContent::Dispute(dispute(object)?)
        }
        "transfer.reversed" | "transfer.updated" => EventContent::Transferred(transfer(object)?),
        "account.updated" => EventContent::Account(account(object)?),
        _ => EventContent::Other,
    };
    Some(Event { id: text(json, "id").filter(|id| id.len() <= 160)?, what })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content(kind: &str, object: &Json) -> Option<EventContent> {
        let event_json = json!({ "id": "evt_1", "type": kind, "data": { "object": object } });
        event(&event_json).map(|event| event.what)
    }

    #[test]
    fn objects_of_other_programs_with_the_same_account_are_read() {
        let stored_card = json!({
            "id": "cs_1", "mode": "setup", "status": "complete", "currency": null, "amount_total": null,
            "payment_status": "no_payment_required", "payment_intent": null, "metadata": {},
        });
        match content("checkout.session.completed", &stored_card) {
            Some(EventContent::Session(session)) => assert_eq!(session.node, None),
            other => panic!("{other:?}"),
        }
        let mut dispute = json!({
            "id": "dp_1", "payment_intent": null, "amount": 500, "currency": "chf", "status": "lost",
        });
        let closed = "charge.dispute.closed";
        assert_eq!(content(closed, &dispute), Some(EventContent::Other));
        dispute["payment_intent"] = json!("pi_1");
        assert!(matches!(content(closed, &dispute), Some(EventContent::Dispute(_))));
    }
}
