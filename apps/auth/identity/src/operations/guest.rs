//! Operations of people with an e-mail address who do not have their own keys yet.

use imajin_app::operation::{Context, Decide, Decision, Operation, Reasons};
use imajin_app::{Problem, refuse_if, text_type};
use imajin_protocol::Did;
use serde_json::json;

use super::identity::Proved;
use crate::queries;

/// Enters your e-mail address, as another name of your DID.
///
/// The address counts on the node that proved it and on no other, whatever a log from elsewhere says.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.email.set",
    needs = Link,
    authority = Any,
    erasable_by = Author,
    refusal = EmailRefusal,
    prepared = Proved
)]
pub struct SetEmail {
    /// The address.
    email: Address,
}

text_type!(
    /// An e-mail address, as its owner writes it.
    Address,
    |text| Did::from_email(text).is_ok(),
    "must be an email address",
    json!({ "type": "string", "format": "email" }),
    |words| format!("{}@example.com", words.take())
);

/// Why an address is not entered.
#[derive(Debug, Reasons)]
pub enum EmailRefusal {
    /// An address is entered when its owner follows the link that was mailed to it: POST /auth/api/onboard.
    #[refused(Forbidden)]
    NotProved,
    /// This address belongs to another identity here.
    #[refused(Conflict, reason = "taken")]
    Taken,
}

impl SetEmail {
    pub(crate) fn from_address(address: &str) -> Result<Self, Problem> {
        let alias = Did::from_email(address);
        alias.map_err(|error| Problem::field("email", format!("{error}.")))?;
        Ok(Self { email: Address(address.to_owned()) })
    }
}

impl Decide for SetEmail {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<EmailRefusal> {
        refuse_if!(!ctx.prepared().0, EmailRefusal::NotProved);
        // Every valid address has an alias.
        let Ok(alias) = Did::from_email(&self.email.0) else {
            return Ok(());
        };
        match queries::owner_of_alias(ctx.reader(), &alias, ctx.node())? {
            Some(owner) if owner != ctx.owner().as_str() => Err(EmailRefusal::Taken.into()),
            _ => Ok(()),
        }
    }
}

/// Notes that a link that the node's owner passed on let a guest in again.
///
/// The owner could have followed it themselves, so it ends all sessions of the guest and stays in their record.
#[derive(Debug, Operation)]
#[operation(name = "auth.readmitted", authority = Node)]
pub struct ReadmitGuest {}

impl Decide for ReadmitGuest {}
