//! PCP (RFC 6887, its opcode MAP) and NAT-PMP (RFC 6886), by which a router of the older one answers.
//!
//! Always: what comes is from the router's own address and port (the socket is connected), answers just this question, and is
//! read by position within its bounds.

use super::gateway::PORT;
use super::{Granted, LIFETIME_S, MappingError, MappingProtocol, MappingRequest};
use imajin_host::backoff::Backoff;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// Waits for an answer (RFC 6886 §3.1).
const WAITS: Backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(2));
const TRIES: u32 = 4;
/// RFC 6887 §7: longer ones are invalid.
const ANSWER_BYTES_MAX: usize = 1_100;
const VERSION_PCP: u8 = 2;
const VERSION_NAT_PMP: u8 = 0;
const MAP: u8 = 1;
const TCP: u8 = 6;
const IS_ANSWER: u8 = 0x80;
const NAT_PMP_ADDRESS: u8 = 0;
const NAT_PMP_TCP: u8 = 2;

/// Opens the port by whichever of the two the router speaks.
pub(super) async fn open(wish: &MappingRequest) -> Result<Granted, MappingError> {
    let socket = connect(wish).await?;
    let answer = ask(&socket, &map(wish, LIFETIME_S), |answer| {
        let map = Map::read(answer, wish);
        (map.is_some() || is_nat_pmp_refusal(answer)).then_some(map)
    })
    .await?;
    let Some(map) = answer else {
        return open_nat_pmp(&socket, wish).await;
    };
    match map.result {
        0 => Ok(Granted {
            way: MappingProtocol::Pcp,
            address: map.address,
            port: map.outside,
            lifetime_s: Some(map.lifetime_s),
        }),
        code => Err(refusal(&MappingProtocol::Pcp, code.into())),
    }
}

/// Returns the port.
pub(super) async fn close(wish: &MappingRequest) -> Result<(), MappingError> {
    let socket = connect(wish).await?;
    match ask(&socket, &map(wish, 0), |answer| Map::read(answer, wish)).await?.result {
        0 => Ok(()),
        code => Err(refusal(&MappingProtocol::Pcp, code.into())),
    }
}

/// Removes a mapping made by NAT-PMP.
pub(super) async fn close_nat_pmp(wish: &MappingRequest) -> Result<(), MappingError> {
    let socket = connect(wish).await?;
    // RFC 6886 §3.4: without a port outside, without a lifetime.
    nat_pmp(&socket, &nat_pmp_map(wish.inside, 0, 0), NAT_PMP_TCP, 16).await.map(drop)
}

async fn connect(wish: &MappingRequest) -> Result<UdpSocket, MappingError> {
    let socket = UdpSocket::bind((wish.gateway.inside, 0)).await?;
    socket.connect((wish.gateway.router, PORT)).await?;
    Ok(socket)
}

/// Sends a request up to `TRIES` times until an answer arrives that `read` takes for one.
async fn ask<T>(
    socket: &UdpSocket,
    question: &[u8],
    read: impl Fn(&[u8]) -> Option<T>,
) -> Result<T, MappingError> {
    let mut buffer = [0; ANSWER_BYTES_MAX];
    for attempt in 1..=TRIES {
        socket.send(question).await?;
        let answered = timeout(WAITS.pause(attempt), async {
            loop {
                let length = socket.recv(&mut buffer).await?;
                if let Some(answer) = buffer.get(..length).and_then(&read) {
                    return Ok::<_, std::io::Error>(answer);
                }
            }
        });
        match answered.await {
            Ok(Ok(answer)) => return Ok(answer),
            // Nobody listens at that port.
            Ok(Err(_)) => return Err(MappingError::Silent),
            Err(_) => {}
        }
    }
    Err(MappingError::Silent)
}

/// RFC 6887 §7.1 and §11.1.
fn map(wish: &MappingRequest, lifetime_s: u32) -> Vec<u8> {
    let mut bytes = vec![VERSION_PCP, MAP, 0, 0];
    bytes.extend(lifetime_s.to_be_bytes());
    bytes.extend(wish.gateway.inside.to_ipv6_mapped().octets());
    bytes.extend(wish.nonce);
    bytes.extend([TCP, 0, 0, 0]);
    bytes.extend(wish.inside.to_be_bytes());
    bytes.extend(wish.outside.to_be_bytes());
    bytes.extend(Ipv4Addr::UNSPECIFIED.to_ipv6_mapped().octets());
    bytes
}

/// An answer to it (RFC 6887 §7.2 and §11.1).
struct Map {
    result: u8,
    lifetime_s: u32,
    outside: u16,
    address: Option<Ipv4Addr>,
}

impl Map {
    /// Parses an answer; `None` if it is for another request.
    fn read(bytes: &[u8], wish: &MappingRequest) -> Option<Self> {
        let is_answer = bytes.first() == Some(&VERSION_PCP)
            && bytes.get(1) == Some(&(IS_ANSWER | MAP))
            && bytes.get(24..36)? == wish.nonce
            && bytes.get(36) == Some(&TCP)
            && word(bytes, 40)? == wish.inside;
        let address: [u8; 16] = bytes.get(44..60)?.try_into().ok()?;
        is_answer.then_some(Self {
            result: *bytes.get(3)?,
            lifetime_s: long(bytes, 4)?,
            outside: word(bytes, 42)?,
            address: Ipv6Addr::from(address).to_ipv4_mapped(),
        })
    }
}

/// A router of the older protocol refuses the version in its own form (RFC 6886 §3.5, RFC 6887 §9).
fn is_nat_pmp_refusal(bytes: &[u8]) -> bool {
    const UNSUPPORTED_VERSION: u16 = 1;
    bytes.first() == Some(&VERSION_NAT_PMP)
        && bytes.get(1).is_some_and(|op| op & IS_ANSWER != 0)
        && word(bytes, 2) == Some(UNSUPPORTED_VERSION)
}

async fn open_nat_pmp(socket: &UdpSocket, wish: &MappingRequest) -> Result<Granted, MappingError> {
    let question = nat_pmp_map(wish.inside, wish.outside, LIFETIME_S);
    let answer = nat_pmp(socket, &question, NAT_PMP_TCP, 16).await?;
    let (port, lifetime_s) =
        word(&answer, 10).zip(long(&answer, 12)).ok_or(MappingError::Silent)?;
    let answer = nat_pmp(socket, &[VERSION_NAT_PMP, NAT_PMP_ADDRESS], NAT_PMP_ADDRESS, 12).await;
    // The port is open whether or not it says where.
    let address = answer.ok().and_then(|answer| long(&answer, 8));
    Ok(Granted {
        way: MappingProtocol::NatPmp,
        address: address.map(Ipv4Addr::from),
        port,
        lifetime_s: Some(lifetime_s),
    })
}

/// RFC 6886 §3.3.
fn nat_pmp_map(inside: u16, outside: u16, lifetime_s: u32) -> Vec<u8> {
    let mut bytes = vec![VERSION_NAT_PMP, NAT_PMP_TCP, 0, 0];
    bytes.extend(inside.to_be_bytes());
    bytes.extend(outside.to_be_bytes());
    bytes.extend(lifetime_s.to_be_bytes());
    bytes
}

async fn nat_pmp(
    socket: &UdpSocket,
    question: &[u8],
    op: u8,
    length: usize,
) -> Result<Vec<u8>, MappingError> {
    let answer = ask(socket, question, |answer| {
        // A refusal may end after its code.
        let code = word(answer, 2)?;
        let is_whole = answer.len() >= length || code != 0;
        let is_ours = answer.starts_with(&[VERSION_NAT_PMP, IS_ANSWER | op]) && is_whole;
        is_ours.then(|| (code, answer.to_vec()))
    });
    match answer.await? {
        (0, answer) => Ok(answer),
        (code, _) => Err(refusal(&MappingProtocol::NatPmp, code)),
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Puts a code into words (RFC 6887 §7.4, RFC 6886 §3.5).
fn refusal(way: &MappingProtocol, code: u16) -> MappingError {
    use MappingProtocol::{NatPmp, Pcp};
    MappingError::Refused(match (way, code) {
        (_, 2) => "it does not allow it".to_owned(),
        (Pcp, 7) | (NatPmp, 3) => "it has no connection".to_owned(),
        (Pcp, 8) | (NatPmp, 4) => "it has no room for more".to_owned(),
        (Pcp, 10) => "it allows no more ports for one device".to_owned(),
        (Pcp, 11) => "it gives no such port".to_owned(),
        (way, code) => format!("{} code {code}", way.name()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::gateway::Gateway;
    use super::*;

    fn wish() -> MappingRequest {
        MappingRequest {
            gateway: Gateway {
                router: Ipv4Addr::new(192, 168, 1, 1),
                inside: Ipv4Addr::new(192, 168, 1, 9),
            },
            inside: 7443,
            outside: 443,
            nonce: *b"twelve bytes",
        }
    }

    /// Builds a router's answer to a request.
    fn answer(question: &[u8], result: u8) -> Vec<u8> {
        let mut bytes = question.to_vec();
        (bytes[1], bytes[3]) = (IS_ANSWER | MAP, result);
        bytes[8..24].fill(0);
        bytes[44..60].copy_from_slice(&Ipv4Addr::new(93, 184, 216, 34).to_ipv6_mapped().octets());
        bytes
    }

    #[test]
    fn an_answer_is_to_this_question_and_whole() {
        let (wish, question) = (wish(), map(&wish(), 60));
        assert_eq!(question.len(), 60);
        let whole = answer(&question, 0);
        let read = Map::read(&whole, &wish).unwrap();
        assert_eq!((read.result, read.lifetime_s, read.outside), (0, 60, 443));
        assert_eq!(read.address, Some(Ipv4Addr::new(93, 184, 216, 34)));
        for length in 0..whole.len() {
            assert!(Map::read(&whole[..length], &wish).is_none(), "{length}");
        }
        // The question itself, another version, nonce, protocol, port.
        for at in [0, 1, 24, 36, 40] {
            let mut other = whole.clone();
            other[at] ^= 0xff;
            assert!(Map::read(&other, &wish).is_none(), "{at}");
        }
    }

    #[test]
    fn the_older_protocol_is_known_by_its_refusal() {
        assert!(is_nat_pmp_refusal(&[0, 0x81, 0, 1, 0, 0, 0, 9]));
        assert!(!is_nat_pmp_refusal(&[2, 0x81, 0, 1]) && !is_nat_pmp_refusal(&[0]));
        assert_eq!(nat_pmp_map(7443, 443, 1).len(), 12);
    }
}
