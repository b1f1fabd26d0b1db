//! Certificates: attestations that somebody finished a course, by a node or by the teacher.

use imajin_items::Origin;
use imajin_ledger::Applied;
use imajin_protocol::Did;
use imajin_protocol::attestation::Attestation;
use imajin_service::operation::entered;
use rusqlite::{Connection, params};

use crate::operations::{COMPLETED, CONTEXT, Complete};

/// The entry of an attestation, in the record of the person that it is about.
pub(crate) use imajin_ledger::ops::ATTESTATION_RECEIVED as RECEIVED;

/// The person who finished said who may get the certificate.
pub(super) fn completed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = entered::<Complete>(entry) else {
        return Ok(());
    };
    let (complete, has_more) = (read.operation, read.has_more);
    let sql = "INSERT OR REPLACE INTO completions (owner_did, teacher, course, public) VALUES (?1, ?2, ?3, ?4)";
    let params = params![
        entry.did.as_str(),
        complete.teacher.as_str(),
        complete.course.as_str(),
        if has_more { 0 } else { complete.public.0 },
    ];
    db.prepare_cached(sql)?.execute(params).map(drop)
}

/// An attestation came, maybe a certificate.
pub(super) fn received(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let body = |name: &str| entry.body.and_then(|body| body.get_str(name));
    let (Some(text), Some(issuer), Some(signature)) =
        (body("attestation"), body("issuer"), body("signature"))
    else {
        return Ok(());
    };
    // The ledger checked who signed it.
    let said = Did::parse(issuer).ok();
    let said = said.and_then(|issuer| Attestation::parse(&issuer, text).ok());
    let said = said.filter(|said| {
        said.kind.as_str() == COMPLETED
            && said.context_type.as_deref() == Some(CONTEXT)
            && said.subject == *entry.did
    });
    let about = said.as_ref().and_then(|said| said.context_id.as_deref());
    let Some((teacher, course)) = about.and_then(Origin::parts) else {
        return Ok(());
    };
    // Two can say who finished a course: its teacher, and the node where the student's own operation asked it to.
    let is_asked = *entry.author == *entry.did && issuer != entry.did.as_str();
    if issuer != teacher.as_str() && !is_asked {
        return Ok(());
    }
    let title = said.and_then(|said| said.payload);
    let title = title.and_then(|payload| Some(payload.get("course")?.as_str()?.to_owned()));
    let sql = "INSERT OR REPLACE INTO certificates (owner_did, cid, teacher, course, title, issuer, text, signature, at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let params = params![
        entry.did.as_str(),
        entry.reference,
        teacher.as_str(),
        course.as_str(),
        title,
        issuer,
        text,
        signature,
        entry.at.as_millis()
    ];
    db.prepare_cached(sql)?.execute(params).map(drop)
}
