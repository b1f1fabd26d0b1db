//! The list behind the market's page *Near me*, which is the same for everybody: its size, and how fast it is answered.

use super::tickets;
use crate::measure::prelude::*;
use crate::people::Person;
use crate::stream::Stream;
use imajin_dfos::Timestamp;

const MEASURE: Duration = Duration::from_secs(3);
/// Number of sellers, and of listings of each: together as many as the list has room for.
const SELLERS: usize = 100;
const EACH: usize = 20;
const PATH: &str = "/market/api/near";

/// Measures the list of 2 000 listings, and sixteen clients that read it.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    fill(&bench)?;
    settle();
    let list = bench.client.get(PATH)?;
    let rows = list["rows"].as_array().map_or(0, Vec::len);
    if rows != SELLERS * EACH {
        return Err(format!("the list has {rows} listings and not {}", SELLERS * EACH).into());
    }
    let (address, host) = (bench.node()?.address, bench.host()?);
    // As browsers ask, which would take it compressed.
    let bytes = request("GET", PATH, &host, &[("accept-encoding", "gzip, br")], "");
    let size = usize::try_from(Stream::open(address)?.ask(&bytes)?.bytes)?;
    report
        .row("index of 2 000 listings")
        .at_most(size as f64 / 1e3, "kB", 250.0)
        .beside(format!("of {SELLERS} sellers; as it is sent"));
    let before = ceiling::hyper_per_second(size, &bytes, 16)?;
    let done = load::run(Load::repeat(address, 16, &bytes, MEASURE))?;
    let bare = before.max(ceiling::hyper_per_second(size, &bytes, 16)?);
    let reads = done.per_second();
    report
        .row("index of 2 000 listings, 16 clients")
        .at_least(reads / bare, "of bare hyper", 0.5)
        .beside(format!("{reads:.0} reads/s; bare hyper, {size} bytes: {bare:.0}/s"));
    Ok(())
}

/// Puts all listings on sale.
fn fill(bench: &Bench) -> Outcome {
    let mut sellers = bench.people(SELLERS)?;
    let (now, host) = (bench.now()?, bench.host()?);
    let mut lanes = Vec::with_capacity(SELLERS);
    for (number, seller) in sellers.iter_mut().enumerate() {
        lanes.push(sign_listings(seller, number * EACH, &host, now)?);
    }
    load::run(Load::each(bench.node()?.address, lanes))?;
    Ok(())
}

/// Signs a seller's manifest, and their listings from this number on, each with its offer.
fn sign_listings(
    seller: &mut Person,
    first: usize,
    host: &str,
    now: Timestamp,
) -> Outcome<Vec<Vec<u8>>> {
    let manifest = tickets::manifest(&seller.key)?;
    let publish = Draft::new("pay", "pay.fair.publish");
    let publish = publish.body(&json!({ "manifest": manifest.text() }))?;
    let mut requests = vec![seller.next(&publish, host, now)?];
    let terms = json!({
        "price": 1_500, "currency": "CHF", "fair": manifest.digest().to_string(), "quantity": 1, "returns": 14,
    });
    for number in first..first + EACH {
        let id = format!("itm_{number:024x}");
        let body = json!({
            "title": format!("A ladder of {number} cm, hardly used"), "lat": 4_700 + number % 100, "lon": 800 + number / 20,
        });
        let put = Draft::new("market", "market.put").reference(&id)?;
        let put = put.fact(&json!({ "kind": "listing", "category": "tools" }))?;
        let offer = Draft::new("market", "market.offer").reference(&id)?;
        for draft in [put.body(&body)?, offer.fact(&terms)?] {
            requests.push(seller.next(&draft, host, now)?);
        }
    }
    Ok(requests)
}
