//! Settings of a node's owner about payments from outside.
//!
//! Always: a key is never shown, neither in a log nor in an error.

use std::fmt;

use serde::Deserialize;

imajin_app::settings! {
    /// Settings of this service.
    #[derive(Debug, Clone, PartialEq, Eq)]
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
        /// Whether a public name in `stripe_url` may resolve to a private address.
        pub private_addresses: bool,
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
