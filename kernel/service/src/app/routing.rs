//! How handlers are put at their paths.
//!
//! Handlers are boxed before axum sees them, so that axum's code around a handler is compiled once and not a few hundred times.
//! For the same reason the program's [`OpenApiRouter`] knows nothing of documents, which it carries packed
//! ([`crate::edge::openapi`]). Only tests inside a crate (the feature `testing`) use utoipa's router, which writes the documents.

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter};

/// What a handler answers with, when it is asked.
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

/// The handlers of one path, for an `OpenApiRouter`: the path, the methods and the functions that `#[utoipa::path]` names.
#[cfg(not(any(test, feature = "testing")))]
#[macro_export]
macro_rules! routes {
    (@add $router:ident, $handler:path) => {{
        let mut router = $router;
        utoipa_axum::paste! {
            let methods = utoipa_axum::routes!(@path [methods()] of $handler);
        }
        for method in &methods {
            let handler = $crate::app::routing::Handled::new($handler);
            router = router.on(method.to_method_filter(), handler);
        }
        router
    }};
    ($first:path $(, $more:path)* $(,)?) => {{
        use utoipa_axum::PathItemExt as _;
        let router = axum::routing::MethodRouter::new();
        let router = $crate::routes!(@add router, $first);
        $( let router = $crate::routes!(@add router, $more); )*
        utoipa_axum::paste! {
            let path = utoipa_axum::routes!(@path [path()] of $first);
        }
        (path, router)
    }};
}
#[cfg(not(any(test, feature = "testing")))]
pub use crate::routes;
#[cfg(any(test, feature = "testing"))]
pub use utoipa_axum::routes;

#[cfg(not(any(test, feature = "testing")))]
pub use lean::{Methods, OpenApiRouter};
#[cfg(any(test, feature = "testing"))]
pub use utoipa_axum::router::OpenApiRouter;

/// The routes alone, without what is known of them.
#[cfg(any(test, feature = "testing"))]
pub fn plain<S: Clone + Send + Sync + 'static>(routes: OpenApiRouter<S>) -> axum::Router<S> {
    routes.split_for_parts().0
}

/// The routes alone.
#[cfg(not(any(test, feature = "testing")))]
pub fn plain<S: Clone + Send + Sync + 'static>(routes: OpenApiRouter<S>) -> axum::Router<S> {
    routes.into_router()
}

#[cfg(not(any(test, feature = "testing")))]
mod lean {
    use std::convert::Infallible;

    use axum::Router;
    use axum::extract::Request;
    use axum::response::IntoResponse;
    use axum::routing::{MethodRouter, Route};
    use tower::{Layer, Service};

    /// A path and its handler.
    pub type Methods<S> = (String, MethodRouter<S>);

    /// The part of utoipa's router of that name that services use, without what only documents need.
    pub struct OpenApiRouter<S = ()>(Router<S>);

    impl<S: Clone + Send + Sync + 'static> Default for OpenApiRouter<S> {
        fn default() -> Self {
            Self::new()
        }
    }

    impl<S: Clone + Send + Sync + 'static> OpenApiRouter<S> {
        /// Nothing yet.
        pub fn new() -> Self {
            Self(Router::new())
        }

        /// With what `routes!` makes of handlers.
        pub fn routes(self, (path, methods): Methods<S>) -> Self {
            Self(self.0.route(&path, methods))
        }

        /// With a page, which no document speaks of.
        pub fn route(self, path: &str, methods: MethodRouter<S>) -> Self {
            Self(self.0.route(path, methods))
        }

        /// With a layer around all that is here.
        pub fn layer<L>(self, layer: L) -> Self
        where
            L: Layer<Route> + Clone + Send + Sync + 'static,
            L::Service: Service<Request, Error = Infallible, Response: IntoResponse, Future: Send>
                + Clone
                + Send
                + Sync
                + 'static,
        {
            Self(self.0.layer(layer))
        }

        /// With all of another.
        pub fn merge(self, other: Self) -> Self {
            Self(self.0.merge(other.0))
        }

        /// With the state that the handlers take.
        pub fn with_state<S2>(self, state: S) -> OpenApiRouter<S2> {
            OpenApiRouter(self.0.with_state(state))
        }

        /// axum's.
        pub fn into_router(self) -> Router<S> {
            self.0
        }
    }
}
