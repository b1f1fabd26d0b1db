//! The section `profile` of `bundle.json`, made as docs/format.md §12 says, for bundles of these tests.

use std::collections::BTreeSet;

use imajin_dfos::{Value, cbor};
use imajin_log::Applied;
use imajin_log::format::views::{ViewBuilder, ViewError, Views};
use imajin_protocol::Did;
use serde_json::{Map, Value as Json, json};

/// Views of the one service that the Python verifier knows.
pub struct ProfileViews;

#[derive(Default)]
struct Profile {
    said: Map<String, Json>,
    handle: Json,
    following: BTreeSet<String>,
    followers: BTreeSet<String>,
}

impl Views for ProfileViews {
    fn begin(&self, _: &Did) -> Result<Box<dyn ViewBuilder>, ViewError> {
        Ok(Box::<Profile>::default())
    }

    fn knows(&self, section: &str) -> bool {
        section == "profile"
    }
}

const MEMBERS: [(&str, &str); 8] = [
    ("displayName", "display_name"),
    ("bio", "bio"),
    ("avatar", "avatar"),
    ("banner", "banner"),
    ("links", "links"),
    ("visibility", "visibility"),
    ("fieldVisibility", "field_visibility"),
    ("featureToggles", "feature_toggles"),
];

fn dids(entry: &Applied<'_>) -> Vec<String> {
    let ids = entry.fact.and_then(|fact| fact.ids("dids")).unwrap_or_default();
    ids.iter().map(ToString::to_string).collect()
}

fn member(body: Option<&Value>, name: &str) -> Option<Json> {
    // A map with the member `/` has no JSON form.
    Some(cbor::to_dag_json(body?.get(name)?).unwrap_or_default())
}

impl ViewBuilder for Profile {
    fn entry(&mut self, entry: &Applied<'_>) -> Result<(), ViewError> {
        let reference = entry.reference.unwrap_or_default().to_owned();
        match entry.op {
            "profile.update" => {
                for (name, column) in MEMBERS {
                    if let Some(value) = member(entry.body, name) {
                        self.said.insert(column.into(), value);
                    }
                }
            }
            "profile.handle.claim" if entry.body.is_some() => {
                self.handle = member(entry.body, "handle").unwrap_or_default();
            }
            "profile.handle.release" => self.handle = Json::Null,
            "profile.follow" => self.following.extend(dids(entry)),
            "profile.unfollow" => {
                for did in dids(entry) {
                    self.following.remove(&did);
                }
            }
            "profile.follower" => drop(self.followers.insert(reference)),
            "profile.follower.end" => drop(self.followers.remove(&reference)),
            _ => {}
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Map<String, Json>, ViewError> {
        let mut section = Map::new();
        for (_, column) in MEMBERS {
            section.insert(column.into(), self.said.get(column).cloned().unwrap_or_default());
        }
        if section["visibility"].is_null() {
            section.insert("visibility".into(), "public".into());
        }
        section.insert("handle".into(), self.handle);
        section.insert("following".into(), json!(self.following));
        section.insert("followers".into(), json!(self.followers));
        Ok(Map::from_iter([("profile".to_owned(), Json::Object(section))]))
    }
}
