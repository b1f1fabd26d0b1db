//! Link pages: the links that a person made, and the pages that a visitor with a link's secret sees.
//!
//! Always: the visitor sees the file or the album and its owner's name, and no way to anything else of that person.

use axum::Extension;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Query, Visitor};
use imajin_app::{Answer, Lang, Node, Page, Peer, Reader, Session, Texts, args, refuse_if};
use imajin_host::prelude::*;
use imajin_host::reached::Reached;
use imajin_protocol::Did;
use maud::{Markup, html};

use super::albums::{self, PartQuery};
use super::asset::{Around, Leaf, is_withheld};
use super::parts::{Door, Own, day, messages, page, tabs};
use crate::ids::{AssetId, Subject};
use crate::manifest::TEXTS;
use crate::queries::{self, Link};
use crate::sight::{self, Viewer};

/// The caller's own links.
pub(crate) async fn links(Own { node, session, t }: Own) -> Answer<Page> {
    let did = session.did.as_str();
    let all = queries::read(&node, |db| queries::links(db, did))?;
    let content = html! {
        (messages(t))
        h1 { (t.text("tab-links")) }
        (tabs(t, "/media/links"))
        @if all.is_empty() { p.lead.empty { (t.text("links-empty")) } }
        @else {
            p.lead { (t.text("links-lead")) }
            ul.rows { @for link in &all { (row(&node, link, t)?) } }
        }
    };
    let page = Own { node, session, t }.page("help-links", &t.text("tab-links"), content)?;
    Ok(page.script("/assets/media/links.js"))
}

fn row(node: &Node, link: &Link, t: Texts) -> Answer<Markup> {
    let owner = link.owner.as_str();
    let (href, title) = match Subject::parse(&link.of) {
        Some(Subject::Album(id)) => {
            let album = queries::read(node, |db| queries::album(db, owner, id.as_str()))?;
            (format!("/media/albums/{owner}/{}", id.as_str()), album.map(|album| album.title))
        }
        Some(Subject::Asset(id)) => {
            let asset = queries::read(node, |db| queries::asset(db, owner, &id))?;
            let title = asset.map(|asset| asset.words.title.unwrap_or(asset.name));
            (Door::Own.page(id.as_str()), title.filter(|title| !title.is_empty()))
        }
        None => (String::new(), None),
    };
    let title = title.unwrap_or_else(|| t.text("link-to-nothing").into_owned());
    let is_open = link.is_open(node.now());
    Ok(html! {
        li { div.row {
            div.grow {
                strong { (link.label.as_ref().unwrap_or(&title)) } br;
                a href=(href) { (title) } br;
                span.hint { @if is_open { (t.format("link-until", args![day = day(link.until_ms, t)])) } @else { (t.text("link-ended")) } }
                @if link.exact { " " span.tag { (t.text("link-exact")) } }
            }
            @if is_open { button type="button" hidden data-show=(link.id) aria-label=(t.format("link-show-of", args![title = title.as_str()])) { (t.text("link-show")) } }
            @if !link.ended { button type="button" data-move=(link.id) data-of=(link.of) data-digest=(link.digest) data-label=[link.label.as_ref()] data-until=(link.until_ms) data-exact=(u8::from(link.exact)) aria-label=(t.format("link-move-of", args![title = title.as_str()])) { (t.text("link-move")) } }
            @if is_open { button type="button" data-end=(link.id) aria-label=(t.format("link-end-of", args![title = title])) { (t.text("link-end")) } }
        } }
    })
}

/// The page behind a link: its file or its album.
pub(crate) async fn link(
    Visitor(node, Caller(session)): Visitor,
    reader: Reader,
    Path((owner, secret)): Path<(String, String)>,
    Query(query): Query<PartQuery>,
    Reached(address): Reached,
    peer: Option<Extension<Peer>>,
) -> Answer<Response> {
    let session = session.as_ref();
    let (owner, viewer, subject) = opened(&node, session, (&owner, &secret))?;
    let door = Door::Link(&owner, &secret);
    match subject {
        Subject::Asset(id) => {
            let visit =
                LinkVisit { viewer: &viewer, door, lang: reader.lang, address: &address, peer };
            leaf(&node, session, visit, &id, (Vec::new(), None)).await
        }
        Subject::Album(id) => {
            let t = TEXTS.for_reader(reader);
            let album = sight::album(&node, &viewer, (&owner, id.as_str()))?;
            let path = format!("/media/l/{owner}/{secret}");
            let content = html! {
                div #message {}
                (albums::head(&node, t, (&album, &owner), false)?)
                (albums::visitors(t, &album, door, viewer.did()))
                (albums::pictures(&node, t, (&album, door), (query.from(), &path))?)
            };
            let page = page((&node, t), session, ("help-shared-album", &album.title), content)?;
            let viewed = (&viewer, door, &*path);
            let page = albums::visited((&node, t), page, (&album, &owner), (viewed, &address))?;
            Ok(page.into_response())
        }
    }
}

fn opened(
    node: &Node,
    session: Option<&Session>,
    (owner, secret): (&str, &str),
) -> Answer<(Did, Viewer, Subject)> {
    let owner = node.person(owner)?;
    let did = session.map(|session| session.did.clone());
    let (viewer, subject) = sight::by_link(node, did, (&owner, secret))?;
    Ok((owner, viewer, subject))
}

struct LinkVisit<'a> {
    viewer: &'a Viewer,
    door: Door<'a>,
    lang: Lang,
    /// The node's address, for the preview.
    address: &'a str,
    peer: Option<Extension<Peer>>,
}

/// A file as a visitor with a link sees it, even if the visitor owns it.
async fn leaf(
    node: &Node,
    session: Option<&Session>,
    visit: LinkVisit<'_>,
    id: &AssetId,
    (beside, back): (Vec<String>, Option<(String, String)>),
) -> Answer<Response> {
    let LinkVisit { viewer, door, .. } = visit;
    let did = session.map(|session| &session.did);
    let client = node.client(did, visit.peer.map(|peer| peer.address))?;
    let is_withheld = is_withheld(node, &client, (viewer.clone(), id), door).await;
    let (asset, sight) = sight::seen(node, viewer, id)?;
    let leaf = Leaf {
        node,
        around: Around::new(&beside, &asset.id),
        asset,
        sight,
        door,
        back,
        is_own: false,
        is_withheld,
        address: visit.address,
        t: TEXTS.for_reader(visit.lang),
    };
    leaf.respond(session)
}

/// A file in an album to which a link leads.
pub(crate) async fn asset_of_link(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path((owner, secret, id)): Path<(String, String, String)>,
    Reached(address): Reached,
    peer: Option<Extension<Peer>>,
) -> Answer<Response> {
    let session = session.as_ref();
    let (owner, viewer, subject) = opened(&node, session, (&owner, &secret))?;
    let id = AssetId::parse(&id).ok_or_else(sight::none)?;
    let (beside, back) = match subject {
        Subject::Asset(of) => (vec![of.as_str().to_owned()], None),
        Subject::Album(of) => {
            let album = sight::album(&node, &viewer, (&owner, of.as_str()))?;
            let path = format!("/media/l/{owner}/{secret}");
            let ids = albums::ids(&node, owner.as_str(), of.as_str())?;
            (ids, Some((path, album.title)))
        }
    };
    // A link shows what it leads to, and nothing else that its visitor may see.
    refuse_if!(!beside.iter().any(|inside| inside == id.as_str()), sight::none());
    let door = Door::Link(&owner, &secret);
    let visit = LinkVisit { viewer: &viewer, door, lang, address: &address, peer };
    leaf(&node, session, visit, &id, (beside, back)).await
}
