//! Texts of apps for people, by language: [Fluent](https://projectfluent.org/fluent/guide/) files,
//! `locales/<language>.ftl` in each app. apps/www/README.md says how a page and a script use them.
//!
//! Messages with a meaning for the whole node, all of them one plain line: `service` (the app's name for people),
//! `summary` (what the app can do, in a sentence), `op-<operation>` (what an operation did, said to the person whose
//! record it is in) and `scope-<operation>` (what a delegation of the operation allows). An operation's dots are
//! dashes. Messages that begin with `js-` are for scripts, and only those reach a browser. Those that begin with
//! `says-` translate what the code says in English ([`Words::sentence`]).

mod catalogue;
mod format;
mod lang;
mod markup;
mod reader;
mod sentences;
mod times;
mod zone;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

pub use crate::{args, catalogue};
pub use catalogue::{Args, Catalogue, Label, LocalizedMessage, SAYS, Texts, deflated};
pub use format::Money;
pub(crate) use lang::cookie;
pub use lang::{LANGUAGE_COOKIE, Lang};
pub use reader::Reader;
pub use sentences::{Form, sentences};
pub use zone::{Zone, ZoneName};

use sentences::Sentences;

/// The texts of the frame of the pages.
pub static FRAME: Catalogue = crate::catalogue!("frame");

/// The texts of the mounted apps with a meaning for the whole node, in one language. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Words {
    apps: Arc<HashMap<&'static str, &'static Catalogue>>,
    sentences: Arc<Sentences>,
    /// The language.
    pub lang: Lang,
    /// The page that says them, which also writes their times.
    page: Option<Texts>,
}

impl Words {
    /// The words of apps, in English.
    pub fn new(catalogues: impl IntoIterator<Item = &'static Catalogue>) -> Self {
        let all: Vec<_> = catalogues.into_iter().collect();
        let by_name = all.iter().map(|texts| (texts.app, *texts)).collect();
        let frame: &'static Catalogue = &FRAME;
        let with_frame = all.into_iter().chain([frame]).collect();
        Self {
            apps: Arc::new(by_name),
            sentences: Arc::new(Sentences::new(with_frame)),
            lang: Lang::En,
            page: None,
        }
    }

    /// Returns these words in another language.
    pub fn with_lang(&self, lang: Lang) -> Self {
        Self { lang, page: None, ..self.clone() }
    }

    /// The words for a page: in the language of its reader, with times in the reader's zone.
    pub fn on(&self, page: Texts) -> Self {
        Self { lang: page.lang, page: Some(page), ..self.clone() }
    }

    /// A message of an app.
    pub fn get(&self, app: &str, id: &str) -> Option<&'static str> {
        self.apps.get(app)?.label(self.lang, id)
    }

    /// An app's name for people, or its technical name where it has no `service` message.
    pub fn service<'a>(&self, app: &'a str) -> &'a str {
        self.get(app, "service").unwrap_or(app)
    }

    /// Translates a sentence of the code (a refusal, a warning, a finding) into this language. The sentence stays
    /// English where no message `says-…` of a mounted app or of the frame translates it.
    pub fn sentence<'t>(&self, english: &'t str) -> Cow<'t, str> {
        let translated = self.sentences.translate(self.lang, english);
        match self.page {
            Some(page) => page.with_times(translated),
            None => translated,
        }
    }

    /// The text of an operation, addressed to the person whose record it is in; the operation's name where no mounted
    /// app has a text for it.
    pub fn operation<'a>(&self, op: &'a str) -> &'a str {
        let message = op.split_once('.').and_then(|(app, rest)| {
            let id = format!("op-{}", rest.replace('.', "-"));
            self.get(app, &id)
        });
        message.unwrap_or(op)
    }

    /// The scopes that delegations of the apps' operations can grant: each operation with its text, sorted.
    pub fn scopes(&self) -> Vec<(String, &'static str)> {
        let mut all = Vec::new();
        for (app, catalogue) in &*self.apps {
            for id in catalogue.ids(Lang::En) {
                let op = id.strip_prefix("scope-").map(|op| op.replace('-', "."));
                let scope = op.and_then(|op| Some((format!("{app}.{op}"), self.get(app, &id)?)));
                all.extend(scope);
            }
        }
        all.sort_unstable();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static MONEY: Catalogue = Catalogue::new(
        "money",
        [
            "# Money.\n\nservice = Money\nop-paid-out = A payout was paid\nscope-settle = Pay\n",
            "service = Geld\n",
        ],
    );

    #[test]
    fn a_page_writes_the_times_in_sentences_for_its_reader() {
        let words = Words::new([&MONEY]);
        let zone = Zone::find("Europe/Zurich");
        let page = MONEY.for_reader(Reader { lang: Lang::En, zone });
        let finding = "the node believes that it is 2026-11-29T02:11:33.123Z, not 2026-11-30T23:30:00.000Z; Zug ist 2026Z";
        assert_eq!(words.with_lang(Lang::En).sentence(finding), finding);
        assert_eq!(
            words.on(page).sentence(finding),
            "the node believes that it is 29 November 2026, 03:11, not 1 December 2026, 00:30; Zug ist 2026Z"
        );
        assert!(matches!(words.on(page).sentence("no time"), Cow::Borrowed(_)));
    }

    #[test]
    fn an_operation_has_the_words_of_its_app() {
        let words = Words::new([&MONEY]);
        assert_eq!(words.service("money"), "Money");
        assert_eq!(words.with_lang(Lang::De).service("money"), "Geld");
        assert_eq!(words.operation("money.paid.out"), "A payout was paid");
        assert_eq!(words.scopes(), [("money.settle".to_owned(), "Pay")]);
        assert_eq!(words.service("other"), "other");
        assert_eq!(words.operation("money.none"), "money.none");
    }
}
