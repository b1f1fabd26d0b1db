//! Forms for Stripe: `application/x-www-form-urlencoded`, with brackets for nested members.

use std::fmt::Display;

use imajin_app::words::Money;
use imajin_protocol::{Currency, Minor};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use super::currencies::to_units;
use crate::provider::{Back, ProviderError, Transfer, Wanted};

/// A form.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    pub(super) fn with(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.0.push((name.into(), value.to_string()));
        self
    }

    /// Adds a field if it has a value.
    fn maybe(self, name: impl Into<String>, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
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
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'[')
        .remove(b']');
    utf8_percent_encode(text, ENCODED)
}

/// Returns an amount in the provider's units.
pub(super) fn units(amount: Minor, currency: Currency) -> Result<i64, ProviderError> {
    to_units(amount, currency).map_err(|_| ProviderError::Refused {
        code: "amount".to_owned(),
        message: format!(
            "{} is no amount that it charges",
            Money::new(amount, currency)
        ),
    })
}

/// Returns the form of `POST /v1/checkout/sessions`.
pub(super) fn session(wanted: &Wanted<'_>) -> Result<Form, ProviderError> {
    let mut form = Form::new()
        .with("mode", "payment")
        .with("client_reference_id", wanted.payment)
        .with("success_url", wanted.success_url)
        .with("cancel_url", wanted.cancel_url)
        .with("expires_at", wanted.until)
        .maybe("customer_email", wanted.email);
    let currency = wanted.currency.code().to_ascii_lowercase();
    for (n, item) in wanted.items.iter().enumerate() {
        let line = format!("line_items[{n}]");
        let price = format!("{line}[price_data]");
        form = form
            .with(format!("{line}[quantity]"), item.quantity)
            .with(format!("{price}[currency]"), &currency)
            .with(
                format!("{price}[unit_amount]"),
                units(item.amount, wanted.currency)?,
            )
            .with(format!("{price}[product_data][name]"), &item.name)
            .maybe(
                format!("{price}[product_data][description]"),
                item.description.as_ref(),
            );
    }
    for at in ["metadata", "payment_intent_data[metadata]"] {
        form = form
            .with(format!("{at}[payment]"), wanted.payment)
            .with(format!("{at}[node]"), wanted.node);
    }
    Ok(form)
}

/// Returns the form of `POST /v1/refunds`.
pub(super) fn refund(back: &Back<'_>) -> Result<Form, ProviderError> {
    Ok(Form::new()
        .with("payment_intent", back.charge)
        .with("amount", units(back.amount, back.currency)?)
        .with("metadata[payment]", back.payment)
        .with("metadata[n]", back.n))
}

/// Returns the form of `POST /v1/accounts` and `POST /v1/accounts/{id}`: an account can receive transfers only with
/// this capability, which Stripe grants once it is requested and the account's owner has identified themselves.
pub(super) fn transfers_wanted() -> Form {
    Form::new().with("capabilities[transfers][requested]", true)
}

/// Returns the form of `POST /v1/transfers`.
pub(super) fn transfer(transfer: &Transfer<'_>, source: &str) -> Result<Form, ProviderError> {
    let currency = transfer.currency.code().to_ascii_lowercase();
    Ok(Form::new()
        .with("amount", units(transfer.amount, transfer.currency)?)
        .with("currency", currency)
        .with("destination", transfer.account)
        .with("source_transaction", source)
        .with("metadata[payment]", transfer.payment)
        .with("metadata[n]", transfer.n)
        .with("metadata[node]", transfer.node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_escaped() {
        let form = Form::new()
            .with("a[b]", "1 & 2 = 3")
            .with("n", "Zoë/Ω+")
            .maybe("no", None::<&str>);
        assert_eq!(
            form.encode(),
            "a[b]=1%20%26%202%20%3D%203&n=Zo%C3%AB%2F%CE%A9%2B"
        );
    }
}
