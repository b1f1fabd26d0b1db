//! `/docs/components`: what pages are made of, each component once in each of its states. For people who write pages, and for the test that looks at
//! all of them; no menu leads here.

use imajin_app::chooser::Chooser;
use imajin_app::page::{Face, avatar, badge, short_did};
use imajin_app::{Icon, Lang, Page, Texts, args};
use imajin_dfos::Timestamp;
use imajin_protocol::Currency;
use maud::{Markup, html};

use crate::manifest::TEXTS;
use crate::parts::{message, why_believe};

const DID: &str = "did:imajin:AbCdEfGhIjKlMnOpQrStUvWxYz";

pub(crate) async fn page(lang: Lang) -> Page {
    let t = TEXTS.for_reader(lang);
    let content = html! {
        (message())
        h1 { (t.text("components")) }
        p.lead { (t.text("components-lead")) }
        @for (name, shown) in all(t) {
            section data-component=(name) { h2 { (t.text(name)) } (shown) }
        }
    };
    t.notice_page(t.text("components"), content)
        .script("/assets/www/components.js")
        .current("/docs")
}

/// Each component: the message with its name, and its states.
fn all(t: Texts) -> [(&'static str, Markup); 18] {
    [
        ("component-button", buttons(t)),
        ("component-field", fields(t)),
        ("component-choice", choices(t)),
        ("component-card", card(t)),
        ("component-row", rows(t)),
        ("component-person", people()),
        (
            "component-money",
            html! {
                p { @if let Ok(currency) = Currency::parse("EUR") { strong { (t.lang.amount(1_250, currency)) } " · " } (t.time(Timestamp::MIN)) }
            },
        ),
        ("component-tile", tiles(t)),
        ("component-tag", tags(t)),
        ("component-notice", notices(t)),
        ("component-message", messages(t)),
        ("component-question", question(t)),
        ("component-steps", steps(t)),
        ("component-progress", progress(t)),
        ("component-empty", empty(t)),
        ("component-facts", facts(t)),
        ("component-folded", folded(t)),
        ("component-id", id()),
    ]
}

fn buttons(t: Texts) -> Markup {
    html! {
        p { (t.text("component-one-main")) }
        div.actions {
            button.main type="button" { (t.text("component-main")) }
            button type="button" { (t.text("component-other")) }
            a.button href="#content" { (t.text("component-link")) }
        }
        div.actions {
            button type="button" aria-disabled="true" { span.busy role="status" { (t.text("component-working")) } }
            button.link type="button" { (t.text("component-like-link")) }
        }
        div.actions { button.danger type="button" { (t.text("component-danger")) } }
    }
}

fn fields(t: Texts) -> Markup {
    let label = t.text("component-person");
    let person = Chooser { label: &label, id: Some("somebody"), ..Chooser::default() };
    html! {
        div.field {
            label for=(t.text("component-plain")) { (t.text("component-text")) }
            p.hint id="plain-hint" { (t.text("component-hint")) }
            input #plain type="text" aria-describedby="plain-hint";
        }
        (t.field("wrong", "component-mistake", None, html! {
            input #wrong type="text" value="evil.example" aria-invalid="true" aria-describedby="wrong-error";
            p.notice.bad #wrong-error role="alert" { (t.text("component-mistake-why")) }
        }))
        (t.field("prefixed", "component-before", None, html! { div.prefix { span { "@" } input #prefixed type="text"; } }))
        (t.field("with", "component-with-button", None, html! {
            div.with { input #with type="search"; button type="button" { (t.text("search")) } }
        }))
        div.field { label for="long" { (t.text("component-long")) } textarea #long {} }
        (person.draw(t.lang))
        div.field { label for="file" { (t.text("component-file")) } input #file type="file"; }
    }
}

fn choices(t: Texts) -> Markup {
    html! {
        (t.field("one", "component-one-of", None, html! {
            select #one { option { (t.text("component-first")) } option { (t.text("component-second")) } }
        }))
        label.check for="yes" { input #yes type="checkbox"; span { (t.text("component-on-off")) } }
        label.check for="done" { input #done type="checkbox" checked; span { (t.text("component-on")) } }
    }
}

fn card(t: Texts) -> Markup {
    html! {
        section.card { h3 { (t.text("component-a-card")) } p { (t.text("component-together")) } }
        ul.home-cards {
            li.card { (Icon::Calendar.draw()) div.grow { p { strong { (t.text("component-home-card")) } } p.soft { (t.text("component-tomorrow")) } } }
            li.card.unread { (Icon::People.draw()) div.grow { p.hint { span.tag.new { (t.text("new")) } " " (t.text("component-accepted")) } p { (t.text("component-new")) } } }
        }
    }
}

fn rows(t: Texts) -> Markup {
    html! {
        ul.rows.places {
            li { a href="#content" { (Icon::Settings.draw()) span.grow { (t.text("component-place")) } } }
            li { a href="#content" { (Icon::Ticket.draw()) span.grow { (t.markup("component-another", args![], |_, inner| html! { span.soft { (inner) } })) } } }
        }
    }
}

fn people() -> Markup {
    html! {
        ul.rows {
            @for (name, handle, picture) in [("Ada", "ada", None), ("Émilie", "emilie", Some("/assets/icon-192.png"))] {
                li.person-row { (avatar(Face { name, did: handle, picture })) div.grow { a href="#content" { (name) } " " span.soft { "@" (handle) } } }
            }
        }
    }
}

fn tiles(t: Texts) -> Markup {
    html! {
        ul.tiles {
            li { a href="#content" { (Icon::Home.draw()) span { (t.text("component-a-tile")) } } }
            li { a href="#content" { (Icon::Bell.draw()) span { (t.text("component-badge")) } (badge(3, t.lang)) } }
        }
    }
}

fn tags(t: Texts) -> Markup {
    html! {
        p { span.tag { (t.text("component-plain")) } " " span.tag.good { (t.text("component-good")) } " " span.tag.bad { (t.text("component-bad")) } " " span.tag.new { (t.text("new")) } " " (badge(7, t.lang)) " " (badge(120, t.lang)) }
    }
}

fn notices(t: Texts) -> Markup {
    html! {
        div.notice { p { (t.text("component-know")) } }
        div.notice.good { p { (t.text("component-worked")) } }
        div.notice.bad { p { (t.text("component-happened")) } }
    }
}

fn messages(t: Texts) -> Markup {
    html! {
        p { (t.text("component-top")) }
        div.actions { button #say-good type="button" { (t.text("component-say-good")) } button #say-bad type="button" { (t.text("component-say-bad")) } }
    }
}

fn steps(t: Texts) -> Markup {
    html! {
        ol.steps aria-label=(t.text("component-steps-label")) { li.past { (t.text("create-step-done")) } li aria-current="step" { (t.text("component-now")) } li { (t.text("component-later")) } }
    }
}

fn progress(t: Texts) -> Markup {
    html! {
        p #progress-says { (t.text("component-three")) }
        progress max="10" value="3" aria-labelledby="progress-says" {}
        p.busy role="status" { (t.text("component-endless")) }
    }
}

fn empty(t: Texts) -> Markup {
    html! { div.card.empty { p.lead { (t.text("component-nothing")) } p { a.button href="#content" { (t.text("component-try")) } } } }
}

fn facts(t: Texts) -> Markup {
    html! {
        dl.facts { dt { (t.text("component-what")) } dd { (t.text("component-this")) } dt { (t.text("component-since")) } dd { (t.text("component-today")) } }
        div.scroll tabindex="0" role="region" aria-label=(t.text("component-table")) {
            table { thead { tr { th scope="col" { (t.text("component-thing")) } th.number scope="col" { (t.text("component-number")) } } } tbody { tr { td { (t.text("component-entries")) } td.number { (t.lang.number(12_345)) } } } }
        }
    }
}

/// The example of a button that asks for confirmation.
fn question(t: Texts) -> Markup {
    html! { div.actions { button.danger #ask type="button" { (t.text("component-danger")) } } }
}

fn folded(t: Texts) -> Markup {
    html! {
        details { summary { (t.text("component-few")) } p { (t.text("component-all-same")) } }
        (why_believe(t, html! { p { (t.text("component-why")) } }))
    }
}

fn id() -> Markup {
    html! { p { (short_did(DID)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_component_is_there_once_with_ids_of_its_own() {
        let text = all(TEXTS.for_reader(Lang::En)).map(|(_, shown)| shown.into_string()).concat();
        let mut ids: Vec<_> = text.split(" id=\"").skip(1).collect();
        for id in &mut ids {
            *id = id.split('"').next().unwrap();
        }
        let many = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), many);
        let css = include_str!("../../shared/site.css");
        for class in [
            "actions", "field", "card", "rows", "avatar", "tiles", "tag", "badge", "notice",
            "steps", "busy", "empty", "facts", "did",
        ] {
            let is_drawn = text.split("class=\"").skip(1).any(|rest| {
                let classes = rest.split('"').next().unwrap();
                classes.split(' ').any(|one| one == class)
            });
            assert!(is_drawn && css.contains(&format!(".{class}")), "{class}");
        }
    }
}
