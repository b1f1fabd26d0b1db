//! Receipts: everything about one payment in one text, signed by the node that settled it. Everyone who has it and
//! knows the keys of the people in it can check the division, years later and without a network.

use super::{Division, FeeParties, FeeProfile, Order, SettlementError, divide, divide_gross};
use crate::fair::{Agreements, Digest, FairError, Keys, Library, Manifest, Signed};
use crate::jcs::{self, CanonicalForm};
use crate::json_signature::{parse_signature, sign_json, verify_json};
use crate::{Did, Kid, Minor};
use imajin_dfos::{SigningKey, Timestamp, hex};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Maximum bytes of a receipt: all manifests of a chain and all lines.
pub const RECEIPT_BYTES_MAX: usize = 1024 * 1024;

const TYPE: &str = "mjn:receipt";

/// A settled order with everything that its division follows from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    v: u8,
    r#type: String,
    /// The time of settlement, by the node's word.
    pub at: Timestamp,
    /// The order.
    pub order: Order,
    profile: FeeProfile,
    parties: FeeParties,
    /// The texts of all followed manifests, the sold work's first.
    pub manifests: Vec<String>,
    /// The signatures of the makers of the works that the money follows, for the sale of a work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agreed: Option<Agreements>,
    /// The people named in the manifests who had deleted their records, by the node's word: their shares went to the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Did>,
    /// The division.
    pub division: Division,
    /// The part of the division that the seller owes because it did not pass through the node.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub debts: Vec<Debt>,
}

/// The seller's debt from a payment that went to the seller's own bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debt {
    /// The debtor: the order's seller.
    pub debtor: Did,
    /// The creditor: a recipient of the division.
    pub creditor: Did,
    /// The amount when the payment was confirmed.
    pub amount: Minor,
}

/// A verified receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The receipt.
    pub receipt: Receipt,
    /// The key that signed it: its node vouches for the payment.
    pub signer: Kid,
    /// The canonical form that was signed.
    pub form: CanonicalForm,
}

/// Why a text is not a receipt, or was rejected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ReceiptError {
    #[error("this is not a receipt: {0}")]
    Form(String),
    #[error("a receipt has at most {RECEIPT_BYTES_MAX} bytes")]
    TooLong,
    #[error("the receipt's signature is not by {0}")]
    Signature(Did),
    #[error("manifest {0} of the receipt: {1}")]
    Manifest(usize, FairError),
    #[error(transparent)]
    Settlement(#[from] SettlementError),
    #[error("the division of the receipt does not follow from its manifests and fees")]
    Differs,
    #[error("{0} made what the receipt says was sold, and has not signed")]
    Unasked(Did),
    #[error("a debt of the receipt is not its seller's, or is more than its creditor's part")]
    Debts,
}

impl Receipt {
    /// Returns the receipt of a division that [`divide`] made of this order; `manifests` are all those followed, the
    /// work's own first.
    pub fn new(
        at: Timestamp,
        order: Order,
        profile: FeeProfile,
        parties: FeeParties,
        manifests: &[&Signed],
        division: Division,
    ) -> Self {
        Self {
            v: 1,
            r#type: TYPE.to_owned(),
            at,
            order,
            profile,
            parties,
            manifests: manifests.iter().map(|signed| signed.manifest().text().to_owned()).collect(),
            agreed: None,
            gone: Vec::new(),
            division,
            debts: Vec::new(),
        }
    }

    /// Returns this receipt for the sale of a work, to which these people agreed.
    #[must_use]
    pub fn with_agreed(self, agreed: Option<Agreements>) -> Self {
        Self { agreed, ..self }
    }

    /// Returns this receipt of a division without these people, who had deleted their records.
    #[must_use]
    pub fn with_gone(self, gone: Vec<Did>) -> Self {
        Self { gone, ..self }
    }

    /// Returns this receipt with what its seller owes.
    #[must_use]
    pub fn with_debts(&self, debts: &[(Did, Minor)]) -> Self {
        let debt = |(creditor, amount): &(Did, Minor)| Debt {
            debtor: self.order.seller.clone(),
            creditor: creditor.clone(),
            amount: *amount,
        };
        Self { debts: debts.iter().map(debt).collect(), ..self.clone() }
    }

    /// Returns the node that settled it; a receipt is valid only with its signature.
    pub fn node(&self) -> &Did {
        &self.parties.node
    }

    /// Parses the text of [`Receipt::to_text`].
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        Self::from_value(document(text)?)
    }

    fn from_value(document: Value) -> Result<Self, ReceiptError> {
        let receipt: Self = serde_json::from_value(document)
            .map_err(|error| ReceiptError::Form(error.to_string()))?;
        if receipt.v != 1 || receipt.r#type != TYPE {
            return Err(ReceiptError::Form("it is of another version".to_owned()));
        }
        Ok(receipt)
    }

    /// Returns the canonical text, unsigned.
    pub fn to_text(&self) -> String {
        jcs::to_string(&self.to_value())
    }

    fn to_value(&self) -> Value {
        // Every member is a text, an integer, a list or an object with text keys.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Returns the text to hand out: canonical, with `signer` and `signature`.
    pub fn sign(&self, key: &SigningKey, kid: &Kid) -> String {
        let mut document = self.to_value();
        document["signer"] = Value::from(kid.to_string());
        let signature = hex::encode(&sign_json(key, &document));
        document["signature"] = Value::from(signature);
        jcs::to_string(&document)
    }

    /// Verifies a signed receipt: the node's signature, each manifest's, and the division.
    pub fn verify(text: &str, keys: &dyn Keys) -> Result<Verified, ReceiptError> {
        let form = |text: &str| ReceiptError::Form(text.to_owned());
        let mut document = document(text)?;
        let members = document.as_object_mut().ok_or_else(|| form("it is no JSON object"))?;
        let signature = members.swap_remove("signature");
        let signature = signature.and_then(|value| parse_signature(value.as_str()?));
        let signature = signature.ok_or_else(|| form("it has no signature"))?;
        let signer = members.get("signer").and_then(Value::as_str);
        let signer = signer
            .and_then(|text| Kid::parse(text).ok())
            .ok_or_else(|| form("it has no signer"))?;
        let signed = keys
            .keys_of(signer.did())
            .iter()
            .find_map(|key| verify_json(key, &document, &signature));
        let form = signed.ok_or_else(|| ReceiptError::Signature(signer.did().clone()))?;
        if let Some(members) = document.as_object_mut() {
            members.swap_remove("signer");
        }
        let receipt = Self::from_value(document)?;
        if receipt.node() != signer.did() {
            return Err(ReceiptError::Signature(receipt.node().clone()));
        }
        receipt.check(keys)?;
        Ok(Verified { receipt, signer, form })
    }

    /// Checks that the division of a receipt follows from its order, its fees and the manifests in it, ignoring other
    /// members. Does not check who signed the manifests, because a reader years later may not have their keys;
    /// [`Receipt::check`] does. False if a line follows a manifest that the receipt lacks, as in older receipts of
    /// small amounts, so that the division cannot be checked, or if a person is left out by the node's word.
    ///
    /// # Errors
    /// The receipt has no division, or another one.
    pub fn check_sum(document: &Map<String, Value>) -> Result<bool, ReceiptError> {
        let form = |error: serde_json::Error| ReceiptError::Form(error.to_string());
        let sum: Sum = serde_json::from_value(Value::Object(document.clone())).map_err(form)?;
        if sum.v != 1 || sum.r#type != TYPE {
            return Err(ReceiptError::Form("it is of another version".to_owned()));
        }
        let mut shelf = Vec::with_capacity(sum.manifests.len());
        for (at, text) in sum.manifests.iter().enumerate() {
            let manifest =
                Manifest::parse(text).map_err(|error| ReceiptError::Manifest(at, error))?;
            shelf.extend(Signed::taken_as_signed(manifest));
        }
        let root =
            shelf.first().ok_or_else(|| ReceiptError::Form("it has no manifest".to_owned()))?;
        let enclosed: Vec<String> =
            shelf.iter().map(|signed| signed.manifest().digest().to_string()).collect();
        if names_another(&sum.division, &enclosed) {
            return Ok(false);
        }
        let order = (sum.order.gross, &sum.order.payer);
        let library = Enclosed::new(&shelf).without(&sum.gone);
        let again = divide_gross(order, root, &sum.profile, &sum.parties, &library)?;
        let again = serde_json::to_value(&again).map_err(form)?;
        // Compared as texts, because an extra member would not follow from anything.
        if jcs::to_string(&again) == jcs::to_string(&sum.division) {
            Ok(sum.gone.is_empty())
        } else {
            Err(ReceiptError::Differs)
        }
    }

    /// Checks the division, with manifests signed by DIDs that `keys` knows.
    pub fn check(&self, keys: &dyn Keys) -> Result<(), ReceiptError> {
        let mut shelf = Vec::with_capacity(self.manifests.len());
        for (at, text) in self.manifests.iter().enumerate() {
            let signed = Manifest::parse(text).and_then(|manifest| manifest.verify(keys));
            shelf.push(signed.map_err(|error| ReceiptError::Manifest(at, error))?);
        }
        let root =
            shelf.first().ok_or_else(|| ReceiptError::Form("it has no manifest".to_owned()))?;
        if let Some(agreed) = &self.agreed {
            let manifest = |error| ReceiptError::Manifest(0, error);
            let missing = unasked(agreed, &shelf, keys).map_err(manifest)?;
            missing.map_or(Ok(()), |who| Err(ReceiptError::Unasked(who)))?;
        }
        let again = divide(
            &self.order,
            root,
            &self.profile,
            &self.parties,
            &Enclosed::new(&shelf).without(&self.gone),
        )?;
        if again == self.division { self.check_debts() } else { Err(ReceiptError::Differs) }
    }

    /// Checks that each debt is the seller's, to another recipient, once, and at most that recipient's part.
    fn check_debts(&self) -> Result<(), ReceiptError> {
        for (n, debt) in self.debts.iter().enumerate() {
            let recipients = &self.division.recipients;
            let part = recipients.iter().find(|(did, _)| *did == debt.creditor);
            let is_within =
                |part: Minor| debt.amount > Minor::ZERO && debt.amount.get() <= part.get();
            let is_again = self.debts[..n].iter().any(|one| one.creditor == debt.creditor);
            let is_sellers = debt.debtor == self.order.seller && debt.creditor != debt.debtor;
            if !is_sellers || is_again || !part.is_some_and(|(_, part)| is_within(*part)) {
                return Err(ReceiptError::Debts);
            }
        }
        Ok(())
    }
}

fn document(text: &str) -> Result<Value, ReceiptError> {
    if text.len() > RECEIPT_BYTES_MAX {
        return Err(ReceiptError::TooLong);
    }
    jcs::parse_strict(text.as_bytes()).map_err(|error| ReceiptError::Form(error.to_string()))
}

/// Returns a person with a part in one of these works who has neither signed nor agreed; the first manifest is the sold
/// work's. A manifest by which a person passes on their own earnings needs no consent.
///
/// # Errors
/// [`FairError::Stranger`] if a person agreed whom a manifest doesn't name.
pub fn unasked<'a>(
    agreed: &Agreements,
    manifests: impl IntoIterator<Item = &'a Signed>,
    keys: &dyn Keys,
) -> Result<Option<Did>, FairError> {
    for (at, signed) in manifests.into_iter().enumerate() {
        if at > 0 && signed.manifest().distributes().is_some() {
            continue;
        }
        if let Some(who) = agreed.missing(signed, keys)?.into_iter().next() {
            return Ok(Some(who));
        }
    }
    Ok(None)
}

/// Returns whether a line of a division follows a manifest that is not among these: no one can check such a division.
fn names_another(division: &Value, enclosed: &[String]) -> bool {
    let lines = division.get("lines").and_then(Value::as_array);
    let named = lines.into_iter().flatten().filter_map(|line| line.get("passedOn")?.as_str());
    named.into_iter().any(|digest| !enclosed.iter().any(|one| one == digest))
}

/// The inputs of a division.
#[derive(Deserialize)]
struct Sum {
    v: u64,
    r#type: String,
    order: Gross,
    profile: FeeProfile,
    parties: FeeParties,
    manifests: Vec<String>,
    #[serde(default)]
    gone: Vec<Did>,
    division: Value,
}

/// The part of an order that a division follows from.
#[derive(Deserialize)]
struct Gross {
    payer: Did,
    gross: Minor,
}

/// A library of only the manifests in a receipt: a payment's money may follow only those, so that the receipt is enough
/// to check the division.
pub struct Enclosed<'a> {
    manifests: Vec<&'a Signed>,
    gone: &'a [Did],
}

impl<'a> Enclosed<'a> {
    /// Makes a library of these manifests, in the receipt's order.
    pub fn new(manifests: impl IntoIterator<Item = &'a Signed>) -> Self {
        Self { manifests: manifests.into_iter().collect(), gone: &[] }
    }

    /// Returns these manifests without the shares of people who deleted their records.
    #[must_use]
    pub fn without(self, gone: &'a [Did]) -> Self {
        Self { gone, ..self }
    }
}

impl Library for Enclosed<'_> {
    fn work(&self, id: &str, digest: Option<Digest>) -> Option<&Signed> {
        self.manifests.iter().copied().find(|signed| {
            let manifest = signed.manifest();
            manifest.distributes().is_none()
                && manifest.id() == Some(id)
                && digest.is_none_or(|digest| digest == manifest.digest())
        })
    }

    fn distribution(&self, did: &Did) -> Option<&Signed> {
        let mut manifests = self.manifests.iter().copied();
        manifests.find(|signed| signed.manifest().distributes() == Some(did))
    }

    fn is_gone(&self, did: &Did) -> bool {
        self.gone.contains(did)
    }
}
