//! Certificates: attestations by a node or a teacher that a student finished a course.

use imajin_app::operation::read_operation;
use imajin_items::Origin;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::Did;
use imajin_protocol::attestation::Attestation;
use rusqlite::{Connection, params};

use crate::operations::{COMPLETED, CONTEXT, Complete};

/// The operation that enters an attestation in the record of its subject.
pub(crate) use imajin_log::ops::ATTESTATION_RECEIVED as RECEIVED;

/// Stores a completion, including the student's choice whether the certificate is public.
pub(super) fn completed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = read_operation::<Complete>(entry) else {
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
    run(db, sql, params)
}

fn is_completed(
    db: &Connection,
    student: &Did,
    (teacher, course): (&str, &str),
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM completions WHERE owner_did = ?1 AND teacher = ?2 AND course = ?3";
    db.prepare_cached(sql)?.exists(params![student.as_str(), teacher, course])
}

/// Stores a received attestation if it is a certificate.
pub(super) fn received(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(text), Some(issuer), Some(signature)) =
        (entry.text("attestation"), entry.text("issuer"), entry.text("signature"))
    else {
        return Ok(());
    };
    // The ledger has verified the signature.
    let signer = Did::parse(issuer).ok();
    let attestation = signer.and_then(|issuer| Attestation::parse(&issuer, text).ok());
    let attestation = attestation.filter(|said| {
        said.kind.as_str() == COMPLETED
            && said.context_type.as_deref() == Some(CONTEXT)
            && said.subject == *entry.did
    });
    let about = attestation.as_ref().and_then(|said| said.context_id.as_deref());
    let Some((teacher, course)) = about.and_then(Origin::parts) else {
        return Ok(());
    };
    // Two issuers count: the course's teacher, and the node if the student's own operation named the course and asked
    // for it.
    if issuer != teacher.as_str() {
        let is_own_word = issuer == entry.did.as_str();
        let is_asked = *entry.author == *entry.did && !is_own_word;
        if !is_asked || !is_completed(db, entry.did, (teacher.as_str(), course.as_str()))? {
            return Ok(());
        }
    }
    let title = attestation.and_then(|said| said.payload);
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
    run(db, sql, params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::{PROJECTION, apply};
    use imajin_app::CommandRequest;
    use imajin_app::operation::{Int, ItemId};
    use imajin_dfos::{SigningKey, Timestamp, Value};
    use imajin_log::{Offset, Seq, WillKind};
    use imajin_protocol::Fact;
    use imajin_protocol::attestation::Kind;

    const COURSE: &str = "itm_0123456789abcdef01234567";
    const OTHER: &str = "itm_ffffffffffffffffffffffff";

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn did(seed: u8) -> Did {
        Did::from_key(&key(seed).verifying_key().to_bytes())
    }

    /// Enters an operation in the student's record.
    fn enter(db: &Connection, op: &str, reference: &str, content: (Option<&Value>, Option<&Fact>)) {
        let student = did(2);
        let entry = Applied {
            offset: Offset(1),
            did: &student,
            seq: Seq(1),
            at: Timestamp::parse("2026-11-20T10:00:00.000Z").unwrap(),
            service: "learn",
            op,
            reference: Some(reference),
            body: content.0,
            fact: content.1,
            author: &student,
            will: WillKind::Signed,
        };
        apply(db, &entry).unwrap();
    }

    fn complete(db: &Connection, course: &str) {
        let operation =
            Complete { course: ItemId::parse(course).unwrap(), teacher: did(3), public: Int(0) };
        let command = CommandRequest::from_operation(did(2), &operation).unwrap();
        enter(db, Complete::NAME, course, (None, command.fact.as_ref()));
    }

    /// Enters a certificate. Returns whether it counts as one.
    fn certify(db: &Connection, issuer: u8, subject: &Did, course: &str) -> bool {
        let attestation = Attestation {
            issuer: did(issuer),
            subject: subject.clone(),
            kind: Kind::parse(COMPLETED).unwrap(),
            context_id: Some(format!("{}/{course}", did(3))),
            context_type: Some(CONTEXT.to_owned()),
            payload: None,
            issued_at: Timestamp::parse("2026-11-20T10:00:00.000Z").unwrap(),
        };
        let cid = attestation.cid().unwrap().to_string();
        let signed = attestation.sign(&key(issuer)).unwrap();
        let body = Value::map([
            ("attestation", Value::from(signed.text())),
            ("issuer", Value::from(did(issuer).as_str())),
            ("signature", Value::from(signed.signature())),
        ]);
        enter(db, RECEIVED, &cid, (Some(&body), None));
        db.prepare("SELECT 1 FROM certificates WHERE cid = ?1").unwrap().exists([cid]).unwrap()
    }

    #[test]
    fn a_record_shows_certificates_of_its_owners_own_courses_alone() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(PROJECTION.schema).unwrap();
        let (student, node) = (did(2), 1);
        assert!(!certify(&db, node, &student, COURSE), "nothing is finished");
        complete(&db, OTHER);
        assert!(!certify(&db, node, &student, COURSE), "another course is");
        complete(&db, COURSE);
        assert!(certify(&db, node, &student, COURSE));
        assert!(!certify(&db, node, &did(4), COURSE), "another subject");
        assert!(!certify(&db, 2, &student, COURSE), "the student's own word");
        // The teacher may certify their own course without being asked.
        assert!(certify(&db, 3, &student, "itm_eeeeeeeeeeeeeeeeeeeeeeee"));
    }
}
