//! Budgets that the owner changed: how many entries a person may add to other people's records in a day, by operation.
//! The services declare the operations that have one ([`crate::open`]).

use imajin_app::{Budgeted, Reach};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The table `[budgets]`, in which `pay.settle` is an operation, quoted or not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct BudgetsConfig(Map<String, Value>);

impl BudgetsConfig {
    /// Returns the changed budgets by operation.
    ///
    /// # Errors
    /// A sentence with the setting's name, if its value is not two whole numbers.
    pub fn read(&self) -> Result<Budgeted, String> {
        let mut budgets = Budgeted::new();
        read_below("", &self.0, &mut budgets)?;
        Ok(budgets)
    }
}

fn read_below(prefix: &str, table: &Map<String, Value>, out: &mut Budgeted) -> Result<(), String> {
    for (key, value) in table {
        let op = format!("{prefix}{key}");
        if let Value::Object(inner) = value {
            read_below(&format!("{op}."), inner, out)?;
            continue;
        }
        let reach = reach(value).ok_or_else(|| {
            format!(
                "`budgets.{op}` must be two whole numbers, [in all, with each], the first not below the second; 0 means no limit"
            )
        })?;
        out.insert(op, reach);
    }
    Ok(())
}

fn reach(value: &Value) -> Option<Reach> {
    let [author, target] = value.as_array()?.as_slice() else {
        return None;
    };
    let [author, target] = [number(author)?, number(target)?];
    (author >= target).then_some(Reach { author, target })
}

/// A number, or its text as the environment has it.
fn number(value: &Value) -> Option<u32> {
    let number = match value {
        Value::String(text) => text.parse().ok()?,
        other => u32::try_from(other.as_u64()?).ok()?,
    };
    Some(match number {
        0 => u32::MAX,
        number => number,
    })
}
