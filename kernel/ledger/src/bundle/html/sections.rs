//! The sections of a bundle for people: profile and identity in words, all others as they are.

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::bundle::views::{HOME_WORDS, HomeWords};

/// Nesting up to which values are written out; deeper values appear as JSON text.
const DEPTH_MAX: usize = 6;
/// Items of a list that are written out.
const ITEMS_MAX: usize = 200;

/// Sections that the page shows in their own way.
const KNOWN: [&str; 3] = ["profile", "identity", HOME_WORDS];

pub(super) fn display_name(sections: &Map<String, Value>) -> Option<&str> {
    let profile = sections.get("profile")?;
    let name = profile
        .get("display_name")
        .and_then(Value::as_str)
        .filter(|name| !name.trim().is_empty());
    name.or_else(|| profile.get("handle").and_then(Value::as_str))
}

/// Renders the profile and the identity.
pub(super) fn render(sections: &Map<String, Value>, words: &HomeWords) -> Markup {
    html! {
        @if let Some(profile) = sections.get("profile") { (self::profile(profile, words)) }
        @if let Some(identity) = sections.get("identity") { (self::identity(identity, words)) }
    }
}

/// Renders every other section.
pub(super) fn others(sections: &Map<String, Value>, words: &HomeWords) -> Markup {
    html! {
        @for (name, section) in sections.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())) {
            section.card {
                h2 { (title(name)) }
                (super::of_section(words, name))
                details { summary { "Show" } (value(section, 0)) }
            }
        }
    }
}

fn title(name: &str) -> &str {
    if name == "media" { "Your files" } else { name }
}

fn profile(profile: &Value, words: &HomeWords) -> Markup {
    let text = |name: &str| profile.get(name).and_then(Value::as_str);
    let count = |name: &str| {
        profile
            .get(name)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    html! {
        section.card aria-labelledby="profile" {
            h2 id="profile" { "Your profile" }
            (super::of_section(words, "profile"))
            @if let Some(bio) = text("bio") { p { (bio) } }
            dl {
                @if let Some(handle) = text("handle") { dt { "Handle" } dd { (handle) } }
                @if let Some(visibility) = text("visibility") { dt { "Who sees it" } dd { (visibility) } }
                dt { "You follow" } dd { (count("following")) }
                dt { "Following you" } dd { (count("followers")) }
            }
            details { summary { "Show all of it" } (value(profile, 0)) }
        }
    }
}

fn identity(identity: &Value, words: &HomeWords) -> Markup {
    let soft = identity.get("tier").and_then(Value::as_str) == Some("soft");
    let home = identity.get("home").unwrap_or(&Value::Null);
    html! {
        section.card aria-labelledby="identity" {
            h2 id="identity" { "Your address and keys" }
            (super::of_section(words, "identity"))
            @if soft {
                p { "Your key signs no entries: everything in this record is the box's word." }
            } @else {
                p { "Your own keys sign your entries. Anyone who has them can act as you: keep your recovery sheet safe." }
            }
            dl {
                dt { "Home" } dd { (home.get("url").and_then(Value::as_str).unwrap_or("unknown")) }
                @if let Some(since) = identity.get("created_at").and_then(Value::as_str) { dt { "Since" } dd { (super::day(since)) } }
            }
            details { summary { "Show keys and permissions" } (value(identity, 0)) }
        }
    }
}

fn value(value: &Value, depth: usize) -> Markup {
    html! {
        @match value {
            Value::Null => span.soft { "–" },
            Value::Bool(true) => "yes",
            Value::Bool(false) => "no",
            Value::Number(number) => (number),
            Value::String(text) => (text),
            Value::Array(items) if items.is_empty() => span.soft { "none" },
            Value::Object(members) if members.is_empty() => span.soft { "none" },
            _ if depth >= DEPTH_MAX => code { (value.to_string()) },
            Value::Array(items) => {
                ul { @for item in items.iter().take(ITEMS_MAX) { li { (self::value(item, depth + 1)) } } }
                @if items.len() > ITEMS_MAX { p.soft { "and " (items.len() - ITEMS_MAX) " more in " code { "bundle.json" } } }
            }
            Value::Object(members) => dl {
                @for (name, member) in members { dt { (name) } dd { (self::value(member, depth + 1)) } }
            },
        }
    }
}
