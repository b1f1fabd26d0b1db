//! Works for sale: their prices, their uses, and the signatures that they need.
//!
//! Always: a work is for sale only by the manifest that its owner last entered, signed by every maker with a share. An offer that
//! this version cannot read locks the file, and the work cannot be bought.

use std::collections::BTreeSet;

use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Problem, args};
use imajin_dfos::order;
use imajin_host::prelude::*;
use imajin_ledger::Reader;
use imajin_protocol::fair::{Agreements, Digest, Manifest};
use imajin_protocol::{Did, Minor};
use imajin_selling::{ForSale, Offer, Offered, Quote, Rail, cashier, word};

use crate::Media;
use crate::fair::{self, Attribution, EverKeys};
use crate::fields::Use;
use crate::ids::AssetId;
use crate::manifest::{MANIFEST, TEXTS};
use crate::queries::{self, Asset, BuyersUse};

/// The kind of goods, as the cashier's books name it.
pub(crate) const KIND: &str = "work";

/// The terms of a use of an asset, as its owner's entries say them: this does not look at signatures.
pub(crate) fn offered(
    db: Reader<'_>,
    owner: &str,
    (asset, used): (&AssetId, Use),
) -> rusqlite::Result<Option<Offered>> {
    let Some(entered) = queries::fair(db, owner, asset.as_str())? else {
        return Ok(None);
    };
    match used {
        Use::Keep => {
            let offered = Offered::find(db, owner, asset.as_str())?;
            Ok(offered.filter(|offered| offered.fair == entered.digest))
        }
        Use::Train => {
            let manifest = Manifest::parse(&entered.manifest).ok();
            let price = manifest.and_then(|manifest| manifest.training_price());
            Ok(price.map(|(price, currency)| Offered {
                price: price.get(),
                currency,
                fair: entered.digest,
            }))
        }
    }
}

/// A use of a work that can be bought.
pub(crate) struct Work {
    pub(crate) asset: Asset,
    pub(crate) used: Use,
    pub(crate) offered: Offered,
    pub(crate) said: Attribution,
    pub(crate) id: AssetId,
    seller: Did,
}

/// A use of an asset, if it can be bought.
pub(crate) fn work(node: &Node, asset: Asset, used: Use) -> Answer<Option<Work>> {
    let Some(id) = AssetId::parse(&asset.id) else {
        return Ok(None);
    };
    let terms = queries::read(node, |db| offered(db, &asset.owner, (&id, used)))?;
    let Some(offered) = terms else {
        return Ok(None);
    };
    let seller = Did::parse(&asset.owner).map_err(Problem::internal)?;
    let attribution = fair::read_attribution(node, &asset)?.filter(|said| {
        let is_it = offered.digest() == Some(said.fair.manifest.digest());
        is_it && said.consent.missing.is_empty() && said.signer == seller
    });
    Ok(attribution.map(|said| Work { asset, used, offered, said, id, seller }))
}

/// Returns the quote of an offer for a payer, with the signatures of all makers whose manifests the money follows.
/// Errors: a manifest cannot be followed, or lacks a signature.
pub(crate) fn quote(
    node: &Node,
    payer: &Did,
    (offered, said): (&Offered, &Attribution),
) -> Answer<(Offer, Quote)> {
    let cashier = cashier(node)?;
    let manifest = &said.fair.manifest;
    let mut offer = Offer {
        payer: payer.clone(),
        amount: Minor::new(offered.price).map_err(Problem::internal)?,
        currency: offered.currency,
        service: word(MANIFEST.name)?,
        kind: word(KIND)?,
        manifest: manifest.clone(),
        agreed: None,
        rail: Rail::Ledger,
        quoted: None,
    };
    let mut agreed = Agreements::default();
    agreed.put(manifest.digest(), said.fair.agreed.clone());
    let followed: BTreeSet<Digest> = order::set(cashier.quote(node, &offer)?.manifests);
    for digest in followed.iter().filter(|digest| **digest != manifest.digest()) {
        if let Some(said) = elsewhere(node, digest)? {
            agreed.put(*digest, said.fair.agreed);
        }
    }
    offer.agreed = Some(agreed);
    let quote = cashier.quote(node, &offer)?;
    Ok((offer, quote))
}

/// Returns who agreed to a manifest that a person on this node entered for their file.
fn elsewhere(node: &Node, digest: &Digest) -> Answer<Option<Attribution>> {
    let digest = digest.to_string();
    let (first, signatures) = queries::read(node, |db| {
        let (mut first, mut signatures) = (None, Vec::new());
        for (owner, entered) in queries::fairs_of(db, &digest)? {
            signatures.extend(queries::agreements(db, &owner, &digest)?);
            signatures.extend(entered.signatures());
            first.get_or_insert(entered);
        }
        Ok((first, signatures))
    })?;
    match first {
        Some(entered) => fair::stated(&entered, &signatures, &EverKeys(node)),
        None => Ok(None),
    }
}

/// Whether a viewer of an asset that is for sale bought a use of it.
pub(crate) fn is_licensed(
    node: &Node,
    viewer: Option<&Did>,
    (asset, used): (&Asset, Option<Use>),
) -> Answer<bool> {
    let Some(viewer) = viewer else {
        return Ok(false);
    };
    queries::read(node, |db| {
        let all = [Use::Keep, Use::Train].into_iter();
        for used in all.filter(|one| used.is_none_or(|used| used == *one)) {
            let of = BuyersUse { asset: asset.id.as_str(), buyer: viewer.as_str(), used };
            if queries::has_bought(db, &asset.owner, of)? {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

/// Returns the path of an asset's checkout page.
pub(crate) fn page(asset: &str) -> String {
    format!("/media/a/{asset}/buy")
}

/// The answer to a request for a file that is for sale: its price, and where to buy it.
pub(crate) fn locked(node: &Node, asset: &Asset) -> Problem {
    match work(node, asset.clone(), Use::Keep) {
        Ok(Some(work)) => priced(node, &work, "work-for-sale"),
        Ok(None) => Problem::payment_required(TEXTS.say("work-locked", args![])).slug("for-sale"),
        Err(problem) => problem,
    }
}

/// The price, said by these words.
pub(crate) fn priced(node: &Node, work: &Work, text: &'static str) -> Problem {
    let (url, id) = (node.url(), &work.asset.id);
    let buy = format!("{url}{}", page(id));
    let (price, currency) = (work.offered.price, work.offered.currency);
    let used = work.used.name();
    let text = TEXTS
        .say_each(text, |lang| args![price = lang.amount(price, currency), address = buy.as_str()]);
    Problem::payment_required(text)
        .slug("for-sale")
        .with_member("price", work.offered.price)
        .with_member("currency", work.offered.currency.code())
        .with_member("use", used)
        .with_member("buy", buy)
        .with_member("quote", format!("{url}/media/api/assets/{id}/quote?use={used}"))
}

impl ForSale for Work {
    type App = Media;

    fn seller(&self) -> &Did {
        &self.seller
    }

    fn title(&self) -> &str {
        self.asset.words.title.as_deref().unwrap_or(&self.asset.name)
    }

    fn path(&self) -> String {
        page(&self.asset.id)
    }

    fn offered(&self) -> Result<&Offered, Problem> {
        Ok(&self.offered)
    }

    fn no_offer() -> Problem {
        Problem::not_found(TEXTS.say("no-offer", args![]))
    }

    fn offer(&self, node: &Node, payer: &Did, amount: Minor) -> Result<Offer, Problem> {
        let (offer, _) = quote(node, payer, (&self.offered, &self.said))?;
        Ok(Offer { amount, ..offer })
    }
}
