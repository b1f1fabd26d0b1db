//! Forms: questions, answers to them, totals, grades and tables, in a subset of the JSON of SurveyJS. Polls, surveys and quizzes
//! share this crate. It does no I/O, and knows neither people nor logs.
//!
//! Always: a [`Form`] holds only what this crate understands, because [`Form::parse`] refuses everything else by its name; and
//! [`Answers`] fit their form. `apps/www/shared/js/form/rules.js` has the same rules for browsers.
//!
//! ```
//! use imajin_form::{Form, Totals};
//! use serde_json::json;
//!
//! let form = Form::parse(&json!({"elements": [
//!     {"type": "boolean", "name": "coming", "isRequired": true},
//!     {"type": "text", "inputType": "number", "name": "guests", "min": 0, "visibleIf": "{coming} = true"},
//! ]}))?;
//! let answers = form.check(&json!({"coming": false, "guests": 3}))?;
//! assert_eq!(answers.to_json(), json!({"coming": false}));
//! let mut totals = Totals::new(&form);
//! totals.add(&form, &answers);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod answers;
mod check;
mod condition;
mod csv;
mod form;
mod grade;
mod object;
mod operand;
mod parse;
mod print;
mod read;
mod text;
mod totals;

pub use answers::{Answers, Entered, Given, Value};
pub use check::{AnswerError, Fault};
pub use condition::{Comparison, Condition, Literal, Sign, Test};
pub use form::{Choice, Choices, Date, Form, Kind, Question};
pub use grade::Grade;
pub use object::FormError;
pub use text::{AnswersText, QuestionsText, TextOf, Written};
pub use totals::{Count, THOUSANDTHS, Totals};

/// Questions of a form.
pub const QUESTIONS_MAX: usize = 100;
/// Choices of a question.
pub const CHOICES_MAX: usize = 100;
/// Characters of a question's name.
pub const NAME_CHARS_MAX: usize = 60;
/// Characters of a title, a description, or a choice's value or text.
pub const TITLE_CHARS_MAX: usize = 500;
/// Characters of an answer.
pub const ANSWER_CHARS_MAX: usize = 2_000;
/// Bytes of all answers of one person, as JSON.
pub const ANSWERS_BYTES_MAX: usize = 16_000;
/// Bytes of a form, as JSON.
pub const FORM_BYTES_MAX: usize = 64_000;
/// Values of a rating.
pub const RATES_MAX: i64 = 20;
/// The largest number, either way, that a form or an answer may contain. A number has at most three digits after the point.
pub const NUMBER_MAX: f64 = 1e9;
/// The value of the choice that a person words themself.
pub const OTHER: &str = "other";
/// What follows a question's name in the name of the text for [`OTHER`].
pub const COMMENT: &str = "-Comment";
