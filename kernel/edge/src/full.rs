//! A box whose disk is so full that its node cannot be opened: every address has one page, which says so, and programs get 503.
//!
//! Always: this file knows nothing of the node but how much room there is. It answers no other question and writes nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use imajin_app::words::FRAME;
use imajin_app::{Lang, Peer, Problem, Texts, Time, args};
use imajin_host::Limits;
use imajin_host::room::{DiskConfig, Standing};
use imajin_ledger::Ballast;
use imajin_log::Space;
use maud::{Markup, html};
use serde_json::json;

use crate::browser;
use crate::connections::{Answers, Table};
use crate::site::wants_page;

/// A box that waits for room on its disk, ready to answer. Cheap to clone.
#[derive(Clone)]
pub struct Full(Arc<Inner>);

struct Inner {
    data: PathBuf,
    config: DiskConfig,
    clock: Arc<dyn Time>,
    connections: Arc<Table>,
}

impl Full {
    /// Makes the page of the node with this data folder.
    pub fn new(data: &Path, config: DiskConfig, limits: &Limits, clock: Arc<dyn Time>) -> Self {
        Self(Arc::new(Inner {
            data: data.to_path_buf(),
            config,
            clock,
            connections: Table::new(limits),
        }))
    }

    /// The room on the disk; `None` where the file system gives no numbers.
    fn standing(&self) -> Option<Standing> {
        let aside = Ballast::new(&self.0.data).bytes();
        let space = Space::measure(&self.0.data).ok()?;
        Some(Standing::new(space, aside, &self.0.config))
    }

    /// The reason for programs, in a sentence.
    fn reason(&self) -> String {
        let standing = self.standing();
        standing
            .and_then(|standing| standing.reason())
            .unwrap_or_else(|| "disk was full".to_owned())
    }

    fn answered(&self, request: Request<Incoming>) -> Response {
        let (parts, _) = request.into_parts();
        let (path, reason) = (parts.uri.path(), self.reason());
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        if path == "/healthz" || path.ends_with("/api/health") {
            let health = json!({
                "status": "failed",
                "failing": "disk",
                "waiting": true,
                "reason": reason,
                "service": "node",
                "version": env!("CARGO_PKG_VERSION"),
                "uptime": self.0.clock.monotonic().as_secs(),
            });
            return (unavailable, axum::Json(health)).into_response();
        }
        if !wants_page(&parts) {
            return Problem::unavailable(FRAME.say("full-unavailable", args![]))
                .slug("storage-full")
                .with_member("reason", reason)
                .unlogged();
        }
        let t = FRAME.for_reader(Lang::from_headers(&parts.headers));
        let content = drawn(self.standing().as_ref(), t);
        t.notice_page(t.text("full"), content).status(unavailable).bare().into_response()
    }
}

fn drawn(standing: Option<&Standing>, t: Texts) -> Markup {
    let command = |name: &str, _| match name {
        "doctor" => html! { code { "imajin doctor" } },
        _ => html! { code { "imajin export" } },
    };
    let size = |bytes| t.lang.size(bytes);
    html! {
        h1 { (t.text("full")) }
        p.lead { (t.text("full-lead")) }
        @if let Some(room) = standing {
            p { (t.format("full-now", args![free = size(room.free), total = size(room.total), reserve = size(room.reserve)])) }
        }
        p { (t.text("full-what")) }
        p.hint { (t.markup("full-commands", args![], command)) }
    }
}

impl Answers for Full {
    fn connections(&self) -> &Arc<Table> {
        &self.0.connections
    }

    async fn respond(&self, request: Request<Incoming>, _: Peer) -> Response {
        let mut response = self.answered(request);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        browser::protect(headers);
        response
    }
}
