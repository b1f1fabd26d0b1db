//! The parts of a person's page that other apps add, as the person chose them.
//!
//! Always: the choice is among the toggles of the profile. `page.01.x`, if it is on, puts the part of the app `x` at the first
//! place. Toggles that are off, or name an app without such a part or one that has a place already, add nothing.

use std::collections::BTreeSet;

use imajin_app::{Hit, Lang, Node};
use imajin_protocol::Did;
use imajin_showcase::Showcase;
use maud::{Markup, html};
use serde_json::{Map, Value as Json};

/// The beginning of the toggles' names.
const PREFIX: &str = "page.";

/// Returns the apps that the person chose, in their order.
fn chosen_apps(profile: &Map<String, Json>) -> Vec<&str> {
    let toggles = profile.get("featureToggles").and_then(Json::as_object).into_iter().flatten();
    let on = toggles.filter(|(_, is_on)| **is_on == Json::Bool(true));
    let mut places: Vec<&str> = on.filter_map(|(name, _)| name.strip_prefix(PREFIX)).collect();
    places.sort_unstable();
    let apps = places.into_iter().filter_map(|place| place.split_once('.'));
    let mut placed = BTreeSet::new();
    apps.map(|(_, app)| app).filter(|app| placed.insert(*app)).collect()
}

/// Draws the parts as a viewer sees them; empty ones are left out, as are those that can't be read.
pub(crate) fn draw(
    node: &Node,
    profile: &Map<String, Json>,
    (person, viewer): (&Did, Option<&Did>),
    lang: Lang,
) -> Markup {
    // The person sees their page as strangers do.
    let viewer = viewer.filter(|viewer| *viewer != person);
    let mut parts = Vec::new();
    for app in chosen_apps(profile) {
        let mut offers = node.services().offers().all::<dyn Showcase>();
        let Some((_, showcase)) = offers.find(|(name, _)| *name == app) else {
            continue;
        };
        match showcase.items(node, person, viewer, lang) {
            Ok(items) => parts.push((app, items)),
            Err(problem) => tracing::error!("{app}: its part of a page can't be read: {problem}"),
        }
    }
    parts.retain(|(_, items)| !items.is_empty());
    let words = node.services().words().with_lang(lang);
    html! {
        @for (app, items) in &parts {
            section data-part=(app) {
                h2 { (words.service(app)) }
                ul.rows.places { @for item in items { (row(item)) } }
            }
        }
    }
}

fn row(item: &Hit) -> Markup {
    html! {
        li { a href=(item.href) {
            (item.icon.draw())
            span.grow {
                (item.title)
                @if !item.detail.is_empty() { br; span.hint { (item.detail) } }
            }
        } }
    }
}

/// An app with a part for the page, as the form offers it.
pub(crate) struct PartChoice {
    pub(crate) app: &'static str,
    /// The app's name for people.
    pub(crate) title: String,
    pub(crate) is_chosen: bool,
}

/// Returns all apps with a part: those that the person chose first, in their order.
pub(crate) fn choices(node: &Node, profile: &Map<String, Json>, lang: Lang) -> Vec<PartChoice> {
    let chosen = chosen_apps(profile);
    let place = |app: &str| chosen.iter().position(|other| *other == app);
    let words = node.services().words().with_lang(lang);
    let apps = node.services().offers().all::<dyn Showcase>();
    let mut choices: Vec<PartChoice> = apps
        .map(|(app, _)| PartChoice {
            app,
            title: words.service(app).to_owned(),
            is_chosen: place(app).is_some(),
        })
        .collect();
    choices.sort_by_key(|choice| place(choice.app).unwrap_or(usize::MAX));
    choices
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_are_in_the_order_of_their_places_and_each_is_there_once() {
        let toggles = json!({ "featureToggles": {
            "page.02.polls": true, "page.10.links": true, "page.01.events": true, "page.03.jars": false, "tips": true,
            "page.events": true, "page.11.events": true, "page.12.links": true,
        } });
        let profile = toggles.as_object().cloned().unwrap_or_default();
        assert_eq!(chosen_apps(&profile), ["events", "polls", "links"]);
        assert!(chosen_apps(&Map::new()).is_empty());
    }
}
