//! Forms in a subset of SurveyJS's JSON: questions, answers, totals, grades and tables. Polls, surveys and quizzes
//! share this crate, which does no I/O and knows neither people nor logs.
//!
//! Always: a [`Form`] contains only what this crate understands, because [`Form::parse`] refuses unknown members by
//! name, and [`Answers`] fit their form. `apps/www/shared/js/form/rules.js` implements the same rules for browsers.
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
mod condition_parser;
mod csv;
mod fault;
mod form;
mod grade;
mod object;
mod operand;
mod parse;
mod print;
mod text;
mod totals;
mod value;

pub use answers::Answers;
pub use condition::{Comparison, Condition, Literal, Sign, Test};
pub use fault::{AnswerError, Fault};
pub use form::{Choice, Choices, Date, Form, Kind, Question};
pub use grade::Grade;
pub use object::FormError;
pub use text::{AnswersText, JsonText, QuestionsText, TextOf};
pub use totals::{Count, THOUSANDTHS, Totals};
pub use value::{PartialAnswers, QuestionAnswer, Value};

/// Maximum number of questions in a form.
pub const QUESTIONS_MAX: usize = 100;
/// Maximum number of choices in a question.
pub const CHOICES_MAX: usize = 100;
/// Maximum length of a question's name in characters.
pub const NAME_CHARS_MAX: usize = 60;
/// Maximum length in characters of a title, a description, or a choice's value or text.
pub const TITLE_CHARS_MAX: usize = 500;
/// Maximum length of a text answer in characters.
pub const ANSWER_CHARS_MAX: usize = 2_000;
/// Maximum size of one person's answers in bytes of JSON.
pub const ANSWERS_BYTES_MAX: usize = 16_000;
/// Maximum size of a form in bytes of JSON.
pub const FORM_BYTES_MAX: usize = 64_000;
/// Maximum number of values on a rating scale.
pub const RATES_MAX: i64 = 20;
/// Maximum absolute value of a number in a form or an answer. Numbers have at most three decimals.
pub const NUMBER_MAX: f64 = 1e9;
/// The value of the choice for which a person enters a text.
pub const OTHER: &str = "other";
/// Suffix of the member with the text for [`OTHER`], after the question's name.
pub const COMMENT: &str = "-Comment";
