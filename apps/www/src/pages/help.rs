//! The help texts of all pages, by app, and the answers to questions. Their search works without scripts, and `help.js` shows one of them above the page that it is about.

use std::borrow::Cow;

use imajin_app::extract::{Caller, Query, Visitor};
use imajin_app::help::HelpText;
use imajin_app::{Lang, Page, Problem, SearchWords};
use maud::{Markup, html};

use super::questions::questions;
use super::search::{self, SearchForm};
use crate::manifest::TEXTS;

/// The help texts of an app, or the answers to questions, that have the words.
struct HelpGroup {
    /// The app's name for people.
    name: Cow<'static, str>,
    texts: Vec<HelpText>,
}

/// `/help?q=`
pub(crate) async fn page(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Query(query): Query<SearchForm>,
) -> Result<Page, Problem> {
    let t = TEXTS.for_reader(lang);
    let words = query.words();
    let names = node.services().words().with_lang(lang);
    let search_words = SearchWords::parse(&words);
    let apps = node.services().manifests().filter_map(|manifest| {
        let name = names.service(manifest.name).into();
        let texts = HelpText::list(manifest.texts?, lang);
        Some(HelpGroup { name, texts })
    });
    let answers = HelpGroup { name: t.text("docs-live"), texts: questions(lang).collect() };
    let groups = apps.chain([answers]);
    let groups: Vec<_> = groups.filter_map(|group| group.search(&search_words)).collect();
    let content = html! {
        h1 { (t.text("all-help")) }
        p.lead { (t.text("all-help-lead")) }
        (search::form("/help", &words, "all-help-search", t))
        @if groups.is_empty() { p #nothing { (t.text("all-help-nothing")) } }
        @for HelpGroup { name, texts } in &groups {
            section {
                h2 { (name) }
                ul.rows { @for text in texts { (row(text)) } }
            }
        }
    };
    let page = t.page("help-help", t.text("all-help"), content);
    Ok(page.viewer(node.viewer_of(session.as_ref())?))
}

impl HelpGroup {
    /// Keeps the texts that have these words, if there are any.
    fn search(mut self, words: &SearchWords) -> Option<Self> {
        let name = &*self.name;
        self.texts.retain(|text| {
            let sentences = text.sentences.iter().map(String::as_str);
            words.are_in(sentences.chain([name, text.title.as_str()]))
        });
        (!self.texts.is_empty()).then_some(self)
    }
}

pub(super) fn row(text: &HelpText) -> Markup {
    html! {
        li.entry id=(text.fragment) {
            h3 { (text.title) }
            @for sentence in &text.sentences { p { (sentence) } }
        }
    }
}
