//! `imajin put`: signs any command and sends it.

use super::Person;
use crate::cli::PutArgs;
use crate::client::{Draft, Receipt};
use crate::output::Out;
use imajin_box::failure::{Failure, OrFail, Outcome};
use std::path::Path;

/// Larger than any body can be as JSON.
const BODY_TEXT_BYTES_MAX: u64 = 4 << 20;

pub(super) fn run(args: PutArgs) -> Outcome {
    let draft = draft(&args)?;
    let person = Person::connect(&args.at.node, &args.at.key, args.at.trust)?;
    let receipt = person.client.submit(&person.signer, &draft)?;
    super::tell_where(&person);
    print(&receipt, args.json)
}

fn draft(args: &PutArgs) -> Outcome<Draft> {
    let mut draft = Draft::new(&args.service, &args.op);
    if let Some(body) = &args.body {
        let text = match body.strip_prefix('@') {
            Some(path) => super::read_text(Path::new(path), BODY_TEXT_BYTES_MAX)?,
            None if body == "-" => super::read_text(Path::new("-"), BODY_TEXT_BYTES_MAX)?,
            None => body.clone(),
        };
        let json = serde_json::from_str(&text).or_unusable("the body is not JSON")?;
        draft = draft.body(&json).map_err(Failure::unusable)?;
    }
    if let Some(id) = &args.reference {
        draft = draft.reference(id).map_err(Failure::unusable)?;
    }
    if let Some(fact) = &args.fact {
        let json = serde_json::from_str(fact).or_unusable("the fact is not JSON")?;
        draft = draft.fact(&json).map_err(Failure::unusable)?;
    }
    if !args.to.is_empty() {
        draft = draft.to(&args.to).map_err(Failure::unusable)?;
    }
    Ok(draft)
}

fn print(receipt: &Receipt, json: bool) -> Outcome {
    Out::answer(json, receipt, |out| {
        out.line(format_args!("entry {} of {}, {}", receipt.seq, receipt.did, receipt.at))?;
        out.line(&receipt.cid)?;
        for entry in receipt.entries.iter().filter(|entry| entry.did != receipt.did) {
            match entry.seq {
                Some(seq) => out.line(format_args!("and entry {seq} of {}", entry.did))?,
                None => out.line(format_args!("and an entry of {}", entry.did))?,
            }
        }
        Ok(())
    })
}
