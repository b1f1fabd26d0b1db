//! How many questions of a quiz were answered right. A question counts if it has a right answer and the person saw it.
//!
//! As SurveyJS counts, except that a ranking is right only in its order.

use std::collections::BTreeSet;

use imajin_service::operation::is_ignored;
use unicode_normalization::UnicodeNormalization as _;

use crate::answers::{Answers, Value};
use crate::form::{Form, Kind, Question};

/// The outcome of a quiz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grade {
    /// Questions that were answered right.
    pub right: usize,
    /// Questions that counted.
    pub of: usize,
}

impl Form {
    /// Grades answers. Texts are compared without regard to case and spaces, a checkbox without regard to order.
    pub fn grade(&self, answers: &Answers) -> Grade {
        let mut grade = Grade { right: 0, of: 0 };
        for question in self
            .questions
            .iter()
            .filter(|question| answers.asked.contains(&question.name))
        {
            if let Some(correct) = &question.correct {
                let given = answers.get(&question.name).map(|given| &given.value);
                grade.of += 1;
                grade.right +=
                    usize::from(given.is_some_and(|given| question.is_right(given, correct)));
            }
        }
        grade
    }
}

/// A text as right answers are compared: in Unicode's form NFC, in small letters, with single spaces, and without characters that don't show.
fn words(text: &str) -> String {
    let seen: String = text.nfc().filter(|c| !is_ignored(*c)).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

impl Question {
    fn is_right(&self, given: &Value, correct: &Value) -> bool {
        match (&self.kind, given, correct) {
            (Kind::Checkbox(_), Value::List(given), Value::List(correct)) => {
                given.iter().collect::<BTreeSet<_>>() == correct.iter().collect()
            }
            (
                Kind::Text | Kind::Email | Kind::Comment,
                Value::Text(given),
                Value::Text(correct),
            ) => words(given) == words(correct),
            _ => given == correct,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_look_alike_are_the_same_answer() {
        assert_eq!(
            words(" Cafe\u{301}  au\u{200b} LAIT"),
            words("café au lait")
        );
        assert_ne!(words("aulait"), words("au lait"));
    }
}
