//! Links on Home and in the search: new items of collections that a person follows, and links that match words.

use imajin_app::{
    Answer, Hit, HomeCard, HomeCards, Icon, Lang, Node, SearchWords, Searchable, args,
};
use imajin_items::ItemOf;
use imajin_items::home::{self, News};
use imajin_items::search::search;
use imajin_protocol::Did;

use crate::Links;
use crate::fields::Kind;
use crate::manifest::{NEW_LINKS, TEXTS};

impl HomeCards for Links {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        let say = |news: News| {
            let args = args![
                name = news.name,
                count = news.count,
                collection = news.title
            ];
            t.format("home-new", args)
        };
        home::cards::<Links>((node, person, lang), (NEW_LINKS, Icon::Link), &say)
    }
}

impl Searchable for Links {
    fn search(
        &self,
        node: &Node,
        person: &Did,
        words: &SearchWords,
        limit: usize,
        lang: Lang,
    ) -> Answer<Vec<Hit>> {
        let page = |path: &str, item: &ItemOf<Self>, _: &[ItemOf<Self>]| match item.kind {
            Kind::Page => path.to_owned(),
            Kind::Collection | Kind::Link => format!("{path}/{}", item.address()),
        };
        search::<Self>(node, person, (words, limit), (Icon::Link, lang), &page)
    }
}
