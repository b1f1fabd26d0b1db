//! Invites: codes of the owner's, each good for so many registrations until its end.

use std::collections::BTreeSet;

use imajin_app::{Admittance, Answer, FromRow, Invitation, Node, Problem, Role};
use imajin_dfos::Timestamp;
use imajin_host::Registration;
use imajin_host::codes::{self, canonical};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_protocol::tier::Capability;
use rusqlite::params;

use super::{Turn, pending};

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Invite {
    pub(crate) code: String,
    pub(crate) max_uses: u32,
    pub(crate) uses: u32,
    pub(crate) expires: Timestamp,
    pub(crate) created: Timestamp,
}

pub(crate) fn create(node: &Node, by: &Did, max_uses: u32, expires: Timestamp) -> Answer<Invite> {
    let (code, created) = (codes::fresh()?, node.now());
    node.secrets().write_blocking(|db| {
        db.execute("DELETE FROM auth_invites WHERE expires < ?1", [created.as_millis()])?;
        let sql = "INSERT INTO auth_invites VALUES (?1, ?2, 0, ?3, ?4)";
        db.execute(sql, params![code, max_uses, expires.as_millis(), created.as_millis()])?;
        let sql = "DELETE FROM auth_invited_by WHERE code NOT IN (SELECT code FROM auth_invites)";
        db.execute(sql, [])?;
        db.execute("INSERT INTO auth_invited_by VALUES (?1, ?2)", params![code, by.as_str()])
    })?;
    Ok(Invite { code, max_uses, uses: 0, expires, created })
}

pub(crate) fn list(node: &Node, by: Option<&Did>) -> Answer<Vec<Invite>> {
    let sql = "SELECT code, max_uses, uses, expires, created FROM auth_invites LEFT JOIN auth_invited_by USING (code) WHERE ?1 IS NULL OR did = ?1 ORDER BY created DESC, code";
    node.secrets().rows(sql, [by.map(Did::as_str)], Invite::read)
}

pub(crate) fn remove(node: &Node, by: Option<&Did>, code: &str) -> Answer<bool> {
    let sql = "DELETE FROM auth_invites WHERE code = ?1 AND (?2 IS NULL OR code IN (SELECT code FROM auth_invited_by WHERE did = ?2))";
    let params = params![canonical(code), by.map(Did::as_str)];
    Ok(node.secrets().execute(sql, params)? > 0)
}

/// Uses a code once, or refuses it: a code of the owner's, or an invitation to connect by a person who may invite
/// people to this node.
pub fn take(node: &Node, code: &str) -> Answer<()> {
    pending::end_lapsed(node)?;
    let now = node.now().as_millis();
    let taken = match node.invitation(code)? {
        Some(invitation) => take_of(node, code, &invitation)?,
        None if !may_maker_invite(node, code)? => 0,
        None => {
            let sql = "UPDATE auth_invites SET uses = uses + 1 WHERE code = ?1 AND uses < max_uses AND expires > ?2";
            node.secrets().execute(sql, params![canonical(code), now])?
        }
    };
    if taken == 0 { Err(no_good()) } else { Ok(()) }
}

/// Makes a stranger or a guest a member by a code. A member keeps it for another person, unless they are a member of an open
/// node without an inviter.
pub(crate) fn take_for(node: &Node, did: &Did, code: &str) -> Answer<()> {
    let using = node.state::<Turn>();
    let _turn = using.0.lock();
    let (role, registration) = (node.role(did)?, node.registration());
    let is_alone =
        role == Role::Member && registration == Registration::Open && !is_invited(node, did)?;
    if role < Role::Member || is_alone {
        take(node, code)?;
        note_invited(node, did)?;
        admit(node, did)?;
    }
    Ok(())
}

fn no_good() -> Problem {
    Problem::forbidden("This node does not know this invite, or it was used up, or it has ended. Ask the person who gave it to you for another.").slug("invite")
}

/// Checks that a code is valid now, without using it. On an open node, an invitation to connect is valid as long as it
/// can be accepted.
pub(crate) fn check(node: &Node, code: &str) -> Answer<()> {
    pending::end_lapsed(node)?;
    let now = node.now().as_millis();
    let is_good = match node.invitation(code)? {
        Some(_) if node.registration() == Registration::Open => true,
        Some(invitation) => {
            lets_in(node, &invitation)?;
            let sql = "SELECT 1 FROM auth_invited WHERE code = ?1 AND uses >= ?2";
            let params = params![canonical(code), invitation.max_uses];
            !node.secrets().exists(sql, params)?
        }
        None if !may_maker_invite(node, code)? => false,
        None => {
            let sql =
                "SELECT 1 FROM auth_invites WHERE code = ?1 AND uses < max_uses AND expires > ?2";
            node.secrets().exists(sql, params![canonical(code), now])?
        }
    };
    if is_good { Ok(()) } else { Err(no_good()) }
}

/// Refuses an invitation to connect that lets no one in, and says whom to ask.
fn lets_in(node: &Node, invitation: &Invitation) -> Answer<()> {
    // On an open box, an invitation only says that an established person vouches for the newcomer.
    if node.registration() == Registration::Open {
        let tier = node.tier(&invitation.inviter)?;
        return Capability::Invite.is_for(tier).then_some(()).ok_or_else(no_good);
    }
    let why = match node.admittance(invitation)? {
        Admittance::Granted => return Ok(()),
        Admittance::Allowance => {
            "This invitation is for people who are on this box already: the person who sent it has as many others open as members may bring people in with. Ask them to withdraw one of those, then this one brings you in."
        }
        Admittance::Members => {
            "On this box only the owner brings new people in. Ask the owner for an invitation; the person who sent you this one can ask for you."
        }
        Admittance::Inviter => {
            "The person who invited you isn't a member of this box. Ask the owner of this box for an invitation."
        }
        Admittance::Closed => "This node accepts no new people at the moment.",
    };
    // Another slug than that of a bad code: members can use this one.
    Err(Problem::forbidden(why).slug("inviter"))
}

/// Returns the maker of a node's code, if noted.
pub(crate) fn maker(node: &Node, code: &str) -> Answer<Option<Did>> {
    let sql = "SELECT did FROM auth_invited_by WHERE code = ?1";
    let did: Option<String> = node.secrets().row(sql, [canonical(code)], |row| row.get(0))?;
    Ok(did.and_then(|did| Did::parse(&did).ok()))
}

/// Whether the maker of a node's code may still invite people. A code whose maker wasn't noted counts.
fn may_maker_invite(node: &Node, code: &str) -> Answer<bool> {
    match maker(node, code)? {
        Some(did) => {
            Ok(node.is_at_least(&did, Role::Member)? && Capability::Invite.is_for(node.tier(&did)?))
        }
        None => Ok(true),
    }
}

/// Forgets the codes of a person who left.
pub(crate) fn forget_made(node: &Node, did: &Did) -> Answer<()> {
    node.secrets().write_blocking(|db| {
        let sql = "DELETE FROM auth_invites WHERE code IN (SELECT code FROM auth_invited_by WHERE did = ?1)";
        db.execute(sql, [did.as_str()])?;
        db.execute("DELETE FROM auth_invited_by WHERE did = ?1", [did.as_str()]).map(drop)
    })
}

/// An invitation lets in as many as may accept it.
fn take_of(node: &Node, code: &str, invitation: &Invitation) -> Answer<usize> {
    lets_in(node, invitation)?;
    let now = node.now().as_millis();
    node.secrets().write_blocking(|db| {
        db.execute("DELETE FROM auth_invited WHERE expires < ?1", [now])?;
        let sql = "INSERT INTO auth_invited VALUES (?1, 1, ?2) ON CONFLICT (code) DO UPDATE SET uses = uses + 1 WHERE uses < ?3";
        let expires = invitation.expires.as_millis();
        db.execute(sql, params![canonical(code), expires, invitation.max_uses])
    })
}

/// Returns one use of a code whose admission failed.
pub fn give_back(node: &Node, code: &str) {
    let update = node.secrets().write_blocking(|db| {
        for table in ["auth_invites", "auth_invited"] {
            let sql = format!("UPDATE {table} SET uses = max(0, uses - 1) WHERE code = ?1");
            db.execute(&sql, [canonical(code)])?;
        }
        Ok(())
    });
    if let Err(problem) = update {
        tracing::warn!("auth: an invite could not be given back: {problem}");
    }
}

/// Whether a key may have a chain here: an invite was theirs, or everybody might.
pub fn is_admitted(node: &Node, did: &Did) -> Answer<bool> {
    let sql = "SELECT 1 FROM auth_admitted WHERE did = ?1 UNION ALL SELECT 1 FROM auth_pending WHERE did = ?1 AND admitted = 1";
    node.secrets().exists(sql, [did.as_str()])
}

/// Notes that a person had an invitation: another person vouches for them.
pub fn note_invited(node: &Node, did: &Did) -> Answer<()> {
    let sql = "INSERT OR IGNORE INTO auth_by_invite VALUES (?1)";
    node.secrets().execute(sql, [did.as_str()]).map(drop)
}

/// Whether a person had an invitation, as far as this node noted it.
pub fn is_invited(node: &Node, did: &Did) -> Answer<bool> {
    node.secrets().exists("SELECT 1 FROM auth_by_invite WHERE did = ?1", [did.as_str()])
}

/// Admits a key.
pub fn admit(node: &Node, did: &Did) -> Answer<()> {
    node.secrets().write_blocking(|db| {
        db.execute("INSERT OR IGNORE INTO auth_admitted VALUES (?1)", [did.as_str()])?;
        db.execute("DELETE FROM auth_uninvited WHERE did = ?1", [did.as_str()]).map(drop)
    })?;
    node.forget_role(did);
    Ok(())
}

/// Notes that a person with their own key has soft rights until they have an invite.
pub(crate) fn leave_uninvited(node: &Node, did: &Did) -> Answer<()> {
    node.secrets().execute("INSERT OR IGNORE INTO auth_uninvited VALUES (?1)", [did.as_str()])?;
    node.forget_role(did);
    Ok(())
}

/// Whether a person has their own key but no invite.
pub fn is_uninvited(node: &Node, did: &Did) -> Answer<bool> {
    node.secrets().exists("SELECT 1 FROM auth_uninvited WHERE did = ?1", [did.as_str()])
}

/// Returns the people with their own keys but no invite.
pub fn uninvited(node: &Node) -> Answer<BTreeSet<String>> {
    let sql = "SELECT did FROM auth_uninvited";
    let dids: Vec<String> = node.secrets().rows(sql, [], |row| row.get(0))?;
    Ok(dids.into_iter().collect())
}
