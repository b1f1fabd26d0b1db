//! Tests of what the program says to people: every sentence is in a catalogue, in every language, and every message is said.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};
use fluent_syntax::parser;
use imajin_app::help::{HELP, HelpText};
use imajin_app::words::{FRAME, SAYS};
use imajin_app::{Catalogue, Lang, Services};

use super::services::all_services;

/// The catalogues with the folder that each is in.
fn catalogues() -> Vec<(&'static Catalogue, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let services = Services::new(all_services());
    let apps = services.manifests().filter_map(|manifest| manifest.texts);
    let mut all: Vec<_> = apps.map(|texts| (texts, root.join("apps").join(texts.app))).collect();
    all.push((&FRAME, root.join("kernel/app")));
    all.push((&imajin_items::TEXTS, root.join("kernel/items")));
    all.push((&imajin_selling::pages::TEXTS, root.join("apps/pay/selling")));
    all.push((&imajin_identity::TEXTS, root.join("apps/auth/identity")));
    all.push((&imajin_data::TEXTS, root.join("apps/auth/data")));
    all
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below a folder with this ending, in order.
pub(super) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths.extend(files(&path, ending));
        } else if path.to_str().is_some_and(|name| name.ends_with(ending)) {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}

/// The scripts that all services of items share. What they say is in the catalogue of items.
const ITEM_SCRIPTS: &str = "apps/www/shared/js/items";

/// The sources that say something of a catalogue.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut all = files(&folder.join("src"), ".rs");
    all.extend(files(&folder.join("assets"), ".js"));
    let mut shared = files(&folder.join("shared"), ".js");
    shared.retain(|path| !path.parent().is_some_and(|of| of.ends_with(ITEM_SCRIPTS)));
    all.extend(shared);
    // The host and the edge say what is in the catalogue of the frame.
    if folder.ends_with("kernel/app") {
        all.extend(files(&folder.join("../host/src"), ".rs"));
        all.extend(files(&folder.join("../edge/src"), ".rs"));
    }
    if folder.ends_with("kernel/items") {
        all.extend(files(&folder.join("../..").join(ITEM_SCRIPTS), ".js"));
    }
    all
}

/// A source in which the message of a refusal, its doc comment, is an argument of the attribute.
pub(super) fn with_messages(source: &str) -> String {
    let (mut lines, mut message) = (Vec::new(), String::new());
    for line in source.lines() {
        let code = line.trim_start();
        let is_refusal = code.starts_with("#[refused(") && code != "#[refused(all)]";
        let begin = line.strip_suffix(")]").filter(|_| is_refusal);
        match begin.filter(|begin| !message.is_empty() && !begin.contains("message = ")) {
            Some(begin) => {
                let text = message.replace('"', "\\\"");
                lines.push(format!("{begin}, message = \"{text}\")]"));
            }
            None => lines.push(line.to_owned()),
        }
        match code.strip_prefix("/// ") {
            Some(text) if message.is_empty() => text.clone_into(&mut message),
            Some(text) => message = format!("{message} {text}"),
            None => message.clear(),
        }
    }
    lines.join("\n")
}

/// A source without its tests and without the lines that are comments.
pub(super) fn product(path: &Path) -> String {
    let text = with_messages(&read(path));
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_comment = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("//") || line.starts_with("* ") || line.starts_with("/**")
    };
    let lines = text.lines().filter(|line| !is_comment(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a line may end after the first letter of a word such as "E-Mail".
fn breaks_after_a_letter(text: &str) -> bool {
    text.match_indices('-').any(|(at, _)| {
        let mut before = text[..at].chars().rev();
        let is_letter = matches!(before.next(), Some('e' | 'E'));
        let is_first = before.next().is_none_or(|one| !one.is_alphanumeric() && one != '-');
        is_letter && is_first && text[at + 1..].starts_with(char::is_alphabetic)
    })
}

#[test]
fn no_line_ends_after_the_e_of_email_and_english_has_one_word_for_it() {
    assert!(breaks_after_a_letter("Deine E-Mail") && breaks_after_a_letter("e-transfer"));
    assert!(!breaks_after_a_letter("E\u{2011}Mail-Adresse, the-e-book, one-eyed"));
    for (texts, _) in catalogues() {
        for lang in Lang::ALL {
            for line in texts.source(lang).lines() {
                let (id, value) = line.split_once(" =").unwrap_or(("", line));
                if line.starts_with('#') {
                    continue;
                }
                // The code's own English sentences are compared with these, letter by letter.
                let is_of_code = lang == Lang::En && id.starts_with(SAYS);
                assert!(is_of_code || !breaks_after_a_letter(value), "{line}");
                assert!(!value.to_lowercase().contains("e-mail"), "{line}");
            }
        }
    }
}

/// The arguments (`$name`) and marks (`<name`) of each message.
fn shapes(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let file = parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut all = BTreeMap::new();
    for entry in &file.body {
        if let Entry::Message(message) = entry {
            let mut shape = BTreeSet::new();
            let value = message.value.as_ref().unwrap();
            collect(value, &mut shape, &file);
            let before = all.insert(message.id.name.to_owned(), shape);
            assert!(before.is_none(), "{} is there twice", message.id.name);
        }
        assert!(!matches!(entry, Entry::Junk { .. }));
    }
    all
}

fn collect(pattern: &Pattern<&str>, shape: &mut BTreeSet<String>, file: &Resource<&str>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                let marks = value.split('<').skip(1);
                let marks = marks.filter_map(|rest| rest.split('>').next());
                let marks = marks.filter(|mark| !mark.starts_with('/'));
                shape.extend(marks.map(|mark| format!("<{mark}")));
            }
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                used(inline, shape, file)
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                used(selector, shape, file);
                for variant in variants {
                    collect(&variant.value, shape, file);
                }
            }
        }
    }
}

fn used(inline: &InlineExpression<&str>, shape: &mut BTreeSet<String>, file: &Resource<&str>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            shape.insert(format!("${}", id.name));
        }
        InlineExpression::TermReference { id, .. } => {
            let mut terms = file.body.iter();
            let is_there =
                terms.any(|entry| matches!(entry, Entry::Term(term) if term.id.name == id.name));
            assert!(is_there, "there is no term -{}", id.name);
        }
        _ => {}
    }
}

#[test]
fn each_language_has_the_same_messages_with_the_same_arguments_and_marks() {
    for (texts, _) in catalogues() {
        let english = shapes(&texts.source(Lang::En));
        for lang in Lang::ALL {
            let own = shapes(&texts.source(lang));
            for (id, shape) in &english {
                assert_eq!(own.get(id), Some(shape), "{}: {id} in {lang:?}", texts.app);
            }
            for id in own.keys() {
                assert!(english.contains_key(id), "{}: {id} in {lang:?} only", texts.app);
            }
        }
    }
}

/// Messages that the frame asks for by their names, or by what the code says (`translations` looks at those).
fn is_asked_for(id: &str) -> bool {
    let begins = ["category-", "op-", "scope-", SAYS];
    matches!(id, "service" | "summary") || begins.iter().any(|name| id.starts_with(name))
}

#[test]
fn every_message_is_said_and_every_said_message_is_there() {
    const CALLS: [&str; 5] = ["t.text(\"", "t.with(\"", "t.markup(\"", "TEXTS.say(\"", " t(\""];
    for (texts, folder) in catalogues() {
        let all: String = sources(&folder).iter().map(|path| product(path)).collect();
        let ids: BTreeSet<_> = texts.ids(Lang::En).into_iter().collect();
        for id in &ids {
            let is_said = is_asked_for(id) || all.contains(&format!("\"{id}\""));
            assert!(is_said, "{}: nothing says {id}", texts.app);
        }
        for says in CALLS {
            for (at, _) in all.match_indices(says) {
                // Not the end of another name: `part.text("…")`.
                if all[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
                    continue;
                }
                let id = all[at + says.len()..].split('"').next().unwrap_or_default();
                assert!(ids.contains(id), "{}: there is no message {id}", texts.app);
            }
        }
    }
}

/// The messages that the pages of a folder name as their help texts.
fn named_helps(folder: &Path) -> BTreeSet<String> {
    let sources = files(&folder.join("src"), ".rs");
    let code: String = sources.iter().map(|path| product(path)).collect();
    let helps = format!("\"{HELP}");
    for call in code.split(".page(").skip(1).map(str::trim_start) {
        let is_named = !call.starts_with('"') || call.starts_with(&helps);
        let line = call.lines().next().unwrap_or_default();
        assert!(is_named, "{}: a page has {line}", folder.display());
    }
    let names = code.split(&helps).skip(1);
    let names = names.filter_map(|rest| rest.split('"').next());
    names.filter(|name| !name.is_empty()).map(|name| format!("{HELP}{name}")).collect()
}

#[test]
fn each_page_has_a_help_text_of_three_sentences_in_each_language() {
    let mut pages = 0;
    for (texts, folder) in catalogues() {
        let mut ids = texts.ids(Lang::En);
        ids.retain(|id| id.starts_with(HELP));
        pages += ids.len();
        let ids: BTreeSet<_> = ids.into_iter().collect();
        assert_eq!(ids, named_helps(&folder), "{}", texts.app);
        let english = HelpText::list(texts, Lang::En);
        for lang in Lang::ALL {
            for (help, original) in HelpText::list(texts, lang).iter().zip(&english) {
                let is_title = !help.title.is_empty() && !help.title.ends_with('.');
                let is_sentence = |line: &String| line.ends_with('.');
                let are_three = help.sentences.len() == 3 && help.sentences.iter().all(is_sentence);
                assert!(is_title && are_three, "{lang:?}: {help:?}");
                let is_own = lang == Lang::En || help.sentences != original.sentences;
                assert!(is_own, "{lang:?}: {help:?}");
            }
        }
    }
    assert!(pages > 60, "{pages} pages");
}

/// The texts in quotes of a source.
pub(super) fn literals(source: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut letters = source.chars();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        // A quote as a letter of Rust ('"') begins no text.
        if matches!(letter, '"' | '`') && before != '\'' {
            let mut text = String::new();
            while let Some(inner) = letters.next() {
                match inner {
                    '\\' => text.extend(letters.next()),
                    end if end == letter => break,
                    other => text.push(other),
                }
            }
            all.push(text);
        }
        before = letter;
    }
    all
}

/// Whether a text reads like something for people: two words, of which the first begins a sentence, or three.
fn is_prose(text: &str) -> bool {
    let is_code = |text: &str| text.contains(['=', '<', '{', '[', '#', '/', ';', '(', '_']);
    let bare = if text.contains("${") {
        // A placeholder in a script's template counts as a word.
        text.split("${").map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect()
    } else {
        text.replace("{}", "")
    };
    if is_code(&bare) && !bare.contains(". ") {
        return false;
    }
    let is_word = |word: &&str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation() || "“”’…".contains(c));
        word.chars().count() > 1 && word.chars().all(|c| c.is_alphabetic() || "’'-".contains(c))
    };
    let words = bare.split_whitespace().filter(is_word).count();
    let begins = bare.starts_with(char::is_uppercase);
    words > 3 || (words > 1 && (begins || bare.ends_with(['.', '?', '!', ':', '…'])))
}

/// Returns the sentences for people in a source. Of Rust, only in files that draw pages; `translations` covers the others.
fn sentences(path: &Path) -> Vec<String> {
    let source = product(path);
    if path.extension().is_some_and(|ending| ending == "rs") && !source.contains("html!") {
        return Vec::new();
    }
    // Log messages are for the operator.
    let lines =
        source.lines().filter(|line| !line.contains("tracing::") && !line.contains("console."));
    let source = lines.collect::<Vec<_>>().join("\n");
    let mut all = literals(&source);
    all.retain(|text| is_prose(text));
    all
}

#[test]
fn no_sentence_is_outside_the_catalogue() {
    for (_, folder) in catalogues() {
        for path in sources(&folder) {
            let texts = sentences(&path);
            assert!(texts.is_empty(), "{} says {texts:#?}", path.display());
        }
    }
}

#[test]
fn prose_is_told_from_code() {
    for text in [
        "Take a copy",
        "Remove “${title}” now?",
        "Signing and saving…",
        "the box counts what was clicked",
    ] {
        assert!(is_prose(text), "{text}");
    }
    for text in [
        "notice bad",
        "/links/go/",
        "title",
        "select * from links",
        "application/json",
        "told-added",
    ] {
        assert!(!is_prose(text), "{text}");
    }
    let source = "p { \"Say it\" } '\"' el(`A ${b} c`) \"a\\\"b\"";
    assert_eq!(literals(source), ["Say it", "A ${b} c", "a\"b"]);
}
