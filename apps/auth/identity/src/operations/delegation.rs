//! Letting another key act in a person's name (docs/format.md §6).

use imajin_app::operation::{Context, Decide, Decision, Int, List, Operation, Reasons};
use imajin_app::{refuse_if, text_field};
use imajin_dfos::Timestamp;
use imajin_protocol::delegation::{Delegation, DelegationError, SCOPE_MAX, ScopePattern};
use serde_json::json;

use super::fields::{EntryCid, Moment, Multikey};

/// Maximum lifetime of a delegation, in days: a lost device must not act forever.
const DAYS_MAX: i64 = 366;

/// Lets another key do some operations in your name, until a time.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.delegation.create",
    authority = OwnKey,
    erasable_by = Nobody,
    refusal = DelegationRefusal,
    kernel
)]
pub struct CreateDelegation {
    /// The delegate's key.
    key: Multikey,
    /// The rights that it gives: operations like `profile.update`, or all of a service like `profile.*`.
    scope: List<Scope, 1, SCOPE_MAX>,
    /// When it ends, at most 366 days from now.
    until: Moment,
    /// How many entries it may make; any number where this is left out.
    uses: Option<Int<0, { i64::MAX >> 10 }>>,
}

#[derive(Debug, Clone)]
struct Scope(ScopePattern);

/// Why a delegation is not given.
#[derive(Debug, Reasons)]
pub enum DelegationRefusal {
    /// The scope contains an operation that cannot be delegated, or the delegation would end at once.
    #[refused(BadRequest, field = "scope", message = "{}.")]
    Grant(DelegationError),
    /// A delegation lasts at most {} days; give another one then.
    #[refused(BadRequest, field = "until")]
    TooLong(i64),
}

impl Decide for CreateDelegation {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<DelegationRefusal> {
        let delegation = Delegation {
            key: self.key.0,
            scope: self.scope.0.iter().map(|scope| scope.0.clone()).collect(),
            until: self.until.0,
            uses: self.uses.and_then(|uses| u64::try_from(uses.0).ok()),
        };
        let grant = delegation.check_grant(ctx.now());
        grant.map_err(DelegationRefusal::Grant)?;
        let latest =
            ctx.now().checked_add_millis(DAYS_MAX * 24 * 3_600_000).unwrap_or(Timestamp::MAX);
        refuse_if!(delegation.until > latest, DelegationRefusal::TooLong(DAYS_MAX));
        Ok(())
    }
}

/// Ends a delegation at once.
#[derive(Debug, Operation)]
#[operation(name = "auth.delegation.end", authority = OwnKey, kernel)]
pub struct EndDelegation {
    /// The delegation's entry.
    #[reference]
    pub delegation: EntryCid,
}

impl Decide for EndDelegation {}

impl Scope {
    fn parse(text: &str) -> Option<Self> {
        ScopePattern::parse(text).ok().map(Self)
    }

    fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

text_field!(
    Scope,
    "must be an operation like profile.update, or all of a service like profile.*",
    json!({ "type": "string" }),
    |_| "auth.app.describe",
);
