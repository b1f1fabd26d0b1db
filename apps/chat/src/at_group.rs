//! The conversation on a group's page: a link to it, or for leaders a way to begin it.

use imajin_app::{Icon, Lang, Node, Problem, RoomRole};
use imajin_circles::{AtGroup, PlaceLink};
use imajin_protocol::Did;

use crate::Chat;
use crate::manifest::TEXTS;
use crate::room_role::{find, role_in};

impl AtGroup for Chat {
    fn place(
        &self,
        node: &Node,
        group: &Did,
        member: &Did,
        lang: Lang,
    ) -> Result<Option<PlaceLink>, Problem> {
        let conversation = Did::conversation_of(group);
        let t = TEXTS.for_reader(lang);
        let place = |href: String, id: &str| PlaceLink {
            href,
            label: t.text(id).into_owned(),
            icon: Icon::Chat,
        };
        if let Some(room) = find(node, conversation.as_str())? {
            let is_in = role_in(node, &room, member)?.is_some();
            return Ok(is_in.then(|| place(format!("/chat/{conversation}"), "at-group")));
        }
        let role = node.in_room(&conversation, member)?.role();
        let leads = role.is_some_and(RoomRole::leads);
        Ok(leads.then(|| place("/chat/new".to_owned(), "at-group-new")))
    }
}
