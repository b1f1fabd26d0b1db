//! The stand-in's connected accounts and their capabilities. A capability that was not requested is never granted.

use super::{Answer, State, Stripe, only, refuse};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const TRANSFERS: &str = "capabilities[transfers][requested]";

impl Stripe {
    /// Returns the number of accounts.
    pub fn accounts(&self) -> usize {
        self.state().accounts.len()
    }

    /// Revokes an account's capability to receive transfers, requested or not, as Stripe does if the owner's
    /// information turns out to be false.
    pub fn takes_transfers_from(&self, id: &str, is_asked: bool) -> Json {
        let mut state = self.state();
        let account = state.accounts.get_mut(id).expect("an account");
        account["capabilities"] =
            if is_asked { json!({ "transfers": "inactive" }) } else { json!({}) };
        account.clone()
    }

    /// Stops an account's payouts, as Stripe does while it checks the owner's information.
    pub fn stops_payouts_of(&self, id: &str) -> Json {
        let mut state = self.state();
        let account = state.accounts.get_mut(id).expect("an account");
        account["payouts_enabled"] = json!(false);
        account.clone()
    }

    /// Makes the list of an account's transfers unreadable.
    pub fn garbles_account(&self, id: &str) {
        self.state().garbled.insert(id.to_owned());
    }

    /// Closes an account: requests that name it are refused.
    pub fn closes_account(&self, id: &str) {
        self.state().closed.insert(id.to_owned());
    }
}

impl State {
    /// Refuses a request that names a closed account, like Stripe.
    pub(super) fn is_open(&self, account: &str) -> Result<(), (u16, Json)> {
        if !self.closed.contains(account) {
            return Ok(());
        }
        let message =
            "The provided key does not have access to this account (or it does not exist).";
        let error = json!({ "type": "invalid_request_error", "code": "account_invalid", "message": message });
        Err((403, json!({ "error": error })))
    }

    pub(super) fn begin_account(&mut self, mut fields: BTreeMap<String, String>) -> Answer {
        let capabilities = match fields.remove(TRANSFERS).as_deref() {
            None => json!({}),
            Some("true") => json!({ "transfers": "inactive" }),
            Some(other) => return Err(refuse("parameter_invalid", other)),
        };
        only(&fields, &["type", "metadata[did]"])?;
        self.refused("accounts")?;
        let id = format!("acct_{}", self.next());
        let account = json!({ "id": id, "type": fields["type"], "charges_enabled": false, "payouts_enabled": false,
            "details_submitted": false, "capabilities": capabilities, "metadata": { "did": fields["metadata[did]"] } });
        self.accounts.insert(id, account.clone());
        Ok(account)
    }

    pub(super) fn ask_capabilities(
        &mut self,
        id: &str,
        fields: &BTreeMap<String, String>,
    ) -> Answer {
        only(fields, &[TRANSFERS])?;
        self.is_open(id)?;
        let account = self.accounts.get_mut(id);
        let account = account.ok_or_else(|| refuse("resource_missing", id))?;
        if account["capabilities"]["transfers"].is_null() {
            account["capabilities"]["transfers"] = json!("inactive");
        }
        Ok(account.clone())
    }
}
