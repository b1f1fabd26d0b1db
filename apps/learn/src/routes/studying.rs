//! The courses that a person takes, and a teacher's students.

use imajin_app::extract::{Path, Person};
use imajin_app::{Answer, Node, time};
use imajin_protocol::Did;
use imajin_selling::ForSale;
use serde::Serialize;
use utoipa::ToSchema;

use crate::courses::{self, Course};
use crate::queries::{self, Enrolment, Seat, State as Standing, Studied};

/// A course that a person takes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CourseTaken {
    /// Its teacher.
    pub(crate) teacher: String,
    /// Its id.
    #[schema(example = "itm_000000000000000000000001")]
    pub(crate) course: String,
    /// The title, if the student can still see the course.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// The path of its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Whether its payment is still on its way.
    pub(crate) waits: bool,
    /// How many of its required lessons they have done.
    pub(crate) done: usize,
    /// How many it has.
    pub(crate) of: usize,
    /// The CID of their certificate, if they have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<String>,
}

/// The courses that a person takes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoursesAnswer {
    /// The newest first.
    courses: Vec<CourseTaken>,
}

/// Returns the courses that a person takes, with their progress.
pub(crate) fn taken(node: &Node, student: &Did) -> Answer<Vec<CourseTaken>> {
    let now = node.now().as_millis();
    let (mut all, certificates) = queries::read(node, |db| {
        let certificates = queries::certificates(db, student.as_str())?;
        Ok((queries::taken(db, student.as_str(), now)?, certificates))
    })?;
    // A payment to a teacher who has left delivers no place and goes back.
    all.retain(|one| one.state != Standing::Promised || node.takes_entries(&one.seat.teacher));
    let describe = |Enrolment { course: id, seat, state, .. }: Enrolment| {
        let (teacher, id) = (seat.teacher, id.as_str());
        let course = courses::open(node, &teacher, Some(student), id).ok();
        let (done, of) = match &course {
            Some(course) => progress(course, &studied(node, student, course)?),
            None => (0, 0),
        };
        let mut certificates = certificates.iter();
        let certificate =
            certificates.find(|one| one.course == id && one.teacher == teacher.as_str());
        Ok(CourseTaken {
            certificate: certificate.map(|one| one.cid.clone()),
            teacher: teacher.to_string(),
            title: course.as_ref().map(|course| course.item.title.clone()),
            path: course.as_ref().map(ForSale::path),
            course: id.to_owned(),
            waits: state == Standing::Promised,
            done,
            of,
        })
    };
    all.into_iter().map(describe).collect()
}

/// Returns a student's progress in a course.
pub(crate) fn studied(node: &Node, student: &Did, course: &Course) -> Answer<Studied> {
    queries::read(node, |db| {
        let of = (course.owner.did.as_str(), &*course.item.id);
        queries::studied(db, student.as_str(), of)
    })
}

/// Returns the number of required lessons that are done, and the number of all required lessons.
pub(crate) fn progress(course: &Course, studied: &Studied) -> (usize, usize) {
    let is_done = |lesson: &&crate::items::Item| studied.done.contains_key(&lesson.id);
    let done = course.required().filter(is_done).count();
    (done, course.required().count())
}

/// The courses that the caller takes.
#[utoipa::path(get, path = "/api/courses", tag = "learn",
    responses((status = 200, body = CoursesAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn courses(Person(node, session): Person) -> Answer<axum::Json<CoursesAnswer>> {
    let courses = taken(&node, &session.did)?;
    Ok(axum::Json(CoursesAnswer { courses }))
}

/// A student of a course.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Student {
    /// Their DID.
    pub(crate) did: String,
    /// How everybody may call them, where they have a name here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Since when.
    pub(crate) since: Option<String>,
    /// The payment, where it cost something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment: Option<String>,
    /// The price that they paid, in minor units.
    pub(crate) amount: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    /// The lessons that they have done, required or not.
    pub(crate) done: Vec<String>,
    /// The best of their tries at each graded quiz.
    pub(crate) grades: Vec<GradeShown>,
}

/// The best of a person's tries at a graded quiz.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GradeShown {
    /// The lesson with the quiz.
    pub(crate) lesson: String,
    /// The lesson's title.
    pub(crate) title: String,
    /// Questions that were answered right.
    pub(crate) right: i64,
    /// Questions that counted.
    pub(crate) of: i64,
    /// Whether that is enough.
    pub(crate) passed: bool,
    /// How often they tried.
    pub(crate) tries: i64,
}

/// The students of a course.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StudentsAnswer {
    /// The newest first.
    students: Vec<Student>,
}

/// The students of a course of the caller's, with what they have done.
#[utoipa::path(get, path = "/api/courses/{course}/students", tag = "learn", params(("course" = String, Path, description = "An id or slug")),
    responses((status = 200, body = StudentsAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "You have no such course")))]
pub(crate) async fn students(
    Person(node, session): Person,
    Path(name): Path<String>,
) -> Answer<axum::Json<StudentsAnswer>> {
    let course = courses::open(&node, &session.did, Some(&session.did), &name)?;
    let students = students_of(&node, &course)?;
    Ok(axum::Json(StudentsAnswer { students }))
}

/// Returns a student's grades in a course, by lesson.
fn grades(course: &Course, studied: &Studied) -> Vec<GradeShown> {
    let lessons = course.lessons().into_iter();
    let graded = lessons.filter_map(|lesson| Some((lesson, studied.grades.get(&lesson.id)?)));
    let shown = graded.map(|(lesson, grade)| GradeShown {
        lesson: lesson.id.clone(),
        title: lesson.title.clone(),
        right: grade.right,
        of: grade.of,
        passed: grade.passed,
        tries: grade.tries,
    });
    shown.collect()
}

/// Returns the students of a course, as its teacher sees them.
pub(crate) fn students_of(node: &Node, course: &Course) -> Answer<Vec<Student>> {
    let teacher = course.owner.did.as_str();
    let all = queries::read(node, |db| queries::students(db, teacher, Some(&course.item.id)))?;
    let describe = |enrolment: Enrolment| {
        let Seat { student, bought, .. } = enrolment.seat;
        let studied = studied(node, &student, course)?;
        let bought = bought.as_ref();
        Ok(Student {
            name: node.called(&student)?,
            since: time::text(enrolment.at),
            payment: bought.map(|bought| bought.payment.to_string()),
            amount: bought.map_or(0, |bought| bought.amount.get()),
            currency: bought.map(|bought| bought.currency.to_string()),
            grades: grades(course, &studied),
            done: studied.done.into_keys().collect(),
            did: student.to_string(),
        })
    };
    all.into_iter().map(describe).collect()
}
