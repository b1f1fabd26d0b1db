//! Many sockets in one room: their memory, and the delay until the last of them receives a message.

use super::{post, room};
use crate::load::exchange;
use crate::measure::actor::owner;
use crate::measure::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::Notify;

const MB: f64 = 1e6;
/// Number of readers, and devices per reader.
const PEOPLE: usize = 100;
const DEVICES: usize = 4;
const SOCKETS: usize = PEOPLE * DEVICES;
/// Number of writers, who write in turn, and of all messages: fewer of each than a room accepts in a minute.
const WRITERS: usize = 4;
const MESSAGES: usize = 20;
/// Timeout for a message.
const PATIENCE: Duration = Duration::from_secs(60);

/// Opcodes of frames (RFC 6455 §5.2), with the bit of a last fragment.
const TEXT: u8 = 0x81;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;
/// Approximate length of an event.
const FRAME_BYTES: usize = 4096;
/// A mask of zeros changes nothing.
const MASK: [u8; 4] = [0; 4];
const MASKED: u8 = 0x80;
/// Maximum length of a client's frame in this bench: its length field is one byte.
const SHORT_MAX: usize = 125;

/// A hundred people look at one room on four devices each, and some of them write there.
pub fn sockets(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    let client = &bench.client;
    let mut people = Vec::with_capacity(PEOPLE);
    for key in bench.register(PEOPLE)? {
        people.push(Actor::new(client, key)?);
    }
    let (organiser, others) = people.split_first().ok_or("nobody")?;
    let log = room(client, organiser, others, Some(&owner(&bench)?))?;
    settle();
    let node = bench.node()?;
    let before = node.memory()? as f64;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let set = tokio::task::LocalSet::new();
    let times = runtime.block_on(set.run_until(async {
        let room = Rc::new(Heard::default());
        for person in people.iter().cycle().take(SOCKETS) {
            let socket = Socket::open(&bench, person, &log).await?;
            tokio::task::spawn_local(Rc::clone(&room).follow(socket));
        }
        let mut stream = TcpStream::connect(node.address).await?;
        stream.set_nodelay(true)?;
        let (mut times, mut buffer, host) = (Vec::new(), Vec::new(), bench.host()?);
        for n in 0..MESSAGES {
            let by = people.get(n % WRITERS).ok_or("nobody")?;
            let bytes = post(by, &log, &host, &format!("Message {n}"));
            let took = exchange(&mut stream, &bytes, &mut buffer).await?;
            let answered = Instant::now();
            let last = tokio::time::timeout(PATIENCE, room.all(n + 1)).await??;
            // The last socket may receive the message before the writer receives the answer.
            times.push((took, last.saturating_duration_since(answered)));
        }
        Ok::<_, Failed>(times)
    }))?;
    let held = node.memory()? as f64;
    // The sockets stay open until here.
    drop(set);
    report
        .row(format!("memory, {SOCKETS} sockets in one room"))
        .at_most((held - before) / MB, "MB more", 16.0)
        .beside(format!("{:.1} MB before, after {MESSAGES} messages (VmRSS)", before / MB));
    let (posts, lasts): (Vec<_>, Vec<_>) = times.into_iter().unzip();
    let (post, last) = (median(posts)?, median(lasts)?);
    report
        .row(format!("a message, from its answer to the last of {SOCKETS} sockets"))
        .at_most(last.as_secs_f64() / post.as_secs_f64(), "times its answer", 10.0)
        .beside(format!(
            "{:.1} ms; the answer {:.1} ms (medians)",
            last.as_secs_f64() * 1e3,
            post.as_secs_f64() * 1e3
        ));
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Outcome<Duration> {
    times.sort_unstable();
    let middle = times.get(times.len() / 2);
    Ok(*middle.ok_or("nothing was measured")?)
}

/// Messages received at all sockets.
#[derive(Default)]
struct Heard {
    /// For each message, the number of sockets that received it, and when the last one did.
    messages: RefCell<Vec<(usize, Option<Instant>)>>,
    /// Error that ended a socket.
    ended: RefCell<Option<String>>,
    bell: Notify,
}

impl Heard {
    /// Listens at a socket until it ends.
    async fn follow(self: Rc<Self>, mut socket: Socket) {
        let mut count = 0;
        let error = loop {
            match socket.hear().await {
                Ok(text) if is(&text, "new_message") => {
                    count += 1;
                    self.hear(count);
                }
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        *self.ended.borrow_mut() = Some(error.to_string());
        self.bell.notify_one();
    }

    fn hear(&self, nth: usize) {
        let mut messages = self.messages.borrow_mut();
        if messages.len() < nth {
            messages.resize(nth, (0, None));
        }
        if let Some(message) = messages.get_mut(nth - 1) {
            *message = (message.0 + 1, Some(Instant::now()));
            if message.0 == SOCKETS {
                self.bell.notify_one();
            }
        }
    }

    /// Returns when all sockets had received the nth message.
    async fn all(&self, nth: usize) -> Outcome<Instant> {
        loop {
            if let Some(why) = self.ended.borrow().as_ref() {
                return Err(format!("a socket ended: {why}").into());
            }
            let message = self.messages.borrow().get(nth - 1).copied();
            if let Some((SOCKETS, Some(at))) = message {
                return Ok(at);
            }
            self.bell.notified().await;
        }
    }
}

/// Whether an event has this type.
fn is(text: &[u8], kind: &str) -> bool {
    let needle = format!("\"type\":\"{kind}\"");
    let mut windows = text.windows(needle.len());
    windows.any(|window| window == needle.as_bytes())
}

/// A WebSocket of a reader of the room.
struct Socket(BufReader<TcpStream>);

impl Socket {
    /// Opens a socket, subscribes, and waits until the subscription is active.
    async fn open(bench: &Bench, of: &Actor, log: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(bench.node()?.address).await?;
        stream.set_nodelay(true)?;
        let mut stream = BufReader::with_capacity(FRAME_BYTES, stream);
        let session = format!("Bearer {}", of.session.token());
        let headers = [
            ("authorization", session.as_str()),
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let ask = request("GET", "/chat/ws", &bench.host()?, &headers, "");
        stream.write_all(&ask).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(String::from_utf8_lossy(&head).into_owned().into());
        }
        let mut socket = Self(stream);
        let subscribe = format!("{{\"type\":\"subscribe\",\"did\":\"{log}\"}}");
        socket.say(TEXT, subscribe.as_bytes()).await?;
        // The server answers in order: the pong confirms the subscription.
        socket.say(TEXT, b"{\"type\":\"ping\"}").await?;
        while !is(&socket.hear().await?, "pong") {}
        Ok(socket)
    }

    async fn say(&mut self, kind: u8, text: &[u8]) -> Outcome {
        let length = u8::try_from(text.len())?;
        let mut frame = vec![kind];
        if text.len() <= SHORT_MAX {
            frame.push(MASKED | length)
        } else {
            frame.extend([MASKED | 126, 0, length])
        }
        frame.extend(MASK);
        frame.extend(text);
        Ok(self.0.write_all(&frame).await?)
    }

    /// Returns the next text message.
    async fn hear(&mut self) -> Outcome<Vec<u8>> {
        loop {
            let (kind, length) = (self.0.read_u8().await?, self.0.read_u8().await?);
            let length = match length {
                126 => usize::from(self.0.read_u16().await?),
                127 => usize::try_from(self.0.read_u64().await?)?,
                short => usize::from(short),
            };
            let mut bytes = vec![0; length];
            self.0.read_exact(&mut bytes).await?;
            match kind {
                TEXT => return Ok(bytes),
                PING => self.say(PONG, &bytes).await?,
                _ => return Err(format!("a frame of kind {kind:#x} came").into()),
            }
        }
    }
}
