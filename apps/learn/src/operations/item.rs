//! Putting courses, modules and lessons, and saying what a course costs.

use imajin_dfos::Value;
use imajin_items::{Placed, PutRefusal, Showing, check_put, store};
use imajin_protocol::fair::{Digest, Manifest, Source};
use imajin_protocol::{Currency, IdText, Minor};
use imajin_selling::{Offer, Rail, cashier};
use imajin_service::Problem;
use imajin_service::operation::{
    BeforeSubmit, Context, Decide, Decision, Field, FieldError, Int, Invalid, ItemId, Line,
    Operation, Paragraphs, Reasons, Request, Words,
};
use serde_json::{Value as Json, json};

use super::enroll::KIND;
use crate::Learn;
use crate::courses;
use crate::items::{self, Kind};
use crate::manifest::MANIFEST;

/// Bytes of a lesson.
const TEXT_BYTES_MAX: usize = 200_000;
/// The most that a course can cost, in minor units: what a payment can be.
const PRICE_MAX: i64 = 99_999_900;

/// The questions of a quiz as they are entered: JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Questions(pub(crate) String);

impl Field for Questions {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().unwrap_or_default();
        match items::questions(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(Invalid::new(format!(
                "must be questions in the JSON of SurveyJS, as a text: {error}"
            ))),
        }
    }

    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().map(|text| Self(text.to_owned()));
        text.ok_or_else(|| Invalid::new("must be a text"))
    }

    fn write(&self) -> Option<Value> {
        Some(self.0.as_str().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "maxLength": imajin_form::FORM_BYTES_MAX })
    }

    fn sample(words: &mut Words) -> Value {
        let question = json!({ "type": "boolean", "name": "q1", "title": words.take(), "correctAnswer": true });
        json!({ "elements": [question] }).to_string().into()
    }
}

/// Adds a course, module or lesson, or replaces it: everything that is left out is empty from then on.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.put",
    authority = Any,
    erasable_by = Author,
    refusal = PutRefusal,
    check
)]
pub(crate) struct PutItem {
    /// Its id: `itm_` and 24 of 0-9 a-f, drawn by the client. Only its owner and the id together name it.
    #[reference]
    pub(crate) item: ItemId,
    /// What it is called, in at most 200 characters.
    pub(crate) title: Line<200>,
    /// What it is about, in at most 10 000 characters. Everybody who finds the course reads it.
    pub(crate) note: Option<Paragraphs<10_000>>,
    /// What students of a lesson read: Markdown, at most 200 000 bytes.
    pub(crate) text: Option<Paragraphs<TEXT_BYTES_MAX>>,
    /// The quiz of a lesson, as a text: a part of the JSON of SurveyJS, with `correctAnswer`.
    pub(crate) questions: Option<Questions>,
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
            let form = self.questions.as_ref();
            let form = form.and_then(|text| items::questions(&text.0).ok());
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
#[operation(name = "learn.offer", authority = OwnKey, refusal = OfferRefusal, prepared = ())]
pub(crate) struct OfferCourse {
    /// The course's id.
    #[reference]
    pub(crate) course: ItemId,
    /// What it costs, in minor units; 0 for a course that is free.
    #[fact]
    pub(crate) price: Int<0, PRICE_MAX>,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
    /// The digest of a .fair manifest that the owner signed and published, by which the price is shared.
    #[fact]
    pub(crate) fair: Digest,
}

/// Why a course has no offer.
#[derive(Debug, Reasons)]
pub(crate) enum OfferRefusal {
    /// It isn't there.
    #[refused(
        NotFound,
        field = "ref",
        message = "You have no course with this id: make it first."
    )]
    NoCourse,
}

/// What is wrong with a manifest that its owner didn't sign, or nobody published here.
const FAIR: &str = "fair must be the digest of a .fair manifest that you signed and published here (pay.fair.publish).";

impl OfferCourse {
    /// A copy is offered with the original's share of what it earns, as the original's owner wants it now.
    fn check_copy(&self, request: &Request<'_>, manifest: &Manifest) -> Result<(), Problem> {
        let (node, owner) = (request.node, request.owner.as_str());
        let item = node.read(MANIFEST.name, |db| {
            store::item::<Learn>(db, owner, self.course.as_str())
        })?;
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
        match share.is_zero() || manifest.sources().iter().any(is_it) {
            true => Ok(()),
            false => {
                let text = format!(
                    "fair must have {} in derivesFrom, with at least {} millionths of what the copy earns.",
                    terms.digest(),
                    share.get()
                );
                Err(Problem::field("fair", text).slug("no-share"))
            }
        }
    }
}

impl BeforeSubmit for OfferCourse {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let wrong = || Problem::field("fair", FAIR);
        let node = request.node;
        let cashier = cashier(node)?;
        let word = |text: &str| IdText::parse(text).map_err(Problem::internal);
        let offer = Offer {
            // Somebody who gets nothing of it.
            payer: node.did().clone(),
            amount: Minor::new(self.price.0.max(1)).map_err(Problem::internal)?,
            currency: self.currency,
            service: word(MANIFEST.name)?,
            kind: word(KIND)?,
            manifest: cashier.manifest(node, &self.fair)?.ok_or_else(wrong)?,
            rail: Rail::Ledger,
            quoted: None,
        };
        if cashier.quote(node, &offer)?.seller != *request.owner {
            return Err(wrong());
        }
        self.check_copy(request, &offer.manifest)
    }
}

impl Decide for OfferCourse {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OfferRefusal> {
        let owner = ctx.owner().as_str();
        let found = store::item::<Learn>(ctx.reader(), owner, self.course.as_str())?;
        match found.is_some_and(|item| item.kind == Kind::Course) {
            true => Ok(()),
            false => Err(OfferRefusal::NoCourse.into()),
        }
    }
}
