//! Tests of what the code says in English itself: each refusal of an operation has a sentence in every language, each message `says-…` repeats
//! a sentence of the code, and what nobody has translated yet is counted below. The counts only shrink.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use imajin_service::words::{FRAME, Form, sentences};
use imajin_service::{Catalogue, Lang, Services};

use super::sentences::{files, is_prose, literals, product};
use super::services::all_services;

/// The sentences of each folder that no message translates yet. Who translates one lowers the number.
const LEFT: &[(&str, usize)] = &[];

/// What begins a sentence for people.
const SAYS: [&str; 10] = [
    "Problem::",
    "Refusal::new(",
    "FieldError::new(",
    "Invalid::new(",
    "Check::good(",
    "Check::warn(",
    "Check::bad(",
    "Retained::new(",
    "message = ",
    "#[error(",
];

/// The catalogues that translate what the code says, with the folders of that code.
fn catalogues() -> Vec<(&'static Catalogue, Vec<String>)> {
    let services = Services::new(all_services());
    let texts = services.manifests().filter_map(|manifest| manifest.texts);
    let mut all: Vec<_> = texts
        .map(|texts| (texts, vec![format!("apps/{}", texts.app())]))
        .collect();
    all.push((&FRAME, vec!["kernel".to_owned(), "node/src".to_owned()]));
    all
}

/// The sources of a folder, without tests.
fn code(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = files(&root.join(folder), ".rs");
    all.retain(|path| {
        let parts = path.components().map(|part| part.as_os_str());
        let is_test = |part: &std::ffi::OsStr| {
            part.to_str().is_some_and(|name| {
                matches!(
                    name,
                    "tests" | "tests.rs" | "testing" | "benches" | "examples" | "target"
                )
            })
        };
        !parts.into_iter().any(is_test)
    });
    all.iter().map(|path| product(path)).collect()
}

/// A text with single spaces, as a source that wraps it means it.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The texts around the values of a format string, as a message has them.
fn texts_of(literal: &str) -> Vec<String> {
    let mut texts = vec![String::new()];
    let literal = on_one_line(literal);
    let mut letters = literal.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_double = letters.peek() == Some(&letter);
        match letter {
            '{' | '}' if is_double => {
                letters.next();
                texts.extend(texts.pop().map(|text| format!("{text}{letter}")));
            }
            '{' => {
                let value: String = letters
                    .by_ref()
                    .take_while(|letter| *letter != '}')
                    .collect();
                // What is shown with quotes has them around it.
                let quote = if value.contains('?') { "\"" } else { "" };
                texts.extend(texts.pop().map(|text| format!("{text}{quote}")));
                texts.push(quote.to_owned());
            }
            _ => texts.extend(texts.pop().map(|text| format!("{text}{letter}"))),
        }
    }
    let last = texts.pop().unwrap_or_default();
    texts.push(last.strip_suffix('.').unwrap_or(&last).to_owned());
    texts
}

fn forms() -> impl Iterator<Item = (&'static Catalogue, &'static str, Form)> {
    catalogues().into_iter().flat_map(|(texts, _)| {
        sentences(texts.source(Lang::En)).map(move |(id, form)| (texts, id, form))
    })
}

/// All that is translated.
fn known() -> BTreeSet<Vec<String>> {
    forms().map(|(.., form)| form.texts).collect()
}

#[test]
fn every_refusal_of_an_operation_has_a_sentence_in_every_language() {
    let (known, services) = (known(), Services::new(all_services()));
    let mut missing = BTreeSet::new();
    for service in services.iter() {
        for declaration in service.operations() {
            let reasons = declaration.reasons.iter();
            let unknown = reasons.filter(|reason| !known.contains(&texts_of(reason.message)));
            missing.extend(unknown.map(|reason| (declaration.spec.op, reason.message)));
        }
    }
    assert!(
        missing.is_empty(),
        "no language but English says {missing:#?}"
    );
}

#[test]
fn every_translated_sentence_is_one_of_the_code() {
    for (texts, folders) in catalogues() {
        let code: Vec<String> = folders.iter().flat_map(|folder| code(folder)).collect();
        let said: Vec<String> = code.iter().flat_map(|source| literals(source)).collect();
        let said = said
            .iter()
            .map(|text| on_one_line(text))
            .collect::<Vec<_>>()
            .join("\n");
        let said = said.replace("{{", "{").replace("}}", "}");
        for (id, form) in sentences(texts.source(Lang::En)) {
            let longest = form.texts.iter().max_by_key(|text| text.len());
            let longest = longest.map(|text| text.trim()).unwrap_or_default();
            let of = texts.app();
            assert!(longest.len() > 1, "{of}: {id} says too little to be found");
            assert!(
                said.contains(longest),
                "{of}: no code says {id}: {longest:?}"
            );
        }
    }
}

/// What a source says to people in English: the first text after what begins such a sentence.
fn said_in(source: &str) -> Vec<String> {
    let mut all = Vec::new();
    for begins in SAYS {
        for rest in source.split(begins).skip(1) {
            // What goes to the log is for the operator.
            if begins == "Problem::" && rest.starts_with("internal") {
                continue;
            }
            let end = rest.find([';', '|']).unwrap_or(rest.len());
            let first = literals(rest.get(..end).unwrap_or_default());
            all.extend(first.into_iter().find(|text| text.contains(' ')));
        }
    }
    all.retain(|text| is_prose(text));
    all
}

#[test]
fn what_is_not_translated_yet_only_shrinks() {
    let known = known();
    let mut left: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in ["apps", "kernel"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder);
        for entry in std::fs::read_dir(root).unwrap() {
            let folder = format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap());
            let code = code(&folder);
            let said = code.iter().flat_map(|source| said_in(source));
            let unknown = said.filter(|text| !known.contains(&texts_of(text)));
            left.entry(folder).or_default().extend(unknown);
        }
    }
    left.retain(|_, texts| !texts.is_empty());
    let counted: Vec<_> = left
        .iter()
        .map(|(folder, texts)| (folder.as_str(), texts.len()))
        .collect();
    assert_eq!(counted, LEFT, "{left:#?}");
}
