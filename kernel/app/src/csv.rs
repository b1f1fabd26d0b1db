//! Tables that people open in a spreadsheet (RFC 4180).
//!
//! Always: what others wrote is text there, never a formula.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::direction::settle_direction;

/// Characters that spreadsheets take for the beginning of a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];
/// Signs after which some spreadsheet begins a cell.
const SEPARATORS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// A line of cells, with its end.
pub fn line(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|text| cell(text.as_ref())).collect();
    cells.join(",") + "\r\n"
}

/// A table, whose first line names its columns, as a file of this name for the person who asked. It begins with the mark by which
/// spreadsheets know UTF-8.
pub fn file(name: &str, table: String) -> Response {
    let kind = "text/csv; charset=utf-8; header=present";
    let name = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, &name),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    (headers, format!("\u{feff}{table}")).into_response()
}

/// A cell. What would be a formula, also for a spreadsheet that separates cells by another sign, gets a `'` in front, the mark of a text.
fn cell(text: &str) -> String {
    if is_number(text) {
        return text.to_owned();
    }
    let text = settle_direction(text);
    let mut cell = String::with_capacity(text.len() + 1);
    if text.starts_with(SEPARATORS) {
        cell.push('\'');
    }
    let mut begins = true;
    for letter in text.chars() {
        if begins && FORMULA.contains(&letter) {
            cell.push('\'');
        }
        begins = SEPARATORS.contains(&letter);
        cell.push(letter);
    }
    if cell.contains(SEPARATORS) || cell.contains('"') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

/// Whether a text is a plain number, which is not a formula although it may begin with a sign.
fn is_number(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '.');
    text.chars().all(is_plain) && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_cell_is_a_formula() {
        let cells = ["a", "b,c", "say \"hi\"", "two\nlines", ""];
        assert_eq!(line(cells), "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n");
        assert_eq!(line(["Ada\u{202e}", "b"]), "Ada,b\r\n");
        // A formula does not hide behind a removed character.
        assert_eq!(line(["\u{200e}=1+1"]), "'=1+1\r\n");
        let cells = ["=1+1", "+41 79", "-5", "-5-1", "@ada", "\tx", "=a,b", "a;=1"];
        assert_eq!(line(cells), "'=1+1,'+41 79,-5,'-5-1,'@ada,\"'\tx\",\"'=a,b\",\"a;'=1\"\r\n");
    }
}
