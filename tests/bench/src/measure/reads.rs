//! Reads of a public profile.

use crate::measure::prelude::*;

const MEASURE: Duration = Duration::from_secs(3);

const PROFILES: usize = 1_000;
/// Number of reads by a client of each profile in its share.
const ROUNDS: usize = 100;

/// Measures sixteen clients that read one profile, and then a thousand in turn.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    let mut people = bench.people(1)?;
    bench.write(&mut people, 1)?;
    let path = format!("/profile/api/profile/{}", people[0].key.did().as_str());
    let answer = bench.client.get(&path)?;
    let size = serde_json::to_string(&answer)?.len();
    let bytes = request("GET", &path, &bench.host()?, &[], "");
    let before = ceiling::hyper_per_second(size, &bytes, 16)?;
    let done = load::run(Load::repeat(bench.node()?.address, 16, &bytes, MEASURE))?;
    let bare = before.max(ceiling::hyper_per_second(size, &bytes, 16)?);
    let reads = done.per_second();
    report
        .row("public profile reads, 16 clients")
        .at_least(reads / bare, "of bare hyper", 0.5)
        .beside(format!("{reads:.0} reads/s; bare hyper, {size} bytes: {bare:.0}/s"));

    let host = bench.host()?;
    let mut lanes = vec![Vec::new(); 16];
    let mut people = bench.people(PROFILES)?;
    bench.write(&mut people, 1)?;
    settle();
    for (n, person) in people.iter().enumerate() {
        let path = format!("/profile/api/profile/{}", person.key.did().as_str());
        lanes[n % 16].push(request("GET", &path, &host, &[], ""));
    }
    let again = |lane: Vec<Vec<u8>>| {
        let length = lane.len() * ROUNDS;
        lane.into_iter().cycle().take(length).collect()
    };
    let lanes = lanes.into_iter().map(again).collect();
    let before = ceiling::hyper_per_second(size, &bytes, 16)?;
    let done = load::run(Load::each(bench.node()?.address, lanes))?;
    let bare = before.max(ceiling::hyper_per_second(size, &bytes, 16)?);
    let reads = done.per_second();
    report
        .row("1 000 public profiles in turn, 16 clients")
        .at_least(reads / bare, "of bare hyper", 0.5)
        .beside(format!("{reads:.0} reads/s; bare hyper: {bare:.0}/s"));
    Ok(())
}
