//! Data rights: a person's entries are the export, and these files follow from the entries.

use std::collections::BTreeMap;

use imajin_app::data_rights::entries::Entry;
use imajin_app::{KeepsEntries, Things};
use imajin_protocol::Did;
use serde_json::{Map, Value as Json, json};

use crate::Media;
use crate::operations::{
    Add, EndLink, Erase, PutAlbum, PutDevice, PutFair, PutFolder, PutLink, RemoveAlbum,
    RemoveFolder, WorkPurchase, WorkSale,
};

impl KeepsEntries for Media {
    const THINGS: &'static [Things] = &[
        Things::put_by::<Add>("photos and files").removed_by::<Erase>(),
        Things::put_by::<PutFolder>("folders").removed_by::<RemoveFolder>(),
        Things::put_by::<PutAlbum>("albums").removed_by::<RemoveAlbum>(),
        Things::put_by::<PutLink>("links to photos").removed_by::<EndLink>(),
        Things::put_by::<PutDevice>("connected computers"),
        Things::put_by::<WorkPurchase>("bought works"),
        Things::put_by::<WorkSale>("sold works").left_with_others(
            "what somebody bought is their own: the file and who made it stay with them, and that it was sold is in the books of both",
        ),
    ];

    const MANIFEST_OPERATIONS: &'static [&'static str] = &[PutFair::NAME];

    /// The list `contexts` of the section `media`, exactly as docs/sections.md says.
    fn besides(_: &Did, entries: &[Entry]) -> Map<String, Json> {
        Map::from_iter([("contexts".to_owned(), contexts(entries))])
    }
}

/// Returns each use in a service, with the ids of its assets. The latest addition of an asset decides its use.
fn contexts(entries: &[Entry]) -> Json {
    let adds = entries.iter().filter(|entry| entry.op == Add::NAME && entry.body.is_object());
    let newest: BTreeMap<&str, Option<[&str; 3]>> =
        adds.filter_map(|add| Some((add.reference.as_deref()?, context(&add.body)))).collect();
    let mut contexts: BTreeMap<[&str; 3], Vec<&str>> = BTreeMap::new();
    for (asset, context) in newest {
        if let Some(context) = context {
            contexts.entry(context).or_default().push(asset);
        }
    }
    let row = |([app, feature, entity], assets): ([&str; 3], Vec<&str>)| json!({ "app": app, "feature": feature, "entity": entity, "assets": assets });
    contexts.into_iter().map(row).collect()
}

/// App, feature and entity, where a body has all three as texts.
fn context(body: &Json) -> Option<[&str; 3]> {
    let text = |name: &str| body["context"][name].as_str();
    Some([text("app")?, text("feature")?, text("entity")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(asset: Option<&str>, body: Json) -> Entry {
        Entry {
            at: 0,
            op: Add::NAME.to_owned(),
            reference: asset.map(str::to_owned),
            fact: Json::Null,
            body,
        }
    }

    fn context_json(app: &str, feature: &str, entity: &str) -> Json {
        json!({ "context": { "app": app, "feature": feature, "entity": entity } })
    }

    #[test]
    fn each_thing_has_its_assets_as_their_newest_words_say() {
        let entries = [
            add(Some("ast_b"), context_json("events", "poster", "evt_1")),
            add(Some("ast_a"), context_json("events", "poster", "evt_1")),
            add(Some("ast_c"), context_json("coffee", "", "")),
            add(Some("ast_d"), context_json("events", "poster", "evt_1")),
            // One came back from the trash for another use, and one without a use.
            add(Some("ast_d"), context_json("events", "poster", "evt_2")),
            add(Some("ast_e"), context_json("events", "poster", "evt_1")),
            add(Some("ast_e"), json!({})),
            // Erased, without a name, and not as it should be.
            add(Some("ast_b"), Json::Null),
            add(None, context_json("events", "poster", "evt_1")),
            add(
                Some("ast_f"),
                json!({ "context": { "app": "events", "feature": 7, "entity": "" } }),
            ),
            Entry {
                op: PutAlbum::NAME.to_owned(),
                ..add(Some("alb_1"), context_json("events", "poster", "evt_1"))
            },
        ];
        let expected = json!([
            { "app": "coffee", "feature": "", "entity": "", "assets": ["ast_c"] },
            { "app": "events", "feature": "poster", "entity": "evt_1", "assets": ["ast_a", "ast_b"] },
            { "app": "events", "feature": "poster", "entity": "evt_2", "assets": ["ast_d"] },
        ]);
        assert_eq!(contexts(&entries), expected);
        assert_eq!(contexts(&[]), json!([]));
    }
}
