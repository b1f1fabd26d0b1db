//! What a payer agrees to: who sells, for how much, and by which manifests it is shared.
//!
//! Always: the fact holds all of it, so that it is signed and stays (see [`Terms::fact`]).

use imajin_dfos::Timestamp;
use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::fair::{Digest, MANIFEST_BYTES_MAX, Manifest};
use imajin_protocol::{Currency, Fact, IdText, Minor};
use imajin_service::sale::{Rail, Release, Terms};

use super::{Asked, bad, body_text, no_ref};
use crate::ops;

/// Most for one payment: the dearest item of a checkout, a hundred times (WIRE.md §5).
pub(crate) const AMOUNT_MAX: i64 = 99_999_900 * 100;
/// Longest note of a payer to themselves.
const MEMO_BYTES_MAX: usize = 500;

const KEYS: [&str; 8] = [
    "amount", "currency", "seller", "service", "kind", "fair", "follows", "rail",
];

/// Reads them from fact and body.
pub(super) fn read(asked: &Asked<'_>) -> Result<Terms, Refusal> {
    no_ref(asked)?;
    let text = body_text(asked, "manifest", &["manifest", "memo"], MANIFEST_BYTES_MAX)?;
    body_text(asked, "memo", &["manifest", "memo"], MEMO_BYTES_MAX)?;
    let text = text.ok_or_else(|| {
        bad(
            "manifest",
            "Nothing is paid without a .fair manifest that says who gets what.",
        )
    })?;
    let manifest = Manifest::parse(text).map_err(|error| bad("manifest", format!("{error}.")))?;
    let keys = match asked.op {
        ops::SETTLE => &KEYS[..7],
        _ => &KEYS[..],
    };
    // When a sale becomes free is the selling app's to say: nobody holds a seller's money by a payment of their own.
    let maybe: &[&str] = match asked.is_asked {
        true => &["quoted", "free_at", "about"],
        false => &["quoted"],
    };
    let fact = imajin_ledger::machine::fact_with(asked.op, asked.fact, keys, maybe)?;
    let time = |key: &str| {
        let at = fact.int(key).map(Timestamp::from_millis).transpose();
        at.map_err(|_| {
            bad(
                key,
                format!("The fact's {key} must be a time in milliseconds."),
            )
        })
    };
    let rail = match asked.op {
        ops::SETTLE => Rail::Ledger,
        _ => outside(fact)?,
    };
    let word = |key: &str| {
        let id = fact.id(key).cloned();
        id.ok_or_else(|| bad(key, format!("The fact's {key} must be an id.")))
    };
    let digest = |key: &str| {
        let id = word(key)?;
        Digest::parse(id.as_str()).ok_or_else(|| {
            bad(
                key,
                format!("The fact's {key} must be sha256: and 64 hexadecimal digits."),
            )
        })
    };
    if digest("fair")? != manifest.digest() {
        return Err(bad(
            "fair",
            "The fact's fair is the digest of another manifest than the body's.",
        ));
    }
    let seller = word("seller")?.to_did();
    Ok(Terms {
        amount: amount(fact)?,
        currency: currency(fact)?,
        seller: seller.ok_or_else(|| bad("seller", "The seller must be a did:imajin."))?,
        service: word("service")?,
        kind: word("kind")?,
        follows: digest("follows")?,
        manifest,
        rail,
        release: Release {
            free_at: time("free_at")?,
            about: fact.id("about").cloned(),
        },
        quoted: time("quoted")?,
    })
}

/// The rail of a fact: one by which money comes from outside.
pub(super) fn outside(fact: &Fact) -> Result<Rail, Refusal> {
    let rail = fact.id("rail").and_then(|id| Rail::parse(id.as_str()));
    rail.filter(|rail| *rail != Rail::Ledger)
        .ok_or_else(|| bad("rail", "The rail must be emt or stripe."))
}

/// The amount of a fact: from nothing to the most.
pub(super) fn amount(fact: &Fact) -> Result<Minor, Refusal> {
    // A fact without one is as wrong as one below nothing.
    amount_of(fact.int("amount").unwrap_or(-1))
}

/// An amount that may be paid: from nothing to the most.
pub(crate) fn amount_of(units: i64) -> Result<Minor, Refusal> {
    let amount = Some(units).filter(|units| (0..=AMOUNT_MAX).contains(units));
    let amount = amount.and_then(|units| Minor::new(units).ok());
    amount.ok_or_else(|| {
        bad(
            "amount",
            format!("The amount must be 0 to {AMOUNT_MAX} minor units (cents)."),
        )
    })
}

/// The currency of a fact, in its one form.
pub(super) fn currency(fact: &Fact) -> Result<Currency, Refusal> {
    let code = fact.id("currency").map(IdText::as_str).unwrap_or_default();
    let currency = Currency::parse(code)
        .map_err(|error| Refusal::new(RefusalKind::BadRequest, format!("{error}.")))
        .map_err(|refusal| refusal.field("currency"))?;
    if currency.code() != code {
        return Err(bad(
            "currency",
            format!("Write the currency as {currency}."),
        ));
    }
    Ok(currency)
}
