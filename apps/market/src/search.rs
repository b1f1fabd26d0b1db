//! Listings and wishes in the search.

use imajin_app::{Answer, Hit, Icon, Lang, Node, SearchWords, Searchable};
use imajin_items::search::{own_page, search};
use imajin_protocol::Did;

use crate::Market;
use crate::listings::Listings;

impl Searchable for Market {
    fn search(
        &self,
        node: &Node,
        person: &Did,
        words: &SearchWords,
        limit: usize,
        lang: Lang,
    ) -> Answer<Vec<Hit>> {
        let how = (Icon::Tag, lang);
        search::<Listings>(node, person, (words, limit), how, &own_page::<Listings>)
    }
}
