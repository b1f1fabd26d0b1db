//! What a notification about a conversation says: with whom it is, and nothing of what was written.

use imajin_protocol::Did;
use imajin_service::capabilities::{Said, SaysNews, Told};
use imajin_service::notices::About;
use imajin_service::{Lang, Node, Problem, args};

use crate::Chat;
use crate::fields::Kind;
use crate::manifest::{MANIFEST, TEXTS};
use crate::names::Names;
use crate::operations::{Admitted, MessageSent, Out, Requested, RoleGiven};
use crate::queries::{self, Room};
use crate::room_role::role_in;

impl SaysNews for Chat {
    fn said(&self, node: &Node, told: Told<'_>, lang: Lang) -> Result<Option<Said>, Problem> {
        let t = TEXTS.of(lang);
        if told.op == Requested::NAME {
            let text = t.text("told-request").into_owned();
            let href = "/chat#requests".to_owned();
            return Ok(Some(Said { text, href }));
        }
        let room = node.read(MANIFEST.name, |db| queries::room(db, told.log.as_str()))?;
        let Some(room) = room else { return Ok(None) };
        // Somebody who is out by now is told what was done, and no name.
        if role_in(node, &room, told.person)?.is_none() {
            return Ok(None);
        }
        let message = match (told.op, room.kind) {
            (MessageSent::NAME, _) if told.about == About::Mention => "told-mention",
            (MessageSent::NAME, Kind::Direct) => "told-message",
            (MessageSent::NAME, _) => "told-message-in",
            (Admitted::NAME | Out::NAME | RoleGiven::NAME, _) => "told-turn",
            _ => return Ok(None),
        };
        let names = names(node, &room, told.person, lang)?;
        let name = names.room(&room)?.name;
        let href = format!("/chat/{}", room.name);
        Ok(Some(match told.about {
            About::Mention => Said {
                text: t.with(
                    message,
                    args![who = names.person(told.author)?.name, name = name],
                ),
                href: format!("{href}#{}", told.reference.unwrap_or_default()),
            },
            _ => Said {
                text: t.with(message, args![name = name, count = told.count]),
                href,
            },
        }))
    }
}

/// The names that somebody knows, with the other person's in a conversation of two.
fn names<'a>(node: &'a Node, room: &Room, me: &Did, lang: Lang) -> Result<Names<'a>, Problem> {
    let mut names = Names::of(node, me, TEXTS.of(lang))?;
    let other = node.read(MANIFEST.name, |db| {
        queries::other(db, room.log.as_str(), me.as_str())
    })?;
    names.meet(other)?;
    Ok(names)
}
