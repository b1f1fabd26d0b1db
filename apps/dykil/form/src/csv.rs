//! Answers as table cells, with the texts that people read instead of names and values. `imajin_app::csv` writes
//! the table.

use crate::COMMENT;
use crate::answers::Answers;
use crate::form::{Form, Kind, Question};
use crate::value::{QuestionAnswer, Value};

impl Form {
    /// Returns the column headings. A question with several choices has a column per choice, and *other* has a column
    /// for its text.
    pub fn headings(&self) -> Vec<String> {
        let mut headings = Vec::new();
        for question in &self.questions {
            let title = question.title();
            match &question.kind {
                Kind::Checkbox(choices) => {
                    let items = choices.items.iter();
                    headings.extend(items.map(|choice| format!("{title}: {}", choice.text())));
                }
                _ => headings.push(title.to_owned()),
            }
            if question.kind.has_other() {
                headings.push(format!("{title}{COMMENT}"));
            }
        }
        headings
    }

    /// Returns the heading of a question, or the name itself if the form has no such question.
    pub fn heading<'f>(&'f self, name: &'f str) -> &'f str {
        self.questions.iter().find(|one| one.name == name).map_or(name, Question::title)
    }

    /// Returns the cells of one person's answers. Unanswered questions have empty cells.
    pub fn cells(&self, answers: &Answers) -> Vec<String> {
        let mut cells = Vec::new();
        for question in &self.questions {
            let answer = answers.get(&question.name);
            match &question.kind {
                Kind::Checkbox(choices) => {
                    let items = choices.items.iter();
                    cells.extend(items.map(|choice| is_chosen(answer, &choice.value)));
                }
                _ => cells.push(answer.map_or_else(String::new, |given| cell(question, given))),
            }
            if question.kind.has_other() {
                let other = answer.and_then(|given| given.other.as_deref());
                cells.push(other.unwrap_or_default().to_owned());
            }
        }
        cells
    }
}

/// Returns `true` or `false`: whether the answer includes a choice. Empty without an answer.
fn is_chosen(given: Option<&QuestionAnswer>, choice: &str) -> String {
    match given.map(|given| &given.value) {
        Some(Value::List(items)) => items.iter().any(|item| item == choice).to_string(),
        _ => String::new(),
    }
}

fn cell(question: &Question, given: &QuestionAnswer) -> String {
    let text = |value: &str| {
        let mut choices = question.kind.choices().iter();
        let choice = choices.find(|choice| choice.value == value);
        choice.map_or(value, |choice| choice.text()).to_owned()
    };
    match &given.value {
        Value::Text(value) => text(value),
        Value::Number(number) => number.to_string(),
        Value::Bool(is) => is.to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| text(item)).collect();
            items.join("; ")
        }
    }
}
