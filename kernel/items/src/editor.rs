//! The page on which people edit their own items, as `js/items/editor.js` knows it: a list to order, and a form.
//!
//! Always: `data-of` of a part of the form names the kinds of items that have it; without one, all have.

use imajin_app::operation::Choice;
use imajin_app::page::Viewer;
use imajin_app::{Page, Texts, args};
use maud::{Markup, Render, html};

use crate::{Accent, Owner, TEXTS, Visibility, pages};

const SEEN: [(Visibility, &str); 4] = [
    (Visibility::Public, "seen-public"),
    (Visibility::Connections, "seen-connections"),
    (Visibility::Link, "seen-link"),
    (Visibility::Private, "seen-private"),
];

const ACCENTS: [(Accent, &str); 7] = [
    (Accent::Ember, "accent-ember"),
    (Accent::Moss, "accent-moss"),
    (Accent::Sea, "accent-sea"),
    (Accent::Plum, "accent-plum"),
    (Accent::Rose, "accent-rose"),
    (Accent::Gold, "accent-gold"),
    (Accent::Slate, "accent-slate"),
];

/// The service's own parts of the page.
pub struct EditorParts {
    /// The message with the page's help text.
    pub help: &'static str,
    /// The introduction of the list.
    pub lead: Markup,
    /// The part that follows the list.
    pub below: Markup,
    /// The fields of the form.
    pub form: Markup,
}

/// Renders the page under a title; `t` is the service's.
pub fn page(
    (t, title): (Texts, &str),
    (href, script): (&'static str, &'static str),
    viewer: Viewer,
    parts: EditorParts,
) -> Page {
    let own = TEXTS.for_reader(t.lang);
    let content = html! {
        div #message {}
        noscript { div.notice.bad { p { (own.text("scripts-off")) } } }
        section #all {
            h1 { (title) }
            (parts.lead)
            p #moved.unsaid role="status" {}
            div #items {}
            (parts.below)
        }
        section #editor hidden {
            h1 #editor-title {}
            div #stale {}
            form #form-item novalidate {
                (parts.form)
                div.actions {
                    button.main #save type="submit" { (own.text("save")) }
                    button #publish type="submit" hidden { (own.text("publish")) }
                    button #cancel type="button" { (own.text("cancel")) }
                }
            }
        }
    };
    let page = t.page(parts.help, title, content).style(pages::STYLE);
    page.script(script).current(href).viewer(Some(viewer))
}

/// Renders a part of the form: a field with its label.
pub fn field(of: Option<&str>, id: &str, label: impl Render, input: Markup) -> Markup {
    html! { div.field data-of=[of] { label for=(id) { (label) } (input) } }
}

/// Renders a box to tick.
pub fn check(of: Option<&str>, id: &str, label: impl Render) -> Markup {
    html! { label.check data-of=[of] { input id=(id) type="checkbox"; span { (label) } } }
}

/// The parts of the form that items of every service have; `t` is [`TEXTS`] in the page's language.
#[derive(Debug, Clone, Copy)]
pub struct Fields(pub Texts);

impl Fields {
    /// Renders the field of the title.
    pub fn title(self) -> Markup {
        let input = html! { input #title type="text" maxlength="200" autocomplete="off"; };
        field(None, "title", self.0.text("field-title"), input)
    }

    /// Renders the field of the note.
    pub fn note(self) -> Markup {
        let input = html! { textarea #note maxlength="10000" rows="4" {} };
        field(None, "note", self.0.text("field-note"), input)
    }

    /// Renders the field of the audience.
    pub fn visibility(self, of: Option<&str>) -> Markup {
        let input = html! { select #visibility { @for (seen, id) in SEEN { option value=(seen.name()) { (self.0.text(id)) } } } };
        field(of, "visibility", self.0.text("field-visibility"), input)
    }

    /// Renders the field of the colour.
    pub fn accent(self, of: Option<&str>) -> Markup {
        let input = html! {
            select #accent {
                option value="" { (self.0.text("accent-none")) }
                @for (accent, id) in ACCENTS { option value=(accent.name()) { (self.0.text(id)) } }
            }
        };
        field(of, "accent", self.0.text("field-accent"), input)
    }

    /// Renders the box that switches the item on.
    pub fn on(self, of: Option<&str>) -> Markup {
        check(of, "on", self.0.text("field-on"))
    }

    /// Renders the field that adds files, and the list that `js/items/files.js` fills.
    pub fn files(self, of: Option<&str>, hint: impl Render) -> Markup {
        let t = self.0;
        html! {
            div.field #files data-of=[of] {
                label for="add-file" { (t.text("field-files")) }
                p.hint #files-hint { (t.format("files-hint", args![count = crate::FILES_MAX])) " " (hint) }
                input #add-file type="file" multiple aria-describedby="files-hint";
                p #files-state role="status" {}
                ol.rows.files {}
            }
        }
    }

    /// Renders the fold of all fields that have a default. `js/items/editor.js` says above it what is chosen in it.
    pub fn fold(self, fields: Markup) -> Markup {
        html! {
            p.hint #chosen {}
            details #more { summary { (self.0.text("fold")) } (fields) }
        }
    }

    /// Renders the fields of the item's times and address.
    pub fn times_and_address(self, of: Option<&str>, owner: &Owner, service: &str) -> Markup {
        let t = self.0;
        let time = |id: &str, label: &str| {
            let input = html! { input id=(id) type="datetime-local"; };
            field(None, id, t.text(label), input)
        };
        html! {
            div data-of=[of] {
                div.pair { (time("from", "field-from")) (time("until", "field-until")) }
                div.field {
                    label for="slug" { (t.text("field-slug")) }
                    p.hint #slug-hint { (t.format("slug-hint", args![path = owner.path(service)])) }
                    input #slug type="text" maxlength="60" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="slug-hint";
                }
            }
        }
    }
}
