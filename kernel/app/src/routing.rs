//! Registration of handlers at their paths.
//!
//! Routes of an API go through [`OpenApiRouter`], which collects their descriptions for the document; pages need none.
//! All handlers are boxed before axum sees them, so that axum's code around a handler is compiled once and not a few
//! hundred times.

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter};
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::Path;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::schema::Schema;
use utoipa_axum::PathItemExt;
use utoipa_axum::router::UtoipaMethodRouter;

/// The future of a handler's response.
type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler, whichever.
#[derive(Clone)]
pub struct Handled<S>(Arc<dyn Fn(Request, S) -> Answer + Send + Sync>);

impl<S> Handled<S> {
    /// A function or closure that axum takes as a handler.
    pub fn new<H, M>(handler: H) -> Self
    where
        H: Handler<M, S, Future = Answer> + Sync,
    {
        Self(Arc::new(move |request, state| {
            handler.clone().call(request, state)
        }))
    }
}

impl<S: Clone + Send + Sync + 'static> Handler<(), S> for Handled<S> {
    type Future = Answer;

    fn call(self, request: Request, state: S) -> Answer {
        (self.0)(request, state)
    }
}

/// A handler for a method.
pub fn on<H, M, S>(filter: MethodFilter, handler: H) -> MethodRouter<S>
where
    H: Handler<M, S, Future = Answer> + Sync,
    S: Clone + Send + Sync + 'static,
{
    axum::routing::on(filter, Handled::new(handler))
}

/// A handler for GET, and for HEAD.
pub fn get<H, M, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<M, S, Future = Answer> + Sync,
    S: Clone + Send + Sync + 'static,
{
    on(MethodFilter::GET, handler)
}

/// A handler for POST.
pub fn post<H, M, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<M, S, Future = Answer> + Sync,
    S: Clone + Send + Sync + 'static,
{
    on(MethodFilter::POST, handler)
}

pub use crate::api_routes as routes;
pub use utoipa_axum::router::OpenApiRouter;

#[doc(hidden)]
pub use utoipa_axum::paste;

/// Whether routes are described while a program runs. The released program carries its documents, packed at build time,
/// so it leaves out the code that describes hundreds of handlers.
pub(crate) const DESCRIBED: bool = cfg!(debug_assertions);

/// Handlers of one path, for [`OpenApiRouter::routes`].
pub struct Described<S> {
    schemas: Vec<(String, RefOr<Schema>)>,
    paths: Paths,
    methods: MethodRouter<S>,
}

impl<S: Clone + Send + Sync + 'static> Described<S> {
    /// Makes a set without a handler.
    #[expect(
        clippy::new_without_default,
        reason = "`routes!` begins with it, and adds handlers"
    )]
    pub fn new() -> Self {
        Self {
            schemas: Vec::new(),
            paths: Paths::new(),
            methods: MethodRouter::new(),
        }
    }

    /// Adds a handler, whose path and methods are in the annotation `P`.
    #[must_use]
    pub fn with_handler<'t, P, H, M>(mut self, handler: H) -> Self
    where
        P: Path + Tags<'t> + SchemaReferences,
        H: Handler<M, S, Future = Answer> + Sync,
    {
        let handler = Handled::new(handler);
        for method in P::methods() {
            self.methods = self.methods.on(method.to_method_filter(), handler.clone());
        }
        let mut operation = Operation::new();
        if DESCRIBED {
            operation = P::operation();
            let tags = P::tags();
            if !tags.is_empty() {
                let all = operation.tags.get_or_insert_default();
                all.extend(tags.into_iter().map(str::to_owned));
            }
            P::schemas(&mut self.schemas);
        }
        self.paths
            .add_path_operation(P::path(), P::methods(), operation);
        self
    }

    /// The argument of [`OpenApiRouter::routes`].
    pub fn done(self) -> UtoipaMethodRouter<S> {
        (self.schemas, self.paths, self.methods)
    }
}

/// Handlers with `#[utoipa::path]`, all of one path: `routes!(list, write::create)`.
#[macro_export]
macro_rules! api_routes {
    (@annotation [$($before:tt)*] $last:ident) => {
        $crate::routing::paste! { $($before)* [<__path_ $last>] }
    };
    (@annotation [$($before:tt)*] $first:ident :: $($rest:tt)+) => {
        $crate::api_routes!(@annotation [$($before)* $first ::] $($rest)+)
    };
    ($($($segment:ident)::+),+ $(,)?) => {
        $crate::routing::Described::new()
            $(.with_handler::<$crate::api_routes!(@annotation [] $($segment)::+), _, _>($($segment)::+))+
            .done()
    };
}

/// The routes alone, without their descriptions.
pub fn plain<S: Clone + Send + Sync + 'static>(routes: OpenApiRouter<S>) -> axum::Router<S> {
    routes.split_for_parts().0
}
