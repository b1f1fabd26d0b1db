//! Pages as JSON and as Markdown.

use axum::response::Response;
use imajin_app::Session;
use imajin_items::formats::{self, escaped, note};

use super::View;
use crate::fields::Kind;
use crate::queries::Item;

impl View<'_> {
    pub(super) fn json(&self, session: Option<&Session>) -> Response {
        let subject = self.subject.as_ref();
        // The page itself is among its items.
        let first = subject.filter(|subject| subject.kind != Kind::Page);
        let items = first.into_iter().chain(&self.items).collect();
        formats::json((&self.scene.owner, &self.title), items, session)
    }

    pub(super) fn markdown(&self, session: Option<&Session>) -> Response {
        let mut out = format!("# {}\n", escaped(&self.title));
        let subject = self.subject.as_ref();
        note(self.note(), "", &mut out);
        match subject.filter(|subject| subject.kind != Kind::Page) {
            Some(item) if item.kind == Kind::Link => link(item, &mut out),
            Some(collection) => self.links(Some(&collection.id), &mut out),
            None => self.links(None, &mut out),
        }
        for collection in self.within(Kind::Collection, None) {
            out.push_str(&format!("\n## {}\n", escaped(&collection.title)));
            note(collection.note.as_deref(), "", &mut out);
            self.links(Some(&collection.id), &mut out);
        }
        formats::markdown(out, session)
    }

    fn links(&self, parent: Option<&str>, out: &mut String) {
        for (place, item) in self.within(Kind::Link, parent).enumerate() {
            if place == 0 {
                out.push('\n');
            }
            link(item, out);
        }
    }
}

fn link(item: &Item, out: &mut String) {
    let url = item.own.url.as_deref().unwrap_or_default();
    *out += &format!("- [{}](<{}>)\n", escaped(&item.title), escaped(url));
    note(item.note.as_deref(), "  ", out);
}
