//! Tickets sold from credit on the node: each sale is one operation over the logs of buyer, event, seller and node, with
//! its payment, its receipts, the node's attestations and a ticket that the event signed.

use super::actor::owner;
use crate::measure::prelude::*;
use crate::people::Person;
use imajin_protocol::fair::{Contributor, Manifest};
use imajin_protocol::money::Ppm;
use reqwest::Method;
use serde_json::Value as Json;

/// Number of sales per client in a run.
const EACH: usize = 300;
/// Number of sales before the measurement.
const WARM: usize = 20;
pub(super) const PRICE: i64 = 100;
/// A day after the beginning of the event, in milliseconds.
const ENDS_MS: i64 = 4_102_516_800_000;

/// Publishes an event with one type of tickets at this price, without limit; the organiser has all shares. Returns its DID.
pub(super) fn event(client: &Client, by: &Actor, price: i64) -> Outcome<String> {
    let made = by.post(client, "/events/api/events/key", &json!({}))?;
    let event = made["event"].as_str().ok_or("no event")?.to_owned();
    let shared = manifest(&by.key)?;
    let fact = json!({ "fair": shared.digest().to_string(), "price": [price], "quantity": [-1], "most": [10], "currency": ["CHF"], "ends": ENDS_MS });
    let body = json!({
        "title": "Launch party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "virtual",
        "tickets": [{ "name": "Stream" }], "manifest": shared.text(),
    });
    let to = [event.clone()];
    let create =
        Draft::new("events", "events.create").reference(&event)?.body(&body)?.fact(&fact)?;
    by.does(client, &create.to(&to)?)?;
    let publish = Draft::new("events", "events.status")
        .reference(&event)?
        .fact(&json!({ "status": "published" }))?;
    by.does(client, &publish.to(&to)?)?;
    Ok(event)
}

/// Makes a manifest by which its signer has all shares.
pub(super) fn manifest(key: &PersonKey) -> Outcome<Manifest> {
    let whole = Contributor { did: key.did().clone(), role: None, weight: Ppm::new(1_000_000)? };
    let draft = imajin_protocol::fair::Draft {
        id: "party".to_owned(),
        kind: "event".to_owned(),
        owner: None,
        contributors: vec![whole],
        derives_from: Vec::new(),
        terms: serde_json::Map::new(),
    };
    Ok(draft.build()?.sign(&key.signing_key())?)
}

/// Gives a buyer credit for this many tickets.
pub(super) fn fund(client: &Client, owner: &Actor, buyer: &Actor, tickets: usize) -> Outcome {
    let amount = PRICE * i64::try_from(tickets)?;
    let node = client.node()?.did.to_string();
    let fact = json!({ "amount": amount, "currency": "CHF" });
    let ask = Draft::new("pay", "pay.topup")
        .fact(&json!({ "amount": amount, "currency": "CHF", "rail": "emt" }))?;
    buyer.does(client, &ask.to(std::slice::from_ref(&node))?)?;
    let path = format!("/pay/api/transactions/{}", buyer.did());
    let all = buyer.session.get(client, &path)?;
    let mut transactions = all["transactions"].as_array().into_iter().flatten();
    let topup = transactions.find(|one| one["op"] == "pay.pending").ok_or("no payment")?;
    let payment = topup["transactionId"].as_str().ok_or("no id")?;
    let confirm = Draft::new("pay", "pay.emt.confirm").reference(payment)?.fact(&fact)?;
    owner.does(client, &confirm.to(&[buyer.did(), node])?)
}

/// Returns the order of one ticket from the node's quote.
pub(super) fn order(client: &Client, buyer: &Actor, event: &str) -> Outcome<Draft> {
    let path = format!("/events/api/events/{event}/quote");
    let quote = buyer.post(client, &path, &json!({ "type": 1 }))?;
    let sign = &quote["sign"];
    let to = sign["to"].as_array().into_iter().flatten();
    let to: Vec<String> = to.filter_map(|did| did.as_str().map(str::to_owned)).collect();
    let draft = Draft::new("events", "events.buy").reference(event)?.fact(&sign["fact"])?;
    Ok(draft.to(&to)?)
}

/// Measures sixteen clients that buy for sixteen people, for one event.
pub fn measure(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let bench = Bench::new(folder, Watch::No)?;
    let client = &bench.client;
    let mut keys = bench.register(17)?;
    let organiser = Actor::new(client, keys.pop().ok_or("nobody")?)?;
    let owner = owner(&bench)?;
    let event = event(client, &organiser, PRICE)?;
    let mut buyers = Vec::new();
    for key in keys {
        let buyer = Actor::new(client, key.clone())?;
        fund(client, &owner, &buyer, EACH + WARM)?;
        let order = order(client, &buyer, &event)?;
        buyers.push((Person::known(client, key)?, order));
    }
    run(&bench, &mut buyers, WARM)?;
    let verify_before = ceiling::verify_per_second()?;
    let done = run(&bench, &mut buyers, EACH)?;
    let verify = verify_before.max(ceiling::verify_per_second()?);
    let seen: Json =
        client.json(client.request(Method::GET, &format!("/events/api/events/{event}")))?;
    let sold = seen["tickets"][0]["sold"].as_u64();
    if sold != Some(16 * (EACH + WARM) as u64) {
        return Err(format!("not every sale came to its ticket: {sold:?}").into());
    }
    report
        .row("ticket sales from credit, 16 clients")
        .at_least(done.per_second() / verify, "of verify_strict", 0.04)
        .beside(format!(
            "{:.0} sales/s; verify_strict {verify:.0}/s a core; p99 {:.1} ms",
            done.per_second(),
            done.quantile(0.99).as_secs_f64() * 1e3
        ));
    Ok(())
}

fn run(bench: &Bench, buyers: &mut [(Person, Draft)], each: usize) -> Outcome<load::Measurement> {
    let (now, host) = (bench.now()?, bench.host()?);
    let requests = buyers
        .iter_mut()
        .map(|(buyer, order)| buyer.again(order, each, &host, now))
        .collect::<Result<_, _>>()?;
    load::run(Load::each(bench.node()?.address, requests))
}
