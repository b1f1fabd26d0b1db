//! The member: signs in, writes and exports repeatedly, and reports how long each took.

use imajin_e2e::prelude::*;
use imajin_node::client::genesis;
use std::fmt::Display;
use std::io::stdin;

/// Number of rounds within an address's burst of sign-in attempts: each round uses two.
const ROUNDS_AT_ONCE: usize = 12;
/// Timed actions.
const WHAT: [&str; 3] = ["sign-in", "write", "export"];

pub(crate) fn come(url: &str, claim: &str, rounds: usize) {
    let ada = Person::stranger(url);
    let about = ada.client.node().expect("the node answers");
    let first = genesis(&ada.key, &about, true).expect("a genesis");
    let claim = [("x-imajin-claim", claim)];
    ada.client.send_signed(&first.signed, &claim).expect("registration");
    println!("quiet {}", all(&ada, rounds));
    let mut word = String::new();
    stdin().read_line(&mut word).expect("a word");
    println!("noisy {}", all(&ada, rounds));
}

/// An address gets one more sign-in attempt per second.
fn pause(rounds: usize) -> Duration {
    if rounds <= ROUNDS_AT_ONCE { Duration::from_millis(300) } else { Duration::from_secs(2) }
}

#[derive(Default)]
struct Timings {
    times: [Vec<f64>; 3],
    failed: Vec<String>,
}

impl Timings {
    /// Runs an action; records its duration, and its error if it failed.
    fn time<T, E: Display>(
        &mut self,
        what: usize,
        doing: impl FnOnce() -> Result<T, E>,
    ) -> Option<T> {
        let begun = Instant::now();
        let done = doing();
        self.times[what].push(begun.elapsed().as_secs_f64());
        let failed = done.map_err(|error| self.failed.push(format!("{}: {error}", WHAT[what])));
        failed.ok()
    }
}

fn all(ada: &Person, rounds: usize) -> Json {
    let mut timings = Timings::default();
    for round in 0..rounds {
        let session = timings.time(0, || Session::begin(&ada.client, &ada.key));
        for n in 0..2 {
            // Without a retry: the node's first answer counts.
            let bio = json!({ "bio": format!("round {round}, {n}") });
            timings.time(1, || ada.put_once("profile", "profile.update", &bio));
        }
        if let Some(session) = session {
            timings.time(2, || copy(ada, &session));
        }
        std::thread::sleep(pause(rounds));
    }
    let healthz = ada.client.get("/healthz");
    let healthz = healthz.map_or_else(|error| json!(error.to_string()), |_| json!(200));
    let times = WHAT.into_iter().zip(&timings.times);
    let mut report: serde_json::Map<String, Json> =
        times.map(|(what, times)| (what.to_owned(), json!(times))).collect();
    report.insert("failed".to_owned(), json!(timings.failed));
    report.insert("healthz".to_owned(), healthz);
    report.into()
}

/// Downloads the complete copy. Returns its size.
fn copy(ada: &Person, session: &Session) -> Result<usize, String> {
    let request = session.request(&ada.client, Method::GET, "/auth/api/export");
    let answer = request.send().map_err(|error| error.to_string())?;
    let status = answer.status();
    let bytes = answer.bytes().map_err(|error| error.to_string())?.len();
    if status.is_success() && bytes > 0 {
        Ok(bytes)
    } else {
        Err(format!("{status}, {bytes} bytes"))
    }
}
