//! Next events on their organiser's page.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::manifest::TEXTS;
use crate::queries::{self, Event, Which};
use crate::{Events, pages, sight};

impl Showcase for Events {
    fn items(
        &self,
        node: &Node,
        person: &Did,
        viewer: Option<&Did>,
        lang: Lang,
    ) -> Answer<Vec<Hit>> {
        let which = Which {
            organiser: Some(person.to_string()),
            status: Some("published"),
            from: Some(node.now().as_millis()),
            sight: sight::sight_among(node, viewer, Some(person))?,
            ..Which::default()
        };
        let (events, _) = queries::read(node, |db| queries::list(db, &which, ITEMS_MAX, 0))?;
        Ok(events.iter().map(|event| hit(event, lang)).collect())
    }
}

fn hit(event: &Event, lang: Lang) -> Hit {
    let starts = event.starts.and_then(|at| Timestamp::from_millis(at).ok());
    let starts = starts.map(|at| lang.date_time(at, event.zone()));
    Hit {
        title: pages::title(event, TEXTS.for_reader(lang)),
        detail: starts.unwrap_or_default(),
        href: format!("/events/{}", event.id),
        icon: Icon::Calendar,
    }
}
