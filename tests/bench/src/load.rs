//! A lean client: keep-alive connections on one thread, requests built before the clock starts, answers parsed only for
//! status and length. The client shares the machine with the measured node, so it does nothing else.

use crate::Outcome;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The beginning of a 429.
const TOO_MANY: &str = "HTTP/1.1 429";

/// Requests of each client, sent one after the other.
pub struct Load {
    address: SocketAddr,
    clients: Vec<Script>,
}

enum Script {
    /// One request repeatedly, for a duration.
    Repeat(Arc<[u8]>, Duration),
    /// A list of requests, each sent once.
    Each(Vec<Vec<u8>>),
}

/// The result of a run.
pub struct Measurement {
    /// Time from the first request to the last answer.
    pub took: Duration,
    /// Latency of each answer.
    pub latencies: Vec<Duration>,
}

impl Load {
    /// Builds a load of clients that repeat one request.
    pub fn repeat(address: SocketAddr, clients: usize, request: &[u8], time: Duration) -> Self {
        let request: Arc<[u8]> = request.into();
        let clients = (0..clients).map(|_| Script::Repeat(Arc::clone(&request), time)).collect();
        Self { address, clients }
    }

    /// Builds a load with one client for each list of requests.
    pub fn each(address: SocketAddr, requests: Vec<Vec<Vec<u8>>>) -> Self {
        let clients = requests.into_iter().map(Script::Each).collect();
        Self { address, clients }
    }
}

impl Measurement {
    /// Returns the answers per second.
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    /// Returns the latency that `part` of the answers did not exceed.
    pub fn quantile(&self, part: f64) -> Duration {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let at = (sorted.len() as f64 * part) as usize;
        sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// Runs all clients on this thread until each is done.
pub fn run(load: Load) -> Outcome<Measurement> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let set = tokio::task::LocalSet::new();
    runtime.block_on(set.run_until(async {
        let mut connections = Vec::new();
        for script in load.clients {
            let stream = TcpStream::connect(load.address).await?;
            stream.set_nodelay(true)?;
            connections.push((stream, script));
        }
        let begun = Instant::now();
        let mut clients = tokio::task::JoinSet::new();
        for (stream, script) in connections {
            clients.spawn_local(client(stream, script));
        }
        let mut latencies = Vec::new();
        while let Some(done) = clients.join_next().await {
            latencies.extend(done??);
        }
        Ok(Measurement { took: begun.elapsed(), latencies })
    }))
}

async fn client(mut stream: TcpStream, script: Script) -> Outcome<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut buffer = Vec::with_capacity(16 * 1024);
    match script {
        Script::Repeat(request, time) => {
            let begun = Instant::now();
            while begun.elapsed() < time {
                latencies.push(exchange(&mut stream, &request, &mut buffer).await?);
            }
        }
        Script::Each(requests) => {
            for request in requests {
                latencies.push(exchange(&mut stream, &request, &mut buffer).await?);
            }
        }
    }
    Ok(latencies)
}

/// Sends a request until it is accepted: a log with too many writes asks for a pause (429).
pub async fn exchange(
    stream: &mut TcpStream,
    request: &[u8],
    buffer: &mut Vec<u8>,
) -> Outcome<Duration> {
    loop {
        let begun = Instant::now();
        stream.write_all(request).await?;
        read_answer(stream, buffer).await?;
        match pause(buffer)? {
            None => return Ok(begun.elapsed()),
            Some(pause) => tokio::time::sleep(pause).await,
        }
    }
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Outcome {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the server closed the connection".into());
        }
        if answer_length(buffer)?.is_some_and(|length| buffer.len() >= length) {
            return Ok(());
        }
    }
}

/// Returns the pause that a 429 asks for.
fn pause(answer: &[u8]) -> Outcome<Option<Duration>> {
    if !answer.starts_with(TOO_MANY.as_bytes()) {
        return Ok(None);
    }
    let head = String::from_utf8_lossy(answer);
    let seconds = header(&head, "retry-after").and_then(|value| value.parse().ok());
    let seconds = seconds.ok_or("a 429 says when to come again")?;
    Ok(Some(Duration::from_secs(seconds)))
}

/// Returns the value of an answer's header.
pub fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let lines = head.lines().take_while(|line| !line.is_empty());
    let mut headers = lines.filter_map(|line| line.split_once(':'));
    let entry = headers.find(|(given, _)| given.eq_ignore_ascii_case(name));
    entry.map(|(_, value)| value.trim())
}

/// Returns the length of the whole answer, once its head has arrived. Accepts only a 2xx, a 303 or a 429 with a length.
fn answer_length(buffer: &[u8]) -> Outcome<Option<usize>> {
    let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&buffer[..end]);
    // A redirect is a valid answer, too.
    let is_good = ["HTTP/1.1 2", "HTTP/1.1 303"].iter().any(|good| head.starts_with(good));
    if !is_good && !head.starts_with(TOO_MANY) {
        return Err(format!("the server answered: {}", String::from_utf8_lossy(buffer)).into());
    }
    let length = header(&head, "content-length")
        .and_then(|value| value.parse::<usize>().ok())
        .ok_or("the answer has no length")?;
    Ok(Some(end + 4 + length))
}

/// A request as bytes.
pub fn request(
    method: &str,
    path: &str,
    host: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        ));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}
