//! The relay of `imajin-registry`, as a separate process: its ingestion speed and cost, and that neither its memory nor
//! the time for a page grows with its content.

use super::registry::Registry;
use crate::measure::prelude::*;
use crate::process;
use imajin_dfos::content::{self, Author};
use imajin_dfos::identity::{self, Key, Keys};
use imajin_dfos::resolve::MemoryResolver;
use imajin_dfos::{PublicKey, SigningKey, Timestamp, Verifier, cid};

/// Number of identities per story, each with a content chain of four operations.
const IDENTITIES: u32 = 600;
/// Number of operations of each identity.
const EACH: u32 = 5;
/// Number of operations per request: a relay's maximum.
const BATCH: usize = 100;
/// Number of stories in the mean speed: one alone takes a third of a second.
const STORIES: u32 = 5;
/// Number of operations of the small relay, for comparison with the large one.
const FEW: u32 = 1_000;
/// The time of the first operation: 2026-01-01.
const BEGIN_MS: i64 = 1_767_225_600_000;
/// Duration of repeated reads of one page.
const READ: Duration = Duration::from_millis(500);

struct Relay {
    program: Registry,
    /// Number of identities sent.
    people: u32,
}

impl Relay {
    fn start(folder: &Path) -> Outcome<Self> {
        Ok(Self { program: Registry::start(folder, "")?, people: 0 })
    }

    /// Sends this many additional people with their content from one client, and asserts that all of it is accepted.
    fn take_in(&mut self, people: u32) -> Outcome<load::Measurement> {
        let tokens = story(self.people, people)?;
        let host = self.program.address.to_string();
        let requests = tokens.chunks(BATCH).map(|batch| {
            let body = json!({ "operations": batch }).to_string();
            request("POST", "/proof/v1/operations", &host, &[], &body)
        });
        let done = load::run(Load::each(self.program.address, vec![requests.collect()]))?;
        self.people += people;
        let description = self.program.client.get("/.well-known/dfos-relay")?;
        // The log also contains the relay's own identity and its profile.
        let expected = u64::from(self.people * EACH) + 2;
        match description["stats"]["opCount"].as_u64() {
            Some(count) if count == expected => Ok(done),
            count => Err(format!("the relay holds {count:?} operations of {expected}").into()),
        }
    }

    /// Measures the seconds for one page from the middle of the log and two of the index, each with a hundred rows.
    fn pages(&self) -> Outcome<f64> {
        let log = "/proof/v1/log?limit=100";
        let mut after = String::new();
        // A few pages in: the rows before a page must cost nothing either.
        for _ in 0..5 {
            let page = self.program.client.get(&format!("{log}{after}"))?;
            let next = page["next"].as_str().ok_or("the log is too short")?;
            after = format!("&after={next}");
        }
        let mut seconds = 0.0;
        for path in [
            format!("{log}{after}"),
            "/index/v0/operations?limit=100".to_owned(),
            "/index/v0/content?order=headAt.desc&limit=100".to_owned(),
        ] {
            let bytes = request("GET", &path, &self.program.address.to_string(), &[], "");
            let done = load::run(Load::repeat(self.program.address, 1, &bytes, READ))?;
            seconds += done.quantile(0.5).as_secs_f64();
        }
        Ok(seconds)
    }
}

/// Measures the speed and cost of ingestion from one client.
pub fn ingest(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let mut relay = Relay::start(folder)?;
    relay.take_in(IDENTITIES)?;
    let before = ceiling::verify_per_second()?;
    let pid = relay.program.pid();
    let (mut seconds, mut cpu) = (0.0, 0.0);
    for _ in 0..STORIES {
        let begun = process::cpu(pid)?;
        seconds += relay.take_in(IDENTITIES)?.took.as_secs_f64();
        cpu += (process::cpu(pid)? - begun).as_secs_f64();
    }
    let verify = before.max(ceiling::verify_per_second()?);
    let count = f64::from(IDENTITIES * EACH * STORIES);
    report
        .row("relay: operations taken in, 1 client")
        .at_least(count / seconds / verify, "of verify_strict", 0.32)
        .beside(format!("{:.0} operations/s; verify_strict {verify:.0}/s a core", count / seconds));
    report
        .row("relay: server CPU an operation")
        .at_most(cpu / count * verify, "verifications", 5.0)
        .beside(format!("{:.0} µs", cpu * 1e6 / count));
    Ok(())
}

/// Checks that memory and page times stay constant while the log grows a hundredfold.
pub fn growth(folder: &Path, sizes: &Sizes, report: &mut Report) -> Outcome {
    let mut relay = Relay::start(folder)?;
    relay.take_in(FEW / EACH)?;
    let small_pages = relay.pages()?;
    let small = relay.program.memory()?;
    let many = u32::try_from(sizes.writes)?;
    while relay.people * EACH < many {
        relay.take_in(IDENTITIES)?;
    }
    let large = relay.program.memory()?;
    let large_pages = relay.pages()?;
    let (few, many) = (number(f64::from(FEW)), number(f64::from(many)));
    report
        .row(format!("relay: memory from {few} to {many} operations"))
        .at_most(large - small, "MB", 10.0)
        .beside(format!("{small:.1} → {large:.1} MB"));
    report
        .row(format!("relay: pages at {many} operations over those at {few}"))
        .at_most(large_pages / small_pages, "×", 2.0)
        .beside(format!("three of 100 rows, {:.1} ms", small_pages * 1e3));
    Ok(())
}

/// Orders all identities first, then the first operation of each chain, then the second…: the worst order of arrival
/// for a relay, since everything has left its caches again.
fn story(first: u32, count: u32) -> Outcome<Vec<String>> {
    let mut levels: [Vec<String>; EACH as usize] = Default::default();
    for number in first..first + count {
        for (level, token) in levels.iter_mut().zip(person(number)?) {
            level.push(token);
        }
    }
    Ok(levels.concat())
}

fn person(number: u32) -> Outcome<Vec<String>> {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    let key = SigningKey::from_bytes(&seed);
    let public = PublicKey::from(&key);
    let key_id = public.key_id();
    let at = |step: i64| Timestamp::from_millis(BEGIN_MS + i64::from(number) + step * 60_000);
    let signed =
        identity::sign_create(Keys::single(Key::new(&public)), vec![], at(0)?, &key_id, &key)?;
    let did = signed.verified.did().clone();
    let identities = MemoryResolver::from_iter([signed.verified]);
    let verifier = Verifier::of_new(&identities);
    let author = Author { did: &did, key_id: &key_id, key: &key, authorization: None };
    let document = |step: u8| cid::dag_cbor_cid(&[&seed[..], &[step]].concat()).to_string();
    let mut chain = content::sign_create(&document(1), None, at(1)?, &author, &verifier)?;
    let mut tokens = vec![signed.token, chain.token.clone()];
    for step in 2..EACH as u8 {
        let (state, next) = (&chain.state, document(step));
        chain = content::sign_update(
            state,
            Some(&next),
            None,
            at(i64::from(step))?,
            &author,
            &verifier,
        )?;
        tokens.push(chain.token.clone());
    }
    Ok(tokens)
}
