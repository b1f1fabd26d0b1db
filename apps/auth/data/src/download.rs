//! A copy at once: prepared, signed by the node, streamed. For programs and sticks; a copy that its owner
//! signs is a job (`exports`).

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, http::HeaderMap};
use imajin_app::disk_body::DiskBody;
use imajin_app::extract::{Authed, Query};
use imajin_app::{Answer, Lang, Node, Problem, Right};
use imajin_bundle::export::{self, ExportOptions, Prepared, Source, default_name};
use imajin_host::account::{self, Reserved};
use imajin_host::jobs::{JobOwner, Turn};
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_host::room::For;
use imajin_protocol::Did;

use super::count::SubjectQuery;
use super::index_page::IndexPagesIn;
use super::{Shared, access, errors, places, space, stream};

/// The media type of a tar.
pub(super) const TAR: &str = "application/x-tar";

/// A copy of everything that is yours, as one tar, signed by this node.
///
/// Two exports of the same record in one language are the same bytes. For a copy that you sign yourself, see `POST /api/exports`.
#[utoipa::path(
    get, path = "/api/export", tag = "your data", params(SubjectQuery),
    responses(
        (status = 200, description = "The canonical tar of docs/format.md §12", content_type = "application/x-tar"),
        (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's data"),
        (status = 503, description = "Too many copies are being made"), (status = 507, description = "The disk is full"),
    ),
)]
pub(super) async fn export(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    asks: Authed,
    Query(whose): Query<SubjectQuery>,
    lang: Lang,
) -> Answer<Response> {
    let did = access::own_or_kept(&node, &asks, whose.did.as_deref())?;
    let (asker, whole) = (asks.0.did.clone(), did.clone());
    let right = Right::new(&node, move |node| {
        asks.0.check(node)?;
        access::own_or_kept(node, &asks, Some(whole.as_str())).map(|_| ())
    });
    let turn = turn_soon(&node, &asker).await?;
    let staging = shared.exports.folder.join(format!("once-{}", random::hex::<8>()?));
    let name = format!("{}.tar", default_name(&did));
    let (ready, room) = long(move || {
        let key = node.key().clone();
        // The tar is sent as it is read and not kept: a person without room can still leave.
        let room = account::count(&node, &asker, space::of_logs(&node, &did)?);
        let ready = prepare(&node, &shared, &did, &staging, lang)?
            .sign_with_node(&key)
            .map_err(errors::export);
        // The turn covers the preparation even if the caller is gone, and ends before the transfer: a slow client holds
        // no turn.
        drop(turn);
        Ok((ready?, room))
    })
    .await?;
    let bytes = ready.tar_bytes();
    let tar = TarWithRoom { tar: ready.into_tar(), _room: room };
    let body = DiskBody::new(tar, bytes, right);
    let mut headers = HeaderMap::new();
    stream::attachment(&mut headers, &name, TAR)?;
    Ok((headers, Body::new(body)).into_response())
}

/// The tar of a copy, with the room of what it is read from.
struct TarWithRoom<R> {
    tar: R,
    _room: Reserved,
}

impl<R: Read> Read for TarWithRoom<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.tar.read(buffer)
    }
}

/// Makes everything of a copy but its signatures, in `staging`, for a place on the node's own disk. Its page for people is in a language.
pub(super) fn prepare(
    node: &Node,
    shared: &Shared,
    did: &Did,
    staging: &Path,
    lang: Lang,
) -> Result<Prepared, Problem> {
    // Media are read from their place, without a copy.
    node.need_room(space::of_logs(node, did)?, For::Vital)?;
    prepare_for(node, shared, did, staging, lang, &ExportOptions::default())
}

/// Like [`prepare`], for a target outside the node's disk.
pub(super) fn prepare_for(
    node: &Node,
    shared: &Shared,
    did: &Did,
    staging: &Path,
    lang: Lang,
    options: &ExportOptions,
) -> Result<Prepared, Problem> {
    let source = Source::live(node.ledger(), did)
        .with_owned(node.things_of(did)?)
        .with_shared(node.shares_of(did)?);
    let views = &shared.views;
    let pages = IndexPagesIn(node.services().words().with_lang(lang));
    export::prepare(&source, &shared.ops, views, &pages, staging, options).map_err(errors::export)
}

/// Returns the person's turn for long work, for a request whose sender waits.
pub(super) async fn turn_soon(node: &Node, did: &Did) -> Result<Turn, Problem> {
    let role = places::role(node, did)?;
    let jobs = node.jobs();
    jobs.turn_soon(JobOwner::Person(did.clone()), role).await
}

/// A call whose work is of no use without its caller. The server drops it when the client goes away.
#[derive(Default)]
pub(super) struct Call(Arc<AtomicBool>);

impl Call {
    /// Asks whether it was dropped.
    pub(super) fn is_gone(&self) -> impl Fn() -> bool + Send + Sync + use<> {
        let gone = self.0.clone();
        move || gone.load(Ordering::Relaxed)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs what takes long. The [`Turn`] goes with it: a call that is dropped leaves its work behind for a while.
pub(super) async fn long<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    imajin_app::blocking::long(f).await?
}

/// Runs work that may block on the disk on a blocking thread.
pub(super) async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    imajin_app::blocking::run(f).await?
}
