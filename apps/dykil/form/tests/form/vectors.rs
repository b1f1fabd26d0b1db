//! `tests/vectors.json`: our own expectations (`told`), and survey-core's results for random answers (`judged`), which
//! `tests/browser/unit/form.test.mjs` writes.

use std::collections::BTreeSet;

use imajin_form::{Answers, Form, Grade, Totals};
use serde_json::{Value as Json, json};

const VECTORS: &str = include_str!("../vectors.json");

/// Returns the forms of a section, each with its cases and totals.
fn groups(section: &str) -> Vec<Json> {
    let all: Json = serde_json::from_str(VECTORS).unwrap();
    let groups = all[section].as_array().unwrap().clone();
    assert!(!groups.is_empty());
    groups
}

fn names(list: &Json) -> Vec<String> {
    list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn visible(form: &Form, answers: &Json) -> Vec<String> {
    let entered = form.read(answers).unwrap();
    form.visible(&entered).into_iter().map(|question| question.name.clone()).collect()
}

/// Checks the parts that both kinds of vectors share: visible questions, stored answers, and the grade.
fn agrees(form: &Form, case: &Json) -> Option<Answers> {
    let answers = &case["answers"];
    if let Some(expected) = case.get("visible") {
        assert_eq!(visible(form, answers), names(expected), "{case}");
    }
    let kept = case.get("kept")?;
    let checked = form.check(answers).unwrap_or_else(|error| panic!("{error}: {case}"));
    // Compare numbers by value: 5.0 equals 5.
    assert_eq!(form.read(kept).unwrap().to_json(), checked.to_json(), "{case}");
    if let Some(grade) = case.get("grade") {
        let Grade { right, of } = form.grade(&checked);
        assert_eq!(&json!([right, of]), grade, "{case}");
    }
    Some(checked)
}

#[test]
fn survey_core_judges_the_same() {
    let (mut kept, mut refused) = (0, 0);
    for group in groups("judged") {
        let form = Form::parse(&group["form"]).unwrap_or_else(|error| panic!("{error}: {group}"));
        for case in group["cases"].as_array().unwrap() {
            match agrees(&form, case) {
                Some(_) => kept += 1,
                None => {
                    let wrong = names(&case["wrong"]);
                    let error = form.check(&case["answers"]).unwrap_err();
                    let place = wrong.first().map(String::as_str);
                    assert_eq!(error.question.as_deref(), place, "{case}");
                    refused += 1;
                }
            }
        }
    }
    assert!(kept > 100 && refused > 100, "{kept} kept, {refused} refused");
}

#[test]
fn what_we_told_is_so() {
    let mut codes = BTreeSet::new();
    for group in groups("told") {
        let form = Form::parse(&group["form"]).unwrap_or_else(|error| panic!("{error}: {group}"));
        let mut totals = Totals::new(&form);
        for case in group["cases"].as_array().unwrap() {
            match agrees(&form, case) {
                Some(answers) => totals.add(&form, &answers),
                None => {
                    let error = form.check(&case["answers"]).unwrap_err();
                    let refusal = json!([error.question, error.fault.code()]);
                    assert_eq!(refusal, case["error"], "{case}");
                    codes.insert(error.fault.code());
                }
            }
        }
        assert_eq!(json!(totals), group["totals"], "{}", group["about"]);
    }
    let all = [
        "choice", "date", "email", "long", "no-other", "number", "other", "range", "required",
        "shape", "size", "type", "unknown",
    ];
    assert_eq!(codes, BTreeSet::from(all));
}
