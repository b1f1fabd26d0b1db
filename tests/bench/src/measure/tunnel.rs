//! A tunnel by a registry, both ends and the registry on this machine: a page and a long file through it, each against the same
//! over TLS without it, and the memory of an idle tunnel at the box.

mod idle;

pub use idle::idle;

use super::media::{MIB, OTHER, put};
use super::registry::Registry;
use crate::measure::prelude::*;
use crate::process::{Node, binary};
use crate::samples;
use reqwest::Certificate;
use reqwest::blocking::Client;
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};

const NAME: &str = "box.nodes.local";
/// No limit of the registry counts here.
const CONFIG: &str = "[directory]\ndomain = \"nodes.local\"\n[tunnel]\nlisten = \"127.0.0.1:0\"\n\
    [tunnel.limits]\nbits-a-second = 100000000000\nbytes-a-day = 1000000000000\nbytes-a-day-at-first = 1000000000000\n";
const BYTES: usize = 64 * MIB;
const PAGES: usize = 200;
/// Longer than any step takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time after which a node without work has given back what registering and opening the tunnel took (node/src/serve/memory.rs).
const IDLE: Duration = Duration::from_secs(40);

/// Measures a box that is idle, then turns its tunnel on and measures what goes through it.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let registry = Registry::start(folder, CONFIG)?;
    let url = format!("http://{}", registry.address);
    let visitors = registry.visitors.ok_or("the registry has no tunnels")?;
    let secure = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let bench = start(folder, &url, secure)?;
    // The node has just given back what its start took.
    settle();
    let memory = bench.node()?.memory()?;
    turn_on(&bench, &url)?;
    until("a tunnel", || {
        let reach = registry.client.get("/api/node/reach/box")?;
        Ok(reach["connected"] == true)
    })?;
    std::thread::sleep(IDLE);
    let added = bench.node()?.memory()?.saturating_sub(memory);
    report
        .row("tunnel: an idle one at the box")
        .at_most(added as f64 / 1024.0, "KiB", 2048.0)
        .beside(format!(
            "resident memory, with the program's code for it, {} s after it opened",
            IDLE.as_secs()
        ));

    let owner = bench.register(1)?.pop().ok_or("nobody")?;
    let owner = Actor::new(&bench.client, owner)?;
    let long = samples::bytes(5, BYTES);
    let path = put(&bench, &owner, (OTHER, &long), json!({}))?;
    let [direct, through] = [secure, visitors].map(|at| Visitor::new(&bench, &owner, at));
    let (direct, through) = (direct?, through?);
    let (alone, carried) = (direct.page()?, through.page()?);
    report
        .row("tunnel: a page through it")
        .at_most(carried.as_secs_f64() / alone.as_secs_f64(), "of its time without", 3.0)
        .beside(format!("{carried:.2?}; without: {alone:.2?}"));
    let (alone, carried) = (direct.file(&path)?, through.file(&path)?);
    report
        .row("tunnel: 64 MiB through it")
        .at_most(carried.as_secs_f64() / alone.as_secs_f64(), "of its time without", 5.0)
        .beside(format!("{carried:.2?}; without: {alone:.2?}"));
    Ok(())
}

fn start(folder: &Path, registry: &str, secure: SocketAddr) -> Outcome<Bench> {
    let folder = tempfile::Builder::new().prefix("imajin-bench-").tempdir_in(folder)?;
    let secure = secure.to_string();
    let settings = [
        ("IMAJIN_TLS_LISTEN", secure.as_str()),
        // No certificate authority answers at this address.
        ("IMAJIN_TLS_DIRECTORY", "https://127.0.0.1:9/directory"),
        ("IMAJIN_CLOCK", "always"),
        ("IMAJIN_HOSTS", NAME),
        ("IMAJIN_REGISTRIES_URLS", registry),
        ("IMAJIN_REGISTRIES_NAME", "box"),
    ];
    let settings = settings.map(|(name, value)| (name, Path::new(value)));
    let node = Node::start_with(&folder.path().join("data"), Watch::No, &settings)?;
    Bench::from_node(folder, node)
}

/// Turns the tunnel on as an owner does at a terminal.
fn turn_on(bench: &Bench, url: &str) -> Outcome {
    let status = Command::new(binary()?)
        .args(["register-node", url, "--tunnel", "--data"])
        .arg(bench.folder.path().join("data"))
        .stdout(Stdio::null())
        .status()?;
    if status.success() { Ok(()) } else { Err("the tunnel could not be turned on".into()) }
}

fn until(what: &str, mut is_so: impl FnMut() -> Outcome<bool>) -> Outcome {
    let begun = Instant::now();
    while !is_so().unwrap_or(false) {
        if begun.elapsed() > PATIENCE {
            return Err(format!("{what} did not come").into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// A browser on one connection, which finds the box's name at an address.
struct Visitor {
    client: Client,
    port: u16,
    token: String,
}

impl Visitor {
    fn new(bench: &Bench, owner: &Actor, at: SocketAddr) -> Outcome<Self> {
        let pem = format!("http://{}/certificate/imajin-box.crt", bench.node()?.address);
        let root = Certificate::from_pem(&reqwest::blocking::get(pem)?.bytes()?)?;
        let builder = Client::builder().tls_certs_only([root]).timeout(PATIENCE);
        Ok(Self {
            client: builder.resolve(NAME, at).build()?,
            port: at.port(),
            token: owner.session.token().to_owned(),
        })
    }

    /// Returns the time of a request with all its bytes.
    fn get(&self, path: &str) -> Outcome<(Duration, usize)> {
        let begun = Instant::now();
        let url = format!("https://{NAME}:{}{path}", self.port);
        let request = self.client.get(url).bearer_auth(&self.token);
        let answer = request.header("host", NAME).send()?.error_for_status()?;
        let length = answer.bytes()?.len();
        Ok((begun.elapsed(), length))
    }

    /// Returns the median time of the front page.
    fn page(&self) -> Outcome<Duration> {
        self.get("/")?;
        let times = (0..PAGES).map(|_| Ok(self.get("/")?.0));
        let mut times = times.collect::<Outcome<Vec<_>>>()?;
        times.sort_unstable();
        Ok(times[PAGES / 2])
    }

    fn file(&self, path: &str) -> Outcome<Duration> {
        let (time, length) = self.get(path)?;
        if length == BYTES {
            Ok(time)
        } else {
            Err(format!("of {BYTES} bytes {length} came").into())
        }
    }
}
