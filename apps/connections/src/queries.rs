//! Queries of the tables: connections, invitations, nicknames. Each is one prepared statement.

use axum::http::HeaderMap;
use imajin_app::{Card, Invitation, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_host::codes;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::manifest::MANIFEST;

/// The header that carries a code, the same as for beginning an identity.
pub(crate) const CODE: &str = "x-imajin-invite";

/// Lifetime of an invitation (docs/api.md, "Connections and profiles"): a week, in milliseconds.
pub(crate) const INVITE_MS: i64 = 7 * 24 * 3_600_000;

/// Somebody, as everybody may see them.
pub(crate) fn card_of(node: &Node, did: Did) -> Result<Card, Problem> {
    Ok(node.card(&did)?.unwrap_or_else(|| Card::unnamed(did)))
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    fn read(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let Ok(owner) = Did::parse(&row.get::<_, String>(0)?) else {
            return Ok(None);
        };
        let count =
            |at| Ok::<_, rusqlite::Error>(u32::try_from(row.get::<_, i64>(at)?).unwrap_or(0));
        Ok(Some(Self {
            id: row.get(8)?,
            owner,
            name: row.get(1)?,
            code: row.get(2)?,
            max_uses: count(3)?,
            uses: count(4)?,
            vouches: row.get(5)?,
            at: row.get(6)?,
            withdrawn_at: row.get(7)?,
        }))
    }

    /// Returns the end of the invitation.
    pub(crate) fn expires(&self) -> Timestamp {
        Timestamp::from_millis(self.at.saturating_add(INVITE_MS)).unwrap_or(Timestamp::MAX)
    }

    /// Whether it can be accepted.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.withdrawn_at.is_none() && self.uses < self.max_uses && now < self.expires()
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
    "SELECT owner_did, name, code, max_uses, uses, vouches, at, withdrawn_at, id FROM invites";

/// The invitation of a code, however it was typed. Of two with one code the older counts.
pub(crate) fn invite_by_code<'a>(
    db: impl Into<Reader<'a>>,
    code: &str,
) -> rusqlite::Result<Option<Invite>> {
    let sql = format!("{INVITE} WHERE code = ?1 ORDER BY id LIMIT 1");
    let row = db
        .into()
        .row(&sql, [codes::canonical(code)], Invite::read)?;
    Ok(row.flatten())
}

/// All invitations of a code, the first to come here first; those of one owner, where the text names them
/// ([`codes::split_owner`]).
pub(crate) fn invites_by_code(db: &Connection, code: &str) -> rusqlite::Result<Vec<Invite>> {
    let sql = format!("{INVITE} WHERE code = ?1 AND (?2 IS NULL OR owner_did = ?2) ORDER BY id");
    let mut statement = db.prepare_cached(&sql)?;
    let args = params![codes::canonical(code), codes::split_owner(code).1];
    let rows = statement.query_map(args, Invite::read)?;
    rows.filter_map(Result::transpose).collect()
}

/// Returns the invitation of a code: the first whose record is at home here and can be written. Codes of a backup, or
/// of a record that is older than another copy, are ignored.
pub(crate) fn invite_here(node: &Node, code: &str) -> Result<Option<Invite>, Problem> {
    let all = node.read(MANIFEST.name, |db| invites_by_code(db, code))?;
    for invite in all {
        if is_at_home(node, &invite.owner)? {
            return Ok(Some(invite));
        }
    }
    Ok(None)
}

/// Whether a person's or a group's record is at home here and can be written.
pub(crate) fn is_at_home(node: &Node, did: &Did) -> Result<bool, Problem> {
    let status = node.status(did)?;
    Ok(status.is_some_and(|status| status.home.node == *node.did() && status.read_only.is_none()))
}

/// The code that a request names.
///
/// # Errors
/// 403 if it names none.
pub(crate) fn code_of(headers: &HeaderMap) -> Result<&str, Problem> {
    let code = headers.get(CODE).and_then(|value| value.to_str().ok());
    code.ok_or_else(|| {
        Problem::forbidden("Name the code of the invitation in the header X-Imajin-Invite.")
            .slug("invite")
    })
}

/// The invitation of a code that can be accepted now.
///
/// # Errors
/// 410 if it ended, 404 if there is none.
pub(crate) fn open(node: &Node, code: &str) -> Result<Invitation, Problem> {
    if let Some(invitation) = node.invitation(code)? {
        return Ok(invitation);
    }
    let invite = invite_here(node, code)?;
    Err(match invite {
        Some(_) => Problem::gone(
            "This invitation has ended, was used up or taken back. Ask for another one.",
        ),
        None => Problem::not_found(format!(
            "There is no invitation {:?} here. Look at the code again.",
            codes::canonical(code)
        )),
    })
}

/// An invitation by its name.
pub(crate) fn invite<'a>(
    db: impl Into<Reader<'a>>,
    owner: &Did,
    name: &str,
) -> rusqlite::Result<Option<Invite>> {
    let sql = format!("{INVITE} WHERE owner_did = ?1 AND name = ?2");
    let row = db.into().row(&sql, [owner.as_str(), name], Invite::read)?;
    Ok(row.flatten())
}

/// Returns all invitations of a person, newest first.
pub(crate) fn invites(db: &Connection, owner: &Did) -> rusqlite::Result<Vec<Invite>> {
    let sql = format!("{INVITE} WHERE owner_did = ?1 ORDER BY id DESC");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([owner.as_str()], Invite::read)?;
    rows.filter_map(Result::transpose).collect()
}

/// Counts the open invitations that their owner made before this place.
pub(crate) fn open_before(
    db: &Connection,
    owner: &Did,
    id: i64,
    now: Timestamp,
) -> rusqlite::Result<u32> {
    let sql = "SELECT count(*) FROM invites WHERE owner_did = ?1 AND id < ?2 AND withdrawn_at IS NULL AND uses < max_uses AND at > ?3";
    let since = now.as_millis().saturating_sub(INVITE_MS);
    db.prepare_cached(sql)?
        .query_row(params![owner.as_str(), id, since], |row| row.get(0))
}

/// Returns the part of a person's quota that their invitations take now.
pub(crate) fn invited<'a>(
    db: impl Into<Reader<'a>>,
    owner: &Did,
    now: Timestamp,
) -> rusqlite::Result<u32> {
    let sql = format!("{INVITE} WHERE owner_did = ?1 AND at > ?2");
    let since = now.as_millis().saturating_sub(INVITE_MS);
    let rows = db
        .into()
        .rows(&sql, params![owner.as_str(), since], Invite::read)?;
    let takes = rows.iter().flatten().map(|invite| invite.takes(now));
    Ok(takes.fold(0, u32::saturating_add))
}

/// A connection, as your own record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) did: String,
    pub(crate) since: i64,
    pub(crate) nickname: Option<String>,
    /// Whether the owner invited.
    pub(crate) invited: bool,
    pub(crate) invite: Option<String>,
    pub(crate) attestation: Option<String>,
    pub(crate) confirmed: bool,
}

impl Link {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            did: row.get(0)?,
            since: row.get(1)?,
            nickname: row.get(2)?,
            invited: row.get(3)?,
            invite: row.get(4)?,
            attestation: row.get(5)?,
            confirmed: row.get(6)?,
        })
    }
}

const LINK: &str = "SELECT c.did, c.since, n.nickname, c.invited, c.invite, c.attestation, c.confirmed
    FROM connections c LEFT JOIN nicknames n ON n.owner_did = c.owner_did AND n.did = c.did WHERE c.owner_did = ?1";
/// The other person's record says so, too.
const MUTUAL: &str =
    "EXISTS (SELECT 1 FROM connections r WHERE r.owner_did = c.did AND r.did = c.owner_did)";

/// Somebody's connections, the newest first, and how many there are.
pub(crate) fn links(
    db: &Connection,
    owner: &Did,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<Link>, u64)> {
    part_of(db, owner, MUTUAL, limit, offset)
}

/// Connections of which the other's record says nothing here: most are with people of other boxes. The newest first, and how many there are.
pub(crate) fn one_sided(
    db: &Connection,
    owner: &Did,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<Link>, u64)> {
    part_of(db, owner, &format!("NOT {MUTUAL}"), limit, offset)
}

/// Returns a part of a person's connections that meet a condition, newest first, and their total number.
fn part_of(
    db: &Connection,
    owner: &Did,
    are: &str,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<Link>, u64)> {
    let total: i64 = db
        .prepare_cached(&format!(
            "SELECT count(*) FROM connections c WHERE c.owner_did = ?1 AND {are}"
        ))?
        .query_row([owner.as_str()], |row| row.get(0))?;
    let sql = format!("{LINK} AND {are} ORDER BY c.id DESC LIMIT ?2 OFFSET ?3");
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(
        params![owner.as_str(), number(limit), number(offset)],
        Link::read,
    )?;
    Ok((rows.collect::<Result<_, _>>()?, total.unsigned_abs()))
}

/// Returns a connection by its owner's record, regardless of the other person's.
pub(crate) fn link<'a>(
    db: impl Into<Reader<'a>>,
    owner: &Did,
    other: &str,
) -> rusqlite::Result<Option<Link>> {
    let sql = format!("{LINK} AND c.did = ?2");
    db.into().row(&sql, [owner.as_str(), other], Link::read)
}

/// All connections in an owner's record, by DID: what the log says.
pub(crate) fn whole(db: &Connection, owner: &Did) -> rusqlite::Result<Vec<Link>> {
    let mut statement = db.prepare_cached(&format!("{LINK} ORDER BY c.did"))?;
    statement.query_map([owner.as_str()], Link::read)?.collect()
}

/// Returns the owner's name for a person.
pub(crate) fn nickname(
    db: &Connection,
    owner: &Did,
    other: &str,
) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT nickname FROM nicknames WHERE owner_did = ?1 AND did = ?2")?
        .query_row([owner.as_str(), other], |row| row.get(0))
        .optional()
}

/// All names that one gave, by DID.
pub(crate) fn nicknames(db: &Connection, owner: &Did) -> rusqlite::Result<Vec<(String, String)>> {
    let sql = "SELECT did, nickname FROM nicknames WHERE owner_did = ?1 ORDER BY did";
    db.prepare_cached(sql)?
        .query_map([owner.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// A person's policy for answers: for whom, and at what price.
#[derive(Debug, Clone, PartialEq, Eq)]
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
pub(crate) fn policy<'a>(db: impl Into<Reader<'a>>, owner: &Did) -> rusqlite::Result<Policy> {
    Ok(chosen(db, owner)?.unwrap_or_else(|| Policy {
        reach: 1,
        price: 0,
        currency: "MJN".to_owned(),
        fair: None,
    }))
}

/// Returns the policy that a person set; `None` for the default.
pub(crate) fn chosen<'a>(
    db: impl Into<Reader<'a>>,
    owner: &Did,
) -> rusqlite::Result<Option<Policy>> {
    let read = |row: &Row<'_>| {
        Ok(Policy {
            reach: row.get(0)?,
            price: row.get(1)?,
            currency: row.get(2)?,
            fair: row.get(3)?,
        })
    };
    let sql = "SELECT reach, price, currency, fair FROM policies WHERE owner_did = ?1";
    db.into().row(sql, [owner.as_str()], read)
}

/// A declared use of the owner's data, with its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Queried {
    pub(crate) by: String,
    pub(crate) at: i64,
    pub(crate) consent: Option<String>,
    pub(crate) settlement: Option<String>,
    pub(crate) request: Option<String>,
}

/// Whether the owner's record has a declaration of use with this name.
pub(crate) fn is_kept<'a>(
    db: impl Into<Reader<'a>>,
    owner: &Did,
    name: &str,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM queries WHERE owner_did = ?1 AND name = ?2";
    let row = db.into().row(sql, [owner.as_str(), name], |_| Ok(()))?;
    Ok(row.is_some())
}

/// Returns all declared uses, in order.
pub(crate) fn queried(db: &Connection, owner: &Did) -> rusqlite::Result<Vec<Queried>> {
    let sql = "SELECT asker, at, consent, settlement, request FROM queries WHERE owner_did = ?1 ORDER BY id";
    let read = |row: &Row<'_>| {
        Ok(Queried {
            by: row.get(0)?,
            at: row.get(1)?,
            consent: row.get(2)?,
            settlement: row.get(3)?,
            request: row.get(4)?,
        })
    };
    db.prepare_cached(sql)?
        .query_map([owner.as_str()], read)?
        .collect()
}
