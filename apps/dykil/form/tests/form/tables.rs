//! Tables of answers.

use serde_json::json;

use super::all_kinds;

#[test]
fn a_row_has_a_cell_for_each_column() {
    let form = all_kinds();
    let headings = [
        "A line",
        "mail",
        "number",
        "day",
        "lines",
        "radio",
        "radio-Comment",
        "drop",
        "check: 1",
        "check: 2",
        "check: 3",
        "check-Comment",
        "rank",
        "rate",
        "yes",
    ];
    assert_eq!(form.headings(), headings);
    let answers = json!({"line": "a", "mail": "ada@example.org", "number": -2.5, "radio": "b", "drop": "=y", "check": ["1", "3"],
        "rank": ["r", "p", "q"], "rate": 10, "yes": false});
    let cells = [
        "a",
        "ada@example.org",
        "-2.5",
        "",
        "",
        "The b",
        "",
        "=y",
        "true",
        "false",
        "true",
        "",
        "r; p; q",
        "10",
        "false",
    ];
    assert_eq!(form.cells(&form.check(&answers).unwrap()), cells);
    let answers = json!({"mail": "ada@example.org", "radio": "other", "radio-Comment": "@home"});
    let cells = form.cells(&form.check(&answers).unwrap());
    assert_eq!(cells[5..11], ["other", "@home", "", "", "", ""]);
}
