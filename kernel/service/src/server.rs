//! HTTP/1.1 over connections, plain or behind TLS. It must not know where certificates come from.
//!
//! Always: a client gets a bounded time to send its headers and to idle, and there are at most so many connections;
//! when the node stops, requests under way are answered and idle connections closed.

mod stream;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use crate::site::{Peer, Site};
use stream::Stream;

/// What a certificate authority speaks to look whether a name is ours (RFC 8737): a handshake, and nothing more.
pub const ACME_PROTOCOL: &[u8] = b"acme-tls/1";
/// HTTP/1.1 for other nodes: with this name the node proves its own key, and no authority is asked (docs/format.md §17).
pub const NODE_PROTOCOL: &[u8] = b"mjn/1";

/// How long requests under way may take once the node stops: SIGTERM ends it within 5 s, and the ledger drains after.
const STOP: Duration = Duration::from_secs(3);
/// Pause after the system refused a connection (out of file descriptors): trying at once would only spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves one site on one listener until `stop` resolves, then lets requests under way end.
pub async fn serve(listener: TcpListener, site: Site, stop: impl Future<Output = ()>) {
    run(listener, site, None, Box::pin(stop)).await;
}

/// The same behind TLS.
pub async fn serve_tls(
    listener: TcpListener,
    site: Site,
    tls: TlsAcceptor,
    stop: impl Future<Output = ()>,
) {
    run(listener, site, Some(tls), Box::pin(stop)).await;
}

async fn run(
    listener: TcpListener,
    site: Site,
    tls: Option<TlsAcceptor>,
    mut stop: Pin<Box<impl Future<Output = ()>>>,
) {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(site.node().limits().connections.max(1)));
    let (closing, closed) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        let Some((stream, address, slot)) = accepted else {
            continue;
        };
        // Small answers must not wait for the client's acknowledgement (Nagle).
        let _ = stream.set_nodelay(true);
        let (site, tls, watcher) = (site.clone(), tls.clone(), graceful.watcher());
        let mut closed = closed.clone();
        tokio::spawn(async move {
            let peer = Peer {
                // A socket for both kinds of address names IPv4 as ::ffff:192.0.2.1.
                address: address.ip().to_canonical(),
                secure: tls.is_some(),
            };
            let patience = Duration::from_secs(site.node().limits().header_timeout_s);
            let unwrapped = tokio::select! {
                // What has asked for nothing yet need not be waited for.
                _ = closed.changed() => None,
                unwrapped = stream::unwrap(stream, tls, patience) => unwrapped,
            };
            let Some(stream) = unwrapped else { return };
            let gauge = site.node().metrics().connections();
            gauge.inc();
            let connection = watcher.watch(connection(&site, stream, peer));
            if let Err(error) = connection.await {
                tracing::debug!(%address, "connection: {error}");
            }
            gauge.dec();
            drop(slot);
        });
    }
    drop(listener);
    drop(closing);
    if tokio::time::timeout(STOP, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            "requests were still under way after {} s and were cut off",
            STOP.as_secs()
        );
    }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(
    tokio::net::TcpStream,
    SocketAddr,
    tokio::sync::OwnedSemaphorePermit,
)> {
    // Never closed, so this only waits.
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => Some((stream, address, slot)),
        Err(error) => {
            tracing::warn!("accept: {error}");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// One connection, as a future that can be watched for a graceful end.
fn connection(
    site: &Site,
    stream: Stream,
    peer: Peer,
) -> hyper::server::conn::http1::Connection<
    TokioIo<Stream>,
    impl hyper::service::HttpService<
        Incoming,
        ResBody = axum::body::Body,
        Error = Infallible,
        Future: Send,
    > + use<>,
> {
    let limits = site.node().limits();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        // hyper counts the wait for a next request in; so this is the idle limit too, whichever is longer.
        .header_read_timeout(Duration::from_secs(
            limits.header_timeout_s.max(limits.idle_timeout_s),
        ))
        .max_buf_size(64 * 1024)
        .half_close(false);
    let site = site.clone();
    http.serve_connection(
        TokioIo::new(stream),
        service_fn(move |request| {
            let site = site.clone();
            async move { Ok::<_, Infallible>(site.answer(request, peer).await) }
        }),
    )
}
