//! Offers and sales.
//!
//! Always: a sale has a row in the table of its seller and one in that of its buyer, each of facts of that log alone, so that it is
//! still known after its words are erased. An offer that this version cannot read keeps its file locked and unavailable for
//! purchase.

use imajin_app::operation::{Choice, EntryOperation as Read, read_operation};
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::fair::Digest;
use imajin_protocol::{Did, Fact};
use imajin_selling::Offered;
use rusqlite::{Connection, Result, params};

use super::assets;
use super::fairs::{self, AssetFair};
use crate::fields::Use;
use crate::ids::AssetId;
use crate::operations::{Offer, Promised, WorkPurchase, WorkSale};
use crate::queries::{self, Asset, Standing, State};

pub(super) fn offer(db: &Connection, entry: &Applied<'_>) -> Result<()> {
    let keys = params![entry.did.as_str(), entry.reference];
    let read = read_operation::<Offer>(entry);
    if read.as_ref().is_some_and(|read| read.operation.open.0 == 0) {
        return run(db, "DELETE FROM offers WHERE owner_did = ?1 AND item = ?2", keys);
    }
    if read.is_none() {
        let sql = "INSERT OR IGNORE INTO offers (owner_did, item, price, currency, fair) VALUES (?1, ?2, 1, 'MJN', '')";
        run(db, sql, keys)?;
    }
    Offered::put(db, entry, |offer: Offer| (offer.price.0, offer.currency, offer.fair))
}

pub(super) fn promised(db: &Connection, entry: &Applied<'_>, read: Read<Promised>) -> Result<()> {
    let promised = read.operation;
    let row = Row {
        asset: promised.asset.as_str(),
        seller: promised.seller.as_str(),
        buyer: promised.buyer.as_str(),
        ..Row::new(Standing::Promised)
    };
    row.save(db, entry)
}

pub(super) fn sold(db: &Connection, entry: &Applied<'_>, read: Read<WorkSale>) -> Result<()> {
    let row = Row {
        asset: read.operation.asset.as_str(),
        seller: entry.did.as_str(),
        buyer: read.operation.buyer.as_str(),
        ..Row::new(Standing::Sold)
    };
    row.save(db, entry)
}

/// An asset of its buyer's, unless they have it; and the licence.
pub(super) fn bought(db: &Connection, entry: &Applied<'_>) -> Result<()> {
    let owner = entry.did.as_str();
    let Some(id) = entry.reference.and_then(AssetId::parse) else {
        return Ok(());
    };
    licence(db, entry, &id)?;
    if entry.body.is_none() {
        return assets::add_without_words(db, entry, &id);
    }
    let Some(read) = read_operation::<WorkPurchase>(entry) else {
        return Ok(());
    };
    let bought = read.operation;
    let file = bought.media.0.first().map_or("", |file| file.as_str());
    if id != AssetId::derive(entry.did, file, bought.n.0) {
        return Ok(());
    }
    let before = queries::asset(db.into(), owner, &id)?;
    if before.as_ref().is_none_or(|one| one.state != State::Kept) {
        let mut asset = Asset {
            cid: file.to_owned(),
            state_ms: entry.at.as_millis(),
            bodies: assets::words_before(db, owner, (&id, before.as_ref()))?,
            name: bought.name.as_str().to_owned(),
            kind: bought.kind.0,
            bytes: bought.bytes.0,
            ..Asset::new(owner, id.as_str(), entry.at.as_millis())
        };
        assets::say(&mut asset, Default::default(), entry.at);
        asset.save(db)?;
    }
    let agreed = bought.agreed.as_ref();
    let fair = AssetFair {
        asset: id.as_str(),
        manifest: &bought.manifest,
        agreed: agreed.map_or(&[][..], |all| &all.0),
    };
    fairs::bought(db, entry, fair)
}

/// The licence, of the fact alone.
fn licence(db: &Connection, entry: &Applied<'_>, own: &AssetId) -> Result<()> {
    let text = |name: &str| entry.fact.and_then(|fact: &Fact| fact.id(name));
    let media = entry.fact.and_then(|fact| fact.ids("media"));
    let cid = media.and_then(|media| media.first().map(ToString::to_string));
    let (Some(of), Some(seller)) = (text("of"), text("seller")) else {
        return Ok(());
    };
    if AssetId::parse(of.as_str()).is_none() || Did::parse(seller.as_str()).is_err() {
        return Ok(());
    }
    let row = Row {
        asset: of.as_str(),
        seller: seller.as_str(),
        buyer: entry.did.as_str(),
        own: Some(own.as_str()),
        cid,
        ..Row::new(Standing::Sold)
    };
    row.save(db, entry)
}

pub(super) fn returned(db: &Connection, entry: &Applied<'_>) -> Result<()> {
    let sql = "UPDATE purchases SET state = ?3, at_ms = ?4 WHERE owner_did = ?1 AND payment = ?2";
    let params = params![
        entry.did.as_str(),
        entry.reference,
        Standing::Returned.name(),
        entry.at.as_millis()
    ];
    run(db, sql, params)
}

struct Row<'a> {
    asset: &'a str,
    seller: &'a str,
    buyer: &'a str,
    own: Option<&'a str>,
    cid: Option<String>,
    standing: Standing,
}

impl Row<'_> {
    fn new(standing: Standing) -> Self {
        Self { asset: "", seller: "", buyer: "", own: None, cid: None, standing }
    }

    /// Writes it, with the licence that the entry's fact has.
    fn save(self, db: &Connection, entry: &Applied<'_>) -> Result<()> {
        let id = |name: &str| entry.fact.and_then(|fact: &Fact| fact.id(name));
        let used = id("use").and_then(|used| Use::from_name(used.as_str()));
        let fair = id("fair").and_then(|fair| Digest::parse(fair.as_str()));
        let (Some(payment), Some(used), Some(fair)) = (id("payment"), used, fair) else {
            return Ok(());
        };
        let sql = "INSERT INTO purchases (owner_did, payment, asset, seller, buyer, used, fair, own, cid, state, at_ms)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT DO UPDATE SET own = ?8, cid = ?9, state = ?10, at_ms = ?11
            WHERE asset = ?3 AND seller = ?4 AND buyer = ?5 AND state = 'promised'";
        let params = params![
            entry.did.as_str(),
            payment.as_str(),
            self.asset,
            self.seller,
            self.buyer,
            used.name(),
            fair.to_string(),
            self.own,
            self.cid,
            self.standing.name(),
            entry.at.as_millis(),
        ];
        run(db, sql, params)
    }
}
