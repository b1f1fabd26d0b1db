//! The use of the disk, and the parts that can be removed.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Json, Visitor};
use imajin_app::{Problem, Texts, args};
use imajin_host::room::Level;
use imajin_host::usage::{Kind, Removal, Usage};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::upkeep_of_owner;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemovalForm {
    what: Removal,
}

/// `POST /health/remove`: removes something removable, and says how many bytes that freed.
pub(crate) async fn remove(
    Visitor(node, Caller(session)): Visitor,
    Json(asked): Json<RemovalForm>,
) -> Result<Response, Problem> {
    let upkeep = upkeep_of_owner(&node, session.as_ref())?;
    let removed = imajin_app::blocking::run(move || upkeep.remove(asked.what));
    let freed = removed.await??;
    Ok(axum::Json(json!({ "freed": freed })).into_response())
}

pub(super) fn drawn(usage: &Usage, t: Texts) -> Markup {
    let size = |bytes| t.lang.size(bytes);
    html! {
        h2 #room { (t.text("room")) }
        section.card {
            @if let Some(room) = &usage.room {
                p {
                    (t.format("room-free", args![free = size(room.free), total = size(room.total), reserve = size(room.reserve)]))
                    @match room.level {
                        Level::Plenty => {},
                        Level::Scarce => { " " span.tag.bad { (t.text("room-little")) } " " (t.text("room-scarce")) },
                        Level::Reserve => { " " span.tag.bad { (t.text("room-full")) } " " (t.text("room-reserve")) },
                    }
                }
            }
            ul.plain {
                @for part in usage.parts.iter().filter(|part| part.bytes > 0 || part.removal.is_some()) {
                    @let (title, advice) = messages(part.kind);
                    li {
                        p { strong { (t.lang.size(part.bytes)) } " " (t.text(title)) }
                        p.hint { (t.text(advice)) }
                        @if let Some(removal) = part.removal {
                            @let (name, label, question) = button(removal);
                            p { button type="button" data-remove=(name) data-question=[question.map(|id| t.text(id))] {
                                @match part.frees {
                                    Some(frees) => (t.format("room-frees", args![what = t.text(label), size = t.lang.size(frees)])),
                                    None => (t.text(label)),
                                }
                            } }
                        }
                    }
                }
            }
        }
    }
}

/// The messages for a kind of data: what it is, and how it gets smaller.
fn messages(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Records => ("room-records", "room-records-how"),
        Kind::Media => ("room-media", "room-media-how"),
        Kind::Tables => ("room-tables", "room-tables-how"),
        Kind::Previews => ("room-previews", "room-previews-how"),
        Kind::Journal => ("room-journal", "room-journal-how"),
        Kind::Relay => ("room-relay", "room-relay-how"),
        Kind::Backups => ("room-backups", "room-backups-how"),
        Kind::Friends => ("room-friends", "room-friends-how"),
        Kind::Copies => ("room-copies", "room-copies-how"),
        Kind::Arrivals => ("room-arrivals", "room-arrivals-how"),
        Kind::Damaged => ("room-damaged", "room-damaged-how"),
        Kind::Reserve => ("room-reserved", "room-reserved-how"),
        Kind::Settings => ("room-settings", "room-settings-how"),
        Kind::SystemLog => ("room-log", "room-log-how"),
        Kind::Other => ("room-other", "room-other-how"),
    }
}

/// The name that the button sends, the message on it, and the one that is asked first where something is lost.
fn button(removal: Removal) -> (&'static str, &'static str, Option<&'static str>) {
    match removal {
        Removal::Copies => ("copies", "room-remove-copies", None),
        Removal::Media => ("media", "room-remove-media", None),
        Removal::OldBackups => {
            ("old_backups", "room-remove-backups", Some("room-remove-backups-sure"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::TEXTS;
    use imajin_app::Lang;
    use imajin_host::room::Standing;
    use imajin_host::usage::Part;

    #[test]
    fn each_kind_says_how_it_gets_smaller_and_what_is_lost_is_asked_for() {
        let part = |kind, removal, frees| Part { kind, bytes: 5_000_000, removal, frees };
        let usage = Usage {
            room: Some(Standing {
                total: 64_000_000_000,
                free: 1_000_000_000,
                reserve: 3_200_000_000,
                level: Level::Reserve,
            }),
            parts: vec![
                part(Kind::Backups, Some(Removal::OldBackups), Some(3_000_000)),
                part(Kind::Copies, Some(Removal::Copies), Some(1_000)),
                part(Kind::Records, None, None),
            ],
        };
        let text = drawn(&usage, TEXTS.for_reader(Lang::En)).into_string();
        assert!(text.contains("1.0\u{a0}GB of 64.0\u{a0}GB are free"), "{text}");
        assert!(text.contains("signing in, deleting and copies work until there is room"));
        assert!(text.contains("data-remove=\"old_backups\" data-question=\"Remove all backups"));
        assert!(text.contains("data-remove=\"copies\">"), "nothing is lost: {text}");
        for removal in [Removal::Copies, Removal::Media, Removal::OldBackups] {
            let sent = format!("{{\"what\":\"{}\"}}", button(removal).0);
            let RemovalForm { what } = serde_json::from_str(&sent).unwrap();
            assert_eq!(what, removal);
        }
    }
}
