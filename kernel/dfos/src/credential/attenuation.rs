//! What a credential allows, and when one permission is part of another.
//!
//! Rules: DFOS v1 CREDENTIALS "Resource Types", "Actions", "Attenuation".

use crate::order;
use std::collections::BTreeSet;

use crate::Value;
use crate::statement::{StatementError, read};

/// An action, or several, on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attenuation {
    /// `type:id`, for instance `chain:*`.
    pub resource: String,
    /// Actions, separated by commas.
    pub action: String,
}

impl Attenuation {
    /// An entry. Empty texts are refused when it is signed.
    pub fn new(resource: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            resource: resource.into(),
            action: action.into(),
        }
    }

    pub(super) fn from_value(value: &Value) -> Result<Self, StatementError> {
        match (
            read::filled(value, "resource"),
            read::filled(value, "action"),
        ) {
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

    /// Whether all actions that this entry names are among those of `other`. None at all are among any.
    fn acts_within(&self, other: &Self) -> bool {
        actions(&self.action).is_subset(&actions(&other.action))
    }
}

/// Split at commas, trimmed, without empty ones; exact from there on.
fn actions(text: &str) -> BTreeSet<&str> {
    let actions = text.split(',').map(str::trim);
    order::set(actions.filter(|action| !action.is_empty()))
}

/// Whether a resource is part of another: `chain:*` holds every chain, everything else only itself, and a
/// text without a colon nothing.
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

/// Whether every entry of `child` is covered by one of `parent`.
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
