//! The sites that a listener can serve: the site of a node, the page of a box that waits for its passphrase, or that of
//! a box whose disk is full. This module must not know where certificates come from.

use std::sync::Arc;

use axum::response::Response;
use hyper::body::Incoming;
use imajin_app::Peer;
use imajin_host::prelude::*;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::connections::{Table, accept_until, run};
use crate::site::Site;

pub use crate::connections::{ACME_PROTOCOL, Answers, Intake, Socket};

impl Answers for Site {
    fn connections(&self) -> &Arc<Table> {
        &self.connections
    }

    fn counted(&self, began: bool) {
        let gauge = &self.node().metrics().connections;
        if began {
            gauge.inc()
        } else {
            gauge.dec()
        };
    }

    fn respond(
        &self,
        request: hyper::Request<Incoming>,
        peer: Peer,
    ) -> impl Future<Output = Response> + Send {
        self.answer(request, peer)
    }
}

/// Raises this process's limit of open files to the most that it may have: connections, tunnels and open logs need many.
pub fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return;
    }
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the number of open files stays as it is");
    }
}

/// Serves one site on one listener, plain or behind TLS, until `stop` resolves, then lets requests under way end.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    tls: Option<TlsAcceptor>,
    stop: impl Future<Output = ()>,
) {
    run(listener, site, tls, Box::pin(stop)).await;
}

/// Answers for a box that waits, locked or full, until `stop` resolves. The listener stays open: clients that connect
/// afterwards wait in its queue until the node serves on it.
pub async fn serve_waiting(
    listener: &TcpListener,
    site: impl Answers,
    tls: Option<TlsAcceptor>,
    stop: impl Future<Output = ()>,
) {
    let intake = accept_until(listener, site, tls, Box::pin(stop)).await;
    intake.end().await;
}
