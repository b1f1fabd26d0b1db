//! The photos section of a group's page: a link to the timeline of what each member shares with the group.

use imajin_app::{Icon, Lang, Node, Problem};
use imajin_circles::{AtGroup, GroupLink};
use imajin_protocol::Did;

use crate::Media;
use crate::manifest::TEXTS;

impl AtGroup for Media {
    fn place(
        &self,
        _: &Node,
        group: &Did,
        _: &Did,
        lang: Lang,
    ) -> Result<Option<GroupLink>, Problem> {
        Ok(Some(GroupLink {
            href: format!("/media/family?with={group}"),
            label: TEXTS.for_reader(lang).text("at-group").into_owned(),
            icon: Icon::Picture,
        }))
    }
}
