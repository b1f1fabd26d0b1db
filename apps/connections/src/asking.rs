//! A question that costs something: what is asked, what is paid for the answer and the declaration of use are one
//! operation of who asks (`connections.ask`), signed with their key; in the record of who is asked it is `connections.asked`.
//!
//! Always: the answer is found before, and told after. Who gets what is the signed manifest of who is asked; pay settles it
//! in this very operation, or the operation does not happen. The documents of the exchange come from the route that
//! checked them, and from nowhere else.

use imajin_dfos::{Value, hex};
use imajin_ledger::{Command, Decide, Draft, Refusal, RefusalKind};
use imajin_protocol::fair::{Contributor, Digest, Draft as FairDraft, Manifest};
use imajin_protocol::{Currency, Did, Fact, FactItem, FactValue, IdText, Minor, Ppm};
use imajin_service::sale::{Offer, Quote, Rail, Release, Sale, Terms, quoted};
use imajin_service::{Node, Problem};
use serde_json::{Value as Json, json};

use crate::projection::PROJECTION;
use crate::reads::{self, Policy};
use crate::rules::{conflict, here, names_in_to, refuse};
use crate::statements::bad;
use crate::{graph, ops};

/// In `args`: the declaration and the instruction, as texts.
const ARG_CONSENT: &str = "consent";
const ARG_SETTLEMENT: &str = "settlement";
/// In `args`: the manifest's text, and what the cashier prepared.
const ARG_MANIFEST: &str = "manifest";
const ARG_SALE: &str = "sale";

/// What is sold, to pay.
const SOLD: &str = "answer";

/// The documents of the exchange, for `args`.
pub(crate) fn documents(consent: &Json, settlement: &Json) -> Json {
    json!({ ARG_CONSENT: consent.to_string(), ARG_SETTLEMENT: settlement.to_string() })
}

/// The manifest that somebody's answers are sold by.
pub(crate) fn manifest(node: &Node, fair: Option<&str>) -> Result<Option<Manifest>, Problem> {
    match fair.and_then(Digest::parse) {
        Some(digest) => node.cashier()?.manifest(node, &digest),
        None => Ok(None),
    }
}

/// What an answer that is for nothing carries: that it is of who was asked, by the node's word.
pub(crate) fn plain_manifest(node: &Node, about: &Did, content: &str) -> Result<Manifest, Problem> {
    let draft = FairDraft {
        id: content.to_owned(),
        kind: SOLD.to_owned(),
        owner: None,
        contributors: vec![Contributor {
            did: about.clone(),
            role: Some("subject".to_owned()),
            weight: Ppm::WHOLE,
        }],
        derives_from: Vec::new(),
        terms: Default::default(),
    };
    let manifest = draft.build().map_err(Problem::internal)?;
    manifest
        .sign_as_platform(&node.key().key)
        .map_err(Problem::internal)
}

/// What an answer would cost somebody.
pub(crate) fn offer(payer: &Did, policy: &Policy, manifest: Manifest) -> Result<Offer, Problem> {
    let word = |text: &str| IdText::parse(text).map_err(Problem::internal);
    Ok(Offer {
        payer: payer.clone(),
        amount: Minor::new(policy.price).map_err(Problem::internal)?,
        currency: Currency::parse(&policy.currency).map_err(Problem::internal)?,
        service: word(PROJECTION.name)?,
        kind: word(SOLD)?,
        manifest,
        rail: Rail::Ledger,
        quoted: None,
    })
}

/// The fact of `connections.ask`: what is asked for, and all that pins the payment.
pub(crate) fn fact(offer: &Offer, quote: &Quote, kind: &str) -> Result<Fact, Problem> {
    let wrong = |error: String| Problem::field("kind", format!("{error}."));
    let pinned = offer.terms(quote).fact().map_err(Problem::internal)?;
    let mut members: Vec<(String, FactValue)> = pinned
        .iter()
        .filter(|(key, _)| !["service", "kind"].contains(key))
        .map(|(key, value)| (key.to_owned(), value.clone()))
        .collect();
    let kind = IdText::parse(kind).map_err(|error| wrong(error.to_string()))?;
    members.push((ops::FACT_KIND.to_owned(), kind.into()));
    Fact::new(members).map_err(|error| wrong(error.to_string()))
}

/// The sale that a fact pins.
fn sale(command: &Command, manifest: &str) -> Result<Sale, Refusal> {
    const KEYS: [&str; 6] = [
        "amount",
        "currency",
        "seller",
        "fair",
        "follows",
        ops::FACT_KIND,
    ];
    let fits = |fact: &&Fact| {
        let known = |key: &str| KEYS.contains(&key) || key == "quoted";
        fact.iter().all(|(key, _)| known(key)) && KEYS.iter().all(|key| fact.get(key).is_some())
    };
    let shape = || bad("fact", format!("The fact has {}.", KEYS.join(", ")));
    let fact = command.fact.as_ref().filter(fits).ok_or_else(shape)?;
    let text = |key: &str| fact.id(key).map_or("", IdText::as_str);
    let word = |text: &str| IdText::parse(text).map_err(|error| bad("fact", error.to_string()));
    let manifest = Manifest::parse(manifest)
        .map_err(|error| refuse(RefusalKind::Stored, error.to_string()))?;
    let terms = Terms {
        amount: Minor::new(fact.int("amount").unwrap_or(-1)).map_err(|_| shape())?,
        currency: Currency::parse(text("currency")).map_err(|_| shape())?,
        seller: Did::parse(text("seller")).map_err(|_| shape())?,
        service: word(PROJECTION.name)?,
        kind: word(SOLD)?,
        follows: Digest::parse(text("follows")).ok_or_else(shape)?,
        manifest,
        rail: Rail::Ledger,
        release: Release::default(),
        quoted: quoted(fact).map_err(|_| shape())?,
    };
    Ok(Sale {
        payer: command.did.clone(),
        terms,
    })
}

/// Finds the manifest, and has the cashier sign what it will attest.
pub(crate) fn prepare(node: &Node, command: &Command) -> Result<Json, Problem> {
    let fair = command.fact.as_ref().and_then(|fact| fact.id("fair"));
    let found = manifest(node, fair.map(IdText::as_str))?;
    let found = found.ok_or_else(|| {
        Problem::field(
            "fair",
            "fair must be the digest of the manifest that their answers are sold by.",
        )
    })?;
    let sale = sale(command, found.text()).map_err(Problem::from)?;
    let mut args = match &command.args {
        Json::Object(_) => command.args.clone(),
        _ => json!({}),
    };
    args[ARG_MANIFEST] = found.text().into();
    args[ARG_SALE] = node.cashier()?.prepare(node, &sale)?;
    Ok(args)
}

/// One operation: the payment, in all records that it touches, and the question in the record of who is asked.
pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let about = command.reference.as_ref().and_then(IdText::to_did);
    let about = about.ok_or_else(|| bad("ref", "ref must be whom you ask about."))?;
    let arg = |key: &str| command.args.get(key).and_then(Json::as_str);
    let (Some(consent), Some(settlement)) = (arg(ARG_CONSENT), arg(ARG_SETTLEMENT)) else {
        return Err(bad(
            "op",
            "A question is asked by a signed exchange: POST /connections/api/query.",
        ));
    };
    let sale = sale(command, arg(ARG_MANIFEST).unwrap_or_default())?;
    let policy = reads::policy(ctx.db(), &about)?;
    let digest = sale.terms.manifest.digest().to_string();
    let same = sale.terms.amount.get() == policy.price
        && sale.terms.currency.code() == policy.currency
        && policy.fair.as_deref() == Some(digest.as_str());
    if !same {
        let text = "What an answer costs has changed since you looked: ask anew.";
        return Err(conflict("changed", text).field("amount"));
    }
    here(ctx, &about)?;
    names_in_to(command, &about)?;
    let (consent, settlement) = (Value::from(consent), Value::from(settlement));
    ctx.intent();
    let begun = sale.ask(ctx, command.args[ARG_SALE].clone())?;
    let name = format!("qry_{}", hex::encode(&ctx.fresh_bytes::<12>()));
    let wrong = |error: String| refuse(RefusalKind::Stored, error);
    let by = IdText::from_did(&command.did).map_err(|error| wrong(error.to_string()))?;
    let fact = Fact::new([
        (ops::FACT_DIDS, FactValue::List(vec![FactItem::Id(by)])),
        (ops::FACT_PAYMENT, begun.payment.clone().into()),
    ]);
    ctx.derive(Draft {
        did: about,
        service: PROJECTION.name,
        op: ops::ASKED,
        reference: Some(IdText::parse(&name).map_err(|error| wrong(error.to_string()))?),
        body: Some(Value::map([
            (ARG_CONSENT, consent),
            (ARG_SETTLEMENT, settlement),
        ])),
        fact: Some(fact.map_err(|error| wrong(error.to_string()))?),
    });
    ctx.reply(json!({ "payment": begun.payment.as_str() }));
    Ok(())
}

/// Who asks for money names a published manifest that they signed: without one nothing is settled (WIRE.md §4).
pub(crate) fn check_policy(node: &Node, command: &Command) -> Result<(), Problem> {
    let Some(fact) = command.fact.as_ref() else {
        return Ok(());
    };
    if fact.int(ops::FACT_PRICE).unwrap_or(0) <= 0 {
        return Ok(());
    }
    let wrong = || {
        Problem::field(
            "fair",
            "Who asks for money says who gets it: fair is the digest of a .fair manifest that you signed and published (pay.fair.publish).",
        )
    };
    let fair = fact.id(ops::FACT_FAIR).map(|id| id.as_str().to_owned());
    let found = manifest(node, fair.as_deref())?.ok_or_else(wrong)?;
    let policy = Policy {
        reach: i64::from(graph::DISTANCE_MAX),
        price: fact.int(ops::FACT_PRICE).unwrap_or(0),
        currency: fact
            .id(ops::FACT_CURRENCY)
            .map_or_else(String::new, |id| id.as_str().to_owned()),
        fair,
    };
    if Currency::parse(&policy.currency).is_err() {
        // The decision says so.
        return Ok(());
    }
    let offer = offer(node.did(), &policy, found)?;
    match node.cashier()?.quote(node, &offer)?.seller == command.did {
        true => Ok(()),
        false => Err(wrong()),
    }
}
