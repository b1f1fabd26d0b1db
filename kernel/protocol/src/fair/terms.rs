//! Terms that programs act on, and members of a manifest that contradict each other.
//!
//! Always: terms in an unknown form are an error, never another meaning. [`Manifest::check`] refuses them where a manifest is
//! signed or entered. A manifest that is in a log already stays readable: what its terms don't clearly allow is reserved.

use super::{Dialect, FairError, Manifest, given};
use crate::{Currency, Minor, Ppm};
use imajin_dfos::cid::{digest, parse_cid};
use imajin_dfos::hex;
use serde_json::{Map, Value};

/// Terms for training programs with a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Training {
    /// Training is forbidden, unless the makers say otherwise elsewhere.
    Reserved,
    /// Training is free for everyone.
    Free,
    /// Training is allowed for everyone who buys a licence.
    Priced {
        /// The price of a licence.
        price: Minor,
        /// The price's currency.
        currency: Currency,
    },
}

/// Values of `version` and `fair` that name a dialect. Other texts in `version` next to `fair` are the work's own version.
const VERSIONS: [&str; 3] = ["0.3.0", "1.0", "1.1"];

/// Names of the same member in the dialects.
const SAME: [(&str, &str); 2] = [("id", "did"), ("weight", "share")];

impl Manifest {
    /// Refuses a manifest that readers could understand in different ways. For manifests that are about to be signed or
    /// entered: [`Manifest::parse`] also reads older ones that fail here.
    ///
    /// # Errors
    /// [`FairError::Member`], which names the member and what it must be.
    pub fn check(&self) -> Result<(), FairError> {
        self.check_versions()?;
        for list in ["contributors", "attribution", "derivesFrom", "derives_from"] {
            let items = self.document().get(list).and_then(Value::as_array);
            for (at, item) in items.into_iter().flatten().enumerate() {
                check_share(item, list, at)?;
            }
        }
        self.check_integrity()?;
        self.training()?;
        self.copy_share().map(drop)
    }

    /// Returns the terms for training programs: `terms.train`, or `training` of dialect 1.1.
    ///
    /// # Errors
    /// [`FairError::Member`] if they have another form, or contradict each other.
    pub fn training(&self) -> Result<Training, FairError> {
        let train = self.terms().and_then(|terms| given(terms.get("train")));
        let by_terms = train.map(read_train).transpose()?;
        let allowed = given(self.document().get("training")).map(read_training).transpose()?;
        match (by_terms, allowed) {
            (None, None | Some(false)) => Ok(Training::Reserved),
            (None | Some(Training::Free), Some(true)) => Ok(Training::Free),
            (Some(terms), None) => Ok(terms),
            (Some(Training::Reserved), Some(false)) => Ok(Training::Reserved),
            (Some(_), Some(_)) => Err(wrong("training", "absent, or say the same as terms.train")),
        }
    }

    /// Returns whether anyone may train programs with the work. Terms that say nothing, or that can't be read,
    /// reserve it.
    pub fn is_free_to_train(&self) -> bool {
        matches!(self.training(), Ok(Training::Free))
    }

    /// Returns the price of a licence to train programs with the work, if its terms offer one.
    pub fn training_price(&self) -> Option<(Minor, Currency)> {
        match self.training() {
            Ok(Training::Priced { price, currency }) => Some((price, currency)),
            _ => None,
        }
    }

    /// Returns the share of a copy's earnings that goes to this work, if its terms let anyone copy it: `terms.copy:
    /// {consent: "open", share}`.
    ///
    /// # Errors
    /// [`FairError::Member`] if the terms for copies have another form.
    pub fn copy_share(&self) -> Result<Option<Ppm>, FairError> {
        let copy = match self.terms().and_then(|terms| given(terms.get("copy"))) {
            None => return Ok(None),
            Some(Value::Object(copy)) => copy,
            Some(_) => return Err(wrong("terms.copy", "an object with consent and share")),
        };
        match copy.get("consent").and_then(Value::as_str) {
            Some("open") => {}
            Some("reserved") if !copy.contains_key("share") => return Ok(None),
            _ => {
                let want = "\"open\" with a share, or \"reserved\" without one";
                return Err(wrong("terms.copy.consent", want));
            }
        }
        let share = copy.get("share").and_then(Value::as_f64);
        let share = share.and_then(|share| Ppm::from_number(share).ok());
        let share = share.ok_or_else(|| wrong("terms.copy.share", "a number from 0 to 1"))?;
        Ok(Some(share))
    }

    /// Refuses a `version` that names another dialect than `fair`, and the list of people of another dialect.
    fn check_versions(&self) -> Result<(), FairError> {
        let text = |name: &str| self.document().get(name).and_then(Value::as_str);
        let named = (text("fair"), text("version"));
        if let (Some(fair), Some(version)) = named
            && fair != version
            && VERSIONS.contains(&version)
        {
            return Err(wrong("version", "the same as its \"fair\""));
        }
        let (list, ..) = self.dialect().names();
        let other = match list {
            "contributors" => "attribution",
            _ => "contributors",
        };
        match given(self.document().get(other)) {
            None => Ok(()),
            Some(_) => Err(wrong(other, "absent: its version has the shares in another list")),
        }
    }

    /// Refuses an `integrity` (dialects with attribution) that is of another file than `work`.
    fn check_integrity(&self) -> Result<(), FairError> {
        let integrity = self.document().get("integrity");
        let (Some(work), Some(Value::Object(integrity))) = (self.work()?, integrity) else {
            return Ok(());
        };
        let hash = integrity.get("hash").and_then(Value::as_str);
        let hash = hash.map(|hash| hash.strip_prefix("sha256:").unwrap_or(hash));
        let of_work = parse_cid(&work.cid).ok().and_then(|cid| digest(&cid).ok());
        let is_same_hash = hash.and_then(hex::decode).is_none_or(|hash| {
            of_work.is_some_and(|of_work| of_work.as_slice() == hash.as_slice())
        });
        let size = integrity.get("size").and_then(Value::as_u64);
        if is_same_hash && size.is_none_or(|size| size == work.bytes) {
            return Ok(());
        }
        Err(wrong("integrity", "of the same file as its work"))
    }
}

impl Dialect {
    /// Returns the member with the list of people, and the names of each person's id and share.
    pub(super) fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::V0_3_0 => ("contributors", "id", "weight"),
            Self::Shares1_0 | Self::Shares1_1 => ("contributors", "did", "share"),
            Self::Attribution1_0 | Self::Attribution1_1 => ("attribution", "did", "share"),
        }
    }
}

fn wrong(member: &str, want: &'static str) -> FairError {
    FairError::Member(member.to_owned(), want)
}

/// Refuses a share that has a member under both of its names, with different values.
fn check_share(item: &Value, list: &str, at: usize) -> Result<(), FairError> {
    for (name, other) in SAME {
        let (one, two) = (item.get(name), item.get(other));
        if one.is_some() && two.is_some() && one != two {
            let place = format!("{list}[{at}].{other}");
            return Err(FairError::Member(place, "absent, or the same as its other name says"));
        }
    }
    Ok(())
}

/// Reads `terms.train`.
fn read_train(train: &Value) -> Result<Training, FairError> {
    let map = match train {
        Value::String(text) => match text.as_str() {
            "free" => return Ok(Training::Free),
            // Both mean that permission must be asked.
            "reserved" | "explicit" => return Ok(Training::Reserved),
            _ => return Err(wrong("terms.train", TRAIN)),
        },
        Value::Object(map) => map,
        _ => return Err(wrong("terms.train", TRAIN)),
    };
    let has_price = given(map.get("price")).is_some();
    match (map.get("consent").and_then(Value::as_str), has_price) {
        (Some("explicit"), true) => read_price(map),
        (Some("explicit" | "reserved"), false) => Ok(Training::Reserved),
        _ => {
            let want = "\"explicit\" with a price, or \"reserved\" without one";
            Err(wrong("terms.train.consent", want))
        }
    }
}

const TRAIN: &str = "\"free\", \"reserved\", or an object such as {\"consent\":\"explicit\",\"price\":900,\"currency\":\"CHF\"}";

fn read_price(map: &Map<String, Value>) -> Result<Training, FairError> {
    let currency = map.get("currency").and_then(Value::as_str);
    let currency = currency.and_then(|text| Currency::parse(text).ok());
    let currency =
        currency.ok_or_else(|| wrong("terms.train.currency", "a currency, such as \"CHF\""))?;
    let price = match map.get("price") {
        Some(Value::Number(number)) if number.is_i64() => {
            number.as_i64().and_then(|units| Minor::new(units).ok())
        }
        Some(Value::Number(number)) => read_units(&number.to_string(), currency),
        Some(Value::String(text)) => read_units(text, currency),
        _ => None,
    };
    let price = price.filter(|price| *price > Minor::ZERO).ok_or_else(|| {
        let want = "above 0: a whole number of the currency's smallest unit (900 for 9 francs), or a text in the currency itself with a point (\"9.00\") and no more decimals than it has";
        wrong("terms.train.price", want)
    })?;
    Ok(Training::Priced { price, currency })
}

/// Reads a decimal number with a point exactly: `9.5` is 950 of a currency with two decimals.
fn read_units(text: &str, currency: Currency) -> Option<Minor> {
    let (whole, part) = text.split_once('.')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = usize::from(currency.digits());
    if !is_number(whole) || !is_number(part) || part.len() > digits {
        return None;
    }
    let units: i64 = format!("{whole}{part:0<digits$}").parse().ok()?;
    Minor::new(units).ok()
}

/// Reads `training` of dialect 1.1: whether anyone may train. Grants for some purposes can't be enforced here.
fn read_training(training: &Value) -> Result<bool, FairError> {
    let allowed = training.get("allowed").and_then(Value::as_bool);
    let allowed = allowed.ok_or_else(|| wrong("training.allowed", "true or false"))?;
    let has_grants = match given(training.get("grants")) {
        None => false,
        Some(Value::Array(grants)) => !grants.is_empty(),
        Some(_) => return Err(wrong("training.grants", "a list")),
    };
    if allowed && has_grants {
        return Err(wrong(
            "training.grants",
            "empty where training is allowed: a licence for some purposes only is sold as terms.train",
        ));
    }
    Ok(allowed)
}

#[cfg(test)]
mod tests;
