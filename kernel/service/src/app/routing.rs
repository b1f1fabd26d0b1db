//! How handlers are put at their paths.
//!
//! Routes of an API go through [`OpenApiRouter`], which keeps what is known of each for its document. Pages need none: [`get`] and
//! [`post`] box their handlers before axum sees them, so that axum's code around a handler is compiled once and not a few hundred times.

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

pub use utoipa_axum::router::OpenApiRouter;
pub use utoipa_axum::routes;

/// The routes alone, without what is known of them.
pub fn plain<S: Clone + Send + Sync + 'static>(routes: OpenApiRouter<S>) -> axum::Router<S> {
    routes.split_for_parts().0
}
