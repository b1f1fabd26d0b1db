//! The listeners of visitors: TLS by the name that it asks for, and plain HTTP, which leads on to TLS.
//!
//! Always: a visitor has a bounded time and a bounded number of bytes to name a host. The registry ends no TLS and has no key.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_edge::{Edge, EdgeLimits};
use imajin_host::names;
use imajin_host::stop::Stop;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::hello::{self, Hello};
use super::{Config, Route, Tunnels};

/// How long a visitor may take to name a host.
const HELLO: Duration = Duration::from_secs(5);
/// How long the proxy of the registry's own names may take to answer.
const CONNECT: Duration = Duration::from_secs(10);
/// Pause after the system refused a connection (out of file descriptors): trying at once would only spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long a silent visitor's machine may be away, and one that takes nothing.
const AWAY: Duration = Duration::from_secs(60);

/// Open sockets, before anything is served.
pub struct Listeners {
    visitors: TcpListener,
    redirect: Option<TcpListener>,
}

impl Listeners {
    /// Opens the sockets of the settings; `None` if there are to be no tunnels.
    pub async fn bind(config: &Config) -> Result<Option<Self>, String> {
        let bind = async |address: SocketAddr| {
            let listener = TcpListener::bind(address).await;
            listener.map_err(|error| format!("[tunnel]: cannot listen on {address}: {error}"))
        };
        let Some(address) = config.listen else {
            return Ok(None);
        };
        let visitors = bind(address).await?;
        let redirect = match config.redirect {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        Ok(Some(Self { visitors, redirect }))
    }

    /// Where visitors come, and where plain HTTP does.
    pub fn addresses(&self) -> std::io::Result<(SocketAddr, Option<SocketAddr>)> {
        let redirect = self.redirect.as_ref().map(TcpListener::local_addr);
        Ok((self.visitors.local_addr()?, redirect.transpose()?))
    }

    /// Serves until told to stop.
    pub(super) async fn serve(self, tunnels: Tunnels, stop: Stop) {
        let redirecting = async {
            if let Some(listener) = self.redirect {
                let router = Router::new().fallback(redirect).with_state(tunnels.clone());
                let edge = Edge::new(&EdgeLimits::default(), None, router);
                edge.serve(listener, stop.given()).await;
            }
        };
        tokio::join!(redirecting, accept(&self.visitors, &tunnels, &stop));
    }
}

async fn accept(listener: &TcpListener, tunnels: &Tunnels, stop: &Stop) {
    while let Some(accepted) = stop.or(listener.accept()).await {
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("tunnel: accept: {error}");
                stop.rest(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let peer = SocketAddr::new(address.ip().to_canonical(), address.port());
        let Ok(place) = tunnels.0.places.take(peer.ip()) else {
            tracing::debug!(%peer, "no room for another visitor");
            continue;
        };
        let (tunnels, stop) = (tunnels.clone(), stop.clone());
        tokio::spawn(async move {
            stop.or(greet(stream, peer, &tunnels)).await;
            drop(place);
        });
    }
}

/// Serves one visitor.
async fn greet(mut stream: TcpStream, peer: SocketAddr, tunnels: &Tunnels) {
    set_options(&stream);
    let Ok(Some(hello)) = timeout(HELLO, hello::read(&mut stream)).await else {
        return;
    };
    match tunnels.route(&hello.name) {
        Route::Node(session) => session.carry(stream, peer.ip(), hello).await,
        Route::Pass(proxy) => {
            let with_address = tunnels.0.config.pass_proxy_protocol;
            let passed = pass(stream, peer, (proxy, with_address), hello).await;
            if let Err(error) = passed {
                tracing::debug!(%peer, "the registry's own site: {error}");
            }
        }
        Route::Nowhere => {}
    }
}

fn set_options(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(AWAY).with_interval(AWAY / 4);
    // If the system refuses, dead visitors keep their places until the box's own deadlines.
    let _ = socket.set_tcp_keepalive(&keepalive);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(AWAY));
}

/// Passes a connection for the registry's own site on to its proxy.
async fn pass(
    mut visitor: TcpStream,
    peer: SocketAddr,
    (proxy, with_address): (SocketAddr, bool),
    hello: Hello,
) -> std::io::Result<()> {
    let mut stream = timeout(CONNECT, TcpStream::connect(proxy)).await??;
    set_options(&stream);
    if with_address {
        let line = proxy_line(peer, visitor.local_addr()?);
        stream.write_all(line.as_bytes()).await?;
    }
    stream.write_all(&hello.bytes).await?;
    tokio::io::copy_bidirectional(&mut visitor, &mut stream).await?;
    Ok(())
}

/// The first line of the PROXY protocol, version 1.
fn proxy_line(from: SocketAddr, to: SocketAddr) -> String {
    let to_ip = to.ip().to_canonical();
    let family = match (from.ip(), to_ip) {
        (IpAddr::V4(_), IpAddr::V4(_)) => "TCP4",
        (IpAddr::V6(_), IpAddr::V6(_)) => "TCP6",
        _ => return "PROXY UNKNOWN\r\n".to_owned(),
    };
    let (from_ip, from_port, to_port) = (from.ip(), from.port(), to.port());
    format!("PROXY {family} {from_ip} {to_ip} {from_port} {to_port}\r\n")
}

/// Leads plain HTTP for a name on to HTTPS.
async fn redirect(State(tunnels): State<Tunnels>, request: Request) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let name = host.map(names::normal).unwrap_or_default();
    if matches!(tunnels.route(&name), Route::Nowhere) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let location = format!("https://{name}{path}");
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_told_the_address_in_one_line() {
        let line = |from: &str, to: &str| proxy_line(from.parse().unwrap(), to.parse().unwrap());
        let v4 = "PROXY TCP4 192.0.2.1 198.51.100.1 5000 443\r\n";
        assert_eq!(line("192.0.2.1:5000", "198.51.100.1:443"), v4);
        assert_eq!(line("192.0.2.1:5000", "[::ffff:198.51.100.1]:443"), v4);
        let v6 = line("[2001:db8::1]:5000", "[2001:db8::2]:443");
        assert_eq!(v6, "PROXY TCP6 2001:db8::1 2001:db8::2 5000 443\r\n");
        assert_eq!(line("192.0.2.1:5000", "[2001:db8::2]:443"), "PROXY UNKNOWN\r\n");
    }
}
