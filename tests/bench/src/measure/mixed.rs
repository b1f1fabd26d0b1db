//! Mixed reads and writes, as in a typical community.

use crate::measure::prelude::*;

/// Number of concurrent clients, each of them a person.
const CLIENTS: usize = 16;
/// Number of writes per client in a run, and of reads before each of them.
const WRITES: usize = 500;
const READS: usize = 9;

/// Measures sixteen people, each of whom reads nine public profiles and then updates their own.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    let mut people = bench.people(CLIENTS)?;
    bench.write(&mut people, 100)?;
    let (now, host) = (bench.now()?, bench.host()?);
    let path = format!("/profile/api/profile/{}", people[0].key.did().as_str());
    let size = serde_json::to_string(&bench.client.get(&path)?)?.len();
    let reads: Vec<_> = people
        .iter()
        .map(|person| {
            let path = format!("/profile/api/profile/{}", person.key.did().as_str());
            request("GET", &path, &host, &[], "")
        })
        .collect();
    let mut lanes = Vec::with_capacity(CLIENTS);
    for (n, person) in people.iter_mut().enumerate() {
        let mut lane = Vec::with_capacity(WRITES * (READS + 1));
        for write in person.updates(WRITES, &host, now)? {
            lane.extend((1..=READS).map(|other| reads[(n + other) % CLIENTS].clone()));
            lane.push(write);
        }
        lanes.push(lane);
    }
    let hyper = ceiling::hyper_per_second(size, &reads[0], CLIENTS)?;
    let verify = ceiling::verify_per_second()?;
    let done = load::run(Load::each(bench.node()?.address, lanes))?;
    let hyper = hyper.max(ceiling::hyper_per_second(size, &reads[0], CLIENTS)?);
    let verify = verify.max(ceiling::verify_per_second()?);
    // The rate of the same requests if a read cost as much as bare hyper's, and a write one verification.
    let parts = (READS + 1) as f64;
    let ceiling = parts / (READS as f64 / hyper + 1.0 / verify);
    report
        .row("9 reads and a write in turn, 16 clients, 16 people")
        .within(done.per_second() / ceiling, "of hyper and verify_strict", None)
        .beside(format!(
            "{:.0} requests/s, p99 {:.1} ms",
            done.per_second(),
            done.quantile(0.99).as_secs_f64() * 1e3
        ));
    Ok(())
}
