//! Essays and series as JSON, for programs and for the page where people write.

use imajin_app::{Answer, Node};
use imajin_items::files::ItemAsked;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Essays;
use crate::items::Item;
use crate::queries::{self, sorted};

imajin_items::list_route!(
    /// A person's essays and series, as far as the caller may see them; those in one series with `in`.
    "essays" in "The id or slug of a series", "Nobody here goes by that, or there is no such series",
    /// A person's essays and series, as far as the caller may see them.
    ItemsAnswer,
    /// The items in no series, the newest first; then those in series, in the author's order.
    Item,
    node, asked => sorted(asked.list::<Essays>(&node)?),
    item => Ok(item)
);

/// An essay or series.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemAnswer {
    #[serde(flatten)]
    item: Item,
    /// The text of an essay: Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The digest of the manifest that says who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fair: Option<String>,
}

imajin_items::item_route!(
    /// One essay with its text, or one series, by its owner and its id or slug.
    "essays", ItemAnswer, node, asked => describe_item(&node, &asked)?
);

fn describe_item(node: &Node, asked: &ItemAsked) -> Answer<ItemAnswer> {
    let item = asked.describe::<Essays>(node)?;
    let (text, fair) = queries::read(node, |db| {
        let text = queries::text(db, &asked.owner, &item)?;
        Ok((text, queries::fair(db, &asked.owner, &item.id)?))
    })?;
    let fair = fair.map(|fair| fair.to_string());
    Ok(ItemAnswer { item, text, fair })
}

imajin_items::file_route!(
    /// A file of an essay or series, for those who see it; a preview of a picture with `w`.
    "essays", node, asked => asked.find::<Essays>(&node)?.base
);
