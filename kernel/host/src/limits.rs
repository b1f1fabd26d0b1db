//! Every limit of the HTTP side, as configuration: read from the `[limits]` table of the node's TOML file.
//!
//! Always: an unset limit has the documented default. The limits of the format itself (header, body, fact, depth) are
//! not here: they are frozen and the ledger's.

use serde::Deserialize;

imajin_app::settings! {
    /// Limits with documented defaults.
    #[derive(Debug, Clone, Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields)]
    pub struct Limits {
        /// Longest JSON body of a request, in bytes. 2 MiB: a body of 1 MiB of dag-cbor whose bytes travel as base64, with room.
        pub body_bytes: usize = 2 << 20,
        /// Longest uploaded bundle, in bytes. 64 GiB: the size of the card that a node runs from.
        pub upload_bytes: u64 = 64 << 30,
        /// Entries in a page of a list when the request names no number. 20.
        pub page_default: usize = 20,
        /// Maximum entries in a page of a list. 100.
        pub page_max: usize = 100,
        /// Maximum entries of a log in one answer. 1000: some hundred kilobytes.
        pub log_page_max: usize = 1000,
        /// Seconds in which the headers of a request must have arrived, counted from the first byte or from the connection. 10.
        pub header_timeout_s: u64 = 10,
        /// Seconds that a connection may idle between requests. 75, as browsers expect.
        pub idle_timeout_s: u64 = 75,
        /// Seconds in which the body of a command must have arrived. 30.
        pub body_timeout_s: u64 = 30,
        /// Seconds that any request's body may pause. 30.
        pub body_idle_s: u64 = 30,
        /// Bytes a second that a body must bring, over `body_idle_s`. 256: slower than any real network, so such a
        /// client only occupies a slot.
        pub body_rate_min: u64 = 256,
        /// Bytes of all bodies that are in memory at once. 32 MiB: a quarter is for the first 16 KiB of each; of the rest
        /// an account takes at most twice what is still free, and strangers and guests together at most two thirds.
        pub bodies_bytes: usize = 32 << 20,
        /// Seconds within which a client must read some of an answer. 30.
        pub write_timeout_s: u64 = 30,
        /// Maximum connections at once. 1024: an idle one costs some 20 kB. At the limit, the longest idle connection of
        /// the address with the most is closed.
        pub connections: usize = 1024,
        /// Maximum connections of one address (IPv4, or the /64 of IPv6). 128: a household behind one router. Loopback and
        /// `trusted_proxies` have no such limit.
        pub connections_per_address: usize = 128,
        /// Requests a second from one address (IPv6: /64) without a session, or by one account with one, beyond a burst. 100; the
        /// node's own machine (loopback) is not counted.
        pub address_rate: f64 = 100.0,
        /// Requests that one of them may send at once. 400: a few pages with all their resources.
        pub address_burst: f64 = 400.0,
        /// Previews of pictures a second for one account, beyond a burst. 600: a person who scrolls through a timeline.
        pub preview_rate: f64 = 600.0,
        /// Previews that one account may ask for at once. 2400: two screens of small pictures, some times.
        pub preview_burst: f64 = 2400.0,
        /// Writes a second by one DID, beyond a burst. 2000: bounds what one person can take of the writer, not what a person does.
        pub did_rate: f64 = 2000.0,
        /// Writes that one DID may send at once. 10 000: an import of a lifetime's messages.
        pub did_burst: f64 = 10_000.0,
        /// Attempts a second, by one address, at what guesses or costs: register, challenge, authenticate, claim. 1 beyond a burst.
        pub attempt_rate: f64 = 1.0,
        /// Attempts that one address may make at once. 30: a family behind one address on its first evening.
        pub attempt_burst: f64 = 30.0,
        /// Attempts a second to sign in as one identity from an address that has used up its own, beyond a burst. 0.2: a
        /// stranger behind the same address cannot lock other people out.
        pub identity_rate: f64 = 0.2,
        /// Such attempts at once. 6: three sign-ins of two steps.
        pub identity_burst: f64 = 6.0,
        /// The daily budgets of strangers.
        pub daily: Daily,
        /// Addresses and DIDs whose rates are remembered, each. 10 000: the least recently seen are forgotten.
        pub rate_entries: usize = 10_000,
        /// Addresses whose `X-Forwarded-For` is trusted: a reverse proxy before the node. None.
        pub trusted_proxies: Vec<std::net::IpAddr>,
        /// Hours that a session lasts. 24.
        pub session_h: u64 = 24,
        /// Sessions of one DID. 50: the least recently seen ends when one more begins.
        pub sessions_per_did: usize = 50,
        /// Seconds that a challenge can be answered. 300.
        pub challenge_s: u64 = 300,
        /// Challenges that wait for an answer, of all DIDs. 10 000: the oldest are forgotten.
        pub challenges: usize = 10_000,
        /// Registrations that wait for a first proof of possession. 1000; none waits longer than 24 h.
        pub registrations: usize = 1000,
        /// Exports and imports that are kept, of all DIDs. 16: each can be as large as a life.
        pub jobs: usize = 16,
    }
}

imajin_app::settings! {
    /// The daily budgets of strangers, by address (IPv6: /64) and for the whole node; 0 for no limit. The node's own people
    /// use none of them.
    #[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
    #[serde(default, deny_unknown_fields)]
    pub struct Daily {
        /// Registrations without an invitation, from one address. 20: a family and its guests.
        pub registrations_address: u64 = 20,
        /// Registrations without an invitation, from all addresses. 500.
        pub registrations: u64 = 500,
        /// Letters to people whom the node does not know, asked for from one address. 20.
        pub letters_address: u64 = 20,
        /// Such letters, asked for from all addresses. 500: what a mailbox provider lets one account send.
        pub letters: u64 = 500,
        /// Letters with tickets to addresses that strangers type, asked for from one address. 40: the Wi-Fi of a hall.
        pub tickets_address: u64 = 40,
        /// Such letters, asked for from all addresses. 200.
        pub tickets: u64 = 200,
        /// Requests that write to the relay, from one address. 5000; each has at most 100 operations.
        pub relay_writes_address: u64 = 5_000,
        /// Requests that write to the relay, from all addresses. 100 000.
        pub relay_writes: u64 = 100_000,
    }
}
