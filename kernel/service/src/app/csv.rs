//! Tables that people open in a spreadsheet (RFC 4180).
//!
//! Always: what others wrote is text there, never a formula.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A line of cells, with its end.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    cells.join(",") + "\r\n"
}

/// A table, whose first line names its columns, as a file of this name for the person who asked.
pub fn file(name: &str, table: String) -> Response {
    let kind = "text/csv; charset=utf-8; header=present";
    let name = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, &name),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    (headers, table).into_response()
}

/// A cell. One that would be a formula gets a `'` in front, which spreadsheets take as the mark of a text.
fn cell(text: &str) -> String {
    let mark = if text.starts_with(FORMULA) { "'" } else { "" };
    match text.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{mark}{}\"", text.replace('"', "\"\"")),
        false => format!("{mark}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_cell_is_a_formula() {
        let cells = ["a", "b,c", "say \"hi\"", "two\nlines", ""];
        assert_eq!(
            line(cells),
            "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n"
        );
        let cells = ["=1+1", "+41 79", "-5", "@ada", "\tx", "=a,b"];
        assert_eq!(line(cells), "'=1+1,'+41 79,'-5,'@ada,'\tx,\"'=a,b\"\r\n");
    }
}
