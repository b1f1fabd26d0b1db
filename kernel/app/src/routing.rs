//! Registration of handlers at their paths.
//!
//! Routes of an API go through [`OpenApiRouter`], which collects their descriptions for the document; pages need none.
//! All handlers are boxed before axum sees them, so that axum's code around a handler is compiled once and not a few
//! hundred times.

use std::cell::Cell;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter};
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::Path;
use utoipa::openapi::path::{HttpMethod, Operation, Paths};
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
        Self(Arc::new(move |request, state| handler.clone().call(request, state)))
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

/// Whether routes can be described while a program runs. The released program carries its documents, packed at build
/// time, so it leaves out the code that describes hundreds of handlers.
pub(crate) const DESCRIBED: bool = cfg!(debug_assertions);

thread_local! {
    /// Whether this thread registers routes for their descriptions.
    static DESCRIBING: Cell<bool> = const { Cell::new(false) };
}

/// Returns the routes that `register` makes, with their descriptions, which a released program does not have. Other
/// routes have none: describing all of a node takes longer than many tests.
pub fn with_descriptions<S>(register: impl FnOnce() -> OpenApiRouter<S>) -> OpenApiRouter<S> {
    let before = DESCRIBING.replace(true);
    let routes = register();
    DESCRIBING.set(before);
    routes
}

/// Handlers of one path, for [`OpenApiRouter::routes`].
pub struct Described<S>(UtoipaMethodRouter<S>);

/// The annotation of a handler.
struct Annotation {
    path: String,
    methods: Vec<HttpMethod>,
    /// The description, if it is [wanted](with_descriptions).
    operation: Option<Box<Operation>>,
}

impl<S: Clone + Send + Sync + 'static> Described<S> {
    /// Makes a set without a handler.
    #[expect(clippy::new_without_default, reason = "`routes!` begins with it, and adds handlers")]
    #[inline(never)]
    pub fn new() -> Self {
        Self((Vec::new(), Paths::new(), MethodRouter::new()))
    }

    /// Adds a handler, whose path and methods are in the annotation `P`.
    #[must_use]
    pub fn with_handler<'t, P, H, M>(mut self, handler: H) -> Self
    where
        P: Path + Tags<'t> + SchemaReferences,
        H: Handler<M, S, Future = Answer> + Sync,
    {
        let mut operation = None;
        if DESCRIBED && DESCRIBING.get() {
            operation = Some(Box::new(described::<P>()));
            P::schemas(&mut self.0.0);
        }
        let annotation = Annotation { path: P::path(), methods: P::methods(), operation };
        self.add(Handled::new(handler), annotation)
    }

    /// Adds a handler of any type. Inlined, it would be in the program for each route.
    #[inline(never)]
    fn add(self, handler: Handled<S>, annotation: Annotation) -> Self {
        let (schemas, mut paths, mut methods) = self.0;
        for method in &annotation.methods {
            methods = methods.on(method.to_method_filter(), handler.clone());
        }
        let operation = annotation.operation.unwrap_or_default();
        paths.add_path_operation(annotation.path, annotation.methods, *operation);
        Self((schemas, paths, methods))
    }

    /// The argument of [`OpenApiRouter::routes`].
    pub fn done(self) -> UtoipaMethodRouter<S> {
        self.0
    }
}

fn described<'t, P: Path + Tags<'t>>() -> Operation {
    let mut operation = P::operation();
    let tags = P::tags();
    if !tags.is_empty() {
        let all = operation.tags.get_or_insert_default();
        all.extend(tags.into_iter().map(str::to_owned));
    }
    operation
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
