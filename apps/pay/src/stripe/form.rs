//! Forms for Stripe: `application/x-www-form-urlencoded`, with brackets for nested members.

use std::fmt::Display;

use imajin_app::words::Money;
use imajin_protocol::{Currency, Minor};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use super::currencies::to_units;
use crate::provider::{PageRequest, ProviderError, ProviderRefund, Transfer};

#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn with_field(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.0.push((name.into(), value.to_string()));
        self
    }

    /// Adds a field if it has a value.
    fn maybe(self, name: impl Into<String>, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with_field(name, value),
            None => self,
        }
    }

    /// Encodes the form as it is sent.
    pub(super) fn encode(&self) -> String {
        let fields = self.0.iter();
        let fields = fields.map(|(name, value)| format!("{}={}", escape(name), escape(value)));
        fields.collect::<Vec<_>>().join("&")
    }
}

fn escape(text: &str) -> PercentEncode<'_> {
    const ENCODED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'[').remove(b']');
    utf8_percent_encode(text, ENCODED)
}

pub(super) fn units(amount: Minor, currency: Currency) -> Result<i64, ProviderError> {
    to_units(amount, currency).map_err(|_| ProviderError::Refused {
        code: "amount".to_owned(),
        message: format!("{} is no amount that it charges", Money::new(amount, currency)),
    })
}

/// Returns the form of `POST /v1/checkout/sessions`.
pub(super) fn session(wanted: &PageRequest<'_>) -> Result<Form, ProviderError> {
    let mut form = Form::new()
        .with_field("mode", "payment")
        .with_field("client_reference_id", wanted.payment)
        .with_field("success_url", wanted.success_url)
        .with_field("cancel_url", wanted.cancel_url)
        .with_field("expires_at", wanted.until)
        .maybe("customer_email", wanted.email);
    let currency = wanted.currency.code().to_ascii_lowercase();
    for (n, item) in wanted.items.iter().enumerate() {
        let line = format!("line_items[{n}]");
        let price = format!("{line}[price_data]");
        form = form
            .with_field(format!("{line}[quantity]"), item.quantity)
            .with_field(format!("{price}[currency]"), &currency)
            .with_field(format!("{price}[unit_amount]"), units(item.amount, wanted.currency)?)
            .with_field(format!("{price}[product_data][name]"), &item.name)
            .maybe(format!("{price}[product_data][description]"), item.description.as_ref());
    }
    for at in ["metadata", "payment_intent_data[metadata]"] {
        form = form
            .with_field(format!("{at}[payment]"), wanted.payment)
            .with_field(format!("{at}[node]"), wanted.node);
    }
    Ok(form)
}

/// Returns the form of `POST /v1/refunds`.
pub(super) fn refund(back: &ProviderRefund<'_>) -> Result<Form, ProviderError> {
    Ok(Form::new()
        .with_field("payment_intent", back.charge)
        .with_field("amount", units(back.amount, back.currency)?)
        .with_field("metadata[payment]", back.payment)
        .with_field("metadata[n]", back.n))
}

/// Returns the form of `POST /v1/accounts` and `POST /v1/accounts/{id}`: an account can receive transfers only with
/// this capability, which Stripe grants once it is requested and the account's owner has identified themselves.
pub(super) fn transfers_wanted() -> Form {
    Form::new().with_field("capabilities[transfers][requested]", true)
}

/// Returns the form of `POST /v1/transfers`.
pub(super) fn transfer(transfer: &Transfer<'_>, source: &str) -> Result<Form, ProviderError> {
    let currency = transfer.currency.code().to_ascii_lowercase();
    Ok(Form::new()
        .with_field("amount", units(transfer.amount, transfer.currency)?)
        .with_field("currency", currency)
        .with_field("destination", transfer.account)
        .with_field("source_transaction", source)
        .with_field("metadata[payment]", transfer.payment)
        .with_field("metadata[n]", transfer.n)
        .with_field("metadata[node]", transfer.node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_escaped() {
        let form = Form::new()
            .with_field("a[b]", "1 & 2 = 3")
            .with_field("n", "Zoë/Ω+")
            .maybe("no", None::<&str>);
        assert_eq!(form.encode(), "a[b]=1%20%26%202%20%3D%203&n=Zo%C3%AB%2F%CE%A9%2B");
    }
}
