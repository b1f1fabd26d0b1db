//! Creating and replacing courses, modules and lessons, and pricing a course.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, ItemId, Operation, Paragraphs,
    Reasons, Request, Title,
};
use imajin_app::{Answer, Problem, refuse_if};
use imajin_form::{Form, QuestionsText};
use imajin_items::{Placed, PutRefusal, Showing, check_put, store};
use imajin_protocol::Currency;
use imajin_protocol::fair::{Digest, Manifest, Source};
use imajin_selling::check_offer;

use crate::Learn;
use crate::courses;
use crate::items::Kind;
use crate::queries;

/// Maximum size of a lesson in bytes.
const TEXT_BYTES_MAX: usize = 200_000;
/// Maximum price of a course in minor units, equal to the maximum payment.
const PRICE_MAX: i64 = 99_999_900;

/// Adds a course, module or lesson, or replaces it: everything that is left out is empty from then on.
#[derive(Debug, Operation)]
#[operation(name = "learn.put", authority = Any, erasable_by = Author, refusal = PutRefusal, check)]
pub(crate) struct PutItem {
    /// Its id: `itm_` and 24 of 0-9 a-f, drawn by the client. Only its owner and the id together name it.
    #[reference]
    pub(crate) item: ItemId,
    /// The title, in at most 200 characters.
    pub(crate) title: Title<200>,
    /// The description, in at most 10 000 characters. Everybody who finds the course reads it.
    pub(crate) note: Option<Paragraphs<10_000>>,
    /// The text that students of a lesson read: Markdown, at most 200 000 bytes.
    pub(crate) text: Option<Paragraphs<TEXT_BYTES_MAX>>,
    /// The quiz of a lesson, as a text: a part of the JSON of SurveyJS, with `correctAnswer`.
    pub(crate) questions: Option<QuestionsText>,
    #[group]
    pub(crate) placed: Placed,
    #[group]
    pub(crate) showing: Showing,
    /// `course`, `module` or `lesson`. Modules are in courses, lessons in courses or modules; what is in none yet is seen by its owner alone.
    #[fact]
    pub(crate) kind: Kind,
    /// 1 for a lesson without which one finishes the course, too.
    #[fact]
    pub(crate) optional: Option<Int<0, 1>>,
    /// How many percent of the quiz must be right. With it the quiz is graded by the node, which keeps the right answers.
    #[fact]
    pub(crate) pass: Option<Int<1, 100>>,
}

impl PutItem {
    fn check(&self) -> Result<(), FieldError> {
        let wrong = |field: &str, text: &str| Err(FieldError::new(field, text));
        if self.title.trim().is_empty() {
            return wrong("title", "title must not be empty.");
        }
        if self.kind == Kind::Course && self.placed.parent.is_some() {
            return wrong("in", "A course is in nothing else: leave in out.");
        }
        let text = self.text.as_ref().map_or("", |text| &text.0);
        if text.len() > TEXT_BYTES_MAX {
            return wrong("text", "text has at most 200 000 bytes.");
        }
        if self.kind != Kind::Lesson {
            let own = [
                ("text", self.text.is_some()),
                ("questions", self.questions.is_some()),
                ("optional", self.optional.is_some()),
                ("pass", self.pass.is_some()),
            ];
            if let Some((field, _)) = own.iter().find(|(_, is_there)| *is_there) {
                let text = format!("Only lessons have {field}: leave it out.");
                return Err(FieldError::new(*field, text));
            }
        }
        if self.pass.is_some() {
            let form = self.questions.as_ref().and_then(|text| Form::of_text(text.as_str()).ok());
            let has_answer =
                form.is_some_and(|form| form.questions().iter().any(|one| one.correct.is_some()));
            if !has_answer {
                let text = "A graded quiz needs a question with a correctAnswer.";
                return wrong("questions", text);
            }
        }
        self.showing.check()
    }
}

impl Decide for PutItem {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PutRefusal> {
        let owner = ctx.owner().clone();
        check_put::<Learn>(ctx.reader(), &owner, (&self.item, self.kind), &self.placed).map(drop)
    }
}

/// Says what a course costs, and who gets what of it. A course without an offer is free.
#[derive(Debug, Operation)]
#[operation(name = "learn.offer", authority = OwnKey, facts, refusal = OfferRefusal, prepared = ())]
pub(crate) struct OfferCourse {
    /// The course's id.
    #[reference]
    pub(crate) course: ItemId,
    /// The price, in minor units; 0 for a course that is free.
    pub(crate) price: Int<0, PRICE_MAX>,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The digest of a .fair manifest that the owner signed and published, by which the price is shared.
    pub(crate) fair: Digest,
}

#[derive(Debug, Reasons)]
pub(crate) enum OfferRefusal {
    /// You have no course with this id: make it first.
    #[refused(NotFound, field = "ref")]
    NoCourse,
}

impl OfferCourse {
    /// Refuses an offer of a copy whose manifest doesn't give the original its current share of the copy's income.
    fn check_copy(&self, request: &Request<'_>, manifest: &Manifest) -> Answer<()> {
        let (node, owner) = (request.node, request.owner.as_str());
        let item = queries::read(node, |db| store::item::<Learn>(db, owner, self.course.as_str()))?;
        let Some(original) = item.and_then(|item| item.base.copied) else {
            return Ok(());
        };
        let Some((terms, share)) = courses::terms_of_copy(node, &original)? else {
            let text = "This is a copy of a course whose owner doesn’t let others teach it, or that isn’t here any more.";
            return Err(Problem::conflict(text).slug("not-open"));
        };
        let is_it = |source: &Source| {
            source.fair == Some(terms.digest()) && source.weight.get() >= share.get()
        };
        if share.is_zero() || manifest.sources().iter().any(is_it) {
            Ok(())
        } else {
            let text = format!(
                "fair must have {} in derivesFrom, with at least {} millionths of what the copy earns.",
                terms.digest(),
                share.get()
            );
            Err(Problem::field("fair", text).slug("no-share"))
        }
    }
}

impl BeforeSubmit for OfferCourse {
    fn before_submit(&self, request: &Request<'_>) -> Answer<()> {
        let terms = (self.price.0, self.currency, &self.fair);
        let manifest = check_offer::<Learn>(request, terms)?;
        self.check_copy(request, &manifest)
    }
}

impl Decide for OfferCourse {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OfferRefusal> {
        let owner = ctx.owner().as_str();
        let row = store::item::<Learn>(ctx.reader(), owner, self.course.as_str())?;
        refuse_if!(row.is_none_or(|item| item.kind != Kind::Course), OfferRefusal::NoCourse);
        Ok(())
    }
}
