//! Routes of jars, for programs and for the page where they are changed.

use imajin_app::{Answer, Node};
use imajin_protocol::Did;
use imajin_selling::Offered;
use serde::Serialize;
use utoipa::ToSchema;

use crate::jars::{Item, Jars};
use crate::queries;

/// A jar.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JarShown {
    #[serde(flatten)]
    item: Item,
    /// The terms on which it takes tips; without any it takes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<Offered>,
}

fn describe_jar(node: &Node, owner: &Did, item: Item) -> Answer<JarShown> {
    let offer = queries::read(node, |db| queries::offer(db, owner.as_str(), &item.id))?;
    Ok(JarShown { item, offer })
}

imajin_items::list_route!(
    /// A person's jars, as far as the caller may see them.
    "coffee", "Nobody here goes by that",
    /// A person's jars, as far as the caller may see them.
    JarsAnswer,
    /// In the order of the page.
    JarShown,
    node, asked => asked.list::<Jars>(&node)?,
    item => describe_jar(&node, &asked.owner, item)
);

imajin_items::item_route!(
    /// One jar, by its owner and its id or slug.
    "coffee", JarShown, node, asked => describe_jar(&node, &asked.owner, asked.describe::<Jars>(&node)?)?
);

imajin_items::file_route!(
    /// A file of a jar, for those who see the jar; a preview of a picture with `w`.
    "coffee", node, asked => asked.find::<Jars>(&node)?.base
);
