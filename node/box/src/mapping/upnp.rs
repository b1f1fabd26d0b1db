//! UPnP Internet Gateway Device: found by SSDP (UPnP Device Architecture 1.1 §1.3), told by SOAP (UPnP IGD:2, WANIPConnection).
//!
//! Always: it believes only the router itself: answers come from its address, and lead to its address. Its texts are
//! read with limits, without redirections.

use super::describe::{self, Service};
use super::{Granted, LIFETIME_S, MappingError, MappingProtocol, MappingRequest};
use imajin_host::outgoing::{AddressSource, Allowed, AnswerError, Outgoing, OutgoingRequest};
use reqwest::{Method, Url};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

const GROUP: (Ipv4Addr, u16) = (Ipv4Addr::new(239, 255, 255, 250), 1900);
const SEARCHES: [&str; 2] = [
    "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
    "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
];
/// Maximum delay of a router's answer to a search, as the search says, and the time to listen for answers.
const SEARCH_S: u64 = 2;
const LISTEN: Duration = Duration::from_secs(SEARCH_S + 1);
const ANSWER: Duration = Duration::from_secs(5);
const ANSWER_BYTES_MAX: usize = 256 << 10;
/// A list of everything that a router is takes some answers.
const ANSWERS_MAX: usize = 32;
/// UPnP IGD:2 §2.5.16.
const ONLY_ENDLESS: u16 = 725;
const CONFLICT: u16 = 718;
const NO_SUCH_MAPPING: u16 = 714;
/// Description of the mapping in the router's list.
const TITLE: &str = "Imajin";

/// The control address of a router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Control {
    service: Service,
    url: Url,
}

enum Answer {
    Done(String),
    Refused(u16, String),
}

/// Searches for the router; `None` if it does not answer.
pub(super) async fn find(wish: &MappingRequest) -> Result<Option<Control>, MappingError> {
    let socket = UdpSocket::bind((wish.gateway.inside, 0)).await?;
    for search in SEARCHES {
        let text = format!(
            "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: {SEARCH_S}\r\nST: {search}\r\n\r\n"
        );
        // Some routers listen at their own address only.
        let _ = socket.send_to(text.as_bytes(), (wish.gateway.router, GROUP.1)).await;
        socket.send_to(text.as_bytes(), GROUP).await?;
    }
    let until = Instant::now() + LISTEN;
    let mut buffer = [0; 2048];
    for _ in 0..ANSWERS_MAX {
        let (length, from) = match timeout_at(until, socket.recv_from(&mut buffer)).await {
            Err(_) => return Ok(None),
            Ok(Err(error)) => return Err(error.into()),
            Ok(Ok(heard)) => heard,
        };
        if from.ip() != wish.gateway.router {
            continue;
        }
        let text = String::from_utf8_lossy(buffer.get(..length).unwrap_or_default());
        let Some(url) = location(&text).filter(|url| is_at(url, wish.gateway.router)) else {
            continue;
        };
        if let Some(control) = described(wish, &url).await? {
            return Ok(Some(control));
        }
    }
    Ok(None)
}

/// Opens the requested port, or another one if that is taken.
pub(super) async fn open(
    wish: &MappingRequest,
    control: &Control,
) -> Result<Granted, MappingError> {
    let mut refused = String::new();
    for port in [wish.outside, wish.inside] {
        let mut lifetime_s = LIFETIME_S;
        let mut answer = add(wish, control, port, lifetime_s).await?;
        if let Answer::Refused(ONLY_ENDLESS, _) = answer {
            lifetime_s = 0;
            answer = add(wish, control, port, lifetime_s).await?;
        }
        match answer {
            Answer::Done(_) => {
                return Ok(Granted {
                    way: MappingProtocol::Upnp(control.clone()),
                    address: address(control).await,
                    port,
                    lifetime_s: (lifetime_s > 0).then_some(lifetime_s),
                });
            }
            Answer::Refused(CONFLICT, says) => refused = format!("{says}, {CONFLICT}"),
            Answer::Refused(code, says) => {
                return Err(MappingError::Refused(format!("{says}, {code}")));
            }
        }
    }
    Err(MappingError::Refused(refused))
}

/// Returns the port.
pub(super) async fn close(control: &Control, port: u16) -> Result<(), MappingError> {
    let port = port.to_string();
    let arguments = [("NewRemoteHost", ""), ("NewExternalPort", &port), ("NewProtocol", "TCP")];
    match call(control, "DeletePortMapping", &arguments).await? {
        Answer::Done(_) | Answer::Refused(NO_SUCH_MAPPING, _) => Ok(()),
        Answer::Refused(code, says) => Err(MappingError::Refused(format!("{says}, {code}"))),
    }
}

async fn add(
    wish: &MappingRequest,
    control: &Control,
    port: u16,
    lifetime_s: u32,
) -> Result<Answer, MappingError> {
    let (outside, inside) = (port.to_string(), wish.inside.to_string());
    let (client, lifetime) = (wish.gateway.inside.to_string(), lifetime_s.to_string());
    let arguments = [
        ("NewRemoteHost", ""),
        ("NewExternalPort", &*outside),
        ("NewProtocol", "TCP"),
        ("NewInternalPort", &inside),
        ("NewInternalClient", &client),
        ("NewEnabled", "1"),
        ("NewPortMappingDescription", TITLE),
        ("NewLeaseDuration", &lifetime),
    ];
    call(control, "AddPortMapping", &arguments).await
}

/// Asks the router for its external address; `None` if it does not report one.
async fn address(control: &Control) -> Option<Ipv4Addr> {
    match call(control, "GetExternalIPAddress", &[]).await {
        Ok(Answer::Done(answer)) => describe::text(&answer, "NewExternalIPAddress")?.parse().ok(),
        _ => None,
    }
}

/// The values are numbers, addresses and words of this file: nothing in them needs to be escaped.
async fn call(
    control: &Control,
    action: &str,
    arguments: &[(&str, &str)],
) -> Result<Answer, MappingError> {
    let kind = control.service.kind;
    let arguments: String =
        arguments.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    let body = format!(
        "<?xml version=\"1.0\"?>\r\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>\
         <u:{action} xmlns:u=\"{kind}\">{arguments}</u:{action}></s:Body></s:Envelope>"
    );
    let request = request(Method::POST, &control.url)?
        .header("content-type", "text/xml; charset=\"utf-8\"")
        .header("soapaction", format!("\"{kind}#{action}\""))
        .body(body);
    let (is_done, text) = send(request).await?;
    match describe::refusal(&text) {
        None if is_done => Ok(Answer::Done(text)),
        Some((code, says)) => Ok(Answer::Refused(code, says)),
        None => Err(MappingError::Refused("without a reason".to_owned())),
    }
}

async fn described(wish: &MappingRequest, url: &Url) -> Result<Option<Control>, MappingError> {
    let Ok((true, text)) = send(request(Method::GET, url)?).await else {
        return Ok(None);
    };
    let Some(service) = describe::service(&text) else {
        return Ok(None);
    };
    let base = describe::text(&text, "URLBase").and_then(|base| Url::parse(base).ok());
    let url = base.as_ref().unwrap_or(url).join(&service.path).ok();
    let url = url.filter(|url| is_at(url, wish.gateway.router));
    Ok(url.map(|url| Control { service, url }))
}

/// A request to the router, which is in the house.
fn request(method: Method, url: &Url) -> Result<OutgoingRequest, MappingError> {
    let house = Allowed { private: true };
    let client = Outgoing::within(house, AddressSource::ByAnybody, |client| client.timeout(ANSWER));
    let client = client.map_err(|error| MappingError::Io(std::io::Error::other(error)))?;
    let request = client.request(method, url.clone());
    request.map_err(|error| MappingError::Io(std::io::Error::other(error)))
}

/// Whether it was done, and what was said.
async fn send(request: OutgoingRequest) -> Result<(bool, String), MappingError> {
    let silent = |error: AnswerError| {
        tracing::debug!(?error, "the router's UPnP");
        MappingError::Silent
    };
    let answer = request.send(ANSWER_BYTES_MAX).await.map_err(silent)?;
    Ok((answer.status.is_success(), String::from_utf8_lossy(&answer.bytes).into_owned()))
}

/// The header `LOCATION` of an answer to a search.
fn location(text: &str) -> Option<Url> {
    let mut lines = text.lines();
    lines.next().filter(|line| line.starts_with("HTTP/1.1 200"))?;
    let header = lines.filter_map(|line| line.split_once(':'));
    let mut header = header.filter(|(name, _)| name.trim().eq_ignore_ascii_case("location"));
    Url::parse(header.next()?.1.trim()).ok()
}

fn is_at(url: &Url, router: Ipv4Addr) -> bool {
    url.scheme() == "http" && url.host_str() == Some(&*router.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        use imajin_edge::testing::{EndlessServer, Flood};
        for flood in [Flood::HTTP[0], Flood::HTTP[2]] {
            let server = EndlessServer::start(flood);
            let url = Url::parse(&server.url()).unwrap();
            let answer = send(request(Method::GET, &url).unwrap()).await;
            assert!(matches!(answer, Err(MappingError::Silent)), "{flood:?}");
            let given_up = move || server.check_given_up(ANSWER_BYTES_MAX as u64);
            tokio::task::spawn_blocking(given_up).await.unwrap();
        }
    }

    #[test]
    fn only_what_leads_to_the_router_itself_is_asked() {
        let router = Ipv4Addr::new(192, 168, 1, 1);
        let is_accepted = |location_at: &str| {
            let text = format!(
                "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=60\r\nLocation: {location_at}\r\nST: x\r\n\r\n"
            );
            location(&text).is_some_and(|url| is_at(&url, router))
        };
        assert!(is_accepted("http://192.168.1.1:5000/rootDesc.xml"));
        for elsewhere in [
            "http://192.168.1.7/x",
            "http://router/x",
            "https://192.168.1.1/x",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!is_accepted(elsewhere), "{elsewhere}");
        }
        assert!(location("NOTIFY * HTTP/1.1\r\nLocation: http://192.168.1.1/\r\n").is_none());
    }
}
