//! Help texts: each page leads to its own, and `/help` searches those of all apps without scripts.

use imajin_e2e::prelude::*;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE};

/// Pages of several apps.
const PAGES: [&str; 11] = [
    "/",
    "/signin",
    "/docs",
    "/help",
    "/backups",
    "/settings",
    "/events",
    "/connections",
    "/media",
    "/pay",
    "/registry",
];

/// Returns the fragment of the address to which a page's question mark leads.
fn help_of(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("href=\"/help#")?;
    rest.split('"').next()
}

#[test]
fn each_page_leads_to_its_own_text_and_an_error_to_none() {
    let (_folder, node) = Node::fresh();
    let ada = Owner::claim(&node);
    let help = ada.page("/help");
    let mut fragments = Vec::new();
    for path in PAGES {
        let page = ada.page(path);
        let fragment = help_of(&page).unwrap_or_else(|| panic!("{path} leads to no help"));
        assert_has!(help, &format!("id=\"{fragment}\""));
        fragments.push(fragment.to_owned());
    }
    fragments.sort_unstable();
    fragments.dedup();
    assert_eq!(fragments.len(), PAGES.len(), "{fragments:?}");
    let request = http().get(format!("{}/nowhere", node.url));
    let nowhere = request.header(ACCEPT, "text/html").send().unwrap();
    assert_eq!(nowhere.status(), 404);
    assert_eq!(help_of(&nowhere.text().unwrap()), None);
}

#[test]
fn the_search_finds_words_in_any_order_in_the_language_of_the_reader() {
    let (_folder, node) = Node::fresh();
    let search = |words: &str, lang: &str| {
        let request = http().get(format!("{}/help?q={words}", node.url));
        let answer = request.header(ACCEPT_LANGUAGE, lang).send().unwrap();
        answer.text().unwrap()
    };
    let english = search("erase+TRASH", "en");
    assert_has!(english, "id=\"media-trash\"");
    assert_lacks!(english, "id=\"www-signin\"");
    assert_has!(search("papierkorb+losch", "de"), "<h3>Papierkorb</h3>");
    assert_has!(search("zzz", "de"), "Kein Hilfetext enthält alle diese");
    let escaped = search("%3Cb%3E", "en");
    assert_has!(escaped, "value=\"&lt;b&gt;\"");
    assert_lacks!(escaped, "<b>");
}
