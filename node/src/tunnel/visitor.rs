//! One visitor that a registry carries to the box.
//!
//! Always: a request that names anything but a planned name at port 443, or no visitor's address, is refused. An address that
//! isn't on the open internet means nothing from there, and gives no rights: such visitors count as one, without an address.

use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use bytes::Bytes;
use h2::RecvStream;
use h2::server::SendResponse;
use imajin_edge::Site;
use imajin_edge::server::Intake;
use imajin_edge::tunnel::{self, Meter, NAMES_PATH, PORT, Receiver, Sender, TunnelStream};
use imajin_host::outgoing::is_public;
use reqwest::Upgraded;
use std::net::{IpAddr, Ipv4Addr};

/// The connection to a registry.
pub(super) type Connection = h2::server::Connection<Upgraded, Bytes>;

/// The address of visitors whose address is unknown.
const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Whether a request is the registry's message with the names that it carries.
pub(super) fn is_message<B>(request: &Request<B>) -> bool {
    request.method() == Method::PUT && request.uri().path() == NAMES_PATH
}

/// Answers a message. A registry that no longer listens needs no answer.
pub(super) fn confirm(mut answer: SendResponse<Bytes>) {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let _ = answer.send_response(response, true);
}

/// Serves a visitor as the site's listeners do, or refuses the request.
pub(super) fn take(
    (request, mut answer): (Request<RecvStream>, SendResponse<Bytes>),
    names: &[String],
    meter: &Meter,
    intake: &Intake<Site>,
) {
    let address = read(&request, names);
    let mut response = Response::new(());
    *response.status_mut() = address.err().unwrap_or(StatusCode::OK);
    let opened = answer.send_response(response, address.is_err());
    if let (Ok(sender), Ok(address)) = (opened, address) {
        let receiver = Receiver::new(request.into_body(), meter.clone());
        let stream = TunnelStream::new(receiver, Sender::new(sender, meter.clone()));
        // Without room the stream is dropped, which the registry hears.
        intake.take(stream, address);
    }
}

/// The visitor's address, or the status that refuses the request.
fn read<B>(request: &Request<B>, names: &[String]) -> Result<IpAddr, StatusCode> {
    if request.method() != Method::CONNECT {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let authority = request.uri().authority().ok_or(StatusCode::BAD_REQUEST)?;
    if authority.port_u16() != Some(PORT) {
        return Err(StatusCode::FORBIDDEN);
    }
    if !names.iter().any(|name| name == authority.host()) {
        return Err(StatusCode::MISDIRECTED_REQUEST);
    }
    let address = address(request.headers()).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(if is_public(address) { address } else { UNKNOWN })
}

/// The address in the one header that names it.
fn address(headers: &HeaderMap) -> Option<IpAddr> {
    let mut values = headers.get_all(header::FORWARDED).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() { None } else { tunnel::forwarded_address(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(method: Method, target: &str, forwarded: &[&str]) -> Result<String, u16> {
        let mut request = Request::builder().method(method).uri(target);
        for value in forwarded {
            request = request.header(header::FORWARDED, *value);
        }
        let request = request.body(()).unwrap();
        let names = ["a.nodes.example".to_owned()];
        let address = read(&request, &names);
        address.map(|address| address.to_string()).map_err(|status| status.as_u16())
    }

    #[test]
    fn a_registry_may_bring_visitors_of_planned_names_alone() {
        let connect = |target: &str, forwarded: &str| judged(Method::CONNECT, target, &[forwarded]);
        let visitor = "for=1.1.1.1";
        assert_eq!(connect("a.nodes.example:443", visitor), Ok("1.1.1.1".to_owned()));
        for (target, status) in [
            ("b.nodes.example:443", 421),
            ("localhost:443", 421),
            ("a.nodes.example:22", 403),
            ("a.nodes.example:80", 403),
            ("127.0.0.1:7000", 403),
        ] {
            assert_eq!(connect(target, visitor), Err(status), "{target}");
        }
        assert_eq!(judged(Method::GET, "https://a.nodes.example:443/", &[visitor]), Err(405));
    }

    #[test]
    fn an_address_that_would_have_rights_here_is_nobodys() {
        let connect =
            |forwarded: &[&str]| judged(Method::CONNECT, "a.nodes.example:443", forwarded);
        let cases = "for=127.0.0.1|for=\"[::1]\"|for=\"[::ffff:127.0.0.1]\"|for=192.168.1.4|\
            for=10.0.0.1|for=\"[fe80::1]\"|for=0.0.0.0";
        for inside in cases.split('|') {
            assert_eq!(connect(&[inside]), Ok("0.0.0.0".to_owned()), "{inside}");
        }
        for odd in [
            &[][..],
            &["for=1.1.1.1", "for=1.0.0.1"],
            &["for=1.1.1.1, for=1.0.0.1"],
            &["for=unknown"],
            &["1.1.1.1"],
        ] {
            assert_eq!(connect(odd), Err(400), "{odd:?}");
        }
    }
}
