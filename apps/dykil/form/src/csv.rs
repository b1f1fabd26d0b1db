//! Answers as a table that spreadsheets open: CSV by RFC 4180, one column for each question, one more for each *other*.
//!
//! Always: no cell that a person wrote is a formula. A cell that would begin one gets a `'` before it; numbers need none.

use crate::COMMENT;
use crate::answers::{Answers, Value};
use crate::form::Form;

/// With one of these a spreadsheet's formula may begin.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

impl Form {
    /// The line that names the columns, with its line end.
    pub fn csv_header(&self) -> String {
        let mut cells = Vec::new();
        for question in &self.questions {
            cells.push(cell(&question.name));
            if question.kind.has_other() {
                cells.push(cell(&format!("{}{COMMENT}", question.name)));
            }
        }
        line(&cells)
    }

    /// The line of one person's answers, with its line end. A list is joined with `; `; an empty cell is no answer.
    pub fn csv_row(&self, answers: &Answers) -> String {
        let mut cells = Vec::new();
        for question in &self.questions {
            let given = answers.get(&question.name);
            cells.push(given.map_or_else(String::new, |given| match &given.value {
                Value::Text(text) => cell(text),
                Value::Number(number) => number.to_string(),
                Value::Bool(is) => is.to_string(),
                Value::List(items) => cell(&items.join("; ")),
            }));
            if question.kind.has_other() {
                let other = given.and_then(|given| given.other.as_deref());
                cells.push(cell(other.unwrap_or_default()));
            }
        }
        line(&cells)
    }
}

fn line(cells: &[String]) -> String {
    cells.join(",") + "\r\n"
}

fn cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    match text.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{guard}{}\"", text.replace('"', "\"\"")),
        false => format!("{guard}{text}"),
    }
}
