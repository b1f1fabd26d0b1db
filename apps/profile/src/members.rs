//! The members of a profile: their names, what each may hold, and who sees them.
//!
//! Two kinds of readers: [`check`] is strict and guards what is entered here; [`Members`] takes whatever a log holds,
//! since a log may come from a node with other rules. Storage and HTTP are not known here.

use imajin_dfos::Value;
use imajin_dfos::cbor::to_dag_json;
use imajin_dfos::cid::{CODEC_RAW, parse_cid};
use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::{Did, Fact};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;
use std::fmt::{Formatter, Write};

use crate::ops::FACT_MEDIA;

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
/// Members that one can hide with `fieldVisibility`.
pub(crate) const HIDEABLE: [&str; 5] = ["displayName", "bio", "avatar", "banner", "links"];

/// The audience of those with whom one is connected.
pub(crate) const CONNECTIONS: &str = "connections";

/// Longest name that people see: two lines on a phone.
const DISPLAY_NAME_CHARS_MAX: usize = 100;
/// Longest text about oneself: some pages.
const BIO_CHARS_MAX: usize = 10_000;
/// Most links on a page.
const LINKS_MAX: usize = 50;
/// Longest title of a link.
const LINK_TITLE_CHARS_MAX: usize = 100;
/// Longest address of a link: what browsers agree on.
const LINK_URL_BYTES_MAX: usize = 2_000;
/// Most toggles, and the longest name of one.
const TOGGLES_MAX: usize = 50;
const TOGGLE_BYTES_MAX: usize = 50;
/// Most people that one field can be shown to.
const SELECTED_MAX: usize = 1_000;

fn bad(field: impl Into<String>, message: impl Into<String>) -> Refusal {
    Refusal::new(RefusalKind::BadRequest, message).field(field)
}

/// Checks the body of a `profile.update`, and that its fact names exactly the media files that the body does.
pub(crate) fn check(body: &Value, fact: Option<&Fact>) -> Result<(), Refusal> {
    let members = body
        .as_map()
        .ok_or_else(|| bad("body", "A profile is a map of members."))?;
    let mut named = Vec::new();
    let mut any = false;
    for (name, value) in members {
        if name == "salt" {
            continue;
        }
        any = true;
        if value.is_null() && name != "visibility" {
            continue;
        }
        match name.as_str() {
            "displayName" => text(name, value, DISPLAY_NAME_CHARS_MAX, false)?,
            "bio" => text(name, value, BIO_CHARS_MAX, true)?,
            "avatar" | "banner" => named.push(media(name, value)?),
            "links" => links(value)?,
            "visibility" => one_of(name, value, &["public", "incognito"])?,
            "fieldVisibility" => field_visibility(value)?,
            "featureToggles" => toggles(value)?,
            _ => {
                return Err(bad(
                    name,
                    format!(
                        "A profile has no member {name:?}; it has {}.",
                        NAMES.join(", ")
                    ),
                ));
            }
        }
    }
    if !any {
        return Err(bad(
            "body",
            format!(
                "Nothing to change: name at least one of {}.",
                NAMES.join(", ")
            ),
        ));
    }
    check_fact(&mut named, fact)
}

/// What others' copies depend on stands in the fact: the files that an entry names.
fn check_fact(named: &mut Vec<&str>, fact: Option<&Fact>) -> Result<(), Refusal> {
    named.sort_unstable();
    named.dedup();
    let ids = fact
        .and_then(|fact| fact.ids(FACT_MEDIA))
        .unwrap_or_default();
    let mut in_fact: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    in_fact.sort_unstable();
    let only_media = fact.is_none_or(|fact| fact.iter().all(|(key, _)| key == FACT_MEDIA));
    if in_fact != *named || !only_media || (fact.is_some() && named.is_empty()) {
        return Err(bad(
            "fact",
            "The fact must be {\"media\":[…]} with exactly the files that avatar and banner name, or absent if they name none.",
        ));
    }
    Ok(())
}

fn text(name: &str, value: &Value, chars_max: usize, lines: bool) -> Result<(), Refusal> {
    let text = value
        .as_str()
        .ok_or_else(|| bad(name, format!("{name} must be a text.")))?;
    if text.chars().count() > chars_max {
        return Err(bad(
            name,
            format!("{name} has at most {chars_max} characters."),
        ));
    }
    let allowed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\t'));
    if !text.chars().all(allowed) {
        return Err(bad(
            name,
            format!("{name} holds a control character: leave it out."),
        ));
    }
    Ok(())
}

fn media<'a>(name: &str, value: &'a Value) -> Result<&'a str, Refusal> {
    let not = || {
        bad(
            name,
            format!("{name} must be the CID of an uploaded picture (bafkrei…), or null."),
        )
    };
    let text = value.as_str().ok_or_else(not)?;
    match parse_cid(text) {
        Ok(cid) if cid.codec() == CODEC_RAW => Ok(text),
        _ => Err(not()),
    }
}

fn one_of(name: &str, value: &Value, words: &[&str]) -> Result<(), Refusal> {
    match value.as_str() {
        Some(word) if words.contains(&word) => Ok(()),
        _ => Err(bad(
            name,
            format!("{name} must be one of {}.", words.join(", ")),
        )),
    }
}

fn links(value: &Value) -> Result<(), Refusal> {
    let list = value
        .as_list()
        .ok_or_else(|| bad("links", "links must be a list of {title, url}."))?;
    if list.len() > LINKS_MAX {
        return Err(bad(
            "links",
            format!("There can be at most {LINKS_MAX} links."),
        ));
    }
    for link in list {
        let known = link
            .as_map()
            .is_some_and(|members| members.keys().all(|key| key == "title" || key == "url"));
        let (Some(url), true) = (link.get_str("url"), known) else {
            return Err(bad("links", "A link is {title, url} and nothing else."));
        };
        text(
            "links",
            link.get("title").unwrap_or(&Value::Text(String::new())),
            LINK_TITLE_CHARS_MAX,
            false,
        )?;
        if !is_link(url) {
            return Err(bad(
                "links",
                "A link's url must begin with https://, http:// or mailto: and have no spaces.",
            ));
        }
    }
    Ok(())
}

/// Whether an address may stand behind a link on a page: nothing that runs.
pub(crate) fn is_link(url: &str) -> bool {
    let scheme = ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| url.len() > scheme.len() && url.starts_with(scheme));
    scheme
        && url.len() <= LINK_URL_BYTES_MAX
        && !url.chars().any(|c| c.is_control() || c.is_whitespace())
}

fn field_visibility(value: &Value) -> Result<(), Refusal> {
    const NAME: &str = "fieldVisibility";
    let map = value
        .as_map()
        .ok_or_else(|| bad(NAME, "fieldVisibility must be a map of member to audience."))?;
    for (member, audience) in map {
        if !HIDEABLE.contains(&member.as_str()) {
            return Err(bad(
                NAME,
                format!("fieldVisibility can name {}.", HIDEABLE.join(", ")),
            ));
        }
        if let Some(members) = audience.as_map() {
            let chosen = members
                .get("selective")
                .filter(|_| members.len() == 1)
                .and_then(Value::as_list);
            let good = |item: &Value| item.as_str().is_some_and(|text| Did::parse(text).is_ok());
            if !chosen.is_some_and(|list| list.len() <= SELECTED_MAX && list.iter().all(good)) {
                return Err(bad(
                    NAME,
                    "A selective audience is {\"selective\":[DIDs]}, at most 1000.",
                ));
            }
            continue;
        }
        one_of(
            NAME,
            audience,
            &["public", CONNECTIONS, "selective", "private"],
        )?;
    }
    Ok(())
}

fn toggles(value: &Value) -> Result<(), Refusal> {
    let good = |(name, on): (&String, &Value)| {
        !name.is_empty() && name.len() <= TOGGLE_BYTES_MAX && on.as_bool().is_some()
    };
    match value.as_map() {
        Some(map) if map.len() <= TOGGLES_MAX && map.iter().all(good) => Ok(()),
        _ => Err(bad(
            "featureToggles",
            "featureToggles must be a map of at most 50 names to true or false.",
        )),
    }
}

/// Who looks at a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Viewer<'a> {
    /// Their DID, if they are signed in.
    pub(crate) did: Option<&'a str>,
    /// Whether they are connected with the profile's owner.
    pub(crate) connected: bool,
}

impl Viewer<'_> {
    /// Somebody of whom nothing is known.
    pub(crate) const EVERYBODY: Viewer<'static> = Viewer {
        did: None,
        connected: false,
    };
}

/// What a profile says, in the order of [`NAMES`]. What was never set is null, but `visibility` is `public`.
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
    /// As stored: what everybody sees, and what is hidden. What is no JSON object counts as empty.
    pub(crate) fn read(public: &str, hidden: Option<&str>) -> Self {
        let mut members = Self::default();
        for text in [Some(public), hidden].into_iter().flatten() {
            let stored: Stored = serde_json::from_str(text).unwrap_or_default();
            for (value, stored) in members.0.iter_mut().zip(stored.0) {
                if let Some(stored) = stored {
                    *value = stored;
                }
            }
        }
        members
    }

    /// Takes over the members of a `profile.update`'s body that are known.
    pub(crate) fn set(&mut self, body: &Value) {
        for (name, member) in NAMES.iter().zip(&mut self.0) {
            if let Some(value) = body.get(name) {
                // A body was dag-cbor: what has no JSON form cannot stand in one.
                *member = to_dag_json(value).unwrap_or(Json::Null);
            }
        }
    }

    /// What a member says.
    pub(crate) fn get(&self, name: &str) -> &Json {
        let mut all = self.all();
        let found = all.find(|(other, _)| *other == name);
        found.map_or(&Json::Null, |(_, value)| value)
    }

    /// All of it, with names.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &Json)> {
        NAMES.into_iter().zip(&self.0)
    }

    /// What a member says, if it is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).as_str()
    }

    /// Whether the profile is shown to others at all.
    pub(crate) fn is_public(&self) -> bool {
        self.text("visibility") != Some("incognito")
    }

    /// Whether somebody sees a member.
    fn shows(&self, name: &str, viewer: Viewer<'_>) -> bool {
        if name == "visibility" {
            return true;
        }
        // Whom a field is shown to is nobody else's business.
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
            Some(audience) => viewer.did.is_some_and(|viewer| {
                audience
                    .get("selective")
                    .and_then(Json::as_array)
                    .is_some_and(|list| list.iter().any(|did| did == viewer))
            }),
        }
    }

    /// The profile as somebody else sees it: hidden members are null, `fieldVisibility` is left out.
    pub(crate) fn seen_by(
        &self,
        viewer: Viewer<'_>,
    ) -> impl Iterator<Item = (&'static str, &Json)> {
        let others = self.all().filter(|(name, _)| *name != "fieldVisibility");
        others.map(move |(name, value)| match self.shows(name, viewer) {
            true => (name, value),
            false => (name, &Json::Null),
        })
    }

    /// What everybody does not see, if there may be such.
    pub(crate) fn hidden(&self) -> Option<impl Iterator<Item = (&'static str, &Json)>> {
        let hides_nothing = self.get("fieldVisibility").is_null() && self.is_public();
        let is_hidden = |(name, value): &(&'static str, &Json)| {
            *name == "fieldVisibility" || !(value.is_null() || self.shows(name, Viewer::EVERYBODY))
        };
        (!hides_nothing).then(|| self.all().filter(is_hidden))
    }
}

/// Members as a JSON object's text.
pub(crate) fn to_json<'a>(members: impl Iterator<Item = (&'static str, &'a Json)>) -> String {
    let mut text = "{".to_owned();
    for (n, (name, value)) in members.enumerate() {
        // Writing into a String does not fail; the names need no escapes.
        let _ = write!(text, "{}\"{name}\":{value}", if n == 0 { "" } else { "," });
    }
    text.push('}');
    text
}

/// Those members that a text has.
#[derive(Default)]
struct Stored([Option<Json>; NAMES.len()]);

impl<'de> Deserialize<'de> for Stored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self::default())
    }
}

impl<'de> Visitor<'de> for Stored {
    type Value = Self;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("the members of a profile")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key::<&str>()? {
            match NAMES.iter().position(|known| *known == name) {
                Some(at) => self.0[at] = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
