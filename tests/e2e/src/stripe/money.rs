//! The stand-in's money: refunds, disputes and transfers, requested by the node or made on the provider's pages.

use super::{Answer, State, Stripe, only, refuse};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

fn int(json: &Json, name: &str) -> i64 {
    json[name].as_i64().unwrap_or(0)
}

fn intent_of(session: &Json) -> &str {
    session["payment_intent"].as_str().expect("a payment")
}

impl Stripe {
    /// Refuses the next requests for `refunds`, `transfers` or `accounts` with this code.
    pub fn refuses(&self, what: &'static str, code: &str, times: u32) {
        self.state().refusing = Some((what, code.to_owned(), times));
    }

    /// Forgets the idempotency keys of all requests, as Stripe does after a day.
    pub fn forgets_keys(&self) {
        self.state().keys.clear();
    }

    /// Returns the balance of the account: payments, less refunds, lost disputes and transfers.
    pub fn balance(&self) -> i64 {
        let state = self.state();
        let left = |one: &Json| int(one, "amount") - int(one, "refunded") - int(one, "taken");
        let here: i64 = state.intents.values().map(left).sum();
        let gone = |one: &Json| int(one, "amount") - int(one, "reversed");
        here - state.transfers.values().map(gone).sum::<i64>()
    }

    /// Returns the total of lost disputes of the session's payment.
    pub fn taken(&self, session: &Json) -> i64 {
        int(&self.state().intents[intent_of(session)], "taken")
    }

    /// Returns the refunds of the session's payment that did not fail.
    pub fn refunds(&self, session: &Json) -> Vec<Json> {
        let state = self.state();
        let of = |one: &&Json| {
            one["payment_intent"] == session["payment_intent"] && one["status"] == "succeeded"
        };
        state.refunds.values().filter(of).cloned().collect()
    }

    /// Refunds an amount on the provider's own pages; `None` if that is impossible.
    pub fn refund_by_hand(&self, session: &Json, amount: i64) -> Option<Json> {
        let mut state = self.state();
        let number = state.next();
        state.give_back(intent_of(session), amount).ok()?;
        let refund = json!({ "id": format!("re_{number}"), "object": "refund", "amount": amount, "status": "succeeded",
            "currency": session["currency"], "payment_intent": session["payment_intent"], "metadata": {} });
        state.refunds.insert(format!("re_{number}"), refund.clone());
        Some(refund)
    }

    /// Fails a refund: the payer's bank rejects it.
    pub fn refund_fails(&self, id: &str) -> Json {
        let mut state = self.state();
        let refund = state.refunds.get_mut(id).expect("a refund");
        assert_eq!(refund["status"], "succeeded");
        refund["status"] = json!("failed");
        let refund = refund.clone();
        let intent = state.intents.get_mut(intent_of(&refund)).expect("a payment");
        intent["refunded"] = json!(int(intent, "refunded") - int(&refund, "amount"));
        refund
    }

    /// Opens or decides a dispute over this amount.
    pub fn dispute(&self, session: &Json, id: &str, amount: i64, status: &str) -> Json {
        let mut state = self.state();
        let dispute = json!({ "id": id, "payment_intent": session["payment_intent"], "amount": amount, "currency": session["currency"], "status": status });
        state.disputes.insert(id.to_owned(), dispute.clone());
        let intent = state.intents.get_mut(intent_of(session)).expect("a payment");
        if status == "lost" {
            intent["taken"] = json!(int(intent, "taken") + amount);
        }
        dispute
    }

    /// Returns the transfers to an account, in order of creation.
    pub fn transfers(&self, account: &str) -> Vec<Json> {
        let state = self.state();
        let to = |one: &&Json| one["destination"] == account;
        let mut all: Vec<Json> = state.transfers.values().filter(to).cloned().collect();
        all.sort_by_key(|one| int(one, "number"));
        all
    }

    /// Reverses part of a transfer on the provider's own pages.
    pub fn reverse_by_hand(&self, id: &str, amount: i64) -> Json {
        let mut state = self.state();
        let transfer = state.transfers.get_mut(id).expect("a transfer");
        let reversed = int(transfer, "reversed") + amount;
        assert!(reversed <= int(transfer, "amount"));
        transfer["reversed"] = json!(reversed);
        transfer["amount_reversed"] = json!(reversed);
        transfer.clone()
    }
}

impl State {
    /// Refuses a request if refusals for it are left.
    pub(super) fn refused(&mut self, what: &str) -> Result<(), (u16, Json)> {
        match &mut self.refusing {
            Some((refusing, code, times)) if *refusing == what && *times > 0 => {
                *times -= 1;
                Err(refuse(code, "the stand-in was told to refuse it"))
            }
            _ => Ok(()),
        }
    }

    /// Subtracts a refund from a payment.
    fn give_back(&mut self, intent: &str, amount: i64) -> Result<(), (u16, Json)> {
        let is_open = |one: &Json| {
            one["payment_intent"] == intent && one["status"] != "won" && one["status"] != "lost"
        };
        if self.disputes.values().any(is_open) {
            return Err(refuse("charge_disputed", "the payer's bank asks for it"));
        }
        let payment = self.intents.get_mut(intent);
        let payment = payment.ok_or_else(|| refuse("resource_missing", intent))?;
        let (paid, before) = (int(payment, "amount"), int(payment, "refunded"));
        if before == paid {
            return Err(refuse("charge_already_refunded", "it is refunded already"));
        }
        if amount < 1 || before + int(payment, "taken") + amount > paid {
            return Err(refuse("amount_too_large", format!("{before} + {amount} > {paid}")));
        }
        payment["refunded"] = json!(before + amount);
        Ok(())
    }

    pub(super) fn refund(&mut self, fields: &BTreeMap<String, String>) -> Answer {
        only(fields, &["payment_intent", "amount", "metadata[payment]", "metadata[n]"])?;
        self.refused("refunds")?;
        let number = self.next();
        let amount = number_of(fields, "amount")?;
        self.give_back(&fields["payment_intent"], amount)?;
        let refund = json!({ "id": format!("re_{number}"), "object": "refund", "amount": amount, "status": "succeeded", "payment_intent": fields["payment_intent"],
            "metadata": { "payment": fields["metadata[payment]"], "n": fields["metadata[n]"] } });
        self.refunds.insert(format!("re_{number}"), refund.clone());
        Ok(refund)
    }

    pub(super) fn transfer(&mut self, fields: &BTreeMap<String, String>) -> Answer {
        only(
            fields,
            &[
                "amount",
                "currency",
                "destination",
                "source_transaction",
                "metadata[payment]",
                "metadata[n]",
                "metadata[node]",
            ],
        )?;
        self.refused("transfers")?;
        let amount = number_of(fields, "amount")?;
        let to = &fields["destination"];
        self.is_open(to)?;
        let can_receive = |account: &Json| account["capabilities"]["transfers"] == "active";
        if !self.accounts.get(to).is_some_and(can_receive) {
            return Err(refuse("insufficient_capabilities_for_transfer", to));
        }
        let source = &fields["source_transaction"];
        let is_source = |one: &&Json| one["latest_charge"]["id"] == *source;
        let intent = self.intents.values().find(is_source);
        let intent = intent.ok_or_else(|| refuse("resource_missing", source))?;
        let before = self.transfers.values();
        let before = before.filter(|one| one["source_transaction"] == *source);
        let before: i64 = before.map(|one| int(one, "amount") - int(one, "reversed")).sum();
        if amount < 1 || before + amount > int(intent, "amount") {
            return Err(refuse("amount_too_large", format!("{before} + {amount}")));
        }
        if intent["currency"] != fields["currency"] {
            return Err(refuse("currency", &fields["currency"]));
        }
        let number = self.next();
        let id = format!("tr_{number}");
        let transfer = json!({ "id": id, "object": "transfer", "amount": amount, "currency": fields["currency"], "destination": to, "number": number,
            "source_transaction": source, "amount_reversed": 0, "reversed": 0, "created": self.now_s,
            "metadata": { "payment": fields["metadata[payment]"], "n": fields["metadata[n]"], "node": fields["metadata[node]"] } });
        self.transfers.insert(id, transfer.clone());
        Ok(transfer)
    }

    pub(super) fn reverse(&mut self, id: &str, fields: &BTreeMap<String, String>) -> Answer {
        only(fields, &["amount"])?;
        let amount = number_of(fields, "amount")?;
        let transfer = self.transfers.get_mut(id);
        let transfer = transfer.ok_or_else(|| refuse("resource_missing", id))?;
        let after = int(transfer, "reversed") + amount;
        if amount < 1 || after > int(transfer, "amount") {
            return Err(refuse("amount_too_large", format!("{after}")));
        }
        transfer["reversed"] = json!(after);
        Ok(json!({ "id": "trr_1", "amount": amount }))
    }

    /// Lists refunds of a payment, or transfers to an account, newest first.
    pub(super) fn moves(&self, what: &str, query: &BTreeMap<String, String>) -> Answer {
        let (all, by, name) = match what {
            "refunds" => (&self.refunds, "payment_intent", "payment_intent"),
            _ => (&self.transfers, "destination", "destination"),
        };
        let target = query.get(name);
        match (what, target) {
            ("transfers", Some(account)) if self.garbled.contains(account) => {
                return Ok(json!({ "object": "list" }));
            }
            ("transfers", Some(account)) => self.is_open(account)?,
            // All transfers of the platform.
            ("transfers", None) => {}
            (_, Some(_)) => {}
            (_, None) => return Err(refuse("parameter_missing", name)),
        }
        let from = query.get("created[gte]").map_or(Ok(0), |text| text.parse::<i64>());
        let from = from.map_err(|_| refuse("parameter_invalid_integer", "created"))?;
        let limit = query.get("limit").map_or(Ok(10), |text| text.parse::<usize>());
        let limit = limit.map_err(|_| refuse("parameter_invalid_integer", "limit"))?;
        assert!((1..=100).contains(&limit));
        let number = |one: &Json| -> i64 {
            let id = one["id"].as_str().unwrap_or_default();
            id.rsplit('_').next().unwrap_or_default().parse().unwrap_or(0)
        };
        let mut rows: Vec<Json> = all
            .values()
            .filter(|one| {
                target.is_none_or(|wanted| one[by] == *wanted) && int(one, "created") >= from
            })
            .cloned()
            .collect();
        rows.sort_by_key(|one| -number(one));
        if let Some(after) = query.get("starting_after") {
            let at = rows.iter().position(|one| one["id"] == *after);
            rows.drain(..=at.ok_or_else(|| refuse("resource_missing", after))?);
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        Ok(json!({ "object": "list", "has_more": more, "data": rows }))
    }
}

fn number_of(fields: &BTreeMap<String, String>, name: &str) -> Result<i64, (u16, Json)> {
    let number = fields[name].parse();
    number.map_err(|_| refuse("parameter_invalid_integer", name))
}
