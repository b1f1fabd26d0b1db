//! Tests of forms: the vectors shared with browser tests, refusals and their messages, tables, and properties.

#![expect(clippy::unwrap_used, reason = "a panic is the report of a test, also in its helpers")]

mod properties;
mod refused;
mod tables;
mod vectors;

use imajin_form::Form;
use serde_json::{Value as Json, json};

/// Parses a form with these questions.
fn form(elements: Json) -> Form {
    Form::parse(&json!({ "elements": elements })).unwrap()
}

/// Builds a form with every kind of question and every limit.
fn all_kinds() -> Form {
    form(json!([
        {"type": "text", "name": "line", "title": "A line", "description": "Say it."},
        {"type": "text", "inputType": "email", "name": "mail", "isRequired": true},
        {"type": "text", "inputType": "number", "name": "number", "min": -2.5, "max": 7, "visibleIf": "{yes} = true or {mail} contains '@' and {line} notempty"},
        {"type": "text", "inputType": "date", "name": "day", "min": "2026-01-01"},
        {"type": "comment", "name": "lines"},
        {"type": "radiogroup", "name": "radio", "choices": ["a", {"value": "b", "text": "The b"}], "showOtherItem": true, "correctAnswer": "b"},
        {"type": "dropdown", "name": "drop", "choices": ["x", "=y"], "visibleIf": "{rate} > 2"},
        {"type": "checkbox", "name": "check", "choices": ["1", "2", "3"], "showOtherItem": true, "correctAnswer": ["1", "3"]},
        {"type": "ranking", "name": "rank", "choices": ["p", "q", "r"], "visibleIf": "{check} contains '1'"},
        {"type": "rating", "name": "rate", "rateMin": 0, "rateMax": 10},
        {"type": "boolean", "name": "yes"}
    ]))
}
