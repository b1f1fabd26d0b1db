//! Queries of the tables: connections, invitations, nicknames. Each is one prepared statement.

use axum::http::HeaderMap;
use imajin_app::extract::Page;
use imajin_app::{Answer, Card, FromRow, Invitation, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_host::codes;
use imajin_ledger::Reader;
use imajin_ledger::rows::{first, pair};
use imajin_protocol::Did;
use rusqlite::{Result, params};

use crate::manifest::MANIFEST;

/// The header that carries a code, the same as for beginning an identity.
pub(crate) const CODE: &str = "x-imajin-invite";

/// Lifetime of an invitation (docs/api.md, "Connections and profiles"): a week, in milliseconds.
pub(crate) const INVITE_MS: i64 = 7 * 24 * 3_600_000;

imajin_app::read_tables!(MANIFEST);

/// Somebody, as everybody may see them.
pub(crate) fn card_of(node: &Node, did: Did) -> Answer<Card> {
    Ok(node.card(&did)?.unwrap_or_else(|| Card::unnamed(did)))
}

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Invite {
    /// The offset of its entry: its place among all invitations.
    pub(crate) id: i64,
    pub(crate) owner: Did,
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    pub(crate) max_uses: u32,
    pub(crate) uses: u32,
    pub(crate) vouches: bool,
    pub(crate) at: i64,
    pub(crate) withdrawn_at: Option<i64>,
}

impl Invite {
    pub(crate) fn expires(&self) -> Timestamp {
        Timestamp::from_millis(self.at.saturating_add(INVITE_MS)).unwrap_or(Timestamp::MAX)
    }

    /// Whether it can be accepted.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.withdrawn_at.is_none() && self.uses < self.max_uses && now < self.expires()
    }

    /// Whether its owner and another person parted after it was made, by the record of either.
    pub(crate) fn precedes_parting(&self, db: Reader<'_>, other: &Did) -> Result<bool> {
        let sql = "SELECT 1 FROM partings WHERE id > ?3
            AND (owner_did = ?1 AND did = ?2 OR owner_did = ?2 AND did = ?1)";
        db.exists(sql, params![self.owner.as_str(), other.as_str(), self.id])
    }

    /// Returns the part of the owner's quota that the invitation takes: until its end, the people who may still come
    /// and those who came.
    fn takes(&self, now: Timestamp) -> u32 {
        match (now < self.expires(), self.withdrawn_at) {
            (false, _) => 0,
            (true, Some(_)) => self.uses,
            (true, None) => self.max_uses,
        }
    }
}

const INVITE: &str =
    "SELECT id, owner_did, name, code, max_uses, uses, vouches, at, withdrawn_at FROM invites";

/// The invitation of a code, however it was typed. Of two with one code the older counts.
pub(crate) fn invite_by_code(db: Reader<'_>, code: &str) -> Result<Option<Invite>> {
    let sql = format!("{INVITE} WHERE code = ?1 ORDER BY id LIMIT 1");
    db.row(&sql, [codes::canonical(code)], Invite::read)
}

/// All invitations of a code, the first to come here first; those of one owner, where the text names them
/// ([`codes::split_owner`]).
pub(crate) fn invites_by_code(db: Reader<'_>, code: &str) -> Result<Vec<Invite>> {
    let sql = format!("{INVITE} WHERE code = ?1 AND (?2 IS NULL OR owner_did = ?2) ORDER BY id");
    db.rows(&sql, params![codes::canonical(code), codes::split_owner(code).1], Invite::read)
}

/// Returns the invitation of a code: the first whose record is at home here and can be written. Codes of a backup, or
/// of a record that is older than another copy, are ignored.
pub(crate) fn invite_here(node: &Node, code: &str) -> Answer<Option<Invite>> {
    for invite in read(node, |db| invites_by_code(db, code))? {
        if is_at_home(node, &invite.owner)? {
            return Ok(Some(invite));
        }
    }
    Ok(None)
}

/// Whether a person's or a group's record is at home here and can be written.
pub(crate) fn is_at_home(node: &Node, did: &Did) -> Answer<bool> {
    let status = node.status(did)?;
    Ok(status.is_some_and(|status| status.home.node == *node.did() && status.read_only.is_none()))
}

/// The code that a request names.
/// Errors: 403 if it names none.
pub(crate) fn code_of(headers: &HeaderMap) -> Answer<&str> {
    let code = headers.get(CODE).and_then(|value| value.to_str().ok());
    code.ok_or_else(|| {
        Problem::forbidden("Name the code of the invitation in the header X-Imajin-Invite.")
            .slug("invite")
    })
}

/// The invitation of a code that can be accepted now.
/// Errors: 410 if it ended, 404 if there is none.
pub(crate) fn open(node: &Node, code: &str) -> Answer<Invitation> {
    if let Some(invitation) = node.invitation(code)? {
        return Ok(invitation);
    }
    Err(match invite_here(node, code)? {
        Some(_) => Problem::gone(
            "This invitation has ended, was used up or taken back. Ask for another one.",
        ),
        None => Problem::not_found(format!(
            "There is no invitation {:?} here. Look at the code again.",
            codes::canonical(code)
        )),
    })
}

pub(crate) fn invite(db: Reader<'_>, owner: &Did, name: &str) -> Result<Option<Invite>> {
    let sql = format!("{INVITE} WHERE owner_did = ?1 AND name = ?2");
    db.row(&sql, [owner.as_str(), name], Invite::read)
}

/// Returns all invitations of a person, newest first.
pub(crate) fn invites(db: Reader<'_>, owner: &Did) -> Result<Vec<Invite>> {
    let sql = format!("{INVITE} WHERE owner_did = ?1 ORDER BY id DESC");
    db.rows(&sql, [owner.as_str()], Invite::read)
}

/// Counts the open invitations that their owner made before this place.
pub(crate) fn open_before(db: Reader<'_>, owner: &Did, id: i64, now: Timestamp) -> Result<u32> {
    let sql = "SELECT count(*) FROM invites WHERE owner_did = ?1 AND id < ?2 AND withdrawn_at IS NULL AND uses < max_uses AND at > ?3";
    let since = now.as_millis().saturating_sub(INVITE_MS);
    Ok(db.row(sql, params![owner.as_str(), id, since], first)?.unwrap_or(0))
}

/// Returns the part of a person's quota that their invitations take now.
pub(crate) fn invited(db: Reader<'_>, owner: &Did, now: Timestamp) -> Result<u32> {
    let sql = format!("{INVITE} WHERE owner_did = ?1 AND at > ?2");
    let since = now.as_millis().saturating_sub(INVITE_MS);
    let rows = db.rows(&sql, params![owner.as_str(), since], Invite::read)?;
    Ok(rows.iter().map(|invite| invite.takes(now)).fold(0, u32::saturating_add))
}

/// A connection, as your own record has it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Link {
    pub(crate) did: Did,
    pub(crate) since: i64,
    pub(crate) nickname: Option<String>,
    pub(crate) invited: bool,
    pub(crate) invite: Option<String>,
    pub(crate) attestation: Option<String>,
    pub(crate) confirmed: bool,
}

const LINK: &str = "SELECT c.did, c.since, n.nickname, c.invited, c.invite, c.attestation, c.confirmed
    FROM connections c LEFT JOIN nicknames n ON n.owner_did = c.owner_did AND n.did = c.did WHERE c.owner_did = ?1";
/// The other person's record says so, too.
const MUTUAL: &str =
    "EXISTS (SELECT 1 FROM connections r WHERE r.owner_did = c.did AND r.did = c.owner_did)";

/// Somebody's connections, the newest first, and how many there are.
pub(crate) fn links(db: Reader<'_>, owner: &Did, part: &Page) -> Result<(Vec<Link>, u64)> {
    part_of(db, owner, MUTUAL, part)
}

/// Like [`links`], each with whether the invitation by which the two met promises to vouch.
pub(crate) fn vouched(
    db: Reader<'_>,
    owner: &Did,
    part: &Page,
) -> Result<(Vec<(Link, bool)>, u64)> {
    let (links, total) = links(db, owner, part)?;
    let links = links.into_iter().map(|link| {
        let name = link.invite.as_deref().unwrap_or_default();
        let vouches = invite(db, owner, name)?.is_some_and(|invite| invite.vouches);
        Ok((link, vouches))
    });
    Ok((links.collect::<Result<_>>()?, total))
}

/// Connections of which the other's record says nothing here: most are with people of other boxes. The newest first, and how many there are.
pub(crate) fn one_sided(db: Reader<'_>, owner: &Did, part: &Page) -> Result<(Vec<Link>, u64)> {
    part_of(db, owner, &format!("NOT {MUTUAL}"), part)
}

/// Returns a part of a person's connections that meet a condition, newest first, and their total number.
fn part_of(db: Reader<'_>, owner: &Did, are: &str, part: &Page) -> Result<(Vec<Link>, u64)> {
    let sql = format!("SELECT count(*) FROM connections c WHERE c.owner_did = ?1 AND {are}");
    let total = db.row(&sql, [owner.as_str()], first)?.unwrap_or(0);
    let sql = format!("{LINK} AND {are} ORDER BY c.id DESC LIMIT ?2 OFFSET ?3");
    let [limit, offset] = numbers(part);
    Ok((db.rows(&sql, params![owner.as_str(), limit, offset], Link::read)?, total))
}

/// The limit and the offset of a part, as a statement takes them.
pub(crate) fn numbers(part: &Page) -> [i64; 2] {
    [part.limit, part.offset].map(|count| i64::try_from(count).unwrap_or(i64::MAX))
}

/// Returns a connection by its owner's record, regardless of the other person's.
pub(crate) fn link(db: Reader<'_>, owner: &Did, other: &Did) -> Result<Option<Link>> {
    db.row(&format!("{LINK} AND c.did = ?2"), [owner.as_str(), other.as_str()], Link::read)
}

/// All connections in an owner's record, by DID: what the log says.
pub(crate) fn whole(db: Reader<'_>, owner: &Did) -> Result<Vec<Link>> {
    db.rows(&format!("{LINK} ORDER BY c.did"), [owner.as_str()], Link::read)
}

/// Returns the owner's name for a person.
pub(crate) fn nickname(db: Reader<'_>, owner: &Did, other: &Did) -> Result<Option<String>> {
    let sql = "SELECT nickname FROM nicknames WHERE owner_did = ?1 AND did = ?2";
    db.row(sql, [owner.as_str(), other.as_str()], first)
}

/// All names that one gave, by DID.
pub(crate) fn nicknames(db: Reader<'_>, owner: &Did) -> Result<Vec<(String, String)>> {
    let sql = "SELECT did, nickname FROM nicknames WHERE owner_did = ?1 ORDER BY did";
    db.rows(sql, [owner.as_str()], pair)
}

/// A person's policy for answers: for whom, and at what price.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Policy {
    /// The maximum distance of the asker.
    pub(crate) reach: i64,
    /// The price, in minor units.
    pub(crate) price: i64,
    pub(crate) currency: String,
    /// The digest of the manifest by which answers are sold.
    pub(crate) fair: Option<String>,
}

/// Returns a person's policy; by default they answer their connections for free.
pub(crate) fn policy(db: Reader<'_>, owner: &Did) -> Result<Policy> {
    Ok(chosen(db, owner)?.unwrap_or_else(|| Policy {
        reach: 1,
        price: 0,
        currency: "MJN".to_owned(),
        fair: None,
    }))
}

/// Returns the policy that a person set; `None` for the default.
pub(crate) fn chosen(db: Reader<'_>, owner: &Did) -> Result<Option<Policy>> {
    let sql = "SELECT reach, price, currency, fair FROM policies WHERE owner_did = ?1";
    db.row(sql, [owner.as_str()], Policy::read)
}

/// A declared use of the owner's data, with its sender.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Queried {
    pub(crate) by: String,
    pub(crate) at: i64,
    pub(crate) consent: Option<String>,
    pub(crate) settlement: Option<String>,
    pub(crate) request: Option<String>,
}

/// Whether the owner's record has a declaration of use with this name.
pub(crate) fn is_kept(db: Reader<'_>, owner: &Did, name: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM queries WHERE owner_did = ?1 AND name = ?2", [owner.as_str(), name])
}

/// Returns all declared uses, in order.
pub(crate) fn queried(db: Reader<'_>, owner: &Did) -> Result<Vec<Queried>> {
    let sql = "SELECT asker, at, consent, settlement, request FROM queries WHERE owner_did = ?1 ORDER BY id";
    db.rows(sql, [owner.as_str()], Queried::read)
}
