//! What links bring to Home: what is new in the collections that a person follows.

use imajin_items::home::{self, News};
use imajin_protocol::Did;
use imajin_service::{HomeCard, HomeCards, Icon, Lang, Node, Problem, args};

use crate::Links;
use crate::manifest::{NEW_LINKS, TEXTS};

impl HomeCards for Links {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Result<Vec<HomeCard>, Problem> {
        let t = TEXTS.of(lang);
        let say = |news: News| {
            let args = args![
                name = news.name,
                count = news.count,
                collection = news.title
            ];
            t.with("home-new", args)
        };
        home::cards::<Links>((node, person, lang), (NEW_LINKS, Icon::Link), &say)
    }
}
