//! Search of conversations by the names of people, groups and events. Only the browser can search the messages; a
//! script of this app does.

use imajin_app::{Hit, Icon, Lang, Node, Problem, SearchWords, Searchable};
use imajin_protocol::Did;

use crate::Chat;
use crate::conversations::rooms_for;
use crate::manifest::TEXTS;
use crate::names::Names;
use crate::queries;

impl Searchable for Chat {
    fn search(
        &self,
        node: &Node,
        person: &Did,
        words: &SearchWords,
        limit: usize,
        lang: Lang,
    ) -> Result<Vec<Hit>, Problem> {
        let t = TEXTS.for_reader(lang);
        let rooms = rooms_for(node, person, false)?;
        let others = queries::read(node, |db| {
            let other = |(room, _): &(queries::Room, _)| queries::other(db, &room.log, person);
            rooms.iter().map(other).collect::<Result<Vec<_>, _>>()
        })?;
        let mut names = Names::new(node, person, t)?;
        names.meet(others.into_iter().flatten())?;
        let mut hits = Vec::new();
        for (room, _) in &rooms {
            let called = names.room(room)?.name;
            if words.are_in([&*called]) {
                hits.push(Hit {
                    title: called,
                    detail: t.text("found-conversation").into_owned(),
                    href: format!("/chat/{}", room.name),
                    icon: Icon::Chat,
                });
            }
            if hits.len() == limit {
                break;
            }
        }
        Ok(hits)
    }

    fn script(&self) -> Option<&'static str> {
        Some("/assets/chat/found-here.js")
    }
}
