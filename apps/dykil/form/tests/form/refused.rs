//! Refused forms and answers, with the member or question and the allowed values.

use imajin_form::Form;
use serde_json::{Value as Json, json};

use super::{all_kinds, form};

/// Returns the error message of a form whose second question is this.
fn refused(question: Json) -> String {
    let first = json!({"type": "checkbox", "name": "first", "choices": ["a", "b"]});
    let sum = json!({"type": "text", "inputType": "number", "name": "sum"});
    Form::parse(&json!({"elements": [first, question, sum]})).unwrap_err().to_string()
}

#[test]
fn a_member_that_is_wrong_is_named() {
    let mut many: Vec<_> =
        (0..101).map(|n| json!({"type": "comment", "name": format!("q{n}")})).collect();
    for (whole, expected) in [
        (json!([]), "form: write an object"),
        (json!({"elements": []}), "elements: write a list of 1 to 100"),
        (json!({"title": "T"}), "elements: write a list of 1 to 100"),
        (json!({ "elements": many }), "elements: write a list of 1 to 100"),
        (
            json!({"title": {"de": "T"}, "elements": []}),
            "title: write a text of at most 500 characters",
        ),
        (json!({"pages": []}), "pages: write one page"),
        (
            json!({"pages": [{"elements": [{"type": "html"}]}]}),
            "pages[0].elements[0].name: write a name",
        ),
        (
            json!({"pages": [{"visibleIf": "", "elements": [{"type": "comment", "name": "q"}]}]}),
            "pages[0].visibleIf: not a part",
        ),
        (
            json!({"triggers": [], "elements": [{"type": "comment", "name": "q"}]}),
            "triggers: not a part",
        ),
    ] {
        let error = Form::parse(&whole).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    many.pop();
    form(Json::from(many.clone()));
    many[0] = json!({"type": "comment", "name": "q0", "title": "ä".repeat(500)});
    many[1] = json!({"type": "comment", "name": "q1", "description": "x".repeat(501)});
    let error = Form::parse(&json!({ "elements": many })).unwrap_err();
    assert_eq!(error.member, "elements[1].description");
    let long: Vec<_> = (0..100)
        .map(|n| json!({"type": "comment", "name": format!("q{n}"), "title": "ä".repeat(400)}))
        .collect();
    assert_eq!(Form::parse(&json!({ "elements": long })).unwrap_err().member, "form");
}

/// Questions that are wrong, each with how its refusal begins.
const WRONG_QUESTIONS: &str = r#"
"text" | elements[1]: write an object
{"type": "matrix", "name": "q"} | elements[1].type: write one of text, comment
{"name": "q"} | elements[1].type: write one of text, comment
{"type": "text", "name": "q", "inputType": "color"} | elements[1].inputType: write one of text, number
{"type": "text", "name": "q", "validators": []} | elements[1].validators: not a part
{"type": "text", "name": "q", "min": 1} | elements[1].min: not a part
{"type": "comment", "name": "q", "choices": ["a"]} | elements[1].choices: not a part
{"type": "ranking", "name": "q", "choices": ["a"], "showOtherItem": true} | elements[1].showOtherItem: not a part
{"type": "comment", "name": "q", "isRequired": "yes"} | elements[1].isRequired: write true or false
{"type": "comment", "name": "First"} | elements[1].name: another question is called First, too
{"type": "text", "inputType": "number", "name": "q", "min": "1"} | elements[1].min: write a number
{"type": "text", "inputType": "number", "name": "q", "min": 0.1234} | elements[1].min: write a number
{"type": "text", "inputType": "number", "name": "q", "min": 2, "max": 1} | elements[1].max: the maximum
{"type": "text", "inputType": "date", "name": "q", "max": "today()"} | elements[1].max: write a day
{"type": "rating", "name": "q", "rateMax": 1} | elements[1].rateMax: a scale has 2 to 20
{"type": "rating", "name": "q", "rateMin": 0, "rateMax": 20} | elements[1].rateMax: a scale has 2 to 20
{"type": "rating", "name": "q", "rateCount": 3} | elements[1].rateCount: write 5
{"type": "dropdown", "name": "q"} | elements[1].choices: write a list
{"type": "dropdown", "name": "q", "choices": [1]} | elements[1].choices[0]: write a text
{"type": "dropdown", "name": "q", "choices": ["a", "A"]} | elements[1].choices[1]: the choice A is there twice
{"type": "dropdown", "name": "q", "choices": ["a|b"]} | elements[1].choices[0]: a value has no |
{"type": "dropdown", "name": "q", "choices": ["Other"]} | elements[1].choices[0]: a value has no |
{"type": "dropdown", "name": "q", "choices": [{"value": "a", "visibleIf": ""}]} | elements[1].choices[0].visibleIf: not a part
{"type": "dropdown", "name": "q", "choices": [{"text": "a"}]} | elements[1].choices[0].value: write a text
{"type": "dropdown", "name": "q", "choices": ["a"], "correctAnswer": "b"} | elements[1].correctAnswer: write an answer
{"type": "dropdown", "name": "q", "choices": ["a"], "showOtherItem": true, "correctAnswer": "other"} | elements[1].correctAnswer: write an answer
{"type": "rating", "name": "q", "correctAnswer": 6} | elements[1].correctAnswer: write an answer
"#;

#[test]
fn a_question_that_is_wrong_is_refused() {
    for row in WRONG_QUESTIONS.trim().lines() {
        let (question, expected) = row.split_once(" | ").unwrap();
        let error = refused(serde_json::from_str(question).unwrap());
        assert!(error.starts_with(expected), "{error}");
    }
    for name in [
        "",
        "a b",
        "ä",
        "a.b",
        "__proto__",
        "self",
        "Locale",
        "a-Comment",
        "x-UNWRAPPED",
        "equals",
        &"n".repeat(61),
    ] {
        let error = refused(json!({"type": "comment", "name": name}));
        assert!(error.starts_with("elements[1].name: write a name"), "{name}: {error}");
    }
}

#[test]
fn a_condition_that_is_wrong_is_refused() {
    for (condition, expected) in [
        ("first = 'a'", "write a question’s name in braces"),
        ("{first}", "write one of = <> < > contains empty notempty"),
        ("{first} >= 5", "write a 'text', a number, true or false"),
        ("{first} anyof ['a']", "write one of ="),
        ("({sum} = 1)", "write a question’s name"),
        ("{sum} = 1 xor {sum} = 2", "write “and” or “or” before “xor"),
        ("{sum} = 1and {sum} = 2", "write a 'text', a number"),
        ("{sum} = 1 and", "write a question’s name"),
        ("{sum} = 'a", "a text ends with"),
        ("{sum} = ''", "write empty or notempty"),
        ("{sum} = '<>'", "a text in a condition has no"),
        ("{sum} = 'it equals'", "a text in a condition has no"),
        ("{sum} = 'undefined'", "a text in a condition has no"),
        ("{sum} = 05", "write a 'text', a number"),
        ("{sum} = 1.", "write a 'text', a number"),
        ("{sum} = 99999999999999999", "write a 'text', a number"),
        ("{sum} < true", "true and false are compared by"),
        ("{first} contains true", "true and false are compared by"),
        ("{first} emptyish", "write one of ="),
        ("{first}\u{a0}empty", "write one of ="),
        ("{nobody} empty", "there is no question {nobody}"),
        ("{First} empty", "there is no question {First}"),
        ("{q} empty", "a question can’t depend on itself"),
        ("{first} = 'a'", "{first} can’t be compared in this way"),
        ("{first} > 1", "{first} can’t be compared in this way"),
        ("{sum} contains 1", "{sum} can’t be compared in this way"),
    ] {
        let error = refused(json!({"type": "comment", "name": "q", "visibleIf": condition}));
        let fault = error.strip_prefix("elements[1].visibleIf: ").unwrap();
        assert!(fault.starts_with(expected), "{condition}: {error}");
    }
    let long = vec!["{sum} empty"; 100].join(" or ");
    let error = refused(json!({"type": "comment", "name": "q", "visibleIf": long}));
    assert_eq!(error, "elements[1].visibleIf: at most 1000 characters");
}

#[test]
fn a_wrong_answer_says_what_is_allowed() {
    let form = all_kinds();
    let refusal = |answers: Json| form.check(&answers).unwrap_err().to_string();
    assert_eq!(refusal(json!({})), "mail: this question needs an answer");
    let radio = refusal(json!({"mail": "ada@example.org", "radio": "c"}));
    assert_eq!(radio, "radio: choose from these, each once: a, b, other");
    let number = refusal(json!({"mail": "ada@example.org", "yes": true, "number": 9}));
    assert_eq!(number, "number: from -2.5 to 7");
    let day = refusal(json!({"mail": "ada@example.org", "day": "2025-01-01"}));
    assert_eq!(day, "day: at least 2026-01-01");
    let mail = refusal(json!({"mail": "ada"}));
    assert_eq!(mail, "mail: an email address reads like name@example.org");
    assert_eq!(refusal(json!({"shoe": "ada"})), "shoe: the form has no such question");
    assert_eq!(refusal(json!([])), "answers: an object has a member for each question");
}

#[test]
fn what_was_kept_is_read_again_whatever_is_visible() {
    let form = all_kinds();
    let kept =
        json!({"drop": "x", "rank": ["p", "r", "q"], "radio": "other", "radio-Comment": "c"});
    assert_eq!(form.recall(&kept).unwrap().to_json(), kept);
    assert_eq!(form.recall(&json!({"drop": "z"})).unwrap_err().fault.code(), "choice");
    assert_eq!(form.recall(&json!({"yes": 1})).unwrap_err().fault.code(), "type");
}
