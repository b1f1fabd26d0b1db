//! Translations of the sentences that the code says in English: refusals, warnings, findings.
//!
//! The code keeps its English sentence where its rule is. A message `says-…` of an app's catalogue (of the frame's for the kernel) repeats that
//! sentence with `{ $name }` for each value, and the other languages translate it. A sentence finds its message by its own words, so no
//! code names the message. A value that is itself such a sentence is translated, too.
//!
//! Always: a sentence that no message repeats stays as it is; a test of the program lists those. A full stop at the end is not compared.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use fluent_bundle::FluentValue;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions};

use super::catalogue::{Args, Catalogue, SAYS};
use super::format::Money;
use super::lang::Lang;

/// How deep a sentence may be within others: "The body: fact: it must be …".
const DEPTH_MAX: u8 = 4;

/// The sentences of some catalogues. They are read when something is first said in another language than English.
#[derive(Debug, Default)]
pub(super) struct Sentences {
    catalogues: Vec<&'static Catalogue>,
    read: OnceLock<SentenceIndex>,
}

#[derive(Debug)]
struct SentenceIndex {
    /// The messages without values, by their text.
    plain: HashMap<String, Message>,
    forms: Vec<(Form, Message)>,
}

#[derive(Debug)]
struct Message {
    catalogue: &'static Catalogue,
    id: String,
}

impl Sentences {
    pub(super) fn new(catalogues: Vec<&'static Catalogue>) -> Self {
        Self { catalogues, read: OnceLock::new() }
    }

    /// A text in a language, line by line.
    pub(super) fn translate<'t>(&self, lang: Lang, english: &'t str) -> Cow<'t, str> {
        if lang == Lang::En {
            return Cow::Borrowed(english);
        }
        let read = self.read.get_or_init(|| SentenceIndex::from_catalogues(&self.catalogues));
        if !english.contains('\n') {
            let translation = read.translate(lang, english, 0);
            return translation.map_or(Cow::Borrowed(english), Cow::Owned);
        }
        let lines = english.split('\n').map(|line| {
            let translation = read.translate(lang, line, 0);
            translation.unwrap_or_else(|| line.to_owned())
        });
        Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
    }
}

impl SentenceIndex {
    fn from_catalogues(catalogues: &[&'static Catalogue]) -> Self {
        let (mut plain, mut forms) = (HashMap::new(), Vec::new());
        for catalogue in catalogues.iter().copied() {
            for (id, form) in sentences(&catalogue.source(Lang::En)) {
                let id = id.to_owned();
                let message = Message { catalogue, id };
                if form.values.is_empty() {
                    plain.insert(form.texts.concat(), message);
                } else {
                    forms.push((form, message));
                }
            }
        }
        Self { plain, forms }
    }

    fn translate(&self, lang: Lang, english: &str, depth: u8) -> Option<String> {
        let bare = without_stop(english);
        let translation = self.whole(lang, bare, depth);
        let translation = translation.or_else(|| self.translate_capitalized(lang, bare, depth));
        let translation = translation.or_else(|| self.of_a_field(lang, bare, depth));
        let text = translation.or_else(|| self.of_parts(lang, bare, depth))?;
        if bare.len() < english.len() {
            Some(format!("{}.", without_stop(&text)))
        } else {
            Some(without_stop(&text).to_owned())
        }
    }

    fn whole(&self, lang: Lang, english: &str, depth: u8) -> Option<String> {
        match self.plain.get(english) {
            Some(message) => Some(message.say(lang, &Args::new())),
            None => lang.measure(english).or_else(|| self.fill(lang, english, depth)),
        }
    }

    /// Translates a sentence that begins with a capital letter here and with a small one in its message.
    fn translate_capitalized(&self, lang: Lang, english: &str, depth: u8) -> Option<String> {
        let first = english.chars().next().filter(|first| first.is_uppercase())?;
        let rest = english.get(first.len_utf8()..)?;
        let small: String = first.to_lowercase().chain(rest.chars()).collect();
        let translation = self.whole(lang, &small, depth)?;
        let mut letters = translation.chars();
        let first = letters.next()?;
        Some(first.to_uppercase().chain(letters).collect())
    }

    /// Translates an error that follows the name of a field: "title must be a text".
    fn of_a_field(&self, lang: Lang, english: &str, depth: u8) -> Option<String> {
        let (field, wrong) = english.split_once(' ')?;
        let translation = self.whole(lang, wrong, depth)?;
        Some(format!("{field} {}", without_stop(&translation)))
    }

    /// Translates by the message of which most is in the text.
    fn fill(&self, lang: Lang, english: &str, depth: u8) -> Option<String> {
        let fitting = self.forms.iter().filter_map(|(form, message)| {
            let values = form.values_of(english)?;
            Some((form.weight(), form, message, values))
        });
        let (weight, form, message, values) = fitting.max_by_key(|(weight, ..)| *weight)?;
        let ((first, _), _) = cut(english).unwrap_or_default();
        if first.len() > weight && self.plain.contains_key(first) {
            return self.of_parts(lang, english, depth);
        }
        let mut args = Args::new();
        for (name, value) in form.values.iter().map(String::as_str).zip(values) {
            if depth < DEPTH_MAX {
                args.set(name, self.value(lang, value, depth + 1))
            } else {
                args.set(name, value)
            }
        }
        Some(message.say(lang, &args))
    }

    /// A count chooses plurals, and is written as in the English sentence. An amount is written as the language does.
    fn value<'t>(&self, lang: Lang, english: &'t str, depth: u8) -> FluentValue<'t> {
        if let Some(money) = Money::read(english) {
            return money.written(lang).into();
        }
        let is_count = english.len() < 10 && !(english.len() > 1 && english.starts_with('0'));
        if let Some(count) = english.parse::<u32>().ok().filter(|_| is_count) {
            let options =
                FluentNumberOptions { use_grouping: false, ..FluentNumberOptions::default() };
            return FluentValue::Number(FluentNumber::new(count.into(), options));
        }
        match self.translate(lang, english, depth) {
            Some(said) => said.into(),
            None => english.into(),
        }
    }

    /// Findings in one line: "mmcblk0: at most 10 % of its rated life is used; it passes its own test".
    fn of_parts(&self, lang: Lang, english: &str, depth: u8) -> Option<String> {
        let ((first, rest), by) = cut(english)?;
        if depth >= DEPTH_MAX {
            return None;
        }
        let translate_part = |part: &str| self.translate(lang, part, depth + 1);
        let parts = (translate_part(first), translate_part(rest));
        if parts == (None, None) {
            return None;
        }
        let (first_said, rest_said) = (parts.0.as_deref(), parts.1.as_deref());
        Some(format!("{}{by}{}", first_said.unwrap_or(first), rest_said.unwrap_or(rest)))
    }
}

impl Message {
    fn say(&self, lang: Lang, args: &Args<'_>) -> String {
        let texts = self.catalogue.for_reader(lang);
        texts.say(&self.id, Some(args)).into_owned()
    }
}

/// The first finding of a line, and the rest of it, with what stands between them.
fn cut(line: &str) -> Option<((&str, &str), &'static str)> {
    let at = |by: &'static str| Some((line.split_once(by)?, by));
    at("; ").or_else(|| at(": "))
}

fn without_stop(text: &str) -> &str {
    text.strip_suffix('.').unwrap_or(text)
}

/// The form of a sentence: a text, a value, a text and so on; it begins and ends with a text, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The fixed texts around the values: one more than there are values.
    pub texts: Vec<String>,
    /// The names of the values.
    pub values: Vec<String>,
}

impl Form {
    /// Reads the pattern of a message that is one line without plurals.
    fn read(pattern: &str) -> Self {
        let (mut texts, mut values) = (vec![String::new()], Vec::new());
        let mut rest = pattern;
        while let Some((text, after)) = rest.split_once('{') {
            push(&mut texts, text);
            let after = after.trim_start();
            let end;
            if let Some(quoted) = after.strip_prefix('"') {
                // `{"{"}`: a brace of the sentence.
                let (letter, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                push(&mut texts, letter);
                end = after.split_once('}');
            } else {
                end = after.split_once('}');
                let name = end.map_or(after, |(name, _)| name);
                values.push(name.trim().trim_start_matches('$').to_owned());
                texts.push(String::new());
            }
            rest = end.map_or("", |(_, rest)| rest);
        }
        push(&mut texts, without_stop(rest));
        Self { texts, values }
    }

    /// The length of the form's own text, without values, in bytes.
    fn weight(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }

    /// The values of a sentence that has this form: each as short as can be, but the last.
    fn values_of<'t>(&self, sentence: &'t str) -> Option<Vec<&'t str>> {
        let (first, later) = self.texts.split_first()?;
        let (last, between) = later.split_last()?;
        let mut rest = sentence.strip_prefix(first.as_str())?;
        rest = rest.strip_suffix(last.as_str())?;
        let mut values = Vec::with_capacity(self.values.len());
        for text in between {
            let (value, after) = rest.split_once(text.as_str())?;
            values.push(value);
            rest = after;
        }
        values.push(rest);
        Some(values)
    }
}

fn push(texts: &mut [String], text: &str) {
    if let Some(last) = texts.last_mut() {
        last.push_str(text);
    }
}

/// The sentences of a Fluent file, with the names of their messages.
pub fn sentences(source: &str) -> impl Iterator<Item = (&str, Form)> {
    let lines = source.lines().filter(|line| line.starts_with(SAYS));
    let messages = lines.filter_map(|line| line.split_once(" = "));
    messages.map(|(id, pattern)| (id, Form::read(pattern)))
}

#[cfg(test)]
mod tests {
    use super::*;

    static TEXTS: Catalogue = Catalogue::new(
        "tests",
        [
            "says-full = The list is full.\n\
             says-most = { $field } holds { $most } notes at most\n\
             says-long = The body: { $why }\n\
             says-text = must be a text\n\
             says-map = { $field } must be {\"{\"}{ $names }{\"}\"} and nothing else\n\
             says-name = \"{ $name }\" is nobody: ask { $whom }.\n\
             says-lists = { $count } lists: { $why }\n\
             says-all = all of your lists\n",
            "says-full = Die Liste ist voll.\n\
             says-most = { $most ->\n    [one] { $field } fasst nur eine Notiz\n   *[other] { $field } fasst höchstens { $most } Notizen\n }\n\
             says-long = Im Inhalt: { $why }\n\
             says-text = muss ein Text sein\n\
             says-map = { $field } muss {\"{\"}{ $names }{\"}\"} sein und nichts sonst\n\
             says-name = Frag { $whom }, wer „{ $name }“ ist.\n\
             says-lists = { $count } Listen: { $why }\n\
             says-all = alle deine Listen\n",
        ],
    );

    fn german(english: &str) -> String {
        let sentences = Sentences::new(vec![&TEXTS]);
        sentences.translate(Lang::De, english).into_owned()
    }

    #[test]
    fn a_sentence_finds_its_message_by_its_words() {
        assert_eq!(german("The list is full."), "Die Liste ist voll.");
        assert_eq!(german("The list is full"), "Die Liste ist voll");
        assert_eq!(german("\"Ada: 1\" is nobody: ask Bob."), "Frag Bob, wer „Ada: 1“ ist.");
        let expected = "a muss {b, c} sein und nichts sonst.";
        assert_eq!(german("a must be {b, c} and nothing else."), expected);
        assert_eq!(german("Nobody is here"), "Nobody is here");
        assert_eq!(german("The list is full.\nNobody"), "Die Liste ist voll.\nNobody");
    }

    #[test]
    fn what_is_wrong_with_a_field_follows_its_name() {
        assert_eq!(german("title must be a text."), "title muss ein Text sein.");
        let expected = "Im Inhalt: [2].url muss ein Text sein.";
        assert_eq!(german("The body: [2].url must be a text."), expected);
    }

    #[test]
    fn parts_of_a_finding_are_translated_each() {
        let expected = "card0: the list is full; box fasst höchstens 2 Notizen";
        assert_eq!(german("card0: the list is full; box holds 2 notes at most"), expected);
        assert_eq!(german("card0: The list is full"), "card0: Die Liste ist voll");
    }

    #[test]
    fn what_begins_a_sentence_has_a_capital() {
        assert_eq!(german("Must be a text."), "Muss ein Text sein.");
    }

    #[test]
    fn of_several_forms_the_one_that_says_most_is_taken() {
        assert_eq!(german("box holds 12000 notes at most."), "box fasst höchstens 12000 Notizen.");
        assert_eq!(german("box is red"), "box is red");
        assert_eq!(german("2 lists: The list is full"), "2 Listen: Die Liste ist voll");
        assert_eq!(german("all of your lists: 1.5 MB"), "alle deine Listen: 1,5 MB");
    }

    #[test]
    fn a_value_chooses_the_plural_and_is_translated_if_it_is_a_sentence() {
        assert_eq!(german("box holds 1 notes at most"), "box fasst nur eine Notiz");
        assert_eq!(german("The body: The list is full."), "Im Inhalt: Die Liste ist voll.");
    }

    #[test]
    fn an_amount_is_written_as_the_language_does() {
        let expected = "Frag 5,00\u{a0}CHF, wer „1.234,50\u{a0}€“ ist.";
        assert_eq!(german("\"€1,234.50\" is nobody: ask 5.00\u{a0}CHF."), expected);
    }

    #[test]
    fn english_stays_and_is_not_even_read() {
        let sentences = Sentences::new(vec![&TEXTS]);
        let same = sentences.translate(Lang::En, "The list is full.");
        assert!(matches!(same, Cow::Borrowed("The list is full.")));
        assert!(sentences.read.get().is_none());
    }
}
