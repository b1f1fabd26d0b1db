//! Properties of random forms and answers.

use imajin_form::{Answers, Form, Totals};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::{all_kinds, form};

fn condition() -> impl Strategy<Value = String> {
    let literal = prop_oneof![
        "'[a-zäÖ0-9 .,=+-]{1,9}'".prop_filter("SurveyJS would rewrite it", |text| ![
            "=>",
            "=<",
            "undefined",
            "equals"
        ]
        .iter()
        .any(|sign| text.contains(sign))),
        (-1_000_000i32..1_000_000, 0u8..=6)
            .prop_map(|(whole, digits)| (f64::from(whole) / 10f64.powi(digits.into())).to_string()),
    ];
    let compared =
        (prop_oneof![Just("="), Just("<>"), Just("<"), Just(">"), Just("contains")], literal)
            .prop_map(|(sign, literal)| format!("{sign} {literal}"));
    let sign = prop_oneof![
        Just("empty".to_owned()),
        Just("notempty".to_owned()),
        Just("= true".to_owned()),
        compared
    ];
    let test = (prop_oneof![Just("line"), Just("drop")], sign)
        .prop_map(|(name, sign)| format!("{{{name}}} {sign}"));
    let word = prop_oneof![Just("and"), Just("or")];
    (test.clone(), prop::collection::vec((word, test), 0..4)).prop_map(|(first, more)| {
        more.into_iter().fold(first, |all, (word, test)| format!("{all} {word} {test}"))
    })
}

/// Generates arbitrary JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        ".{0,8}".prop_map(Json::from),
        prop::sample::select(vec![
            "a",
            "b",
            "other",
            "x",
            "=y",
            "1",
            "2",
            "2026-02-03",
            "ada@example.org",
            "",
            "text",
            "ranking",
            "{line} empty"
        ])
        .prop_map(Json::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        let name = prop::sample::select(vec![
            "type",
            "name",
            "elements",
            "pages",
            "choices",
            "min",
            "rateMax",
            "visibleIf",
            "correctAnswer",
            "value",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((name, inner), 0..4).prop_map(|members| Json::from_iter(
                members.into_iter().map(|(name, value)| (name.to_owned(), value))
            )),
        ]
    })
}

/// Generates answers that `all_kinds` accepts.
fn right_answers() -> impl Strategy<Value = Json> {
    let text = ".{1,20}";
    let number = (-2_500i32..=7_000).prop_map(|thousandths| f64::from(thousandths) / 1e3);
    let check = prop::sample::subsequence(vec!["1", "2", "3"], 1..=3);
    let rank = Just(vec!["p", "q", "r"]).prop_shuffle();
    let texts = (
        prop::option::of(text),
        prop::option::of("(.|\n){1,20}"),
        prop::option::of("[a-z]{1,5}@[a-z]{1,5}\\.org".prop_map(Json::from)),
    );
    let others = (
        prop::option::of(number),
        prop::option::of("[!-~]{1,9}"),
        prop::option::of(check),
        prop::option::of(rank),
        prop::option::of(0u8..=10),
        prop::option::of(any::<bool>()),
    );
    (texts, others).prop_map(|((line, lines, mail), (number, other, check, rank, rate, yes))| {
        let mut all = Map::new();
        let mut put =
            |name: &str, value: Option<Json>| value.map(|value| all.insert(name.to_owned(), value));
        put("mail", Some(mail.unwrap_or_else(|| json!("ada@example.org"))));
        put("line", line.map(Json::from));
        put("lines", lines.map(Json::from));
        put("number", number.map(Json::from));
        put("radio", other.is_some().then(|| json!("other")));
        put("radio-Comment", other.map(Json::from));
        put("check", check.map(Json::from));
        put("rank", rank.map(Json::from));
        put("rate", rate.map(Json::from));
        put("yes", yes.map(Json::from));
        Json::from(all)
    })
}

fn total<'a>(form: &Form, all: impl IntoIterator<Item = &'a Answers>) -> Totals {
    let mut totals = Totals::new(form);
    all.into_iter().for_each(|answers| totals.add(form, answers));
    totals
}

proptest! {
    #[test]
    fn a_form_is_printed_as_it_was_read(condition in condition(), title in prop::option::of(".{1,500}"), is_required: bool, texts in prop::collection::btree_set("[a-z]{1,9}[!-{]", 1..9)) {
        let choices: Vec<_> = texts.into_iter().map(|text| json!({"value": text.trim_end_matches('|'), "text": text})).collect();
        let mut question = json!({"type": "checkbox", "name": "q", "choices": choices, "visibleIf": condition, "isRequired": is_required});
        if let Some(title) = title {
            question["title"] = title.into();
        }
        let json = json!({"elements": [question, {"type": "text", "name": "line"}, {"type": "dropdown", "name": "drop", "choices": ["x"]}]});
        // Choices that differ only in case are refused.
        if let Ok(form) = Form::parse(&json) {
            let printed = form.to_json();
            let again = Form::parse(&printed).unwrap();
            prop_assert_eq!(&again, &form);
            prop_assert_eq!(again.to_json(), printed);
        } else {
            prop_assert!(Form::parse(&json).unwrap_err().member.contains("choices"));
        }
    }

    #[test]
    fn nothing_panics(json in any_json(), members in prop::collection::vec((prop::sample::select(vec!["line", "mail", "number", "day", "lines", "radio", "radio-Comment", "drop", "check", "check-Comment", "rank", "rate", "yes"]), any_json()), 0..6)) {
        if let Ok(form) = Form::parse(&json) {
            prop_assert_eq!(Form::parse(&form.to_json()).unwrap(), form);
        }
        let form = all_kinds();
        let answers = Json::from_iter(members.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let _ = form.check(&json);
        let _ = Totals::parse(&form, &json);
        if let Ok(entered) = form.read(&answers) {
            form.visible(&entered);
        }
        if let Ok(checked) = form.check(&answers) {
            prop_assert!(form.grade(&checked).right <= form.grade(&checked).of);
            prop_assert_eq!(form.recall(&checked.to_json()).unwrap().to_json(), checked.to_json());
        }
    }

    #[test]
    fn conditions_never_panic(text in ".{0,40}", sign in "[{}a-z'<>= 0-9.-]{0,30}") {
        for visible_if in [text, sign.clone(), format!("{{line}}{sign}")] {
            let _ = Form::parse(&json!({"elements": [{"type": "comment", "name": "q", "visibleIf": visible_if}, {"type": "text", "name": "line"}]}));
        }
    }

    #[test]
    fn totals_are_the_same_in_any_order(all in prop::collection::vec(right_answers(), 0..8), cut in 0usize..8) {
        let form = all_kinds();
        let all: Vec<_> = all.iter().map(|answers| form.check(answers).unwrap()).collect();
        let whole = total(&form, &all);
        prop_assert_eq!(&total(&form, all.iter().rev()), &whole);
        let (first, second) = all.split_at(cut.min(all.len()));
        let mut merged = total(&form, second);
        merged.merge(total(&form, first));
        prop_assert_eq!(&merged, &whole);
        prop_assert_eq!(Totals::parse(&form, &json!(whole)), Some(whole));
    }

    #[test]
    fn a_row_is_as_long_as_the_headings(answers in right_answers()) {
        let form = all_kinds();
        let cells = form.cells(&form.check(&answers).unwrap());
        prop_assert_eq!(cells.len(), form.headings().len());
    }
}

#[test]
fn totals_of_another_form_are_not_read() {
    let (own, other) = (all_kinds(), form(json!([{"type": "boolean", "name": "yes"}])));
    assert_eq!(Totals::parse(&other, &json!(Totals::new(&own))), None);
    assert_eq!(Totals::parse(&own, &json!(Totals::new(&other))), None);
    assert_eq!(own.without_answers().to_json().to_string().matches("correctAnswer").count(), 0);
}
