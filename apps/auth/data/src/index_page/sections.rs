//! The sections of a copy for people: profile and identity in words, all others as they are.

use imajin_app::args;
use imajin_dfos::Timestamp;
use imajin_log::format::views::{FAIR, HOME_WORDS, HomeWords, IDENTITY, MEDIA};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{Says, mark, of_section};

/// Nesting up to which values are written out; deeper values appear as JSON text.
const DEPTH_MAX: usize = 6;
/// Items of a list that are written out.
const ITEMS_MAX: usize = 200;

const PROFILE: &str = "profile";
/// Sections that the page shows in their own way.
const KNOWN: [&str; 3] = [PROFILE, IDENTITY, HOME_WORDS];

pub(super) fn display_name(sections: &Map<String, Value>) -> Option<&str> {
    let profile = sections.get(PROFILE)?;
    let name =
        profile.get("display_name").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
    name.or_else(|| profile.get("handle").and_then(Value::as_str))
}

/// Draws the profile and the identity.
pub(super) fn known(says: &Says, sections: &Map<String, Value>, home: &HomeWords) -> Markup {
    html! {
        @if let Some(profile) = sections.get(PROFILE) { (self::profile(says, profile, home)) }
        @if let Some(identity) = sections.get(IDENTITY) { (self::identity(says, identity, home)) }
    }
}

pub(super) fn others(says: &Says, sections: &Map<String, Value>, home: &HomeWords) -> Markup {
    let t = says.t;
    let others = sections.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str()));
    html! {
        @for (name, section) in others {
            section.card {
                h2 {
                    @match name.as_str() {
                        MEDIA => (t.text("index-your-files")),
                        FAIR => (t.text("index-manifests")),
                        name => (says.words.service(name)),
                    }
                }
                (of_section(t, home, name))
                details { summary { (t.text("index-show")) } (value(says, section, 0)) }
            }
        }
    }
}

fn profile(says: &Says, profile: &Value, home: &HomeWords) -> Markup {
    let t = says.t;
    let text = |name: &str| profile.get(name).and_then(Value::as_str);
    let count = |name: &str| {
        let list = profile.get(name).and_then(Value::as_array);
        t.lang.number(list.map_or(0, Vec::len) as u64)
    };
    html! {
        section.card aria-labelledby="profile" {
            h2 id="profile" { (t.text("index-profile")) }
            (of_section(t, home, PROFILE))
            @if let Some(bio) = text("bio") { p { (bio) } }
            dl {
                @if let Some(handle) = text("handle") { dt { (t.text("index-handle")) } dd { (handle) } }
                @if let Some(visibility) = text("visibility") { dt { (t.text("index-visibility")) } dd { (visibility) } }
                dt { (t.text("index-following")) } dd { (count("following")) }
                dt { (t.text("index-followers")) } dd { (count("followers")) }
            }
            details { summary { (t.text("index-show-all")) } (value(says, profile, 0)) }
        }
    }
}

fn identity(says: &Says, identity: &Value, home: &HomeWords) -> Markup {
    let t = says.t;
    let text = |name: &str| identity.get(name).and_then(Value::as_str);
    let keys = match text("tier") {
        Some("soft") => "index-keys-of-box",
        _ => "index-keys-own",
    };
    let url = identity.get("home").and_then(|home| home.get("url"));
    let url = url.and_then(Value::as_str).map(str::to_owned);
    let since = text("created_at").and_then(|at| Timestamp::parse(at).ok());
    html! {
        section.card aria-labelledby="identity" {
            h2 id="identity" { (t.text("index-identity")) }
            (of_section(t, home, IDENTITY))
            p { (t.text(keys)) }
            dl {
                dt { (t.text("index-home")) } dd { (url.unwrap_or_else(|| t.text("index-home-unknown").into_owned())) }
                @if let Some(since) = since { dt { (t.text("index-since")) } dd { (t.date_time(since)) } }
            }
            details { summary { (t.text("index-show-keys")) } (value(says, identity, 0)) }
        }
    }
}

fn value(says: &Says, value: &Value, depth: usize) -> Markup {
    let t = says.t;
    html! {
        @match value {
            Value::Null => span.soft { "–" },
            Value::Bool(true) => (t.text("index-yes")),
            Value::Bool(false) => (t.text("index-no")),
            Value::Number(number) => (number),
            Value::String(text) => (text),
            Value::Array(items) if items.is_empty() => span.soft { (t.text("index-none")) },
            Value::Object(members) if members.is_empty() => span.soft { (t.text("index-none")) },
            _ if depth >= DEPTH_MAX => code { (value.to_string()) },
            Value::Array(items) => {
                ul { @for item in items.iter().take(ITEMS_MAX) { li { (self::value(says, item, depth + 1)) } } }
                @if items.len() > ITEMS_MAX {
                    p.soft { (t.markup("index-more", args![count = items.len() - ITEMS_MAX], mark)) }
                }
            }
            Value::Object(members) => dl {
                @for (name, member) in members { dt { (name) } dd { (self::value(says, member, depth + 1)) } }
            },
        }
    }
}
