//! The address to which the node reports a person's payments by HTTP: for a shop elsewhere.
//!
//! Always: the node calls public host names, over TLS. Only the node's owner can have it call its own machine, since
//! others could otherwise reach addresses through it that they can't reach themselves.

use imajin_app::operation::{Operation, Reasons};
use imajin_app::text_field;
use reqwest::Url;
use serde_json::json;

use super::world::{Case, Consequences, Movement, Outcome, World};

const URL_BYTES_MAX: usize = 500;

/// Chooses the address that the node informs, by HTTP, of your payments. Without one, the node informs no address.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.callback",
    authority = OwnKey,
    erasable_by = Author,
    refusal = CallbackRefusal
)]
pub(crate) struct ChooseCallback {
    /// The address, over TLS.
    pub(crate) url: Option<CallbackUrl>,
}

#[derive(Debug, Reasons)]
pub(crate) enum CallbackRefusal {
    /// Only the owner of this box can have it call its own machine.
    #[refused(Forbidden, field = "url")]
    OwnMachine,
}

/// A public address with TLS, or one on the node's own machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallbackUrl {
    text: String,
    is_here: bool,
}

impl CallbackUrl {
    /// Reads an address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= URL_BYTES_MAX)?;
        let host = url.host_str().unwrap_or_default();
        let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]")
            && matches!(url.scheme(), "http" | "https");
        // A host name, not an IP address: an address may belong to any device on the local network.
        let is_name = url.domain().is_some_and(|name| name.contains('.'));
        let is_plain =
            url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        (is_here || (url.scheme() == "https" && is_name && is_plain))
            .then(|| Self { text: text.to_owned(), is_here })
    }

    fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the message about any other address.
    pub(crate) fn wrong() -> &'static str {
        "must be an address that everybody reaches over TLS, of at most 500 bytes: https://shop.example/paid"
    }
}

text_field!(
    CallbackUrl,
    CallbackUrl::wrong(),
    json!({ "type": "string", "maxLength": URL_BYTES_MAX, "pattern": "^https?://" }),
    |words| format!("https://{}.example/{}", words.take(), words.take())
);

impl Movement for ChooseCallback {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<CallbackRefusal> {
        if self.url.as_ref().is_some_and(|url| url.is_here) && !world.is_owner(case.owner)? {
            Err(CallbackRefusal::OwnMachine.into())
        } else {
            Ok(Consequences::none())
        }
    }
}
