//! Tables of answers.

use imajin_form::Form;
use serde_json::json;

use super::{all_kinds, form};

/// The cells of a table by RFC 4180: a reader of the test's own.
pub(crate) fn read(text: &str) -> Vec<Vec<String>> {
    let mut lines = vec![vec![String::new()]];
    let (mut letters, mut is_quoted) = (text.chars().peekable(), false);
    while let Some(letter) = letters.next() {
        let line = lines.last_mut().unwrap();
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                line.last_mut().unwrap().push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => line.push(String::new()),
            '\r' if !is_quoted => {
                assert_eq!(letters.next(), Some('\n'));
                lines.push(vec![String::new()]);
            }
            letter => line.last_mut().unwrap().push(letter),
        }
    }
    assert_eq!(lines.pop().unwrap(), [""]);
    lines
}

fn row(form: &Form, answers: serde_json::Value) -> String {
    form.csv_row(&form.check(&answers).unwrap())
}

#[test]
fn a_row_has_a_cell_for_each_column() {
    let form = all_kinds();
    let header =
        "line,mail,number,day,lines,radio,radio-Comment,drop,check,check-Comment,rank,rate,yes\r\n";
    assert_eq!(form.csv_header(), header);
    let answers = json!({"line": "a, \"b\"", "mail": "ada@example.org", "number": -2.5, "lines": "one\ntwo", "radio": "other", "radio-Comment": "@home",
        "drop": "=y", "check": ["1", "3"], "rank": ["r", "p", "q"], "rate": 10, "yes": false});
    let expected = "\"a, \"\"b\"\"\",ada@example.org,-2.5,,\"one\ntwo\",other,'@home,'=y,1; 3,,r; p; q,10,false\r\n";
    assert_eq!(row(&form, answers), expected);
}

#[test]
fn no_cell_begins_a_formula() {
    let form = form(json!([{"type": "text", "name": "-q"}]));
    assert_eq!(form.csv_header(), "'-q\r\n");
    for (text, cell) in [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\ta", "'\ta"),
        ("\ra,", "\"'\ra,\""),
        ("\na", "\"'\na\""),
        ("a=", "a="),
    ] {
        assert_eq!(row(&form, json!({"-q": text})), format!("{cell}\r\n"));
    }
}
