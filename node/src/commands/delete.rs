//! `imajin delete`: says what goes and what stays, asks, and lets the owner sign the deletion.

use super::Person;
use super::reach::DataAccess;
use crate::cli::DeleteArgs;
use crate::client::{Draft, Session};
use crate::output::{Out, need_word};
use imajin_box::failure::{Failure, OrFail, Outcome};
use serde_json::Value as Json;

pub(super) fn run(args: &DeleteArgs) -> Outcome {
    let reach = DataAccess::new(&args.user.place)?;
    let outcome = match &reach {
        DataAccess::Person { person, .. } => delete(args, person),
        DataAccess::Folder(_) => {
            Err(Failure::unusable("a deletion is signed by its owner: give --key FILE"))
        }
    };
    reach.close(outcome)
}

fn delete(args: &DeleteArgs, person: &Person) -> Outcome {
    let did = person.key.did().as_str();
    if args.user.did.as_deref().is_some_and(|named| named != did) {
        return Err(Failure::unusable(format!(
            "this key is {did}, and nobody else's data can be deleted with it"
        )));
    }
    let session = Session::begin(&person.client, &person.key)?;
    let plan = session.get(&person.client, &format!("/auth/api/delete?did={did}"))?;
    if !args.yes {
        confirm(&plan)?;
    }
    // The owner signs exactly the numbers that were shown.
    let draft = Draft::new("auth", "auth.delete").body(&plan["body"]).map_err(Failure::unusable)?;
    let deleted = person.client.submit_at("/auth/api/delete", &person.signer, &draft)?;
    if let Some(path) = &args.receipt {
        let receipt = deleted["receipt"].as_str().unwrap_or_default();
        std::fs::write(path, format!("{receipt}\n"))
            .or_unusable(format!("erased, but cannot write {}", path.display()))?;
    }
    Out::answer(args.user.json, &deleted, |out| {
        out.line(format_args!(
            "erased; the deletion is entry {} of {did}",
            deleted["says"]["entry"]["seq"]
        ))?;
        out.line("The node's signed receipt:")?;
        out.line(deleted["receipt"].as_str().unwrap_or_default())
    })
}

/// Shows the plan and asks for a word that is not typed by accident.
fn confirm(plan: &Json) -> Outcome {
    let mut out = Out::new();
    out.line("This goes:")?;
    list(&mut out, &plan["goes"])?;
    out.line("This stays:")?;
    list(&mut out, &plan["stays"])?;
    for copy in plan["outOfReach"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        out.line(format_args!("Out of reach: {copy}"))?;
    }
    out.line("A copy can be taken first: imajin export")?;
    out.done()?;
    need_word("DELETE", "Type DELETE to erase it: ", "nothing was deleted")
}

fn list(out: &mut Out, items: &Json) -> Outcome {
    for item in items.as_array().into_iter().flatten() {
        let what = item["what"].as_str().unwrap_or("?");
        match item["why"].as_str() {
            Some(why) => out.line(format_args!("  {what}: {why}"))?,
            None => out.line(format_args!("  {what}"))?,
        }
    }
    Ok(())
}
