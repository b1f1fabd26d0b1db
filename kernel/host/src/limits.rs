//! Every limit of the HTTP side, as configuration: read from the `[limits]` table of the node's TOML file.
//!
//! Always: an unset limit has the documented default. The limits of the format itself (header, body, fact, depth) are
//! not here: they are frozen and the ledger's.

use serde::Deserialize;

/// Limits with documented defaults.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Longest JSON body of a request, in bytes. 2 MiB: a body of 1 MiB of dag-cbor whose bytes travel as base64, with room.
    pub body_bytes: usize,
    /// Longest uploaded bundle, in bytes. 64 GiB: the size of the card that a node runs from.
    pub upload_bytes: u64,
    /// Entries in a page of a list when the request names no number. 20.
    pub page_default: usize,
    /// Maximum entries in a page of a list. 100.
    pub page_max: usize,
    /// Maximum entries of a log in one answer. 1000: some hundred kilobytes.
    pub log_page_max: usize,
    /// Seconds in which the headers of a request must have arrived, counted from the first byte or from the connection. 10.
    pub header_timeout_s: u64,
    /// Seconds that a connection may idle between requests. 75, as browsers expect.
    pub idle_timeout_s: u64,
    /// Seconds in which the body of a command must have arrived. 30.
    pub body_timeout_s: u64,
    /// Seconds that any request's body may pause. 30.
    pub body_idle_s: u64,
    /// Bytes a second that a body must bring, over `body_idle_s`. 256: slower than any real network, so such a
    /// client only occupies a slot.
    pub body_rate_min: u64,
    /// Bytes of all bodies that are in memory at once. 32 MiB: a quarter is for the first 16 KiB of each; of the rest
    /// an account takes at most twice what is still free, and strangers and guests together at most two thirds.
    pub bodies_bytes: usize,
    /// Seconds within which a client must read some of an answer. 30.
    pub write_timeout_s: u64,
    /// Maximum connections at once. 1024: an idle one costs some 20 kB. At the limit, the longest idle connection of
    /// the address with the most is closed.
    pub connections: usize,
    /// Maximum connections of one address (IPv4, or the /64 of IPv6). 128: a household behind one router. Loopback and
    /// `trusted_proxies` have no such limit.
    pub connections_per_address: usize,
    /// Requests a second from one address (IPv6: /64) without a session, or by one account with one, beyond a burst. 100; the
    /// node's own machine (loopback) is not counted.
    pub address_rate: f64,
    /// Requests that one of them may send at once. 400: a few pages with all their resources.
    pub address_burst: f64,
    /// Previews of pictures a second for one account, beyond a burst. 600: a person who scrolls through a timeline.
    pub preview_rate: f64,
    /// Previews that one account may ask for at once. 2400: two screens of small pictures, some times.
    pub preview_burst: f64,
    /// Writes a second by one DID, beyond a burst. 2000: bounds what one person can take of the writer, not what a person does.
    pub did_rate: f64,
    /// Writes that one DID may send at once. 10 000: an import of a lifetime's messages.
    pub did_burst: f64,
    /// Attempts a second, by one address, at what guesses or costs: register, challenge, authenticate, claim. 1 beyond a burst.
    pub attempt_rate: f64,
    /// Attempts that one address may make at once. 30: a family behind one address on its first evening.
    pub attempt_burst: f64,
    /// Attempts a second to sign in as one identity from an address that has used up its own, beyond a burst. 0.2: a
    /// stranger behind the same address cannot lock other people out.
    pub identity_rate: f64,
    /// Such attempts at once. 6: three sign-ins of two steps.
    pub identity_burst: f64,
    /// The daily budgets of strangers.
    pub daily: Daily,
    /// Addresses and DIDs whose rates are remembered, each. 10 000: the least recently seen are forgotten.
    pub rate_entries: usize,
    /// Addresses whose `X-Forwarded-For` is trusted: a reverse proxy before the node. None.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Hours that a session lasts. 24.
    pub session_h: u64,
    /// Sessions of one DID. 50: the least recently seen ends when one more begins.
    pub sessions_per_did: usize,
    /// Seconds that a challenge can be answered. 300.
    pub challenge_s: u64,
    /// Challenges that wait for an answer, of all DIDs. 10 000: the oldest are forgotten.
    pub challenges: usize,
    /// Registrations that wait for a first proof of possession. 1000; none waits longer than 24 h.
    pub registrations: usize,
    /// Exports and imports that are kept, of all DIDs. 16: each can be as large as a life.
    pub jobs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 2 << 20,
            upload_bytes: 64 << 30,
            page_default: 20,
            page_max: 100,
            log_page_max: 1000,
            header_timeout_s: 10,
            idle_timeout_s: 75,
            body_timeout_s: 30,
            body_idle_s: 30,
            body_rate_min: 256,
            bodies_bytes: 32 << 20,
            write_timeout_s: 30,
            connections: 1024,
            connections_per_address: 128,
            address_rate: 100.0,
            address_burst: 400.0,
            preview_rate: 600.0,
            preview_burst: 2400.0,
            did_rate: 2000.0,
            did_burst: 10_000.0,
            attempt_rate: 1.0,
            attempt_burst: 30.0,
            identity_rate: 0.2,
            identity_burst: 6.0,
            daily: Daily::default(),
            rate_entries: 10_000,
            trusted_proxies: Vec::new(),
            session_h: 24,
            sessions_per_did: 50,
            challenge_s: 300,
            challenges: 10_000,
            registrations: 1000,
            jobs: 16,
        }
    }
}

/// The daily budgets of strangers, by address (IPv6: /64) and for the whole node; 0 for no limit. The node's own people
/// use none of them.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Daily {
    /// Registrations without an invitation, from one address. 20: a family and its guests.
    pub registrations_address: u64,
    /// Registrations without an invitation, from all addresses. 500.
    pub registrations: u64,
    /// Letters to people whom the node does not know, asked for from one address. 20.
    pub letters_address: u64,
    /// Such letters, asked for from all addresses. 500: what a mailbox provider lets one account send.
    pub letters: u64,
    /// Requests that write to the relay, from one address. 5000; each has at most 100 operations.
    pub relay_writes_address: u64,
    /// Requests that write to the relay, from all addresses. 100 000.
    pub relay_writes: u64,
}

impl Default for Daily {
    fn default() -> Self {
        Self {
            registrations_address: 20,
            registrations: 500,
            letters_address: 20,
            letters: 500,
            relay_writes_address: 5_000,
            relay_writes: 100_000,
        }
    }
}
