//! The limits of this machine, measured in the same run: machines are shared, and their speed varies threefold within
//! minutes.

mod files;

pub use files::{Synced, hyper_bytes_per_second, write_seconds};

use crate::load::{self, Load};
use crate::{Failed, Outcome};
use ed25519_dalek::{Signer, SigningKey};
use http_body_util::Full;
use hyper::body::{Body, Bytes};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::hint::black_box;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Long enough for warm-up, short enough to be close to the compared measurement.
const MEASURE: Duration = Duration::from_millis(1500);

/// Returns the number of `verify_strict` calls per second on one core, over a text as long as a proof's.
pub fn verify_per_second() -> Outcome<f64> {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = key.verifying_key();
    let text = vec![b'x'; 700];
    let signature = key.sign(&text);
    rate(|| Ok(public.verify_strict(black_box(&text), &signature)?))
}

/// Returns the seconds per commit of one row, with WAL and `synchronous=FULL`, in a separate database on the disk of
/// `folder`.
pub fn commit_seconds(folder: &Path) -> Outcome<f64> {
    let folder = tempfile::tempdir_in(folder)?;
    let db = rusqlite::Connection::open(folder.path().join("ceiling.sqlite"))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, row BLOB);",
    )?;
    let row = [7u8; 512];
    let mut statement = db.prepare("INSERT INTO t (row) VALUES (?1)")?;
    let a_second = rate(|| {
        statement.execute([&row[..]])?;
        Ok(())
    })?;
    Ok(1.0 / a_second)
}

fn rate(mut once: impl FnMut() -> Outcome) -> Outcome<f64> {
    let (begun, mut count) = (Instant::now(), 0u32);
    while begun.elapsed() < MEASURE {
        once()?;
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

/// Returns the requests per second of a server that only answers with `size` bytes: hyper on two threads, with the same
/// client as the node.
pub fn hyper_per_second(size: usize, request: &[u8], clients: usize) -> Outcome<f64> {
    let body = Bytes::from(vec![b'x'; size]);
    let (runtime, address) = serve(move || Full::new(body.clone()))?;
    let done = load::run(Load::repeat(address, clients, request, MEASURE))?;
    runtime.shutdown_background();
    Ok(done.per_second())
}

/// Starts a hyper server with a fixed answer.
fn serve<B>(body: impl Fn() -> B + Clone + Send + 'static) -> Outcome<(Runtime, SocketAddr)>
where
    B: Body<Data = Bytes, Error: Into<Failed>> + Send + 'static,
{
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let body = body.clone();
            let answer = service_fn(move |_| {
                let body = body();
                async move { Ok::<_, Infallible>(hyper::Response::new(body)) }
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer),
            );
        }
    });
    Ok((runtime, address))
}
