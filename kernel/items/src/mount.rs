//! The routes that services of items mount in the same form, apart from their own names and rules.

use imajin_app::extract::Caller;
use imajin_app::{Answer, Node};
use imajin_protocol::Did;

use crate::{ItemOf, ItemPages, WhoseQuery};

/// A request for items of a person.
#[derive(Debug)]
pub struct ListRequest {
    /// The items' owner.
    pub owner: Did,
    /// The person who asks.
    pub viewer: Option<Did>,
    /// The id or slug of the item that contains them; without one, all of the owner's.
    parent: Option<String>,
}

impl ListRequest {
    /// Makes a request of a caller, whose query names the owner as [`Node::person`] takes it.
    pub fn new(node: &Node, caller: &Caller, query: WhoseQuery) -> Answer<Self> {
        Ok(Self {
            owner: node.person(&query.owner)?,
            viewer: caller.did().cloned(),
            parent: query.parent,
        })
    }

    /// Returns the items, or the error of [`ItemPages::find`] for the item that contains them.
    pub fn list<S: ItemPages>(&self, node: &Node) -> Answer<Vec<ItemOf<S>>> {
        let (owner, viewer) = (&self.owner, self.viewer.as_ref());
        match &self.parent {
            Some(name) if S::DEPTH > 1 => Ok(S::find(node, owner, viewer, name)?.within),
            _ => S::list(node, owner, viewer),
        }
    }
}

/// The route of a person's items, as a handler `list`: its documentation, the service, what 404 means, the answer, a row of it, all
/// items, and the row of an item. `in "…"` is what the query `in` means in a service whose items are in others.
#[macro_export]
macro_rules! list_route {
    (
        $(#[$about:meta])* $service:literal $(in $container:literal)?, $missing:literal,
        $(#[$answer_about:meta])* $answer:ident,
        $(#[$order:meta])* $row:ident,
        $node:ident, $asked:ident => $items:expr,
        $item:ident => $view:expr
    ) => {
        $(#[$answer_about])*
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $answer {
            $(#[$order])*
            items: Vec<$row>,
            /// Whether there are more after these.
            has_more: bool,
        }

        $(#[$about])*
        #[utoipa::path(
            get, path = "/api/items", tag = $service,
            params(
                ("owner" = String, Query, description = "A DID or a short name"),
                $(("in" = Option<String>, Query, description = $container),)?
                ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query),
            ),
            responses((status = 200, body = $answer), (status = 404, description = $missing)),
        )]
        pub(crate) async fn list(
            imajin_app::extract::Visitor($node, caller): imajin_app::extract::Visitor,
            page: imajin_app::extract::Page,
            imajin_app::extract::Query(query): imajin_app::extract::Query<$crate::WhoseQuery>,
        ) -> Result<axum::Json<$answer>, imajin_app::Problem> {
            let $asked = $crate::ListRequest::new(&$node, &caller, query)?;
            let (items, has_more) = page.cut($items);
            let items = items.into_iter().map(|$item| $view);
            let items = items.collect::<Result<Vec<$row>, imajin_app::Problem>>()?;
            Ok(axum::Json($answer { items, has_more }))
        }
    };
}

/// The route of an item, as a handler `read_item`: its documentation, the service, the answer, and the item that the asker sees, as
/// `file_route!` has it.
#[macro_export]
macro_rules! item_route {
    ($(#[$about:meta])* $service:literal, $answer:ident, $node:ident, $asked:ident => $view:expr) => {
        $(#[$about])*
        #[utoipa::path(
            get, operation_id = "one", path = "/api/items/{item}", tag = $service,
            params(("item" = String, Path, description = "An id or slug"), ("owner" = String, Query, description = "A DID or a short name")),
            responses((status = 200, body = $answer), (status = 404, description = "Nobody here goes by that, or it is not there for you")),
        )]
        pub(crate) async fn read_item(
            imajin_app::extract::Visitor($node, caller): imajin_app::extract::Visitor,
            imajin_app::extract::Path(name): imajin_app::extract::Path<String>,
            imajin_app::extract::Query(query): imajin_app::extract::Query<$crate::WhoseQuery>,
        ) -> Result<axum::Json<$answer>, imajin_app::Problem> {
            let $asked = $crate::files::ItemAsked::new(&$node, &caller, &query.owner, name)?;
            Ok(axum::Json($view))
        }
    };
}

/// The route of a service's files of items, as a handler `file`: its documentation, the service, and the item that the asker
/// sees: `file_route!(/// A file of a jar. "coffee", node, asked => seen(&node, &asked)?);`
#[macro_export]
macro_rules! file_route {
    ($(#[$about:meta])* $service:literal, $node:ident, $asked:ident => $item:expr) => {
        $(#[$about])*
        #[utoipa::path(
            get, path = "/api/items/{item}/files/{cid}", tag = $service,
            params(
                ("item" = String, Path, description = "An id or slug"), ("cid" = String, Path, description = "One of its files"),
                ("owner" = String, Query, description = "A DID or a short name"),
                ("w" = Option<String>, Query, description = "`400` or `800`: a preview"),
                ("download" = Option<String>, Query, description = "With any value: as a file to keep"),
            ),
            responses(
                (status = 200, description = "The bytes", content_type = "application/octet-stream"), (status = 206, description = "A part of them"), (status = 304, description = "Unchanged"),
                (status = 400, description = "There is no such preview"), (status = 404, description = "Not there for you"), (status = 416, description = "It has no such part"),
                (status = 503, description = "Too many are on their way"),
            ),
        )]
        pub(crate) async fn file(
            axum::extract::State(node): axum::extract::State<imajin_app::Node>,
            request: $crate::files::FileRequest,
        ) -> Result<axum::response::Response, imajin_app::Problem> {
            let find = |$node: imajin_app::Node, $asked: &$crate::files::ItemAsked| Ok($item);
            request.answer(node, find).await
        }
    };
}

/// [`Service::uses`](imajin_app::Service::uses) of a service of items.
#[macro_export]
macro_rules! uses_of_files {
    ($items:ty) => {
        fn uses(
            &self,
            node: &imajin_app::Node,
            owner: &imajin_protocol::Did,
            files: &std::collections::BTreeSet<imajin_dfos::Cid>,
            _: imajin_app::Lang,
        ) -> Result<Vec<imajin_app::capabilities::FileUse>, imajin_app::Problem> {
            $crate::files::uses::<$items>(node, owner, files)
        }
    };
}

/// [`Searchable`](imajin_app::Searchable) for a service, in these items: `searchable!(Coffee, Jars);`
#[macro_export]
macro_rules! searchable {
    ($service:ty, $items:ty) => {
        impl imajin_app::Searchable for $service {
            fn search(
                &self,
                node: &imajin_app::Node,
                person: &imajin_protocol::Did,
                words: &imajin_app::SearchWords,
                limit: usize,
                lang: imajin_app::Lang,
            ) -> Result<Vec<imajin_app::Hit>, imajin_app::Problem> {
                $crate::search::in_pages::<$items>(node, person, (words, limit), lang)
            }
        }
    };
}
