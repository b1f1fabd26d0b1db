//! The routes that services of items mount in the same form, apart from their own names and rules.

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
