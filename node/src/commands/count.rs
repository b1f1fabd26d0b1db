//! `imajin count`: how much a node holds about someone, by service and kind.

use super::reach::DataAccess;
use crate::cli::UserArgs;
use crate::client::Session;
use crate::open::OpenFolder;
use crate::output::Out;
use imajin_app::Count;
use imajin_box::failure::{Failure, Outcome};
use imajin_protocol::Did;
use serde_json::{Map, Value as Json, json};

pub(super) fn run(args: &UserArgs) -> Outcome {
    let reach = DataAccess::new(&args.place)?;
    let counted = reach.did(args.did.as_deref()).and_then(|did| Ok((count(&reach, &did)?, did)));
    let (services, did) = reach.close(counted)?;
    print(&did, &services, args.json)
}

fn count(reach: &DataAccess, did: &Did) -> Outcome<Json> {
    match reach {
        DataAccess::Folder(opened) => in_folder(opened, did),
        DataAccess::Person { person, .. } => {
            let session = Session::begin(&person.client, &person.key)?;
            let answer =
                session.get(&person.client, &format!("/auth/api/count?did={}", did.as_str()))?;
            Ok(answer["counts"].clone())
        }
    }
}

fn in_folder(opened: &OpenFolder, did: &Did) -> Outcome<Json> {
    if opened.ledger.status(did).map_err(Failure::unusable)?.is_none() {
        return Err(Failure::no(format!("there is no log of {} here", did.as_str())));
    }
    let mut services = Map::new();
    for service in opened.services.iter() {
        let counts: Vec<Count> = opened
            .ledger
            .read(service.name(), |db| service.count(db, did))
            .map_err(Failure::unusable)?;
        let some = counts.into_iter().filter(|count| count.number > 0);
        let some: Map<String, Json> = some.map(|count| (count.kind, json!(count.number))).collect();
        if !some.is_empty() {
            services.insert(service.name().to_owned(), Json::Object(some));
        }
    }
    Ok(Json::Object(services))
}

fn print(did: &Did, counts: &Json, json: bool) -> Outcome {
    let answer = json!({ "did": did.as_str(), "counts": counts });
    Out::answer(json, &answer, |out| {
        for (service, kinds) in counts.as_object().into_iter().flatten() {
            for (kind, number) in kinds.as_object().into_iter().flatten() {
                let count = Count::new(kind, number.as_u64().unwrap_or(0));
                out.line(format_args!("{service:<12} {:>8}  {}", count.number, count.kind_name()))?;
            }
        }
        Ok(())
    })
}
