//! Links that prove an address: 32 random bytes, of which only the hash is kept; good once, for a quarter of an hour.

use imajin_app::{Answer, Node};
use imajin_dfos::base64;
use imajin_dfos::cid::sha256;
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_protocol::Did;
use rusqlite::{OptionalExtension, params};

/// Lifetime of a link.
pub(crate) const MINUTES: i64 = 15;
const LIFE_MS: i64 = MINUTES * 60_000;
/// Maximum open links to one address: enough to ask again, too few to flood a mailbox.
const PER_ADDRESS_MAX: i64 = 3;
/// Maximum open links that a signed-in person asked for, for their further addresses.
const PER_PERSON_MAX: i64 = 3;
/// Maximum open links of all addresses.
const OPEN_MAX: i64 = 5_000;

/// The request that a link was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) invite: Option<String>,
    /// The person who is here already and gives this address of theirs; none where the link signs in.
    pub(crate) of: Option<String>,
}

pub(crate) enum LinkOutcome {
    Made(String),
    /// This address or this person has the maximum number of open links; the newest is still valid.
    Enough,
    /// The node has the maximum number of open links.
    Full,
}

/// Makes a link's token.
pub(crate) async fn make(node: &Node, link: Link) -> Answer<LinkOutcome> {
    let token = base64::encode_url(&random::bytes::<32>()?);
    let (hash, now) = (sha256(token.as_bytes()), node.now().as_millis());
    // The reserve is used for every address: an answer that depends on the address would tell who is here. The total
    // number of links is limited.
    node.use_reserve();
    node.secrets()
        .write(move |db| {
            db.execute("DELETE FROM auth_links WHERE expires <= ?1 OR created > ?1", [now])?;
            let sql = "DELETE FROM auth_link_for WHERE hash NOT IN (SELECT hash FROM auth_links)";
            db.execute(sql, [])?;
            let count =
                |sql: &str, value: &str| db.query_row(sql, [value], |row| row.get::<_, i64>(0));
            if count("SELECT count(*) FROM auth_links WHERE email = ?1", &link.email)?
                >= PER_ADDRESS_MAX
            {
                return Ok(LinkOutcome::Enough);
            }
            if let Some(did) = &link.of
                && count("SELECT count(*) FROM auth_link_for WHERE did = ?1", did)?
                    >= PER_PERSON_MAX
            {
                return Ok(LinkOutcome::Enough);
            }
            if count("SELECT count(*) FROM auth_links WHERE ?1 = ?1", "")? >= OPEN_MAX {
                return Ok(LinkOutcome::Full);
            }
            let sql = "INSERT INTO auth_links VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            db.execute(sql, params![hash, link.email, link.name, link.invite, now, now + LIFE_MS])?;
            if let Some(did) = &link.of {
                db.execute("INSERT INTO auth_link_for VALUES (?1, ?2)", params![hash, did])?;
            }
            Ok(LinkOutcome::Made(token))
        })
        .await
}

/// Takes a link: it works once, and one that a person asked for in the settings works for that person only.
pub(crate) async fn take(node: &Node, token: &str, of: Option<&Did>) -> Answer<Option<Link>> {
    let of = of.map(Did::to_string);
    let (hash, now) = (sha256(token.as_bytes()), node.now().as_millis());
    node.use_reserve();
    node.secrets()
        .write(move |db| {
            db.query_row(
                "DELETE FROM auth_links WHERE hash = ?1 AND expires > ?2 AND created <= ?2
                    AND (SELECT did FROM auth_link_for AS owned WHERE owned.hash = ?1) IS ?3 RETURNING email, name, invite",
                params![hash, now, of],
                |row| {
                    Ok(Link {
                        email: row.get(0)?,
                        name: row.get(1)?,
                        invite: row.get(2)?,
                        of: of.clone(),
                    })
                },
            )
            .optional()
        })
        .await
}

/// Forgets the open links for addresses that a person gave. Returns the addresses.
pub(crate) fn forget_given(node: &Node, did: &Did) -> Answer<Vec<String>> {
    node.secrets().write_blocking(|db| {
        let sql = "DELETE FROM auth_links WHERE hash IN (SELECT hash FROM auth_link_for WHERE did = ?1) RETURNING email";
        let mut statement = db.prepare(sql)?;
        let emails = statement.query_map([did.as_str()], |row| row.get(0))?;
        let emails = emails.collect::<rusqlite::Result<_>>()?;
        db.execute("DELETE FROM auth_link_for WHERE did = ?1", [did.as_str()])?;
        Ok(emails)
    })
}

/// Forgets every open link to an address.
pub(crate) fn forget(node: &Node, email: &str) -> Answer<()> {
    node.secrets().execute("DELETE FROM auth_links WHERE email = ?1", [email]).map(drop)
}
