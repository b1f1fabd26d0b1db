//! Links on Home and in the search: new items of collections that a person follows, and links that match words.

use imajin_app::{Answer, HomeCard, HomeCards, Icon, Lang, Node, args};
use imajin_items::home::{self, News};
use imajin_protocol::Did;

use crate::Links;
use crate::manifest::{NEW_LINKS, TEXTS};

impl HomeCards for Links {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        let say = |news: News| {
            let args = args![name = news.name, count = news.count, collection = news.title];
            t.format("home-new", args)
        };
        home::cards::<Links>((node, person, lang), (NEW_LINKS, Icon::Link), &say)
    }
}

imajin_items::searchable!(Links, Links);
