//! `imajin owner`: shows or changes a node's owner. The owner signs; the node's log gets the new owner's DID.

use super::Person;
use crate::cli::{OwnerCommand, OwnerReleaseArgs, OwnerShowArgs};
use crate::client::{Draft, Session};
use crate::output::{Out, need_word};
use imajin_box::failure::{Failure, Outcome};
use serde_json::Value as Json;

pub(super) fn run(command: &OwnerCommand) -> Outcome {
    match command {
        OwnerCommand::Show(args) => show(args),
        OwnerCommand::Give(args) => change(&args.how, Some(&args.did)),
        OwnerCommand::Release(args) => change(args, None),
    }
}

fn show(args: &OwnerShowArgs) -> Outcome {
    let person = Person::connect(&args.at.node, &args.at.key, args.at.trust)?;
    let session = Session::begin(&person.client, &person.key)?;
    let answer = session.get(&person.client, "/auth/api/owner")?;
    Out::answer(args.json, &answer, |out| {
        out.line("You own this node.")?;
        let heirs = answer["heirs"].as_array().map_or(&[][..], Vec::as_slice);
        out.line(match heirs {
            [] => "Nobody else on it has a key of their own.",
            _ => "You can hand it to:",
        })?;
        for heir in heirs {
            out.line(format_args!("  {}", called(heir)))?;
        }
        Ok(())
    })
}

/// A name, where they show one, and their DID.
fn called(person: &Json) -> String {
    let did = person["did"].as_str().unwrap_or_default();
    match person["name"].as_str().or(person["handle"].as_str()) {
        Some(name) => format!("{did}  {name}"),
        None => did.to_owned(),
    }
}

/// Gives the node to the heir, or releases it if there is none.
fn change(args: &OwnerReleaseArgs, heir: Option<&str>) -> Outcome {
    let person = Person::connect(&args.at.node, &args.at.key, args.at.trust)?;
    let node = person.client.did()?.to_string();
    if !args.yes {
        ask(heir)?;
    }
    let draft = Draft::new("auth", "auth.node.give")
        .reference(heir.unwrap_or(&node))
        .and_then(|draft| draft.to(&[node]))
        .map_err(Failure::unusable)?;
    Out::answer(args.json, &person.client.submit(&person.signer, &draft)?, |out| {
        out.line(match heir {
            Some(did) => format!("{did} owns the node now"),
            None => "the node is released: its new claim code is on its console".to_owned(),
        })
    })
}

fn ask(heir: Option<&str>) -> Outcome {
    let (word, question) = match heir {
        Some(did) => (
            "GIVE",
            format!("{did} will own the node, and you won't any more. Type GIVE to continue: "),
        ),
        None => (
            "RELEASE",
            "The node will have no owner until somebody uses its new code. Type RELEASE to continue: ".to_owned(),
        ),
    };
    need_word(word, &question, "nothing was changed")
}
