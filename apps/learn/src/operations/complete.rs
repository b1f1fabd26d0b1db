//! Completion of a course, and the node's attestation of it (docs/api.md, "Certificates").
//!
//! Always: the node signs the attestation outside the writer, before the decision, since a decision has no keys. A
//! signed attestation is never exposed unless it was entered, and a course is attested once.

use imajin_app::operation::{
    BeforeSubmit, CallService, Context, Decide, Decision, Int, ItemId, Operation, Reasons, Request,
};
use imajin_app::{Answer, Node, Problem, refuse_if};
use imajin_ledger::TypedCommand;
use imajin_log::{Derivation, TargetLog, ops};
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::{Did, IdText};
use serde_json::json;

use crate::courses::{self, Course, Role};
use crate::items::{Item, Quiz};
use crate::queries::{self, CourseSeat, Studied};

/// The type of the attestation of a completed course.
pub(crate) const COMPLETED: &str = "learn.completed";
/// The context type of the attestation.
pub(crate) const CONTEXT: &str = "course";

/// Finishes a course: all its required lessons are done, and their graded quizzes passed, as the course is now.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.complete",
    authority = Any,
    facts,
    derives = [Derivation::new(ops::ATTESTATION_RECEIVED, TargetLog::SameLog)],
    refusal = CompleteRefusal,
    prepared = Option<Attested>
)]
pub(crate) struct Complete {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    /// Its teacher.
    pub(crate) teacher: Did,
    /// 1 if everybody who has its address may get the certificate.
    pub(crate) public: Int<0, 1>,
}

/// An attestation signed by the node.
#[derive(Debug, Clone)]
pub(crate) struct Attested {
    cid: IdText,
    text: String,
    signature: String,
}

#[derive(Debug, Reasons)]
pub(crate) enum CompleteRefusal {
    /// You aren’t enrolled in this course.
    #[refused(Forbidden)]
    NotIn,
    /// You have a certificate of this course already.
    #[refused(Conflict, reason = "done")]
    Done,
    /// A certificate must be of this box, and say that this student finished this course.
    #[refused(Conflict, reason = "certificate")]
    OtherCertificate,
}

impl Attested {
    /// Whether this is this node's attestation that this student finished this course. The rules of the log verify the
    /// signature.
    fn is_of(&self, node: &Did, student: &Did, (teacher, course): (&str, &str)) -> bool {
        let Ok(attestation) = Attestation::parse(node, &self.text) else {
            return false;
        };
        // The text doesn't contain the issuer; only the CID covers it.
        let cid = attestation.cid().map(|cid| IdText::from_cid(&cid));
        cid.is_ok_and(|cid| cid == self.cid)
            && attestation.kind.as_str() == COMPLETED
            && attestation.context_type.as_deref() == Some(CONTEXT)
            && attestation.context_id == Some(format!("{teacher}/{course}"))
            && attestation.subject == *student
    }
}

/// Returns the required lessons that aren't done or whose graded quiz isn't passed.
pub(crate) fn missing<'a>(course: &'a Course, studied: &Studied) -> Vec<&'a Item> {
    let is_missing = |lesson: &&Item| {
        let grade = studied.grades.get(&lesson.id);
        let is_passed =
            lesson.own.quiz != Some(Quiz::Graded) || grade.is_some_and(|one| one.passed);
        !studied.done.contains_key(&lesson.id) || !is_passed
    };
    course.required().filter(is_missing).collect()
}

/// Whether the viewer of a course has done everything for its certificate.
pub(crate) fn is_finished(course: &Course, studied: &Studied) -> bool {
    course.role == Role::Student
        && course.required().next().is_some()
        && missing(course, studied).is_empty()
}

impl BeforeSubmit for Complete {
    fn before_submit(&self, request: &Request<'_>) -> Answer<Option<Attested>> {
        let (node, student) = (request.node, request.owner);
        let course = courses::open(node, &self.teacher, Some(student), self.course.as_str())?;
        if course.role != Role::Student {
            return Ok(None);
        }
        let studied = crate::routes::studied(node, student, &course)?;
        if let Some(lesson) = missing(&course, &studied).first() {
            let title = &lesson.title;
            let text = format!("“{title}” is still to be done, or its quiz to be passed.");
            return Err(Problem::conflict(text).slug("not-finished"));
        }
        if course.required().next().is_none() {
            let text = "This course has no lesson that could be done.";
            return Err(Problem::conflict(text).slug("not-finished"));
        }
        attest(node, student, &course, &studied).map(Some)
    }
}

/// Signs the attestation that a student finished a course.
fn attest(node: &Node, student: &Did, course: &Course, studied: &Studied) -> Answer<Attested> {
    let graded = course.required().filter_map(|lesson| studied.grades.get(&lesson.id));
    let (right, of) =
        graded.fold((0, 0), |(right, of), grade| (right + grade.right, of + grade.of));
    let mut payload = json!({
        "course": course.item.title,
        "teacher": course.owner.did.as_str(),
        "lessons": course.required().count(),
        "fair": course.offer.as_ref().map(|offer| offer.fair.as_str()),
        "score": (of > 0).then(|| right * 100 / of),
    });
    if let Some(root) = node.root_record(student)? {
        payload["root"] = root.into();
    }
    let attestation = Attestation {
        issuer: node.did().clone(),
        subject: student.clone(),
        kind: Kind::parse(COMPLETED).map_err(Problem::internal)?,
        context_id: Some(format!("{}/{}", course.owner.did, course.item.id)),
        context_type: Some(CONTEXT.to_owned()),
        payload: payload.as_object().cloned(),
        issued_at: node.now(),
    };
    let cid = attestation.cid().map_err(Problem::internal)?;
    let signed = attestation.sign(&node.key().key).map_err(Problem::internal)?;
    Ok(Attested {
        cid: IdText::from_cid(&cid),
        text: signed.text().to_owned(),
        signature: signed.signature(),
    })
}

impl Decide for Complete {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CompleteRefusal> {
        let student = ctx.owner().clone();
        let (teacher, course) = (self.teacher.as_str(), self.course.as_str());
        let seat = CourseSeat { teacher, course, student: student.as_str() };
        let certificate = ctx.prepared().clone().ok_or(CompleteRefusal::NotIn)?;
        let is_right = certificate.is_of(ctx.node(), &student, (teacher, course));
        refuse_if!(!is_right, CompleteRefusal::OtherCertificate);
        refuse_if!(!queries::is_in(ctx.reader(), student.as_str(), seat)?, CompleteRefusal::NotIn);
        let node = ctx.node().to_string();
        let all = queries::certificates(ctx.reader(), student.as_str())?;
        let is_this = |one: &queries::Certificate| {
            one.issuer == node && one.teacher == teacher && one.course == course
        };
        refuse_if!(all.iter().any(is_this), CompleteRefusal::Done);
        let command = TypedCommand {
            did: student,
            op: ops::ATTESTATION_RECEIVED.to_owned(),
            reference: Some(certificate.cid.clone()),
            body: None,
            fact: None,
            args: json!({ "text": certificate.text, "signature": certificate.signature }),
            prepared: Default::default(),
        };
        ctx.call_service(ops::SERVICE, command)?;
        ctx.reply(json!({ "certificate": certificate.cid.as_str() }));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::{SigningKey, Timestamp};

    const COURSE: &str = "itm_0123456789abcdef01234567";

    fn did(seed: u8) -> Did {
        Did::from_key(&SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes())
    }

    /// Builds an attestation by the node with this seed.
    fn attested(node: u8, subject: &Did, context: &str, kind: &str) -> Attested {
        let attestation = Attestation {
            issuer: did(node),
            subject: subject.clone(),
            kind: Kind::parse(kind).unwrap(),
            context_id: Some(context.to_owned()),
            context_type: Some(CONTEXT.to_owned()),
            payload: None,
            issued_at: Timestamp::parse("2026-11-20T10:00:00.000Z").unwrap(),
        };
        let cid = IdText::from_cid(&attestation.cid().unwrap());
        let signed = attestation.sign(&SigningKey::from_bytes(&[node; 32])).unwrap();
        Attested { cid, text: signed.text().to_owned(), signature: signed.signature() }
    }

    #[test]
    fn a_certificate_of_another_subject_issuer_or_course_is_refused() {
        let (node, student, teacher) = (1, did(2), did(3));
        let course = format!("{teacher}/{COURSE}");
        let is_accepted =
            |attested: &Attested| attested.is_of(&did(node), &student, (teacher.as_str(), COURSE));
        assert!(is_accepted(&attested(node, &student, &course, COMPLETED)));
        let other_course = format!("{teacher}/itm_ffffffffffffffffffffffff");
        let other_teacher = format!("{}/{COURSE}", did(4));
        for (name, other) in [
            ("subject", attested(node, &did(4), &course, COMPLETED)),
            ("issuer", attested(4, &student, &course, COMPLETED)),
            ("course", attested(node, &student, &other_course, COMPLETED)),
            ("teacher", attested(node, &student, &other_teacher, COMPLETED)),
            ("kind", attested(node, &student, &course, "learn.started")),
        ] {
            assert!(!is_accepted(&other), "another {name}");
        }
    }
}
