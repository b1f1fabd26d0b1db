//! The pages of this service: a person's jars, one jar, and the page where people change their own and read what came.
//!
//! Always: a page shows the jars that its viewer may see. Reading works without scripts; giving needs them, since the browser makes a key.

mod edit;
mod jar;

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Lang, Node, Page, Session};
use imajin_items::pages::{Form, Scene, moved};
use imajin_items::{Accent, ItemPages, Owner, PersonPage, formats};
use maud::{Markup, html};

use crate::jars::{self, Item, Jar, Jars};
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};
use crate::meetups;

pub(crate) use edit::edit;

impl PersonPage for Jars {
    /// Renders a person's jars; where they have only one, that one.
    fn page(node: &Node, owner: Owner, session: Option<&Session>, lang: Lang) -> Answer<Page> {
        View::new(node, owner, session, lang)?.page()
    }

    fn document(
        node: &Node,
        owner: Owner,
        session: Option<&Session>,
        (form, lang): (Form, Lang),
    ) -> Answer<Response> {
        let view = View::new(node, owner, session, lang)?;
        view.answer(form, &view.title())
    }
}

pub(crate) async fn jar_page(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path((whose, name)): Path<(String, String)>,
) -> Answer<Response> {
    let (name, form) = Form::split_suffix(&name);
    let owner = Owner::resolve(&node, &whose)?;
    let viewer = session.as_ref().map(|session| &session.did);
    let item = Jars::find(&node, &owner.did, viewer, name)?.item;
    if let Some(response) = moved(&item, &owner.path(MANIFEST.name), (name, form)) {
        return Ok(response);
    }
    let mut view = View::new(&node, owner, session.as_ref(), lang)?;
    view.items = vec![item];
    view.answer(form, &view.items[0].title)
}

/// A person's jars, as a viewer sees them.
struct View<'a> {
    node: &'a Node,
    scene: Scene<'a>,
    items: Vec<Item>,
    session: Option<&'a Session>,
    lang: Lang,
}

impl<'a> View<'a> {
    fn new(node: &'a Node, owner: Owner, session: Option<&'a Session>, lang: Lang) -> Answer<Self> {
        let viewer = session.map(|session| &session.did);
        let items = Jars::list(node, &owner.did, viewer)?;
        let copied = items.iter().filter_map(|item| item.copied.as_deref());
        Ok(Self {
            scene: Scene::new((node, MANIFEST.name), owner, session, copied, lang),
            node,
            items,
            session,
            lang,
        })
    }

    fn answer(&self, form: Form, title: &str) -> Answer<Response> {
        let items = self.items.iter().collect();
        Ok(match form {
            Form::Page => self.page()?.into_response(),
            Form::Json => formats::json((&self.scene.owner, title), items, self.session),
            Form::Markdown => formats::markdown(self.markdown(), self.session),
        })
    }

    fn title(&self) -> String {
        Jars::title(&self.scene.owner, self.lang)
    }

    /// Returns the jar that the page is about, if it is about only one and that takes tips.
    fn only(&self) -> Answer<Option<Jar>> {
        match self.items.as_slice() {
            [item] => jars::with_offer(self.node, self.scene.owner.clone(), item.clone()),
            _ => Ok(None),
        }
    }

    fn page(&self) -> Answer<Page> {
        let t = TEXTS.for_reader(self.lang);
        let only = self.only()?;
        let accent = match self.items.as_slice() {
            [item] => item.own.accent,
            _ => None,
        };
        let (title, note) = match self.items.as_slice() {
            [item] => (item.title.clone(), item.note.as_deref()),
            _ => (self.title(), None),
        };
        let path = self.scene.path();
        let head = html! {
            (self.scene.head(&title, note))
            @if self.scene.is_own { div.actions { a.button href=(OWN_PAGE) { (t.text("change")) } } }
        };
        let content = html! {
            div class={ "items-page coffee-page accent-" (accent.unwrap_or(Accent::Ember).name()) } {
                div #message {}
                @match &only {
                    Some(jar) => (jar::content(self.node, (&self.scene, &head), jar, self.session, t)?),
                    None => { (head) (self.list()) },
                }
                (meetups::of_owner(self.node, &self.scene.owner.did, self.scene.is_own, t)?)
                (self.scene.feeds(&path))
            }
        };
        let page = self.scene.page((t, "help-jar"), self.session, (&title, note), content)?;
        let page = page.style("/assets/coffee/coffee.css");
        let page = match only {
            Some(_) => page.wide().script("/assets/coffee/jar.js"),
            None => page,
        };
        Ok(page.indexed())
    }

    fn list(&self) -> Markup {
        let t = TEXTS.for_reader(self.lang);
        html! {
            @if self.items.is_empty() { p.hint.empty { (t.text("none")) } }
            ul.rows {
                @for item in &self.items {
                    li {
                        a href={ (self.scene.path()) "/" (item.address()) } { strong { (item.title) } }
                        @if let Some(note) = item.note.as_deref().and_then(|note| note.lines().next()) { p.soft { (note) } }
                        (self.scene.standing(item, None))
                    }
                }
            }
        }
    }

    fn markdown(&self) -> String {
        let mut out = match self.items.as_slice() {
            [item] => format!("# {}\n", formats::escaped(&item.title)),
            _ => format!("# {}\n", formats::escaped(&self.title())),
        };
        for item in &self.items {
            if self.items.len() > 1 {
                out += &format!("\n## {}\n", formats::escaped(&item.title));
            }
            formats::note(item.note.as_deref(), "", &mut out);
        }
        out
    }
}
