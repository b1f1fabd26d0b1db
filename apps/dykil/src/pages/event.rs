//! The polls section of an event's page: the organiser's open surveys, the first one with its results.

use imajin_app::{Answer, Lang, Node, args};
use imajin_items::Owner;
use imajin_occasions::{AtOccasion, Part};
use imajin_protocol::Did;
use maud::{Markup, html};

use super::STYLE;
use super::survey::{SCRIPT, promises, results_section};
use crate::Dykil;
use crate::asking;
use crate::manifest::{MANIFEST, TEXTS};
use crate::queries::Survey;
use crate::results;
use crate::survey::Status;

impl AtOccasion for Dykil {
    fn part(
        &self,
        node: &Node,
        occasion: &Did,
        organiser: &Did,
        viewer: Option<&Did>,
        lang: Lang,
    ) -> Answer<Option<Part>> {
        let surveys = asking::at_event(node, occasion, organiser, viewer)?;
        let Some((first, others)) = surveys.split_first() else {
            return Ok(None);
        };
        let t = TEXTS.for_reader(lang);
        let owner = Owner::from_did(node, organiser.clone())?;
        let form = first.form()?;
        let seen = results::seen_by(node, (organiser, first), viewer, None)?;
        let content = html! {
            section.card.polls {
                h2 { (t.format("at-event", args![count = surveys.len()])) }
                h3 { (first.item.title) }
                (promises(t, first, &form, Status::Open))
                div.actions { a.button.main href=(path(&owner, first)) { (t.text("answer")) } }
                (results_section(t, organiser, (first, &form), seen.as_ref(), Status::Open))
                @if !others.is_empty() { (list(&owner, others)) }
            }
        };
        Ok(Some(Part { content, style: STYLE, script: SCRIPT }))
    }
}

fn path(owner: &Owner, survey: &Survey) -> String {
    format!("{}/{}", owner.path(MANIFEST.name), survey.item.address())
}

fn list(owner: &Owner, surveys: &[Survey]) -> Markup {
    html! { ul { @for survey in surveys { li { a href=(path(owner, survey)) { (survey.item.title) } } } } }
}
