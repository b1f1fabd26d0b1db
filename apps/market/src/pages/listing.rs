//! A listing or wish: pictures, price, area, who its seller is, and how to reach them.

use imajin_app::{Answer, Node, Page, Reader, Role, Session, Texts, args};
use imajin_items::pages::Scene;
use imajin_items::{Owner, files};
use imajin_turns::page_with;
use maud::{Markup, html};

use super::{buying, held, price, reviews};
use crate::groups;
use crate::listing_view::ListingAnswer;
use crate::listings::{Item, Kind};
use crate::manifest::{MANIFEST, NEAR_PAGE, OWN_PAGE, TEXTS};
use crate::on_sale::OnSale;
use crate::queries::Terms;

pub(super) fn page(
    node: &Node,
    owner: Owner,
    item: Item,
    session: Option<&Session>,
    reader: Reader,
) -> Answer<Page> {
    let (t, lang) = (TEXTS.for_reader(reader), reader.lang);
    let (answer, contact) = ListingAnswer::read(node, &owner.did, item)?;
    let (item, terms) = (&answer.listing.item, answer.listing.offer.as_ref());
    let group = item.own.group.as_ref();
    let group = group.map(|group| groups::public_name(node, &owner.did, group));
    let group = group.transpose()?.flatten();
    let is_member = session.map(|session| node.is_at_least(&session.did, Role::Member));
    let may_ask = is_member.transpose()? == Some(true) && contact.is_some();
    let copied = item.copied.as_deref().into_iter();
    let scene = Scene::new((node, MANIFEST.name), owner, session, copied, lang);
    let files = scene.files(item);
    let seller = html! {
        (seller(&scene, group, t))
        (reviews::record(&answer.record, t))
    };
    let on_sale = OnSale::new(scene.owner.clone(), item.clone(), terms.cloned());
    let buying = match on_sale.filter(|_| !scene.is_own) {
        Some(listing) if session.is_some() || listing.is_sold_out() => {
            buying::form(node, &listing, t)?
        }
        Some(_) => html! { p { (t.text("sign-in-to-buy")) } },
        None => Markup::default(),
    };
    let content = html! {
        div.items-page {
            div #message {}
            p.crumbs { a href=(NEAR_PAGE) { (t.text("near")) } }
            div.columns { div {
                div {
                    (scene.head(&item.title, item.note.as_deref()))
                    @if scene.is_own { div.actions { a.button href=(OWN_PAGE) { (t.text("change")) } } }
                    (files::draw(files.iter().enumerate(), lang))
                }
                div.side {
                    (facts(item, terms, &seller, t))
                    (scene.source(item.copied.as_deref()))
                    (scene.standing(item, None))
                    (buying)
                    @if !scene.is_own { (reach(node, &scene, item, (session, may_ask), t)) }
                }
                div.rest { (reviews::reviews(&answer.reviews, t)) }
            } }
            (scene.feeds(&scene.path()))
        }
    };
    let summary = (&*item.title, item.note.as_deref());
    let page = scene.page((t, "help-listing"), session, summary, content)?;
    Ok(page.wide().script("/assets/market/listing.js").script("/assets/market/buy.js").indexed())
}

fn facts(item: &Item, terms: Option<&Terms>, seller: &Markup, t: Texts) -> Markup {
    let pieces = terms.and_then(|terms| terms.left.filter(|pieces| *pieces > 1));
    html! {
        ul.rows {
            li {
                strong data-offer { (price(item, terms, t)) }
                @if let Some(pieces) = pieces { " · " (t.format("pieces", args![count = pieces])) }
                @if let Some(terms) = terms { (returns(item, terms, t)) }
            }
            li {
                (t.text(&item.own.category.label()))
                @if let Some(area) = &item.own.area { " · " (area) }
            }
            li { (seller) }
        }
    }
}

/// Renders who sells: a person, or a group and the person who speaks for it.
fn seller(scene: &Scene<'_>, group: Option<String>, t: Texts) -> Markup {
    let link = |_: &str, name: Markup| html! { a href=(scene.path()) { (name) } };
    let name = scene.owner.called(t.lang);
    match group {
        Some(group) => t.markup("seller-for", args![group = group, name = name], link),
        None => t.markup("seller", args![name = name], link),
    }
}

/// Renders the deposit, and for how long it can be given back.
fn returns(item: &Item, terms: &Terms, t: Texts) -> Markup {
    let is_lent = item.own.rent.is_some();
    let deposit = terms.deposit.filter(|_| is_lent);
    let amount = |units| t.lang.amount(units, terms.offered.currency);
    html! {
        @if let Some(deposit) = deposit { p.soft { (t.format("deposit", args![amount = amount(deposit)])) } }
        @if is_lent || terms.returns > 0 { p.soft { (held(is_lent, terms.returns, t)) } }
    }
}

/// Renders the ways to reach the seller, with their contact if the viewer may ask for it.
fn reach(
    node: &Node,
    scene: &Scene<'_>,
    item: &Item,
    (session, may_ask): (Option<&Session>, bool),
    t: Texts,
) -> Markup {
    let owner = &scene.owner.did;
    let ask = match item.kind {
        Kind::Listing => "ask-seller",
        Kind::Wanted => "ask-seeker",
    };
    html! {
        div.actions {
            @if session.is_none() {
                a.button.main href={ "/signin?next=" (scene.path()) "/" (item.address()) } { (t.text("sign-in")) }
            } @else {
                @if may_ask {
                    button #contact.main type="button" data-owner=(owner) data-item=(item.id) hidden { (t.text("contact")) }
                }
                @if let Some(chat) = page_with(node, owner) { a.button href=(chat) { (t.text(ask)) } }
            }
        }
        ul.rows #ways hidden tabindex="-1" {}
    }
}
