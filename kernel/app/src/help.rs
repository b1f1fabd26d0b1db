//! The help texts of pages. The *?* of a page leads to its own; `/help` has those of all apps.
//!
//! A text is a message `help-…` of the app's catalogue ([`crate::Texts::page`]). Its first line is a title; each of the three lines below it is a
//! sentence: what the page is for, what to do first, and what others see or what can be undone.

use crate::words::{Catalogue, Lang};

/// Prefix of the names of messages with a help text.
pub const HELP: &str = "help-";

/// The help text of a page, or the answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpText {
    /// The fragment of the text's address on `/help`: `<app>-<name>` for the message `help-<name>`.
    pub fragment: String,
    /// The name for pages of this kind, or the question.
    pub title: String,
    /// The explanation, a sentence each.
    pub sentences: Vec<String>,
}

impl HelpText {
    /// The help texts of an app, in the order of its catalogue.
    pub fn list(texts: &'static Catalogue, lang: Lang) -> Vec<Self> {
        let mut ids = texts.ids(Lang::En);
        ids.retain(|id| id.starts_with(HELP));
        ids.iter().map(|id| Self::read(texts, id, lang)).collect()
    }

    /// The help text of a message.
    pub fn read(texts: &'static Catalogue, id: &str, lang: Lang) -> Self {
        let text = texts.for_reader(lang).text(id);
        let mut lines = text.lines().map(str::to_owned);
        Self {
            fragment: fragment(texts.app, id),
            title: lines.next().unwrap_or_default(),
            sentences: lines.collect(),
        }
    }
}

/// The fragment of a text's address on `/help`.
pub(crate) fn fragment(app: &str, id: &str) -> String {
    format!("{app}-{}", id.strip_prefix(HELP).unwrap_or(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    static TEXTS: Catalogue = Catalogue::new(
        "tea",
        [
            "service = Tea\nhelp-pot =\n    A pot\n    Brew here.\n    Pour first.\n    Only you see it.\nhelp-cup =\n    A cup\n    Drink.\n",
            "service = Tee\nhelp-pot =\n    Eine Kanne\n    Hier wird gebraut.\nhelp-cup =\n    Eine Tasse\n    Trink.\n",
        ],
    );

    #[test]
    fn a_text_has_a_title_and_its_sentences_in_the_language_of_the_reader() {
        let all = HelpText::list(&TEXTS, Lang::En);
        let [pot, cup] = &all[..] else {
            panic!("two texts");
        };
        assert_eq!((&*pot.fragment, &*pot.title), ("tea-pot", "A pot"));
        assert_eq!(pot.sentences, ["Brew here.", "Pour first.", "Only you see it."]);
        assert_eq!((&*cup.fragment, cup.sentences.len()), ("tea-cup", 1));
        assert_eq!(HelpText::list(&TEXTS, Lang::De)[0].title, "Eine Kanne");
    }
}
