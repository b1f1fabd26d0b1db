//! The help texts of all pages, by app. Their search works without scripts, and `help.js` shows one of them above the page that it is about.

use axum::extract::State;
use imajin_app::extract::{Caller, Query};
use imajin_app::help::HelpText;
use imajin_app::{Lang, Node, Page, Problem, SearchWords};
use maud::{Markup, html};

use super::search::{self, SearchForm};
use crate::manifest::TEXTS;

/// The help texts of an app that have the words.
struct AppHelp {
    /// The app's name for people.
    app: &'static str,
    texts: Vec<HelpText>,
}

/// `/help?q=`
pub(crate) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
    Query(query): Query<SearchForm>,
) -> Result<Page, Problem> {
    let t = TEXTS.for_reader(lang);
    let words = query.words();
    let names = node.services().words().with_lang(lang);
    let search_words = SearchWords::parse(&words);
    let apps = node.services().manifests().filter_map(|manifest| {
        let app = names.service(manifest.name);
        let mut texts = HelpText::list(manifest.texts?, lang);
        texts.retain(|text| has_words(text, app, &search_words));
        (!texts.is_empty()).then_some(AppHelp { app, texts })
    });
    let apps: Vec<_> = apps.collect();
    let content = html! {
        h1 { (t.text("all-help")) }
        p.lead { (t.text("all-help-lead")) }
        (search::form("/help", &words, "all-help-search", t))
        @if apps.is_empty() { p #nothing { (t.text("all-help-nothing")) } }
        @for AppHelp { app, texts } in &apps {
            section {
                h2 { (app) }
                ul.rows { @for text in texts { (row(text)) } }
            }
        }
    };
    let page = t.page("help-help", t.text("all-help"), content);
    Ok(page.viewer(node.viewer_of(session.as_ref())?))
}

fn has_words(text: &HelpText, app: &str, words: &SearchWords) -> bool {
    let sentences = text.sentences.iter().map(String::as_str);
    words.are_in(sentences.chain([app, text.title.as_str()]))
}

fn row(text: &HelpText) -> Markup {
    html! {
        li.entry id=(text.fragment) {
            h3 { (text.title) }
            @for sentence in &text.sentences { p { (sentence) } }
        }
    }
}
