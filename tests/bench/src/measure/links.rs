//! A page of links compared with a page of a profile, and a click compared with a service's lightest answer.

use crate::measure::prelude::*;
use imajin_node::client::Signer;

const MEASURE: Duration = Duration::from_secs(3);
const LINKS: usize = 200;
/// Number of clicks for the disk cost, and of concurrent visitors.
const CLICKS: usize = 10_000;
const LANES: usize = 16;

/// Measures sixteen clients that read the same page, one kind after the other.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let mut bench = Bench::new(folder, Watch::No)?;
    let mut people = bench.people(1)?;
    // The profile's page exists only after an update.
    bench.write(&mut people, 1)?;
    let key = &people.first().ok_or("nobody")?.key;
    let signer = Signer::new(key)?;
    for number in 0..LINKS {
        let body = json!({ "title": format!("Link {number}"), "url": format!("https://{number}.example/") });
        let put = Draft::new("links", "links.put").reference(&item(number))?;
        bench.client.submit(&signer, &put.body(&body)?)?;
    }
    let (did, host) = (key.did().to_string(), bench.host()?);
    let rate = |path: String| -> Outcome<f64> {
        let bytes = request("GET", &path, &host, &[], "");
        let done = load::run(Load::repeat(bench.node()?.address, 16, &bytes, MEASURE))?;
        Ok(done.per_second())
    };
    let profile = rate(format!("/profile/{did}"))?;
    let page = rate(format!("/links/{did}"))?;
    report
        .row("a page of 200 links, 16 clients")
        .at_most(profile / page, "times the time of a profile's page", 2.0)
        .beside(format!("{page:.0} pages/s; a profile's: {profile:.0}/s"));
    let health = rate("/links/api/health".to_owned())?;
    let click = rate(format!("/links/go/{did}/{}", item(7)))?;
    report
        .row("a click, 16 clients")
        .at_most(health / click, "times the time of /links/api/health", 2.0)
        .beside(format!("{click:.0} clicks/s; health: {health:.0}/s"));
    let (idle, clicked) = (written(&mut bench, None)?, written(&mut bench, Some(&did))?);
    report
        .row(format!("what {CLICKS} clicks on {LINKS} links write to the card"))
        .at_most(clicked.saturating_sub(idle) as f64 / 1e3, "kB", 200.0)
        .beside(format!(
            "{:.0} kB, and {:.0} kB of a node without them",
            clicked as f64 / 1e3,
            idle as f64 / 1e3
        ));
    Ok(())
}

/// Returns the bytes that a node writes from its start to its stop; in between, people click on the links of `whose`.
fn written(bench: &mut Bench, whose: Option<&str>) -> Outcome<u64> {
    if let Ok(node) = bench.take_node() {
        node.stop()?;
    }
    bench.start_again()?;
    if let Some(did) = whose {
        let host = bench.host()?;
        // Repeated clicks from one address are not counted.
        let click = |number: usize| {
            let path = format!("/links/go/{did}/{}", item(number % LINKS));
            let from = format!("198.51.{}.{}", 100 + number / 250 % 100, number % 250);
            request("GET", &path, &host, &[("x-forwarded-for", &from)], "")
        };
        let clicks = |lane| (lane..CLICKS).step_by(LANES).map(click).collect();
        load::run(Load::each(bench.node()?.address, (0..LANES).map(clicks).collect()))?;
    }
    settle();
    Ok(bench.take_node()?.stop()?.bytes)
}

fn item(number: usize) -> String {
    format!("itm_{number:024x}")
}
