//! The delay of a member's writes by work on another person's long log: an erasure, and an import.

use crate::load::Measurement;
use crate::measure::prelude::*;
use crate::people::Person;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Value, cbor};
use imajin_node::client::{Export, Import, Signer};
use std::io::Read;

/// Number of entries of the log with the erasure, and of the imported one.
const ERASED_IN: usize = 50_000;
const IMPORTED: usize = 20_000;
/// Writes between two queries of the node's time: a signature is valid for five minutes.
const ROUND: usize = 20_000;
/// Number of the other member's writes: on an idle node, and during the work.
const QUIET: usize = 3_000;
const MEANWHILE: usize = 20_000;
/// Duration of writing before the work begins.
const LEAD: Duration = Duration::from_millis(500);

/// Measures another member's longest write during the erasure of one body in a long log.
pub fn erasure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    let mut people = bench.people(2)?;
    let mut other = people.pop().ok_or("nobody else")?;
    let mut owner = people.pop().ok_or("nobody")?;
    let words = Value::map([
        ("bio", Value::from("words that are to go")),
        ("salt", Value::Bytes(vec![7; 16])),
    ]);
    let signer = Signer::new(&owner.key)?;
    let draft = Draft::new("profile", "profile.update").body_value(words.clone())?;
    bench.client.submit(&signer, &draft)?;
    grow(&bench, &mut owner, ERASED_IN)?;
    let body = dag_cbor_cid(&cbor::encode(&words)).to_string();
    let erase =
        Draft::new("auth", "auth.body.erased").body(&json!({ "bodies": [{ "/": body }] }))?;
    let quiet = quiet(&bench, &mut other)?;
    let (done, took) =
        meanwhile(&bench, &mut other, || Ok(bench.client.submit(&signer, &erase).map(drop)?))?;
    let name = format!("write while a body of {} is erased", number(ERASED_IN as f64));
    row(report, name, &quiet, &done, took);
    Ok(())
}

/// Measures another member's longest write during the import of a long checked log.
pub fn import(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let elsewhere = Bench::new(folder, Watch::No)?;
    let mut owner = elsewhere.people(1)?.pop().ok_or("nobody")?;
    grow(&elsewhere, &mut owner, IMPORTED)?;
    let mut tar = Vec::new();
    Export::begin(&elsewhere.client, &owner.key)?.finish(|_, _| {})?.read_to_end(&mut tar)?;
    drop(elsewhere);
    let bench = Bench::new(folder, Watch::No)?;
    let mut other = bench.people(1)?.pop().ok_or("nobody else")?;
    let signer = Signer::new(&owner.key)?;
    let import = Import::begin(&bench.client, None, Some(tar.len() as u64), None)?;
    import.send(|from| {
        let rest = tar.get(usize::try_from(from).unwrap_or(usize::MAX)..);
        let rest = rest.ok_or("the node has more than there is")?;
        Ok::<Box<dyn Read + Send>, Failed>(Box::new(std::io::Cursor::new(rest.to_vec())))
    })??;
    let (_, place) = import.check(Some(&signer), None, |_| {})?;
    let place = place.ok_or("the copy is not valid")?;
    let quiet = quiet(&bench, &mut other)?;
    let (done, took) = meanwhile(&bench, &mut other, || {
        Ok(import.home(&signer, &place, None, None).map(drop)?)
    })?;
    let name = format!("write while {} entries are imported", number(IMPORTED as f64));
    row(report, name, &quiet, &done, took);
    Ok(())
}

/// Adds this many entries to one person's log.
fn grow(bench: &Bench, person: &mut Person, entries: usize) -> Outcome {
    person.delegate(&bench.client, 16, "profile.*")?;
    let mut left = entries;
    while left > 0 {
        let round = ROUND.min(left);
        bench.write_as_delegates(person, round)?;
        left -= round;
    }
    // The entries are drained a moment later.
    std::thread::sleep(Duration::from_secs(3));
    Ok(())
}

/// Measures the other member's writes on an idle node.
pub(super) fn quiet(bench: &Bench, other: &mut Person) -> Outcome<Measurement> {
    let requests = other.updates(QUIET, &bench.host()?, bench.now()?)?;
    load::run(Load::each(bench.node()?.address, vec![requests]))
}

/// Runs one client's writes during an action. Returns the action's duration.
pub(super) fn meanwhile(
    bench: &Bench,
    other: &mut Person,
    work: impl FnOnce() -> Outcome,
) -> Outcome<(Measurement, Duration)> {
    let requests = other.updates(MEANWHILE, &bench.host()?, bench.now()?)?;
    let address = bench.node()?.address;
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || load::run(Load::each(address, vec![requests])));
        std::thread::sleep(LEAD);
        let begun = Instant::now();
        work()?;
        let took = begun.elapsed();
        if writing.is_finished() {
            return Err("it took longer than the other's writes".into());
        }
        let done = writing.join().map_err(|_| "the client panicked")??;
        Ok((done, took))
    })
}

/// Reports the other member's longest write, minus an idle node's.
pub(super) fn row(
    report: &mut Report,
    name: String,
    quiet: &Measurement,
    done: &Measurement,
    took: Duration,
) {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (p99, longest) = (quiet.quantile(0.99), done.quantile(1.0));
    let beside = format!(
        "longest of {MEANWHILE} writes of one other client over its quiet p99 of {:.1} ms (quiet longest {:.1} ms); it took {:.0} ms",
        ms(p99),
        ms(quiet.quantile(1.0)),
        ms(took)
    );
    report.row(name).at_most(ms(longest) - ms(p99), "ms", 20.0).beside(beside);
}
