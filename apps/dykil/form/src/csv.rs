//! Answers as the cells of a table: what people read, not what the form calls it. `imajin_service::csv` writes the table.

use crate::COMMENT;
use crate::answers::{Answers, Given, Value};
use crate::form::{Form, Kind, Question};

impl Form {
    /// The headings of the columns. A question with several choices has a column for each, and one of *other* a column for its words.
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

    /// The heading of a question by its name; the name itself of one that the form doesn't have.
    pub fn heading<'f>(&'f self, name: &'f str) -> &'f str {
        let question = self.questions.iter().find(|one| one.name == name);
        question.map_or(name, Question::title)
    }

    /// The cells of one person's answers. An empty cell stands for a question without an answer.
    pub fn cells(&self, answers: &Answers) -> Vec<String> {
        let mut cells = Vec::new();
        for question in &self.questions {
            let given = answers.get(&question.name);
            match &question.kind {
                Kind::Checkbox(choices) => {
                    let items = choices.items.iter();
                    cells.extend(items.map(|choice| is_chosen(given, &choice.value)));
                }
                _ => cells.push(given.map_or_else(String::new, |given| cell(question, given))),
            }
            if question.kind.has_other() {
                let other = given.and_then(|given| given.other.as_deref());
                cells.push(other.unwrap_or_default().to_owned());
            }
        }
        cells
    }
}

/// Whether a choice is among those of an answer.
fn is_chosen(given: Option<&Given>, choice: &str) -> String {
    match given.map(|given| &given.value) {
        Some(Value::List(items)) => items.iter().any(|item| item == choice).to_string(),
        _ => String::new(),
    }
}

fn cell(question: &Question, given: &Given) -> String {
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
