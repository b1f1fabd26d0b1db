//! All kinds of misbehaviour at once: slow pictures, names that no DNS server answers for, slow readers, dead push
//! endpoints, an endless mail server. Meanwhile a member signs in, writes, and loads a new photo, as on the idle node
//! before.

use super::actor;
use super::media::{JPEG, MIB, OTHER, get, put};
use crate::measure::prelude::*;
use crate::process::Node;
use crate::report::Bound;
use crate::samples;
use crate::stream::Stream;
use imajin_node::client::{Session, Signer};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread::{sleep, spawn};

/// Number of clients of each kind.
const SLOW_PICTURES: u32 = 20;
const SILENT_NAMES: usize = 48;
const SLOW_READERS: usize = 8;
const DEAD_ENDPOINTS: usize = 10;
/// Concurrent files of each slow reader: the limit per person.
const READS_EACH: usize = 8;
/// Number of scans of a slow picture: 15 kB that take a minute to decode.
const SCANS: u32 = 1_500;
/// Size of a file that exceeds every socket buffer.
const LONG_BYTES: usize = 16 * MIB;
/// Number of letters for the mail server, and the bytes that it sends: bounded, so that the machine survives a node that stores all of them.
const LETTERS: usize = 5;
const MAIL_LINE: &[u8] = &[b'x'; 64 * 1024];
const MAIL_PAUSE: Duration = Duration::from_millis(10);
/// Number of entries that each notify their author's devices.
const NOTICES: usize = 5;
/// Number of the member's rounds on the idle node, and under misbehaviour.
const TURNS: u32 = 8;
/// Size of the member's photos: a screen's.
const PHOTO: (u16, u16) = (1_600, 1_200);
/// Maximum time of a round; a longer one counts as this long, and the second such round ends the measurement.
const TURN_MAX: Duration = Duration::from_secs(60);
/// Time until all of them have begun.
const LEAD: Duration = Duration::from_secs(5);
/// Address of a DNS server that never answers.
const SILENT_DNS: &str = "127.0.0.77";
/// Keys of a browser with push messages: a point of P-256, and 16 bytes.
const POINT: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// Compares a member's times under misbehaviour with those on an idle node.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let folder = tempfile::Builder::new().prefix("imajin-bench-").tempdir_in(folder)?;
    // Bound and never read.
    let _dns = UdpSocket::bind((SILENT_DNS, 53)).map_err(|error| {
        format!("a DNS server that never answers, at port 53 of {SILENT_DNS}: {error}; run this measure as root")
    })?;
    let resolv = folder.path().join("resolv.conf");
    std::fs::write(&resolv, format!("nameserver {SILENT_DNS}\n"))?;
    let mail = TcpListener::bind("127.0.0.1:0")?;
    let port = mail.local_addr()?.port().to_string();
    let settings = [
        ("IMAJIN_PRIVATE_ADDRESSES", "true"),
        ("IMAJIN_MAIL_SERVER", "127.0.0.1"),
        ("IMAJIN_MAIL_PORT", &port),
        ("IMAJIN_MAIL_SECURITY", "none"),
        ("IMAJIN_MAIL_FROM", "box@example.org"),
        // The member signs in more often than people do.
        ("IMAJIN_LIMITS_ATTEMPT_BURST", "1000000"),
        ("IMAJIN_LIMITS_IDENTITY_BURST", "1000000"),
    ]
    .map(|(name, value)| (name, Path::new(value)));
    let node = Node::start_with_names(&folder.path().join("data"), &settings, &resolv)?;
    let bench = Bench::from_node(folder, node)?;

    // Members first: a node with an owner admits people by invite only.
    let mut members = bench.register(3)?.into_iter();
    let mut next = || Actor::new(&bench.client, members.next().ok_or("nobody")?);
    let (member, mallory) = (Member::new(&bench, next()?)?, next()?);
    let (mover, owner) = (next()?, actor::owner(&bench)?);
    let bad =
        BadManners { address: bench.node()?.address, is_over: Arc::new(AtomicBool::new(false)) };
    let mut slow = Vec::new();
    for n in 0..SLOW_PICTURES {
        let path = put(&bench, &mallory, (JPEG, &slow_picture(n)), json!({}))?;
        slow.push(get(&bench, &mallory, &format!("{path}?w=400"))?);
    }
    let long = put(
        &bench,
        &owner,
        (OTHER, &samples::bytes(2, LONG_BYTES)),
        json!({ "access": "public" }),
    )?;
    let mut reads = Vec::new();
    for _ in 0..SLOW_READERS {
        let reader = stranger(&bench)?;
        let read = get(&bench, &reader, &long)?;
        reads.extend(vec![read; READS_EACH]);
    }
    let silent: Vec<TcpListener> =
        (0..DEAD_ENDPOINTS).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
    for listener in &silent {
        let endpoint = format!("https://{}/", listener.local_addr()?);
        let keys = json!({ "p256dh": POINT, "auth": AUTH });
        let device = json!({ "endpoint": endpoint, "keys": keys });
        let path = "/notify/api/subscriptions";
        mallory
            .session
            .request(&bench.client, reqwest::Method::POST, path)
            .json(&device)
            .send()?
            .error_for_status()?;
    }
    super::settle();

    let quiet = turns(&member, 0)?;
    bad.send_mail_without_end(mail);
    for listener in silent {
        bad.say_nothing(listener);
    }
    for n in 0..LETTERS {
        let wish = json!({ "email": format!("nobody{n}@example.org"), "name": "Nobody" });
        let ask = bench.client.request(reqwest::Method::POST, "/auth/api/onboard");
        ask.json(&wish).send()?.error_for_status()?;
    }
    for _ in 0..NOTICES {
        mallory.does(&bench.client, &delegation(&bench)?)?;
    }
    for read in reads {
        bad.read_slowly(read);
    }
    for ask in slow {
        bad.ask_again_and_again(ask);
    }
    for n in 0..SILENT_NAMES {
        let path = format!("/auth/api/transfer?to=https://name{n}.silent.example");
        bad.ask_again_and_again(get(&bench, &mover, &path)?);
    }
    sleep(LEAD);
    let disturbed = turns(&member, TURNS)?;
    bad.is_over.store(true, Relaxed);
    rows(report, &quiet, &disturbed);
    Ok(())
}

/// Registers a bare key that is otherwise unknown to the node.
fn stranger(bench: &Bench) -> Outcome<Actor> {
    let key = PersonKey::generate()?;
    let register = json!({ "publicKey": key.public().to_hex() });
    let path = "/auth/api/register";
    let ask = bench.client.request(reqwest::Method::POST, path);
    ask.json(&register).send()?.error_for_status()?;
    Actor::new(&bench.client, key)
}

/// The times of a round: signing in, writing, a new photo's thumbnail.
type Turn = [Duration; 3];

fn whole(turn: &Turn) -> Duration {
    turn.iter().sum()
}

fn median_and_worst(turns: &[Turn]) -> (Duration, Duration) {
    let mut times: Vec<Duration> = turns.iter().map(whole).collect();
    times.sort_unstable();
    let median = times.get(times.len().saturating_sub(1) / 2);
    let worst = times.last();
    (median.copied().unwrap_or_default(), worst.copied().unwrap_or_default())
}

fn rows(report: &mut Report, quiet: &[Turn], disturbed: &[Turn]) {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (before, after) = (median_and_worst(quiet), median_and_worst(disturbed));
    let parts = |turns: &[Turn]| {
        let median = |part: usize| {
            let mut times: Vec<Duration> = turns.iter().map(|turn| turn[part]).collect();
            times.sort_unstable();
            times[(times.len() - 1) / 2]
        };
        let [sign_in, write, thumbnail] = [0, 1, 2].map(|part| ms(median(part)));
        format!("{sign_in:.0} + {write:.0} + {thumbnail:.0}")
    };
    let late = disturbed.iter().filter(|turn| whole(turn) >= TURN_MAX).count();
    let beside = |before: Duration, after: Duration| {
        format!(
            "{:.0} ms; quiet {:.0} ms (median of signing in + writing + thumbnail {}; quiet {}); {late} of {} turns ended at {} s",
            ms(after),
            ms(before),
            parts(disturbed),
            parts(quiet),
            disturbed.len(),
            TURN_MAX.as_secs()
        )
    };
    for (name, before, after) in [
        ("a member's turn under bad manners, median", before.0, after.0),
        ("a member's turn under bad manners, worst", before.1, after.1),
    ] {
        let ratio = after.as_secs_f64() / before.as_secs_f64();
        let bound = Some(Bound::AtMost(2.0));
        report.row(name).within(ratio, "of the quiet time", bound).beside(beside(before, after));
    }
}

/// Runs consecutive rounds, and ends early if the node does not answer.
fn turns(member: &Member, first: u32) -> Outcome<Vec<Turn>> {
    let (mut turns, mut late) = (Vec::new(), 0);
    for n in first..first + TURNS {
        let (send, receive) = mpsc::channel();
        let own = member.clone();
        spawn(move || send.send(own.turn(n)));
        match receive.recv_timeout(TURN_MAX) {
            Ok(turn) => turns.push(turn?),
            Err(_) => {
                turns.push([TURN_MAX, Duration::ZERO, Duration::ZERO]);
                late += 1;
            }
        }
        if late == 2 {
            break;
        }
    }
    Ok(turns)
}

/// The well-behaved member.
#[derive(Clone)]
struct Member {
    client: Client,
    key: PersonKey,
    address: SocketAddr,
    host: String,
    /// Their photos, none of which has a thumbnail.
    photos: Arc<[String]>,
}

impl Member {
    fn new(bench: &Bench, actor: Actor) -> Outcome<Self> {
        let photos = (0..2 * TURNS).map(|n| {
            let photo = samples::photo_of(n.into(), PHOTO)?;
            put(bench, &actor, (JPEG, &photo), json!({}))
        });
        Ok(Self {
            photos: photos.collect::<Outcome<_>>()?,
            client: bench.client.clone(),
            key: actor.key,
            address: bench.node()?.address,
            host: bench.host()?,
        })
    }

    fn turn(&self, n: u32) -> Outcome<Turn> {
        let begun = Instant::now();
        let session = Session::begin(&self.client, &self.key)?;
        let signed_in = begun.elapsed();
        let words = json!({ "displayName": "Ada", "bio": format!("Turn {n}.") });
        let draft = Draft::new("profile", "profile.update").body(&words)?;
        self.client.submit(&Signer::new(&self.key)?, &draft)?;
        let written = begun.elapsed();
        let photo = usize::try_from(n).ok().and_then(|n| self.photos.get(n));
        let path = format!("{}?w=400", photo.ok_or("no photo")?);
        let session = format!("Bearer {}", session.token());
        let headers = [("authorization", session.as_str())];
        let ask = request("GET", &path, &self.host, &headers, "");
        Stream::open(self.address)?.ask(&ask)?;
        let shown = begun.elapsed();
        Ok([signed_in, written - signed_in, shown - written])
    }
}

/// Builds a small picture that takes long to decode: a grey progressive JPEG of 24 megapixels with empty scans.
fn slow_picture(n: u32) -> Vec<u8> {
    let mut file = b"\xff\xd8\xff\xfe\0\x06".to_vec();
    file.extend(n.to_be_bytes());
    file.extend(*b"\xff\xdb\0\x43\0");
    file.extend([1; 64]);
    file.extend(*b"\xff\xc2\0\x0b\x08\x0f\xa0\x17\x70\x01\x01\x11\0");
    for (class, symbol) in [(0x00, 0), (0x10, 0xe0)] {
        file.extend([0xff, 0xc4, 0, 20, class, 1]);
        file.extend([0; 15]);
        file.push(symbol);
    }
    for _ in 0..SCANS {
        file.extend(*b"\xff\xda\0\x08\x01\x01\0\x01\x3f\x21");
    }
    file.extend([0xff, 0xd9]);
    file
}

/// Builds a delegation, a security event that notifies its author's devices.
fn delegation(bench: &Bench) -> Outcome<Draft> {
    let hour_ms = 3_600_000;
    let until = bench.now()?.checked_add_millis(hour_ms);
    let until = until.ok_or("the clock is at its end")?.to_string();
    let key = PersonKey::generate()?.public().to_multikey();
    let body = json!({ "key": key, "scope": ["profile.update"], "until": until });
    Ok(Draft::new("auth", "auth.delegation.create").body(&body)?)
}

/// Misbehaving clients and servers. Each has threads that end with the measurement and retry after errors.
struct BadManners {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
}

impl BadManners {
    fn repeat(&self, mut work: impl FnMut() -> std::io::Result<()> + Send + 'static) {
        let is_over = Arc::clone(&self.is_over);
        spawn(move || {
            while !is_over.load(Relaxed) {
                // The node may close their connections.
                if work().is_err() {
                    sleep(Duration::from_millis(100));
                }
            }
        });
    }

    /// Repeats a request, each time after the answer.
    fn ask_again_and_again(&self, ask: Vec<u8>) {
        let address = self.address;
        self.repeat(move || {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(&ask)?;
            stream.read_exact(&mut [0; 64])?;
            sleep(Duration::from_millis(100));
            Ok(())
        });
    }

    /// Sends a request, and reads 1 kB a second, which is enough to keep the connection alive.
    fn read_slowly(&self, ask: Vec<u8>) {
        let (address, is_over) = (self.address, Arc::clone(&self.is_over));
        self.repeat(move || {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(&ask)?;
            while !is_over.load(Relaxed) {
                stream.read_exact(&mut [0; 1_024])?;
                sleep(Duration::from_secs(1));
            }
            Ok(())
        });
    }

    /// Accepts connections, and sends nothing.
    fn say_nothing(&self, listener: TcpListener) {
        let mut accepted = Vec::new();
        self.repeat(move || {
            accepted.push(listener.accept()?);
            Ok(())
        });
    }

    /// Sends the greeting of a mail server without an end.
    fn send_mail_without_end(&self, listener: TcpListener) {
        let is_over = Arc::clone(&self.is_over);
        self.repeat(move || {
            let (mut stream, _) = listener.accept()?;
            let is_over = Arc::clone(&is_over);
            spawn(move || {
                while !is_over.load(Relaxed) && stream.write_all(MAIL_LINE).is_ok() {
                    sleep(MAIL_PAUSE);
                }
            });
            Ok(())
        });
    }
}
