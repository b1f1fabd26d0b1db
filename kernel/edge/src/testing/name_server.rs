//! A name server on this machine with the records that a test sets (RFC 1035, over UDP).

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;

use parking_lot::Mutex;

/// Answer: response, authoritative, recursion desired and available.
const FLAGS: u16 = 0x8580;
const SERVER_FAILURE: u16 = 2;
const NAME_ERROR: u16 = 3;
/// The question's name, as a pointer to its place in the message (RFC 1035 §4.1.4).
const SAME_NAME: [u8; 2] = [0xc0, 12];
const INTERNET: u16 = 1;
const HEADER_BYTES: usize = 12;

/// A record as the test wrote it.
struct Record {
    name: String,
    kind: &'static str,
    value: String,
}

#[derive(Default)]
struct Zone {
    records: Vec<Record>,
    is_failing: bool,
}

/// A name server that serves until the test's process ends.
pub struct NameServer {
    address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
}

impl NameServer {
    /// Starts one without records on a free port of this machine.
    #[allow(clippy::expect_used)]
    pub fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        let address = socket.local_addr().expect("an address");
        let zone = Arc::new(Mutex::new(Zone::default()));
        let served = Arc::clone(&zone);
        std::thread::spawn(move || serve(&socket, &served));
        Self { address, zone }
    }

    /// The server's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Replaces the records of a name: of `A` or `AAAA` with addresses, of `TXT` with texts, of `CAA` with values of `issue`.
    pub fn set(&self, name: &str, kind: &'static str, values: &[&str]) {
        let records = &mut self.zone.lock().records;
        records.retain(|record| record.name != name || record.kind != kind);
        records.extend(values.iter().map(|value| Record {
            name: name.to_owned(),
            kind,
            value: (*value).to_owned(),
        }));
    }

    /// Answers every question with a failure of the server, or no longer.
    pub fn fail(&self, is_failing: bool) {
        self.zone.lock().is_failing = is_failing;
    }
}

fn serve(socket: &UdpSocket, zone: &Mutex<Zone>) {
    let mut buffer = [0; 4096];
    while let Ok((length, client)) = socket.recv_from(&mut buffer) {
        let query = buffer.get(..length).unwrap_or_default();
        if let Some(answer) = answer(query, &zone.lock()) {
            // A client that is gone asks no more.
            let _ = socket.send_to(&answer, client);
        }
    }
}

fn answer(query: &[u8], zone: &Zone) -> Option<Vec<u8>> {
    let id = query.get(..2)?;
    let (name, kind, question) = read_question(query.get(HEADER_BYTES..)?)?;
    let records: Vec<&Record> = zone.records.iter().filter(|record| record.name == name).collect();
    let code = match (zone.is_failing, records.is_empty()) {
        (true, _) => SERVER_FAILURE,
        (false, true) => NAME_ERROR,
        (false, false) => 0,
    };
    let matching = records.into_iter().filter(|record| number(record.kind) == kind);
    let data: Vec<Vec<u8>> = matching.filter(|_| code == 0).filter_map(encode).collect();
    let mut message = id.to_vec();
    for number in [FLAGS | code, 1, u16::try_from(data.len()).ok()?, 0, 0] {
        message.extend(number.to_be_bytes());
    }
    message.extend(question);
    for data in data {
        message.extend(SAME_NAME);
        message.extend(kind.to_be_bytes());
        message.extend(INTERNET.to_be_bytes());
        // No resolver keeps it.
        message.extend(0_u32.to_be_bytes());
        message.extend(u16::try_from(data.len()).ok()?.to_be_bytes());
        message.extend(data);
    }
    Some(message)
}

/// The name in lower case, the type, and the bytes of the question.
fn read_question(bytes: &[u8]) -> Option<(String, u16, &[u8])> {
    let (mut labels, mut at) = (Vec::new(), 0);
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        let label = bytes.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
    Some((labels.join("."), kind, bytes.get(..at + 4)?))
}

fn number(kind: &str) -> u16 {
    match kind {
        "A" => 1,
        "TXT" => 16,
        "AAAA" => 28,
        "CAA" => 257,
        _ => 0,
    }
}

fn encode(record: &Record) -> Option<Vec<u8>> {
    let value = record.value.as_bytes();
    Some(match record.kind {
        "A" | "AAAA" => match record.value.parse().ok()? {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        },
        "TXT" => [&[u8::try_from(value.len()).ok()?][..], value].concat(),
        "CAA" => [&[0, 5][..], b"issue", value].concat(),
        _ => return None,
    })
}
