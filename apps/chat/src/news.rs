//! The texts of notifications about conversations: the other members, and never the contents.

use imajin_app::capabilities::{NewsEntry, NewsItem, SaysNews};
use imajin_app::notices::About;
use imajin_app::{Lang, Node, Problem, args};
use imajin_protocol::Did;

use crate::Chat;
use crate::fields::Kind;
use crate::manifest::TEXTS;
use crate::names::Names;
use crate::operations::{Admitted, MessageSent, Out, Requested, RoleGiven};
use crate::queries::{self, Room};
use crate::room_role::role_in;

impl SaysNews for Chat {
    fn describe_news(
        &self,
        node: &Node,
        told: NewsEntry<'_>,
        lang: Lang,
    ) -> Result<Option<NewsItem>, Problem> {
        let t = TEXTS.for_reader(lang);
        let room = queries::read(node, |db| queries::room(db, told.log.as_str()))?;
        let room = match (told.op, room) {
            (Requested::NAME, _) => {
                let message = (t, "told-request");
                let sentence = NewsItem::by(told.who, message, args![], "/chat#requests");
                return Ok(Some(sentence));
            }
            (_, Some(room)) => room,
            (_, None) => return Ok(None),
        };
        // A former member is told what was done, without the name of the conversation.
        if role_in(node, &room, told.person)?.is_none() {
            return Ok(None);
        }
        let is_own_going = told.reference == Some(told.author.as_str());
        let message = match (told.op, room.kind) {
            (MessageSent::NAME, _) if told.about == About::Mention => "told-mention",
            (MessageSent::NAME, Kind::Direct) => "told-message",
            (MessageSent::NAME, _) => "told-message-in",
            (Admitted::NAME, _) => "told-admitted-in",
            (Out::NAME, _) if is_own_going => "told-left",
            (Out::NAME, _) => "told-out-of",
            (RoleGiven::NAME, _) => "told-role-in",
            _ => return Ok(None),
        };
        let names = names(node, &room, told.person, lang)?;
        let name = names.room(&room)?.name;
        let who = names.person(told.author)?.name;
        let page = format!("/chat/{}", room.name);
        let href = match told.about {
            About::Mention => format!("{page}#{}", told.reference.unwrap_or_default()),
            _ => page,
        };
        let args = args![name = name, count = told.count];
        Ok(Some(NewsItem::by(&who, (t, message), args, href)))
    }
}

/// Returns the reader's names for people, including the other person in a conversation of two.
fn names<'a>(node: &'a Node, room: &Room, me: &Did, lang: Lang) -> Result<Names<'a>, Problem> {
    let mut names = Names::new(node, me, TEXTS.for_reader(lang))?;
    names.meet(queries::read(node, |db| queries::other(db, &room.log, me))?)?;
    Ok(names)
}
