//! Grades for quizzes. A question counts if it has a correct answer and was visible.
//!
//! Counts like SurveyJS, except that a ranking is correct only in its order.

use std::collections::BTreeSet;

use imajin_app::operation::is_ignored;
use unicode_normalization::UnicodeNormalization as _;

use crate::answers::Answers;
use crate::form::{Form, Kind, Question};
use crate::value::Value;

/// The outcome of a quiz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grade {
    /// Number of correct answers.
    pub right: usize,
    /// Number of questions that count.
    pub of: usize,
}

impl Form {
    /// Grades answers. Texts are compared ignoring case and extra spaces, checkboxes ignoring order.
    pub fn grade(&self, answers: &Answers) -> Grade {
        let mut grade = Grade { right: 0, of: 0 };
        for question in
            self.questions.iter().filter(|question| answers.asked.contains(&question.name))
        {
            if let Some(correct) = &question.correct {
                let answer = answers.get(&question.name).map(|given| &given.value);
                grade.of += 1;
                grade.right +=
                    usize::from(answer.is_some_and(|given| question.is_right(given, correct)));
            }
        }
        grade
    }
}

/// Normalises a text for comparison: Unicode NFC, case folded, single spaces, no invisible characters.
fn words(text: &str) -> String {
    // An invisible character may separate a letter from its accent.
    let seen: String = text.chars().filter(|c| !is_ignored(*c)).nfc().collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    // Upper case first, so that ß equals ss and a final sigma equals a sigma.
    words.join(" ").to_uppercase().to_lowercase()
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
    use super::words;

    #[test]
    fn texts_are_compared_as_people_read_them() {
        for (given, right) in [
            ("  the   Alps ", "The Alps"),
            (" Cafe\u{301}  au\u{200b} LAIT", "café au lait"),
            ("Zu\u{308}rich", "Z\u{fc}rich"),
            ("Zu\u{200b}\u{308}rich", "Z\u{fc}rich"),
            ("STRASSE", "Stra\u{df}e"),
            ("\u{39f}\u{394}\u{39f}\u{3a3}", "\u{3bf}\u{3b4}\u{3bf}\u{3c2}"),
            ("Be\u{200b}rn", "bern"),
        ] {
            assert_eq!(words(given), words(right), "{given:?}");
        }
        assert_ne!(words("Bern"), words("Bernd"));
        assert_ne!(words("aulait"), words("au lait"));
    }
}
