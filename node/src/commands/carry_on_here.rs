//! `imajin carry-on`: lets your record continue at its home after that was restored from a backup, by a home entry of the next
//! epoch at the same node.

use super::Person;
use crate::cli::CarryOnArgs;
use crate::client::{Draft, Receipt};
use crate::output::Out;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_protocol::Head;
use serde_json::json;

pub(super) fn run(args: &CarryOnArgs) -> Outcome {
    let person = Person::connect(&args.at.node, &args.at.key, args.at.trust)?;
    let receipt = carry_on(&person, args.abandons.as_deref())?;
    Out::answer(args.json, &receipt, |out| {
        out.line(format_args!(
            "your record continues here from entry {}: {}",
            receipt.seq, receipt.cid
        ))
    })
}

/// Signs and sends the home entry. `abandons` is the newest head that is known and that the record here lacks.
pub(super) fn carry_on(person: &Person, abandons: Option<&str>) -> Outcome<Receipt> {
    let place = person.client.place(&person.signer)?;
    let mut epoch = place.epoch;
    let mut body = json!({ "node": place.node.as_str(), "url": place.url });
    if let Some(jws) = abandons {
        let head = Head::parse(jws).or_unusable("--abandons")?;
        epoch = epoch.max(head.payload.epoch);
        body["abandons"] = json!(jws);
    }
    body["epoch"] = json!(epoch + 1);
    let draft = Draft::new("auth", "auth.home").body(&body).map_err(Failure::unusable)?;
    Ok(person.client.submit(&person.signer, &draft)?)
}
