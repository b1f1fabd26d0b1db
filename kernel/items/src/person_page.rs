//! The page of a person's items, which is also there as JSON and as Markdown.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::{Answer, Lang, Node, Page, Session};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;

use crate::pages::Form;
use crate::{ItemOf, ItemPages, Owner, formats, strangers};

/// A service that renders the page of a person's items.
pub trait PersonPage: ItemPages {
    /// Whether the page that strangers see is kept until an entry changes it.
    const IS_KEPT: bool = true;

    /// Renders the page, as the person with this session sees it.
    fn page(node: &Node, owner: Owner, session: Option<&Session>, lang: Lang) -> Answer<Page>;

    /// Returns when the page that strangers see changes without an entry, other than by the times of the owner's items;
    /// [`Timestamp::MAX`] if it never does.
    ///
    /// # Errors
    /// The service's tables can't be read.
    fn changes_at(_: &Node, _owner: &Did) -> Answer<Timestamp> {
        Ok(Timestamp::MAX)
    }

    /// Returns the items on the page, in its order.
    fn listed(node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Vec<ItemOf<Self>>> {
        Self::list(node, owner, viewer)
    }

    /// Answers the page as JSON, or else as Markdown.
    fn document(
        node: &Node,
        owner: Owner,
        session: Option<&Session>,
        (form, lang): (Form, Lang),
    ) -> Answer<Response> {
        let items = Self::listed(node, &owner.did, session.map(|session| &session.did))?;
        let title = Self::title(&owner, lang);
        Ok(if form == Form::Json {
            formats::json((&owner, &title), items.iter().collect(), session)
        } else {
            let path = owner.path(Self::SERVICE);
            formats::markdown(formats::outline((&title, None), &path, &items), session)
        })
    }
}

/// Answers a person's page in the form that its address requests.
///
/// # Errors
/// 404 and 410 as [`Owner::resolve`].
pub async fn person_page<S: PersonPage>(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path(whose): Path<String>,
) -> Answer<Response> {
    let (whose, form) = Form::split_suffix(&whose);
    let session = session.as_ref();
    if S::IS_KEPT && form == Form::Page && session.is_none() {
        return strangers::page(&node, S::SERVICE, (whose, lang), |owner| {
            // Asked before the page is made, so that nothing changes unnoticed in between.
            let changes_at = S::changes_at(&node, &owner.did)?;
            Ok((S::page(&node, owner, None, lang)?, changes_at))
        });
    }
    let owner = Owner::resolve(&node, whose)?;
    match form {
        Form::Page => Ok(S::page(&node, owner, session, lang)?.into_response()),
        Form::Json | Form::Markdown => S::document(&node, owner, session, (form, lang)),
    }
}
