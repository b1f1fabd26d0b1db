//! The trait of an app: its name, operations, projection, routes, and the [`DataRights`] of the people whose data it
//! keeps.
//!
//! Always: `decide` and `apply` are deterministic: no clock, no randomness, no keys, no network. No app reads another
//! app's tables: it asks through [`crate::capabilities`] and typed commands, or subscribes to entries.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::routing::OpenApiRouter;
use imajin_dfos::Cid;
use imajin_ledger::machine::SMALL_PAGES;
use imajin_ledger::{Command, Decide, ProjectionSpec, Refusal, RefusalKind};
use imajin_log::format::shared::SharedLog;
use imajin_log::{Applied, OpSpec};
use imajin_protocol::Did;
use rusqlite::Connection;

use crate::access::Access;
use crate::capabilities::{FileUse, Offers};
use crate::data_rights::DataRights;
use crate::manifest::Manifest;
use crate::node::Node;
use crate::notices::{KeepNotices, Notice, Tells};
use crate::operation::Declaration;
use crate::outcome::CommandOutcome;
use crate::problem::Problem;
use crate::words::Lang;

/// An app's service.
pub trait Service: DataRights + Send + Sync + 'static {
    /// The service's manifest.
    fn manifest(&self) -> &'static Manifest;
    /// The path it is mounted at and the first part of its operations' names.
    fn name(&self) -> &'static str {
        self.manifest().name
    }
    /// The service's operations.
    fn operations(&self) -> &'static [Declaration] {
        &[]
    }
    /// The service's tables, if it has any. Every one has a column `owner_did`.
    fn projection(&self) -> ProjectionSpec {
        ProjectionSpec { name: self.name(), version: 1, page_bytes: SMALL_PAGES, schema: "" }
    }

    /// Decides a command: emits the intent and what derives from it, or refuses.
    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        match self.declaration(&command.op).and_then(|declaration| declaration.handler) {
            Some(handler) => handler.decide(ctx, command),
            None => Err(Refusal::new(
                RefusalKind::NotFound,
                format!("There is no operation {:?} that you can ask for.", command.op),
            )),
        }
    }
    /// The declaration of one of its operations.
    fn declaration(&self, op: &str) -> Option<&'static Declaration> {
        self.operations().iter().find(|declaration| declaration.spec.op == op)
    }
    /// Brings an entry into the tables. Never refuses; an erased body is `None`.
    fn apply(&self, _db: &Connection, _entry: &Applied<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
    /// Operations of other services that `apply` wants to see too.
    fn subscribes(&self) -> &'static [&'static str] {
        &[]
    }

    /// The operations of this service whose entries cause notices ([`Service::notices`]).
    fn tells(&self) -> &'static [Tells] {
        &[]
    }
    /// The notices of an entry of an operation that [`Service::tells`] lists. A function of the entry alone. A change
    /// of the notices raises the version of the projection that keeps them.
    fn notices(&self, _entry: &Applied<'_>) -> Vec<Notice> {
        Vec::new()
    }
    /// The service's store for the notices of all services, if it has one.
    fn keeps_notices(&self) -> Option<KeepNotices> {
        None
    }

    /// The service's routes, relative to `/<name>`: the API below `/api`, pages elsewhere. Called again at the first
    /// request for the API's document, if the program does not carry it.
    fn routes(&self, node: Node) -> OpenApiRouter;
    /// Routes at the root of the node (`/.well-known/…`; the pages of `www`).
    fn root(&self, _node: Node) -> Option<axum::Router> {
        None
    }
    /// A network protocol at a path below `/<name>`, with separate rules: the service itself answers pages of other
    /// origins, and the node does not redirect its requests to another home.
    fn protocol(&self, _node: Node) -> Option<(&'static str, axum::Router)> {
        None
    }
    /// The service's protocol at the node's root as well, where clients of the network look: the prefixes of its paths, and its
    /// routes. None of them may be a page's; at the service's own name (`<service>.<host>`) they are at the root, too.
    fn protocol_at_root(&self, _node: Node) -> Option<(&'static [&'static str], axum::Router)> {
        None
    }
    /// Whether its pages are at the node's root and not below its name.
    fn pages_at_root(&self) -> bool {
        false
    }

    /// The SQL of the service's tables in `secrets.sqlite`, for data that must not travel in a bundle and belongs to no
    /// person.
    fn secrets(&self) -> &'static str {
        ""
    }
    /// The service's rows of the table of access. An operation or route without a row is for guests and up.
    fn access(&self) -> &'static [Access] {
        &[]
    }
    /// Sees one of the service's commands before it is submitted, outside the writer: may refuse it, or attach what its
    /// decision needs (a verified claim, a redeemed invite).
    fn before_submit(
        &self,
        node: &Node,
        headers: &axum::http::HeaderMap,
        command: &mut Command,
    ) -> Result<(), Problem> {
        match self.declaration(&command.op).and_then(|declaration| declaration.handler) {
            Some(handler) => handler.before_submit(node, headers, command),
            None => Ok(()),
        }
    }
    /// Sees the outcome of a command that [`Service::before_submit`] saw, to return the resources that it took, or to
    /// act on the outcome.
    fn after_commit(&self, node: &Node, done: &CommandOutcome<'_>) {
        let handler = self.declaration(done.op).and_then(|declaration| declaration.handler);
        if let Some(handler) = handler {
            handler.after_commit(node, done);
        }
    }
    /// Offers the service's capabilities, each by its type ([`crate::capabilities`]). Called once, when the node
    /// is put together.
    fn offers(self: Arc<Self>, _offers: &mut Offers) {}
    /// Whether a person's record can move to another node now.
    ///
    /// # Errors
    /// 409 as long as the service holds something of theirs that can't move, and what they can do about it.
    fn may_move(&self, _node: &Node, _did: &Did) -> Result<(), Problem> {
        Ok(())
    }
    /// The logs of the service's things that are shared with a person, and what they may see of each: the person's copy
    /// has that part.
    fn shares(&self, _node: &Node, _did: &Did) -> Result<Vec<SharedLog>, Problem> {
        Ok(Vec::new())
    }
    /// The places where a person uses some of their files in this app: the person sees them before they erase a file.
    fn uses(
        &self,
        _node: &Node,
        _owner: &Did,
        _files: &BTreeSet<Cid>,
        _lang: Lang,
    ) -> Result<Vec<FileUse>, Problem> {
        Ok(Vec::new())
    }
    /// Forgets the service's data about a person outside their record, in `secrets.sqlite`, after the record was
    /// deleted. A crash may come first, so a start looks for such data as well.
    fn forget(&self, _node: &Node, _did: &Did) {}
    /// Called once when the node has been put together, before the first request.
    fn started(&self, _node: &Node) {}
}

impl dyn Service {
    /// Applies an entry to the tables: one of the service's own, or of an operation that it subscribes to.
    pub(crate) fn take(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        if entry.service == self.name() {
            self.keep(db, entry)?;
        }
        self.apply(db, entry)
    }

    pub(crate) fn entry_notices(&self, entry: &Applied<'_>) -> Vec<Notice> {
        if self.tells().iter().any(|tells| tells.op == entry.op) {
            self.notices(entry)
        } else {
            Vec::new()
        }
    }

    /// The rows of all its operations.
    pub fn specs(&self) -> impl Iterator<Item = &'static OpSpec> {
        let declarations = self.operations().iter();
        declarations.map(|declaration| &declaration.spec)
    }
}

/// Declares `read`, which queries the tables of the service with this manifest.
#[macro_export]
macro_rules! read_tables {
    ($manifest:ident) => {
        pub(crate) fn read<T>(
            node: &$crate::Node,
            query: impl FnOnce(::imajin_ledger::Reader<'_>) -> ::rusqlite::Result<T>,
        ) -> $crate::Answer<T> {
            node.read($manifest.name, |db| query(db.into()))
        }
    };
}

/// The methods of a [`Service`] that only pass on what the app's modules of these names declare:
/// `from_modules!(manifest, operations, projection, routes);` within the `impl`, below the modules.
///
/// | module | methods | declared as |
/// |---|---|---|
/// | `manifest` | `manifest` | `MANIFEST` |
/// | `operations` | `operations` | `ALL` |
/// | `access` | `access` | `ROWS` |
/// | `projection` | `projection`, `apply` | `PROJECTION`, `apply` |
/// | `notices` | `tells`, `notices` | `TELLS`, `from_entry` |
/// | `routes` | `routes` | `routes` |
#[macro_export]
macro_rules! from_modules {
    (manifest) => {
        fn manifest(&self) -> &'static $crate::Manifest {
            &manifest::MANIFEST
        }
    };
    (operations) => {
        fn operations(&self) -> &'static [$crate::operation::Declaration] {
            &operations::ALL
        }
    };
    (access) => {
        fn access(&self) -> &'static [$crate::Access] {
            access::ROWS
        }
    };
    (projection) => {
        fn projection(&self) -> imajin_ledger::ProjectionSpec {
            projection::PROJECTION
        }

        fn apply(
            &self,
            db: &rusqlite::Connection,
            entry: &imajin_log::Applied<'_>,
        ) -> rusqlite::Result<()> {
            projection::apply(db, entry)
        }
    };
    (notices) => {
        fn tells(&self) -> &'static [$crate::notices::Tells] {
            notices::TELLS
        }

        fn notices(&self, entry: &imajin_log::Applied<'_>) -> Vec<$crate::notices::Notice> {
            notices::from_entry(entry)
        }
    };
    (routes) => {
        fn routes(&self, node: $crate::Node) -> $crate::routing::OpenApiRouter {
            routes::routes(node)
        }
    };
    ($first:ident, $($others:ident),+) => {
        $crate::from_modules!($first);
        $crate::from_modules!($($others),+);
    };
}
