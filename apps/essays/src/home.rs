//! Essays on Home (cards about new essays in followed series), on the front page (the newest public ones), and in the search.

use imajin_app::{Answer, HomeCard, HomeCards, Icon, Lang, Node, args};
use imajin_items::home::{self, News};
use imajin_protocol::Did;

use crate::Essays;
use crate::items::Kind;
use crate::manifest::{NEW_ESSAYS, TEXTS};
use crate::pages::minutes;

impl HomeCards for Essays {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        let say = |news: News| {
            let args = args![name = news.name, count = news.count, series = news.title];
            t.format("home-new", args)
        };
        home::cards::<Self>((node, person, lang), (NEW_ESSAYS, Icon::Record), &say)
    }

    fn front_cards(&self, node: &Node, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        home::front_cards::<Self>(node, (Kind::Essay, NEW_ESSAYS), &|author, essay| {
            Ok(format!("{} · {}", author.called(lang), minutes(essay, t)))
        })
    }
}

imajin_items::searchable!(Essays, Essays);
