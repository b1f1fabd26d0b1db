//! Posts identities and content chains to a relay and says how fast it took them in.
//!
//! `load URL [IDENTITIES] [PID]`: each identity with a content chain of 4 operations, in batches of 100 from one
//! client, as `PID`'s processor time and memory see it. Prints the machine's own ceiling in the same run.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::Instant;

use imajin_dfos::content::{self, Author};
use imajin_dfos::identity::{self, Key, Keys};
use imajin_dfos::resolve::Known;
use imajin_dfos::{PublicKey, SigningKey, Timestamp, Verifier, cid, jws};
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Clock ticks of `/proc/PID/stat` in a second.
const TICKS: f64 = 100.0;

fn main() -> Outcome<()> {
    let mut args = std::env::args().skip(1);
    let url = args.next().ok_or("usage: load URL [IDENTITIES] [PID]")?;
    let identities: u32 = args.next().map_or(Ok(600), |text| text.parse())?;
    let pid: Option<u32> = args.next().map(|text| text.parse()).transpose()?;
    let _ = rustls::crypto::ring::default_provider().install_default();

    println!("ceiling: {:.0} verify_strict/s on one core", ceiling()?);
    let client = reqwest::blocking::Client::new();
    let (mut done, mut took) = (0, 0.0);
    let cpu_before = pid.map(cpu_secs).transpose()?;
    let memory_before = pid.map(resident_kib).transpose()?;
    let mut from = 0;
    while from < identities {
        // Made in pieces, so that this program's memory does not matter.
        let count = (identities - from).min(2_000);
        let tokens = tokens(count)?;
        let bodies: Vec<String> = tokens
            .chunks(100)
            .map(|batch| json!({ "operations": batch }).to_string())
            .collect();
        let begin = now();
        for body in bodies {
            done += post(&client, &url, body)?;
        }
        took += begin.elapsed().as_secs_f64();
        from += count;
    }
    println!(
        "{done} operations in {took:.2} s: {:.0}/s",
        f64::from(done) / took
    );
    if let (Some(pid), Some(cpu), Some(memory)) = (pid, cpu_before, memory_before) {
        let per = (cpu_secs(pid)? - cpu) / f64::from(done) * 1e6;
        println!("server: {per:.0} µs of processor time an operation");
        println!(
            "server: {memory} KiB resident before, {} KiB after",
            resident_kib(pid)?
        );
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}

fn post(client: &reqwest::blocking::Client, url: &str, body: String) -> Outcome<u32> {
    let request = client.post(format!("{url}/proof/v1/operations")).body(body);
    let answer: Value = request.send()?.error_for_status()?.json()?;
    let results = answer.get("results").and_then(Value::as_array);
    let results = results.ok_or("no results")?;
    for result in results {
        if result.get("status").and_then(Value::as_str) != Some("new") {
            return Err(format!("not taken in: {result}").into());
        }
    }
    Ok(u32::try_from(results.len())?)
}

fn ceiling() -> Outcome<f64> {
    let key = SigningKey::from_bytes(&[7; 32]);
    let token = jws::sign(&[("typ", "t"), ("kid", "k")], &[7; 600], &key);
    let read = jws::parse(&token, "t")?;
    let public = key.verifying_key();
    let begin = now();
    for _ in 0..5_000 {
        read.verify(black_box(&public))?;
    }
    Ok(5_000.0 / begin.elapsed().as_secs_f64())
}

/// All identities first, then the first operation of each chain, then the second…: the order of arrival that a
/// relay likes least, since everything has left its caches again.
fn tokens(count: u32) -> Outcome<Vec<String>> {
    let mut levels: Vec<Vec<String>> = vec![Vec::new(); 5];
    for number in 0..count {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| error.to_string())?;
        let key = SigningKey::from_bytes(&seed);
        let public = PublicKey::from(&key);
        let key_id = public.key_id();
        let at = |step: i64| {
            Timestamp::from_millis(1_767_225_600_000 + i64::from(number) + step * 60_000)
        };
        let keys = Keys::single(Key::new(&public));
        let signed = identity::sign_create(keys, vec![], at(0)?, &key_id, &key)?;
        let did = signed.verified.did().clone();
        let known = Known::from_iter([signed.verified]);
        let verifier = Verifier::of_new(&known);
        let author = Author {
            did: &did,
            key_id: &key_id,
            key: &key,
            authorization: None,
        };
        let document = cid::dag_cbor_cid(&seed).to_string();
        let mut chain = content::sign_create(&document, None, at(1)?, &author, &verifier)?;
        put(&mut levels, 0, signed.token);
        put(&mut levels, 1, chain.token.clone());
        for step in 2..5 {
            let document = cid::dag_cbor_cid(&[&seed[..], &[u8::try_from(step)?]].concat());
            let document = document.to_string();
            chain = content::sign_update(
                &chain.state,
                Some(&document),
                None,
                at(step)?,
                &author,
                &verifier,
            )?;
            put(&mut levels, usize::try_from(step)?, chain.token.clone());
        }
    }
    Ok(levels.concat())
}

fn put(levels: &mut [Vec<String>], level: usize, token: String) {
    if let Some(level) = levels.get_mut(level) {
        level.push(token);
    }
}

fn cpu_secs(pid: u32) -> Outcome<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit_once(')').ok_or("no stat")?.1;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
    let (user, system) = (ticks(11).ok_or("utime")?, ticks(12).ok_or("stime")?);
    Ok((user + system) / TICKS)
}

fn resident_kib(pid: u32) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let text = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(text.ok_or("VmRSS")?.parse()?)
}
