//! What this service brings to Home: pictures that its person took on this day of earlier years.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem};
use maud::html;

use crate::Media;
use crate::fields::LocalTime;
use crate::manifest::{MANIFEST, ON_THIS_DAY, OWN_PAGE, TEXTS};
use crate::{pages, queries};

/// Pictures on the card: what fits in a row.
const PICTURES_MAX: usize = 4;

impl HomeCards for Media {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Result<Vec<HomeCard>, Problem> {
        let t = TEXTS.of(lang);
        let now = LocalTime::from(node.now());
        let (today, _) = now.as_str().split_once('T').unwrap_or_default();
        let (year, day) = today.split_once('-').unwrap_or_default();
        let found = node.read(MANIFEST.name, |db| {
            queries::on_this_day(db, person.as_str(), (year, day), PICTURES_MAX)
        })?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let at = Timestamp::parse(&format!("{today}T00:00:00.000Z")).map_err(Problem::internal)?;
        Ok(vec![HomeCard {
            section: HomeSection::New,
            kind: ON_THIS_DAY,
            at,
            icon: Icon::Picture,
            content: html! {
                p { (t.text("on-this-day")) }
                (pages::a_few(&found, t))
                div.actions { a.button href=(OWN_PAGE) { (t.text("home-show")) } }
            },
            script: None,
        }])
    }
}
