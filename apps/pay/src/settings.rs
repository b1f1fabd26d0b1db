//! Settings of a node's owner about payments from outside.
//!
//! Always: a key is never shown, neither in a log nor in an error.

use std::fmt;

use serde::Deserialize;

/// A bank takes a payment back within half a year at most.
const CARD_HOLD_DAYS_MAX: u32 = 180;

imajin_app::settings! {
    /// Settings of this service.
    #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Settings {
        /// Address of Stripe's API; tests use their own server.
        pub stripe_url: String = "https://api.stripe.com".to_owned(),
        /// The key of the node's account at Stripe; empty where the node takes no cards.
        pub stripe_key: Secret,
        /// The secret that Stripe signs its webhooks with.
        pub stripe_webhook_secret: Secret,
        /// Number of days that a card payment is held before it is free, since a bank takes most disputed payments back
        /// within them.
        pub card_hold_days: u32 = 14,
        /// Whether a public name in `stripe_url` may resolve to a private address; the node says it for all its services.
        #[serde(skip)]
        pub private_addresses: bool,
    }
}

impl Settings {
    /// Checks the rules that the types alone do not express. The error names the setting and its valid values.
    pub fn check(&self) -> Result<(), String> {
        let url = reqwest::Url::parse(&self.stripe_url).map_err(|error| error.to_string());
        let is_web = url.is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if self.card_hold_days > CARD_HOLD_DAYS_MAX {
            return Err(format!("`pay.card_hold_days` must be 0 to {CARD_HOLD_DAYS_MAX}"));
        }
        if is_web {
            Ok(())
        } else {
            Err("`pay.stripe_url` must begin with http:// or https://".to_owned())
        }
    }
}

/// A text that is never shown in logs and errors.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Returns a secret with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether the secret is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text itself, to be sent to its recipient.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "(none)" } else { "(secret)" })
    }
}
