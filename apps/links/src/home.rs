//! What links bring to Home: what is new in the collections that a person follows.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem, args};
use maud::html;

use crate::Links;
use crate::manifest::{MANIFEST, NEW_LINKS, TEXTS};
use crate::owner::Owner;
use crate::queries;

/// For how long a link is new.
const NEW_MS: i64 = 14 * 24 * 3_600_000;
/// Cards on Home.
const CARDS_MAX: usize = 10;
/// Collections that are looked into: what is new in one may not be for this person.
const LOOKED_AT: usize = 50;

impl HomeCards for Links {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Result<Vec<HomeCard>, Problem> {
        let after = node.now().as_millis() - NEW_MS;
        let followed = node.read(MANIFEST.name, |db| {
            queries::with_news(db, person.as_str(), after, LOOKED_AT)
        })?;
        let mut cards = Vec::new();
        for (of, id, since) in followed {
            let of = Did::parse(&of).map_err(Problem::internal)?;
            cards.extend(card(node, person, of, (&id, since), lang)?);
            if cards.len() == CARDS_MAX {
                break;
            }
        }
        Ok(cards)
    }
}

/// The card of a followed collection, if there is something new in it that the follower sees.
fn card(
    node: &Node,
    person: &Did,
    of: Did,
    (id, since): (&str, i64),
    lang: Lang,
) -> Result<Option<HomeCard>, Problem> {
    let Some((collection, links)) = queries::seen(node, &of, Some(person), id)? else {
        return Ok(None);
    };
    let new = || links.iter().map(|link| link.put).filter(|put| *put > since);
    let Some(newest) = new().max() else {
        return Ok(None);
    };
    let t = TEXTS.of(lang);
    let owner = Owner::of(node, of)?;
    let name = owner.name.clone();
    let name = name.unwrap_or_else(|| t.text("somebody").into_owned());
    let href = format!("{}/{}", owner.path(), collection.address());
    let args = args![
        name = name,
        count = new().count(),
        collection = collection.title
    ];
    let content = html! {
        p { (t.with("home-new", args)) }
        div.actions { a.button href=(href) { (t.text("home-show")) } }
    };
    Ok(Some(HomeCard {
        section: HomeSection::New,
        kind: NEW_LINKS,
        at: Timestamp::from_millis(newest).map_err(Problem::internal)?,
        icon: Icon::Link,
        content,
        script: None,
    }))
}
