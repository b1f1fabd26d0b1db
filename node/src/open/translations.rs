//! Tests of what the code says in English itself: each refusal of an operation has a sentence in every language, each message `says-…` repeats
//! a sentence of the code, and sentences without a translation are counted below. The counts only shrink.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use imajin_app::words::{FRAME, Form, sentences};
use imajin_app::{Catalogue, Lang, Services};

use super::sentences::{files, literals, product};
use super::services::all_services;

/// The sentences of each folder that no message translates yet. Who translates one lowers the number.
const LEFT: &[(&str, usize)] = &[
    ("apps/media", 1),
    ("apps/registry", 7),
    ("kernel/app", 2),
    ("kernel/bundle", 8),
    ("kernel/derive", 1),
    ("kernel/dfos", 69),
    ("kernel/edge", 1),
    ("kernel/fair", 1),
    ("kernel/host", 6),
    ("kernel/ledger", 10),
    ("kernel/log", 28),
    ("kernel/protocol", 72),
    ("kernel/relay", 21),
];

/// Prefixes of expressions whose first text is a sentence for people.
const SAYS: [&str; 9] = [
    "Problem::",
    "Refusal::new(",
    "FieldError::new(",
    "Invalid::new(",
    "Check::good(",
    "Check::warn(",
    "Check::bad(",
    "message = ",
    "#[error(",
];

/// The catalogues that translate what the code says, with the folders of that code.
fn catalogues() -> Vec<(&'static Catalogue, Vec<String>)> {
    let services = Services::new(all_services());
    let texts = services.manifests().filter_map(|manifest| manifest.texts);
    let mut all: Vec<_> = texts.map(|texts| (texts, vec![format!("apps/{}", texts.app)])).collect();
    // The registry's catalogue also translates what its relay says.
    let registry = all.iter_mut().find(|(texts, _)| texts.app == "registry");
    if let Some((_, folders)) = registry {
        folders.push("kernel/relay".to_owned());
    }
    // The frame's catalogue has the messages of several apps.
    let folders = ["kernel", "node/src", "node/box/src", "apps"].map(str::to_owned);
    all.push((&FRAME, folders.to_vec()));
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
                matches!(name, "tests" | "tests.rs" | "testing" | "benches" | "examples" | "target")
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
    let (mut texts, mut text) = (Vec::new(), String::new());
    let literal = on_one_line(literal);
    let mut letters = literal.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '}' if letters.peek() == Some(&letter) => {
                letters.next();
                text.push(letter);
            }
            '{' => {
                let value: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                // A value formatted by `{:?}` has quotes around it.
                let quote = if value.contains('?') { "\"" } else { "" };
                texts.push(format!("{text}{quote}"));
                text = quote.to_owned();
            }
            _ => text.push(letter),
        }
    }
    texts.push(text.strip_suffix('.').unwrap_or(&text).to_owned());
    texts
}

fn forms() -> impl Iterator<Item = (&'static Catalogue, String, Form)> {
    catalogues().into_iter().flat_map(|(texts, _)| {
        let source = texts.source(Lang::En);
        let all = sentences(&source).map(|(id, form)| (texts, id.to_owned(), form));
        all.collect::<Vec<_>>()
    })
}

fn translated_texts() -> BTreeSet<Vec<String>> {
    forms().map(|(.., form)| form.texts).collect()
}

#[test]
fn every_refusal_of_an_operation_has_a_sentence_in_every_language() {
    let (known, services) = (translated_texts(), Services::new(all_services()));
    let mut missing = BTreeSet::new();
    for service in services.iter() {
        for declaration in service.operations() {
            // "{}." only passes on another sentence, which is checked where it is made.
            let says = |text: &str| text.contains(char::is_alphabetic);
            let reasons = declaration.reasons.iter().filter(|reason| says(reason.message));
            let unknown = reasons.filter(|reason| !known.contains(&texts_of(reason.message)));
            missing.extend(unknown.map(|reason| (declaration.spec.op, reason.message)));
        }
    }
    assert!(missing.is_empty(), "no language but English says {missing:#?}");
}

#[test]
fn every_translated_sentence_is_one_of_the_code() {
    for (texts, folders) in catalogues() {
        let code: Vec<String> = folders.iter().flat_map(|folder| code(folder)).collect();
        let strings: Vec<String> = code.iter().flat_map(|source| literals(source)).collect();
        let code_text = strings.iter().map(|text| on_one_line(text)).collect::<Vec<_>>().join("\n");
        let code_text = code_text.replace("{{", "{").replace("}}", "}");
        for (id, form) in sentences(&texts.source(Lang::En)) {
            let longest = form.texts.iter().max_by_key(|text| text.len());
            let longest = longest.map(|text| text.trim_matches([' ', '"'])).unwrap_or_default();
            let of = texts.app;
            assert!(longest.len() > 1, "{of}: {id} says too little to be found");
            assert!(code_text.contains(longest), "{of}: no code says {id}: {longest:?}");
        }
    }
}

/// Types whose values may stand within the sentence of a refusal: numbers, names, amounts. A type that writes a part of a sentence fits only
/// into the English one.
const WHOLE: [&str; 14] = [
    "&'static str",
    // The title of an item.
    "Box<Newest>",
    "Currency",
    "Did",
    "Digest",
    // A code of chat's, in parentheses.
    "EpochNow",
    // Names of people.
    "Keyless",
    "Money",
    "String",
    "i64",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// The messages of refusals with the types of the values that they show.
fn refusals(source: &str) -> Vec<(String, Vec<String>)> {
    let parts = source.split("message = \"").skip(1);
    let read = |part: &str| {
        let mut quotes = part.match_indices('"').map(|(at, _)| at);
        let end = quotes.find(|at| !part[..*at].ends_with('\\'))?;
        let message = on_one_line(part.get(..end)?);
        let rest = part.get(end + 1..)?.trim_start_matches([',', ' ', '\n']);
        let (_, variant) = rest.strip_prefix(")]")?.split_once(|c: char| c.is_alphabetic())?;
        let values = variant.trim_start_matches(|c: char| c.is_alphanumeric());
        let (types, _) = values.strip_prefix('(')?.split_once(')')?;
        let mut types: Vec<_> = types.split(',').map(|one| one.trim().to_owned()).collect();
        types.retain(|one| !one.is_empty());
        // The first of several may be members for programs, which the message does not show.
        let shown = texts_of(&message).len() - 1;
        let unseen = types.len().saturating_sub(shown);
        Some((message, types.split_off(unseen)))
    };
    parts.filter_map(read).collect()
}

#[test]
fn a_value_within_a_refusal_is_no_part_of_a_sentence() {
    let source = "#[refused(Gone, message = \"{} left\")]\nShort(Shortage, Money),";
    let expected = ("{} left".to_owned(), vec!["Money".to_owned()]);
    assert_eq!(refusals(source), [expected]);
    let mut wrong = BTreeSet::new();
    let mut seen = 0;
    for source in ["apps", "kernel"].iter().flat_map(|folder| code(folder)) {
        for (message, types) in refusals(&source) {
            let bare = message.strip_suffix('.').unwrap_or(&message);
            // Alone or after a colon, a value may be a whole sentence.
            let is_apart = bare == "{}" || bare.ends_with(": {}");
            seen += types.len();
            let parts = types.iter().filter(|one| !WHOLE.contains(&one.as_str()));
            wrong.extend(parts.filter(|_| !is_apart).map(|one| (message.clone(), one.clone())));
        }
    }
    assert!(seen > 50, "{seen}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The first text of several words, if it comes before the end of the expression.
fn first_text(source: &str) -> Option<String> {
    let (mut rest, mut left) = (source, 4);
    while left > 0 {
        let (before, after) = rest.split_once('"')?;
        if before.contains([';', '|']) || before.contains("\n}") {
            return None;
        }
        // The closing quote: not one after a backslash.
        let mut quotes = after.match_indices('"').map(|(at, _)| at);
        let end = quotes.find(|at| !after[..*at].ends_with('\\'))?;
        let text = literals(&format!("\"{}\"", &after[..end])).pop()?;
        if text.contains(' ') {
            return Some(text);
        }
        (rest, left) = (after.get(end + 1..)?, left - 1);
    }
    None
}

/// Returns the English texts for people in a source: the first text after each prefix of [`SAYS`].
fn said_in(source: &str) -> Vec<String> {
    let mut all = Vec::new();
    for begins in SAYS {
        for rest in source.split(begins).skip(1) {
            // An internal problem's text goes to the log, for the operator.
            if begins == "Problem::" && rest.starts_with("internal") {
                continue;
            }
            // A column of the same name, in SQL.
            if begins == "message = " && rest.starts_with("x'") {
                continue;
            }
            all.extend(first_text(rest));
        }
    }
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(char::is_alphabetic);
    all.retain(|text| text.split_whitespace().filter(is_word).count() > 1);
    all
}

#[test]
fn what_is_not_translated_yet_only_shrinks() -> std::io::Result<()> {
    let known_texts = translated_texts();
    let mut left: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in ["apps", "kernel"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
        for entry in std::fs::read_dir(root)? {
            let folder = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            let code = code(&folder);
            let code_texts = code.iter().flat_map(|source| said_in(source));
            let unknown = code_texts.filter(|text| !known_texts.contains(&texts_of(text)));
            left.entry(folder).or_default().extend(unknown);
        }
    }
    left.retain(|_, texts| !texts.is_empty());
    let counted: Vec<_> =
        left.iter().map(|(folder, texts)| (folder.as_str(), texts.len())).collect();
    assert_eq!(counted, LEFT, "{left:#?}");
    Ok(())
}
