//! Letting a business write first, and ending that.

use imajin_app::operation::{Context, Decide, Decision, Group, Int, Operation, Reasons};
use imajin_app::refuse_if;
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::Did;

use crate::fields::Number;
use crate::queries;

/// The longest time that a consent lasts, in milliseconds: 12 months and a day, since months differ.
const LASTS_MS: i64 = 367 * 24 * 3600 * 1000;

/// Makes a derivation into the business's log.
const fn business_derivation(op: &'static str) -> Derivation {
    Derivation::new(op, TargetLog::Parties).equal(&[Equal::RefIsIntentAuthor, Equal::Fact])
}

/// How long, and how much.
#[derive(Debug, Clone, Group)]
#[group(facts)]
pub(crate) struct Terms {
    /// Until when, in milliseconds since 1970; within 12 months.
    pub(crate) until: Number,
    /// How many messages in 30 days.
    pub(crate) most: Int<1, 1000>,
}

/// Lets a business write.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.consent",
    authority = OwnKey,
    undo = By(&["chat.consent.end"]),
    derives = [business_derivation(Consented::NAME)],
    refusal = ConsentRefusal
)]
pub(crate) struct Consent {
    /// The business.
    #[reference]
    pub(crate) business: Did,
    #[group]
    pub(crate) terms: Terms,
}

#[derive(Debug, Reasons)]
pub(crate) enum ConsentRefusal {
    #[refused(
        BadRequest,
        field = "ref",
        message = "That is no business on this box: people don’t need your consent."
    )]
    NoBusiness,
    /// until must be in the next 12 months.
    #[refused(BadRequest, field = "until")]
    Until,
    /// You have given them no consent.
    #[refused(NotFound, field = "ref")]
    NotGiven,
    /// They are not on this box any more.
    #[refused(Gone)]
    Away,
}

impl Decide for Consent {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ConsentRefusal> {
        let is_business = queries::person(ctx.reader(), &self.business)?.is_business;
        refuse_if!(!is_business, ConsentRefusal::NoBusiness);
        let now = ctx.now().as_millis();
        let is_within = (now..=now.saturating_add(LASTS_MS)).contains(&self.terms.until.0);
        refuse_if!(!is_within, ConsentRefusal::Until);
        refuse_if!(!ctx.takes_entries(&self.business), ConsentRefusal::Away);
        let consented = Consented { who: ctx.owner().clone(), terms: self.terms.clone() };
        Ok(ctx.derive(self.business.clone(), &consented)?)
    }
}

/// The business's log: it may write to a person.
#[derive(Debug, Operation)]
#[operation(name = "chat.consented", authority = Derived)]
pub(crate) struct Consented {
    /// Who.
    #[reference]
    who: Did,
    #[group]
    terms: Terms,
}

/// Lets a business write no longer.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.consent.end",
    authority = OwnKey,
    undo = Ends,
    derives = [Derivation::new(ConsentEnded::NAME, TargetLog::Parties).equal(&[Equal::RefIsIntentAuthor])],
    refusal = ConsentRefusal
)]
pub(crate) struct EndConsent {
    /// The business.
    #[reference]
    pub(crate) business: Did,
}

impl Decide for EndConsent {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ConsentRefusal> {
        let sql = "SELECT 1 FROM consents WHERE owner_did = ?1 AND business = ?2";
        let params = [ctx.owner().as_str(), self.business.as_str()];
        refuse_if!(!ctx.reader().exists(sql, params)?, ConsentRefusal::NotGiven);
        if ctx.takes_entries(&self.business) {
            let who = ctx.owner().clone();
            ctx.derive(self.business.clone(), &ConsentEnded { who })?;
        }
        Ok(())
    }
}

/// The business's log: it may no longer write to a person.
#[derive(Debug, Operation)]
#[operation(name = "chat.consent.ended", authority = Derived)]
pub(crate) struct ConsentEnded {
    /// Who.
    #[reference]
    who: Did,
}
