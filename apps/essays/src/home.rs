//! Essays on Home (cards about new essays in followed series), on the front page (the newest public ones), and in the search.

use imajin_app::{
    Answer, Hit, HomeCard, HomeCards, Icon, Lang, Node, Problem, SearchWords, Searchable, Texts,
    args,
};
use imajin_dfos::Timestamp;
use imajin_items::home::{self, News};
use imajin_items::search::{own_page, search};
use imajin_items::{Owner, newest_public};
use imajin_protocol::Did;
use maud::html;

use crate::Essays;
use crate::items::{Item, Kind};
use crate::manifest::{MANIFEST, NEW_ESSAYS, TEXTS};

/// Maximum number of essays on the front page.
const FRONT_MAX: usize = 6;

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
        let newest = newest_public::<Self>(node, Kind::Essay, FRONT_MAX)?.into_iter();
        newest
            .map(|(author, essay)| front_card(node, author, &essay, t))
            .collect()
    }
}

/// Makes the card of an essay on the front page.
fn front_card(node: &Node, author: Did, essay: &Item, t: Texts) -> Answer<HomeCard> {
    let author = Owner::from_did(node, author)?;
    let href = format!("{}/{}", author.path(MANIFEST.name), essay.address());
    let at = Timestamp::from_millis(essay.put).map_err(Problem::internal)?;
    let minutes = t.format("minutes", args![count = essay.own.minutes()]);
    let content = html! {
        p { a href=(href) { strong { (essay.title) } } }
        p.soft { (author.called(t.lang)) " · " (minutes) }
    };
    Ok(HomeCard::news(NEW_ESSAYS, at, Icon::Record, content))
}

impl Searchable for Essays {
    fn search(
        &self,
        node: &Node,
        person: &Did,
        words: &SearchWords,
        limit: usize,
        lang: Lang,
    ) -> Answer<Vec<Hit>> {
        let how = (Icon::Record, lang);
        search::<Self>(node, person, (words, limit), how, &own_page::<Self>)
    }
}
