//! HTTP/1.1 over connections, plain or behind TLS. It must not know where certificates come from.
//!
//! Always: a client gets a bounded time to send its headers, to idle, and to take what is sent. The number of
//! connections is limited; at the limit, the longest idle one is closed. When the node stops, requests under
//! way are answered, idle connections closed, and WebSockets told. A WebSocket counts as a connection: it may be
//! silent, and must take what is sent to it.

mod answer;
mod link;
mod stream;
mod table;

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::HttpBody as _;
use axum::http::{StatusCode, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1::UpgradeableConnection;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use answer::Answer;
use imajin_app::Peer;
use imajin_app::socket::Parting;
use stream::Stream;
use table::Slot;

pub(crate) use link::Link;
pub use stream::Socket;
pub(crate) use table::Table;

/// The ALPN protocol with which a certificate authority checks that a name is ours (RFC 8737): a handshake, and nothing
/// more.
pub const ACME_PROTOCOL: &[u8] = b"acme-tls/1";

/// Pause after the system refused a connection (out of file descriptors): trying at once would only spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long requests under way may take once a node stops: SIGTERM ends it within 5 s, and the ledger drains after.
const STOP: Duration = Duration::from_secs(3);
/// How long a request may run after its connection was cut, to clean up; and a WebSocket once the listener stops.
const CUT: Duration = Duration::from_secs(1);
/// Bytes that the system keeps for a client that reads slowly (it counts the same again for itself). Without a bound it
/// is megabytes a connection.
const SEND_BUFFER_BYTES: usize = 128 * 1024;

/// The handler of a listener's requests.
pub trait Answers: Clone + Send + Sync + 'static {
    /// The connections by which people ask.
    fn connections(&self) -> &Arc<Table>;

    /// A connection began, or ended.
    fn counted(&self, _began: bool) {}

    /// How long requests under way may take once it stops.
    fn patience(&self) -> Duration {
        STOP
    }

    /// Answers a request.
    fn respond(
        &self,
        request: hyper::Request<Incoming>,
        peer: Peer,
    ) -> impl Future<Output = Response> + Send;
}

/// Serves an answerer, plain or behind TLS.
pub(crate) async fn run<A: Answers>(
    listener: TcpListener,
    site: A,
    tls: Option<TlsAcceptor>,
    stop: Pin<Box<impl Future<Output = ()>>>,
) {
    let intake = accept_until(&listener, site, tls, stop).await;
    drop(listener);
    intake.end().await;
}

/// Takes connections until `stop` resolves.
pub(crate) async fn accept_until<A: Answers>(
    listener: &TcpListener,
    site: A,
    tls: Option<TlsAcceptor>,
    mut stop: Pin<Box<impl Future<Output = ()>>>,
) -> Intake<A> {
    let intake = Intake::new(site, tls);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => return intake,
            accepted = accept(listener) => accepted,
        };
        let Some((stream, address)) = accepted else {
            continue;
        };
        set_options(&stream, intake.site.connections().deadlines.write);
        intake.take(stream, address);
    }
}

/// The connections of one way in: a listener, or a tunnel.
pub struct Intake<A> {
    site: A,
    tls: Option<TlsAcceptor>,
    /// The signal to each connection to end.
    closing: watch::Sender<bool>,
    /// Heard by the apps that hold a WebSocket; the stop does not wait for them.
    parting: watch::Sender<bool>,
}

impl<A: Answers> Intake<A> {
    /// A way in without connections yet, plain or behind TLS.
    pub fn new(site: A, tls: Option<TlsAcceptor>) -> Self {
        Self { site, tls, closing: watch::channel(false).0, parting: watch::channel(false).0 }
    }

    /// Serves a connection from an address. Returns whether there was room for it; otherwise the connection is closed.
    pub fn take(&self, socket: impl Socket + 'static, address: IpAddr) -> bool {
        // A socket for both kinds of address names IPv4 as ::ffff:192.0.2.1.
        let peer = Peer { address: address.to_canonical(), secure: self.tls.is_some() };
        let Some(place) = self.site.connections().admit(peer.address) else {
            tracing::debug!(%address, "no room for another connection");
            return false;
        };
        let (site, tls) = (self.site.clone(), self.tls.clone());
        let mut closed = Parting(self.closing.subscribe());
        let parting = Parting(self.parting.subscribe());
        tokio::spawn(async move {
            let patience = site.connections().deadlines.header;
            let unwrapped = tokio::select! {
                // No shutdown needs to wait for a connection that has asked for nothing yet.
                () = closed.heard() => None,
                () = place.link.over() => None,
                unwrapped = stream::unwrap(socket, tls, patience, &place.link) => unwrapped,
            };
            if let Some(stream) = unwrapped {
                serve(site, stream, peer, (place, closed), parting).await;
            }
        });
        true
    }

    /// Lets requests under way end, and WebSockets say goodbye.
    pub async fn end(&self) {
        self.closing.send_replace(true);
        self.parting.send_replace(true);
        let patience = self.site.patience();
        let ended = tokio::time::timeout(patience, self.closing.closed());
        if ended.await.is_err() {
            tracing::warn!(
                "requests were still under way after {} s and were cut off",
                patience.as_secs()
            );
        }
    }
}

/// Serves a connection whose handshake is over.
async fn serve<A: Answers>(
    site: A,
    stream: Stream,
    peer: Peer,
    (place, mut closed): (Slot, Parting),
    parting: Parting,
) {
    place.link.opened();
    site.counted(true);
    let connection = connection(&site, stream, peer, &place.link, parting);
    match speak(connection, &place, &mut closed).await {
        // In a new task, so that the memory that HTTP needed is freed.
        Ok(()) if place.link.is_talking() => {
            drop(tokio::spawn(keep(site, place, closed)));
            return;
        }
        Ok(()) => {}
        Err(error) => tracing::debug!(address = %peer.address, "connection: {error}"),
    }
    site.counted(false);
}

/// Keeps the place of a connection that is a WebSocket now, until it ends, its client takes nothing any more, it has to make
/// room, or the listener stops and its app has had time to say goodbye.
async fn keep<A: Answers>(site: A, place: Slot, mut closed: Parting) {
    let link = &place.link;
    tokio::select! {
        () = link.over() => {}
        () = closed.heard() => {
            let _ = tokio::time::timeout(CUT, link.over()).await;
        }
    }
    link.cut();
    drop(place);
    site.counted(false);
}

/// Serves a connection until it ends, its client is too slow, or it has to make room. Once the listener stops, it ends
/// after the request that is under way.
async fn speak<S>(
    connection: UpgradeableConnection<TokioIo<Stream>, S>,
    place: &Slot,
    closed: &mut Parting,
) -> hyper::Result<()>
where
    S: HttpService<Incoming, ResBody = Answer, Error = Infallible>,
{
    let link = &place.link;
    let mut connection = std::pin::pin!(connection);
    let mut is_last = false;
    loop {
        tokio::select! {
            ended = &mut connection => return ended,
            () = link.over() => break,
            () = closed.heard(), if !is_last => {
                is_last = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
    link.cut();
    if link.has_request() {
        // Its handler sees the broken body, or that the client no longer reads the answer.
        let _ = tokio::time::timeout(CUT, connection).await;
    }
    Ok(())
}

fn set_options(stream: &TcpStream, patience: Duration) {
    // Small answers must not wait for the client's acknowledgement (Nagle).
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    // If the system refuses, our own deadlines still hold; these two options bound what the system keeps afterwards.
    let _ = socket.set_send_buffer_size(SEND_BUFFER_BYTES);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(patience));
}

async fn accept(listener: &TcpListener) -> Option<(TcpStream, IpAddr)> {
    match listener.accept().await {
        Ok((stream, address)) => Some((stream, address.ip())),
        Err(error) => {
            tracing::warn!("accept: {error}");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// Makes a connection, as a future that can be told to end gracefully.
fn connection<A: Answers>(
    site: &A,
    stream: Stream,
    peer: Peer,
    link: &Link,
    parting: Parting,
) -> UpgradeableConnection<
    TokioIo<Stream>,
    impl HttpService<Incoming, ResBody = Answer, Error = Infallible, Future: Send> + use<A>,
> {
    let mut http = hyper::server::conn::http1::Builder::new();
    // The link has the deadlines: hyper's own counts the wait for a next request in.
    http.timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(64 * 1024)
        .half_close(false);
    let (site, link) = (Arc::new(site.clone()), link.clone());
    http.serve_connection(
        TokioIo::new(stream),
        service_fn(move |mut request: hyper::Request<Incoming>| {
            let (site, link) = (Arc::clone(&site), link.clone());
            if request.headers().contains_key(header::UPGRADE) {
                request.extensions_mut().insert(parting.clone());
            }
            async move {
                let has_body = !request.body().is_end_stream();
                link.request_began(has_body);
                if has_body {
                    request.extensions_mut().insert(link.clone());
                }
                let answer = site.respond(request, peer).await;
                match answer.status() {
                    StatusCode::SWITCHING_PROTOCOLS => link.talks(),
                    _ => link.answering(),
                }
                Ok::<_, Infallible>(answer.map(|body| Answer { body, link }))
            }
        }),
    )
    .with_upgrades()
}

#[cfg(test)]
mod tests;
