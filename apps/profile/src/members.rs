//! The members of a profile, and their audiences. This module knows neither storage nor HTTP.
//!
//! Always: [`Members`] accepts any values from a log, because a log may come from a node with other rules.
//! [`crate::operations::UpdateProfile`] declares what this node accepts.

use imajin_dfos::Value;
use imajin_dfos::cbor::to_dag_json;
use serde_json::{Map, Value as Json};
use std::fmt::Write;
use std::sync::LazyLock;

use crate::operations::CONNECTIONS;

/// All members, in the order in which they are shown.
pub(crate) const NAMES: [&str; 8] = [
    "displayName",
    "bio",
    "avatar",
    "banner",
    "links",
    "visibility",
    "fieldVisibility",
    "featureToggles",
];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Viewer<'a> {
    /// The viewer's DID, if they are signed in.
    pub(crate) did: Option<&'a str>,
    /// Whether the viewer is connected with the profile's owner.
    pub(crate) connected: bool,
}

impl Viewer<'_> {
    /// A viewer without a session.
    pub(crate) const EVERYBODY: Viewer<'static> = Viewer { did: None, connected: false };
}

/// The members of a profile, in the order of [`NAMES`]. Unset members are null; `visibility` defaults to `public`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Members([Json; NAMES.len()]);

impl Default for Members {
    fn default() -> Self {
        let first = |name| match name {
            "visibility" => Json::from("public"),
            _ => Json::Null,
        };
        Self(NAMES.map(first))
    }
}

impl Members {
    /// Reads the stored public and hidden members. Text that is not a JSON object counts as empty.
    pub(crate) fn read(public: &str, hidden: Option<&str>) -> Self {
        let mut members = Self::default();
        for text in [Some(public), hidden].into_iter().flatten() {
            let mut stored: Map<String, Json> = serde_json::from_str(text).unwrap_or_default();
            for (name, member) in NAMES.iter().zip(&mut members.0) {
                if let Some(value) = stored.remove(*name) {
                    *member = value;
                }
            }
        }
        members
    }

    /// Applies the known members in the body of a `profile.update`; null clears one.
    pub(crate) fn set(&mut self, body: &Value) {
        let blank = Self::default();
        for ((name, member), unset) in NAMES.iter().zip(&mut self.0).zip(blank.0) {
            if let Some(value) = body.get(name) {
                // A map with the member `/` has no JSON form.
                *member = match to_dag_json(value) {
                    Ok(Json::Null) | Err(_) => unset,
                    Ok(json) => json,
                };
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> &Json {
        let mut all = self.all();
        all.find(|(other, _)| *other == name).map_or(&Json::Null, |(_, value)| value)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &Json)> {
        NAMES.into_iter().zip(&self.0)
    }

    /// Returns the value of a member, if it is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).as_str()
    }

    /// Whether the profile is shown to others at all.
    pub(crate) fn is_public(&self) -> bool {
        self.text("visibility") != Some("incognito")
    }

    /// Whether the viewer sees a member.
    fn shows(&self, name: &str, viewer: Viewer<'_>) -> bool {
        if name == "visibility" {
            return true;
        }
        // Only the owner sees the audiences themselves.
        if !self.is_public() || name == "fieldVisibility" {
            return false;
        }
        match self.get("fieldVisibility").get(name) {
            None => true,
            Some(Json::String(audience)) => match audience.as_str() {
                "public" => true,
                CONNECTIONS => viewer.connected,
                _ => false,
            },
            Some(audience) => {
                let people = audience.get("selective").and_then(Json::as_array);
                let is_viewer = |did: &Json| viewer.did.is_some_and(|viewer| did == viewer);
                people.is_some_and(|people| people.iter().any(is_viewer))
            }
        }
    }

    /// Returns the CID of the picture, if this viewer sees it. `owner`, whose profile it is, always does.
    pub(crate) fn avatar_for(&self, owner: &str, viewer: Viewer<'_>) -> Option<String> {
        let sees = viewer.did == Some(owner) || self.shows("avatar", viewer);
        self.text("avatar").filter(|_| sees).map(str::to_owned)
    }

    /// Returns the profile as a viewer other than the owner sees it: hidden members are null, `fieldVisibility` is left
    /// out.
    pub(crate) fn seen_by(
        &self,
        viewer: Viewer<'_>,
    ) -> impl Iterator<Item = (&'static str, &Json)> {
        let others = self.all().filter(|(name, _)| *name != "fieldVisibility");
        others.map(
            move |(name, value)| {
                if self.shows(name, viewer) { (name, value) } else { (name, &Json::Null) }
            },
        )
    }

    /// Returns the members that not everyone sees; `None` if the profile hides nothing.
    pub(crate) fn hidden(&self) -> Option<impl Iterator<Item = (&'static str, &Json)>> {
        let hides_nothing = self.get("fieldVisibility").is_null() && self.is_public();
        let is_hidden = |(name, value): &(&'static str, &Json)| {
            *name == "fieldVisibility" || !(value.is_null() || self.shows(name, Viewer::EVERYBODY))
        };
        (!hides_nothing).then(|| self.all().filter(is_hidden))
    }
}

/// JSON of an empty profile, as everyone sees it.
pub(crate) static BLANK: LazyLock<String> =
    LazyLock::new(|| to_json(Members::default().seen_by(Viewer::EVERYBODY)));

/// Returns members as a JSON object's text. Their names need no escapes.
pub(crate) fn to_json<'a>(members: impl Iterator<Item = (&'static str, &'a Json)>) -> String {
    let mut text = "{".to_owned();
    for (n, (name, value)) in members.enumerate() {
        let comma = if n == 0 { "" } else { "," };
        // Writing into a String can't fail.
        let _ = write!(text, "{comma}\"{name}\":{value}");
    }
    text + "}"
}

#[cfg(test)]
pub(crate) mod tests;
