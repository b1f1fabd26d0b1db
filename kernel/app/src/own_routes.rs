//! Requests that the node makes at its own routes, for programs that read in a person's name.
//!
//! Always: a grant opens the one route that it names, as the router matched it. Every handler learns of its caller by
//! [`crate::extract::session_of`], so no other route sees the person.

use std::sync::{Arc, Weak};

use axum::Router;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::request::Parts;
use axum::http::{Method, Request, header};
use axum::response::Response;
use parking_lot::Mutex;
use tower::ServiceExt as _;

use crate::node::Node;
use crate::peer::Peer;
use crate::problem::Problem;
use crate::session::Session;
use crate::words::{FRAME, args};

/// The permission to read one route in a person's name.
#[derive(Debug, Clone)]
pub struct ReadGrant {
    /// The session that the handler gets.
    pub session: Session,
    /// The route's path with its placeholders: `/events/api/events/{id}`.
    pub route: String,
}

impl ReadGrant {
    /// Returns the session; 403 at every other route.
    pub(crate) fn session_at(&self, parts: &Parts) -> Result<Session, Problem> {
        let path = parts.extensions.get::<MatchedPath>();
        let is_granted = path.is_some_and(|path| path.as_str() == self.route);
        if is_granted && parts.method == Method::GET {
            Ok(self.session.clone())
        } else {
            Err(Problem::forbidden(FRAME.say("not-opened", args![])))
        }
    }
}

/// The router of the node's site, for as long as there is one.
#[derive(Default)]
pub struct OwnRoutes(Mutex<Weak<Router>>);

impl OwnRoutes {
    /// Sets the router.
    pub fn set(&self, router: &Arc<Router>) {
        *self.0.lock() = Arc::downgrade(router);
    }

    fn router(&self) -> Option<Router> {
        let router = self.0.lock().upgrade();
        router.map(Arc::unwrap_or_clone)
    }
}

impl Node {
    /// Reads a path of the node, with its query, as the grant's person.
    ///
    /// # Errors
    /// 400 for text that is not a path; 503 before the node answers requests.
    pub async fn read_own(
        &self,
        path: &str,
        grant: ReadGrant,
        peer: Option<Peer>,
    ) -> Result<Response, Problem> {
        let router = self.state::<OwnRoutes>().router();
        let router =
            router.ok_or_else(|| Problem::unavailable(FRAME.say("just-starting", args![])))?;
        let request =
            Request::get(path).header(header::ACCEPT, "application/json").body(Body::empty());
        let mut request =
            request.map_err(|_| Problem::field("path", FRAME.say("no-such-page", args![])))?;
        request.extensions_mut().insert(grant);
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        let Ok(response) = router.oneshot(request).await;
        Ok(response)
    }
}
