//! The newest essays of a person and of a series as feeds.

use axum::extract::State;
use axum::response::Response;
use imajin_app::extract::Path;
use imajin_app::{Answer, Lang, Node, args};
use imajin_items::feeds::{Feed, FeedRequest};
use imajin_items::{Base, ItemView, Owner, visible_items};

use crate::Essays;
use crate::items::{Item, Kind};
use crate::manifest::{MANIFEST, TEXTS};
use crate::queries;

/// Returns the title of a person's page.
pub(crate) fn title_of(author: &Owner, lang: Lang) -> String {
    let t = TEXTS.for_reader(lang);
    t.format("title", args![name = author.called(lang)])
}

/// Answers the feed of a person's newest essays, those in series included.
pub(crate) async fn of_person(
    State(node): State<Node>,
    Path(whose): Path<String>,
    asked: FeedRequest,
) -> Answer<Response> {
    let author = Owner::resolve(&node, &whose)?;
    let essays = essays(visible_items::<Essays>(&node, &author.did, None)?);
    let title = title_of(&author, asked.lang);
    let feed = Feed::of_page(author, MANIFEST.name, title, essays);
    Ok(feed.answer(&asked))
}

/// Answers the feed of the newest essays in a series.
pub(crate) async fn of_series(
    State(node): State<Node>,
    Path((whose, name)): Path<(String, String)>,
    asked: FeedRequest,
) -> Answer<Response> {
    let author = Owner::resolve(&node, &whose)?;
    let ItemView { item, within } = queries::find(&node, &author.did, None, &name)?;
    if item.kind != Kind::Series {
        return Err(queries::none());
    }
    let series = item.base;
    let path = format!("{}/{}", author.path(MANIFEST.name), series.address());
    let feed = Feed {
        id: format!("{}/{}", author.did, series.id),
        note: series.note,
        page: path,
        ..Feed::of_page(author, MANIFEST.name, series.title, essays(within))
    };
    Ok(feed.answer(&asked))
}

fn essays(items: Vec<Item>) -> Vec<Base> {
    let essays = items.into_iter().filter(|item| item.kind == Kind::Essay);
    essays.map(|essay| essay.base).collect()
}
