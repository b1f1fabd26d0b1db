//! The permissions in a credential, and when one permission includes another.
//!
//! Rules: DFOS v1 CREDENTIALS "Resource Types", "Actions", "Attenuation".

use crate::order;
use std::collections::BTreeSet;

use crate::Value;
use crate::statement::{Result, StatementError, members};

/// An action, or several, on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attenuation {
    /// `type:id`, for instance `chain:*`.
    pub resource: String,
    /// Actions, separated by commas.
    pub action: String,
}

impl Attenuation {
    /// An entry. Signing refuses empty texts.
    pub fn new(resource: impl Into<String>, action: impl Into<String>) -> Self {
        Self { resource: resource.into(), action: action.into() }
    }

    pub(super) fn from_value(value: &Value) -> Result<Self> {
        match (members::filled(value, "resource"), members::filled(value, "action")) {
            (Ok(resource), Ok(action)) => Ok(Self::new(resource, action)),
            _ => Err(StatementError::Schema("att")),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        Value::map([
            ("resource", Value::from(self.resource.as_str())),
            ("action", Value::from(self.action.as_str())),
        ])
    }

    /// Whether all actions of this entry are among those of `other`. An entry without actions is within any.
    fn acts_within(&self, other: &Self) -> bool {
        actions(&self.action).is_subset(&actions(&other.action))
    }
}

/// Splits at commas, trims, and drops empty actions; compared exactly from there on.
fn actions(text: &str) -> BTreeSet<&str> {
    let actions = text.split(',').map(str::trim);
    order::set(actions.filter(|action| !action.is_empty()))
}

/// Whether a resource includes another: `chain:*` includes every chain, any other only itself, and a text without a
/// colon nothing.
fn holds(outer: &str, inner: &str) -> bool {
    let (Some((outer_type, outer_id)), Some((inner_type, _))) =
        (outer.split_once(':'), inner.split_once(':'))
    else {
        return false;
    };
    match (outer_type, outer_id) {
        ("chain", "*") => inner_type == "chain",
        _ => outer == inner,
    }
}

/// Whether an entry of `parent` covers every entry of `child`.
pub fn is_attenuated(parent: &[Attenuation], child: &[Attenuation]) -> bool {
    child.iter().all(|child| {
        parent
            .iter()
            .any(|parent| child.acts_within(parent) && holds(&parent.resource, &child.resource))
    })
}

/// Whether a scope allows an action on a resource.
pub fn covers(scope: &[Attenuation], resource: &str, action: &str) -> bool {
    is_attenuated(scope, &[Attenuation::new(resource, action)])
}
