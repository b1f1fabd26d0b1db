//! Requests of a selling app that the app that moves money decides within the selling app's operation.

use imajin_app::operation::CallService;
use imajin_dfos::{Timestamp, Value, cbor};
use imajin_ledger::{Refusal, RefusalKind, TypedCommand};
use imajin_protocol::fact::FactError;
use imajin_protocol::{Currency, Did, Fact, FactValue, IdText, Minor};
use serde_json::Value as Json;

use crate::{GIVE_BACK, LATER, PAY, Sale, StartedPayment, Teller};

impl Sale {
    /// Pays the sale, or starts waiting for its payment, within the current operation. `args` is what
    /// [`Cashier::prepare`] returned for this very sale.
    pub fn ask(&self, ctx: &mut impl CallService, args: Json) -> Result<StartedPayment, Refusal> {
        let manifest = Value::from(self.terms.manifest.text());
        let stored = |error: FactError| Refusal::new(RefusalKind::Stored, error.to_string());
        let mut members = vec![("manifest", manifest)];
        if let Some(agreed) = &self.terms.agreed {
            let agreed = cbor::from_dag_json(&agreed.to_value());
            let agreed =
                agreed.map_err(|error| Refusal::new(RefusalKind::Stored, error.to_string()));
            members.push(("agreed", agreed?));
        }
        let command = TypedCommand {
            did: self.payer.clone(),
            op: self.terms.op().to_owned(),
            reference: None,
            body: Some(Value::map(members)),
            fact: Some(self.terms.fact().map_err(stored)?),
            args,
            prepared: Default::default(),
        };
        StartedPayment::from_reply(&ctx.call_service(PAY, command)?)
    }
}

impl StartedPayment {
    fn from_reply(reply: &Json) -> Result<Self, Refusal> {
        let stored = || Refusal::new(RefusalKind::Stored, "pay did not say which payment it is");
        let payment = reply["payment"].as_str().ok_or_else(stored)?;
        Ok(Self {
            payment: IdText::parse(payment).map_err(|_| stored())?,
            paid: reply["paid"] == true,
            until: reply["until"].as_i64().and_then(|millis| Timestamp::from_millis(millis).ok()),
        })
    }
}

/// Refunds a payment, in part or completely, within the current operation, because the sale is void. The
/// operation's author is the seller. While the payment's parts are held, they fund the refund; once they are free, the
/// seller's own balance does, and a balance that is too small is refused (402). An e-transfer is refunded from bank to
/// bank: the other recipients' held parts return to the seller, and debts for it end. The `teller` is the
/// app that tells the payer about the void sale.
pub fn give_back(
    ctx: &mut impl CallService,
    seller: &Did,
    payment: &IdText,
    amount: Minor,
    currency: Currency,
    teller: Teller,
) -> Result<(), Refusal> {
    let stored = |error: String| Refusal::new(RefusalKind::Stored, error);
    let code = IdText::parse(currency.code()).map_err(|error| stored(error.to_string()))?;
    let mut members = vec![("amount", FactValue::from(amount.get())), ("currency", code.into())];
    if teller == Teller::Seller {
        members.push(("told", FactValue::from(1_i64)));
    }
    let command = TypedCommand {
        did: seller.clone(),
        op: GIVE_BACK.to_owned(),
        reference: Some(payment.clone()),
        body: Some(Value::Map(Default::default())),
        fact: Some(Fact::new(members).map_err(|error| stored(error.to_string()))?),
        args: Json::Null,
        prepared: Default::default(),
    };
    ctx.call_service(PAY, command).map(drop)
}

/// Reports, within the current operation, that the goods sold under a name ([`Release::about`]) end later: held parts
/// stay held until `free_at`, at most [`HELD_MS_MAX`] after each payment; this includes later sales. An earlier time
/// changes nothing. The operation lists [`LATER`]; its proof names the node in `to`.
pub fn hold_longer(
    ctx: &mut impl CallService,
    author: &Did,
    about: &IdText,
    free_at: Timestamp,
) -> Result<(), Refusal> {
    let members = [("free_at", FactValue::from(free_at.as_millis()))];
    let fact =
        Fact::new(members).map_err(|error| Refusal::new(RefusalKind::Stored, error.to_string()))?;
    let command = TypedCommand {
        did: author.clone(),
        op: LATER.op.to_owned(),
        reference: Some(about.clone()),
        body: None,
        fact: Some(fact),
        args: Json::Null,
        prepared: Default::default(),
    };
    ctx.call_service(PAY, command).map(drop)
}
