//! Read access to documents: for the creator, for everyone under a public grant, or for the holder of a credential.
//!
//! Always: each decision verifies grants and their whole delegation again. Stored rows only tell which grants to try.
//!
//! Rules: DFOS v1 WEB-RELAY "Content Plane", CREDENTIALS.

use imajin_dfos::Did;
use imajin_dfos::credential::{Grant, Request, authorize};
use imajin_dfos::resolve::Verifier;

use super::knowledge::Knowledge;
use super::store::{Answer, GrantRow, Snapshot};

/// The resource for all chains of a creator.
pub(super) const EVERY_CHAIN: &str = "chain:*";
/// Grants that one answer tries, at most. The creator's own come first, so strangers with invented grants can't crowd
/// them out.
const CANDIDATES_MAX: usize = 64;

/// Returns the time until which a creator's grants open `resource` to everyone, in seconds since 1970; 0 if none does.
pub(super) fn open_until(
    reads: &Snapshot<'_>,
    knowledge: &Knowledge<'_>,
    resource: &str,
    creator: &Did,
    now_secs: i64,
) -> Answer<i64> {
    let mut until = 0;
    for grant in reads.grants(resource, creator.as_str(), CANDIDATES_MAX)? {
        if grant.expires_at_secs > until && opens(&grant, resource, creator, knowledge, now_secs)? {
            until = grant.expires_at_secs;
        }
    }
    Ok(until)
}

/// Whether everyone may read the head of a chain.
pub(super) fn is_open(
    reads: &Snapshot<'_>,
    knowledge: &Knowledge<'_>,
    content_id: &str,
    creator: &Did,
    now_secs: i64,
) -> Answer<bool> {
    for resource in [format!("chain:{content_id}").as_str(), EVERY_CHAIN] {
        for grant in reads.grants(resource, creator.as_str(), CANDIDATES_MAX)? {
            if opens(&grant, resource, creator, knowledge, now_secs)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn opens(
    grant: &GrantRow,
    resource: &str,
    creator: &Did,
    knowledge: &Knowledge<'_>,
    now_secs: i64,
) -> Answer<bool> {
    if grant.expires_at_secs <= now_secs {
        return Ok(false);
    }
    let request = Request { root: creator, audience: None, resource, action: "read", now_secs };
    let authorization = authorize(&grant.token, &request, &Verifier::of_new(knowledge));
    knowledge.check()?;
    Ok(authorization.is_ok())
}

/// Whether a credential lets `reader` read a chain. A public credential only covers the head.
pub(super) fn may_read(
    token: &str,
    content_id: &str,
    creator: &Did,
    reader: &Did,
    is_head: bool,
    knowledge: &Knowledge<'_>,
    now_secs: i64,
) -> Answer<bool> {
    let resource = format!("chain:{content_id}");
    let request = Request {
        root: creator,
        audience: Some(reader),
        resource: &resource,
        action: "read",
        now_secs,
    };
    let authorization = authorize(token, &request, &Verifier::of_new(knowledge));
    knowledge.check()?;
    let for_everybody = |grant: &Grant| {
        use imajin_dfos::credential::Audience;
        grant.chain().first().is_none_or(|leaf| leaf.audience == Audience::Anyone)
    };
    Ok(authorization.is_ok_and(|grant| is_head || !for_everybody(&grant)))
}
