//! Whom a page or a letter is written for.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use imajin_protocol::Did;

use super::lang::Lang;
use super::zone::Zone;
use crate::app::extract::session_of;
use crate::app::node::Node;
use crate::app::problem::Problem;

/// A reader's language, and their time zone if they chose one. As an argument of a handler: those of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reader {
    /// The language.
    pub lang: Lang,
    /// The zone.
    pub zone: Option<Zone>,
}

impl From<Lang> for Reader {
    fn from(lang: Lang) -> Self {
        Self { lang, zone: None }
    }
}

/// The app that keeps people's time zones.
pub trait Zones: Send + Sync {
    /// The zone that a person chose.
    ///
    /// # Errors
    /// The choice can't be read.
    fn zone(&self, node: &Node, person: &Did) -> Result<Option<Zone>, Problem>;
}

impl Node {
    /// The zone that a person chose, if an app keeps such choices.
    pub fn zone_of(&self, person: &Did) -> Result<Option<Zone>, Problem> {
        match self.get::<dyn Zones>() {
            Some(zones) => zones.zone(self, person),
            None => Ok(None),
        }
    }
}

impl FromRequestParts<Node> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        let zone = match session_of(parts, node)? {
            Some(session) => node.zone_of(&session.did)?,
            None => None,
        };
        let lang = Lang::of(&parts.headers);
        Ok(Self { lang, zone })
    }
}
