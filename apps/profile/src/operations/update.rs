//! Changes of the author's profile.

use imajin_app::impl_field;
use imajin_app::operation::{
    Change, Choice, Decide, FieldError, Invalid, List, MediaFile, Operation, Paragraphs, Record,
    Title, Url,
};
use imajin_dfos::Value;
use imajin_protocol::Did;
use serde_json::json;

/// Members that `fieldVisibility` can hide.
pub(crate) const HIDEABLE: [&str; 5] = ["displayName", "bio", "avatar", "banner", "links"];
/// The audience of the owner's connections.
pub(crate) const CONNECTIONS: &str = "connections";

/// The names of audiences. `selective` without a list includes no one.
const AUDIENCES: [&str; 4] = ["public", CONNECTIONS, "selective", "private"];
/// Maximum number of people in the audience of one field.
const SELECTED_MAX: usize = 1_000;
/// Maximum number of toggles, and maximum size of a toggle's name in bytes.
const TOGGLES_MAX: usize = 50;
const TOGGLE_BYTES_MAX: usize = 50;

/// Changes your profile. What is left out stays as it is; null empties a member.
#[derive(Debug, Default, Operation)]
#[operation(name = "profile.update", authority = Any, erasable_by = Author, check)]
pub(crate) struct UpdateProfile {
    /// Your name, in at most 100 characters.
    #[field(name = "displayName")]
    display_name: Change<Title<100>>,
    /// About yourself, in at most 10 000 characters.
    bio: Change<Paragraphs<10_000>>,
    /// A picture of yourself.
    avatar: Change<MediaFile>,
    /// A wide picture above it.
    banner: Change<MediaFile>,
    /// Links on the page, in their order.
    links: Change<List<Link, 0, 50>>,
    /// Whether others see the profile at all.
    visibility: Option<Visibility>,
    /// Who sees a member: an audience by its name, or `{"selective": [DIDs]}`.
    #[field(name = "fieldVisibility")]
    field_visibility: Change<FieldVisibility>,
    /// Extras that are on or off.
    #[field(name = "featureToggles")]
    feature_toggles: Change<FeatureToggles>,
    /// The files that `avatar` and `banner` name, each once; exactly where they name some.
    #[fact]
    media: Option<List<MediaFile, 1, 2>>,
}

/// A link on a profile.
#[derive(Debug, Record)]
struct Link {
    /// The title.
    title: Option<Title<100>>,
    /// Where it leads.
    url: Url,
}

/// Whether others see a profile at all.
#[derive(Debug, Choice)]
enum Visibility {
    Public,
    Incognito,
}

/// The audience of each member. This type checks the form only; `members` interprets it.
#[derive(Debug)]
struct FieldVisibility(Value);

/// Feature toggles, by name.
#[derive(Debug)]
struct FeatureToggles(Value);

impl UpdateProfile {
    fn check(&self) -> Result<(), FieldError> {
        let is_empty = self.display_name.is_keep()
            && self.bio.is_keep()
            && self.avatar.is_keep()
            && self.banner.is_keep()
            && self.links.is_keep()
            && self.visibility.is_none()
            && self.field_visibility.is_keep()
            && self.feature_toggles.is_keep();
        if is_empty {
            let message = "Nothing to change: name at least one member of the profile.";
            return Err(FieldError::new("body", message));
        }
        // Copies on other nodes need to know which files an entry uses, so the fact names them.
        let named = [&self.avatar, &self.banner].into_iter();
        let mut named: Vec<_> = named.filter_map(Change::value).collect();
        let mut listed: Vec<_> = self.media.iter().flat_map(|media| &media.0).collect();
        named.sort_unstable();
        named.dedup();
        listed.sort_unstable();
        if named == listed {
            Ok(())
        } else {
            Err(FieldError::new(
                "media",
                "The fact must be {\"media\":[…]} with exactly the files that avatar and banner name, or absent if they name none.",
            ))
        }
    }
}

impl Decide for UpdateProfile {}

impl_field!(
    FieldVisibility,
    |value| {
        let map = value.as_map();
        let map = map.ok_or_else(|| Invalid::new("must be a map of member to audience"))?;
        for (member, audience) in map {
            if !HIDEABLE.contains(&member.as_str()) {
                return Err(Invalid::new(format!("can name {}", HIDEABLE.join(", "))));
            }
            is_audience(audience).map_err(|invalid| invalid.inside(format_args!(".{member}")))?;
        }
        Ok(Self(value.clone()))
    },
    |field| field.0.clone(),
    {
        let people =
            json!({ "type": "array", "items": { "type": "string" }, "maxItems": SELECTED_MAX });
        let selective = json!({ "type": "object", "properties": { "selective": people }, "required": ["selective"], "additionalProperties": false });
        let audience = json!({ "anyOf": [{ "type": "string", "enum": AUDIENCES }, selective] });
        json!({ "type": "object", "propertyNames": { "enum": HIDEABLE }, "additionalProperties": audience })
    },
    |_| Value::map([("bio", CONNECTIONS.into())])
);

fn is_audience(audience: &Value) -> Result<(), Invalid> {
    let Some(members) = audience.as_map() else {
        let name = audience.as_str().filter(|name| AUDIENCES.contains(name));
        return name.map(drop).ok_or_else(|| Invalid::choice(&AUDIENCES));
    };
    let people = members.get("selective").filter(|_| members.len() == 1);
    let is_did = |item: &Value| item.as_str().is_some_and(|text| Did::parse(text).is_ok());
    match people.and_then(Value::as_list) {
        Some(people) if people.len() <= SELECTED_MAX && people.iter().all(is_did) => Ok(()),
        _ => Err(Invalid::new(format!("must be {{\"selective\":[DIDs]}}, at most {SELECTED_MAX}"))),
    }
}

impl_field!(
    FeatureToggles,
    |value| {
        let is_toggle = |(name, on): (&String, &Value)| {
            (1..=TOGGLE_BYTES_MAX).contains(&name.len()) && on.as_bool().is_some()
        };
        let map = value.as_map().filter(|map| map.len() <= TOGGLES_MAX);
        map.filter(|map| map.iter().all(is_toggle)).map(|_| Self(value.clone()))
    },
    format!("must be a map of at most {TOGGLES_MAX} names to true or false"),
    |field| field.0.clone(),
    json!({ "type": "object", "maxProperties": TOGGLES_MAX, "additionalProperties": { "type": "boolean" } }),
    |words| Value::map([(words.take(), Value::Bool(true))])
);

#[cfg(test)]
mod tests;
