//! What chat brings to Home: conversations with something new, and people who ask to write.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem, Texts, args};
use maud::html;

use crate::Chat;
use crate::manifest::{MANIFEST, NEW_MESSAGES, REQUEST, TEXTS};
use crate::names::Names;
use crate::queries::{self, Room};
use crate::shown::rooms_for;

/// Cards of a section.
const CARDS_MAX: usize = 10;

impl HomeCards for Chat {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Result<Vec<HomeCard>, Problem> {
        let t = TEXTS.of(lang);
        let names = Names::of(node, person, t)?;
        let mut cards = Vec::new();
        for (room, _) in rooms_for(node, person, true)?.iter().take(CARDS_MAX) {
            let name = names.room(room)?.name;
            cards.push(card(
                room,
                t,
                &t.with("home-request", args![name = name]),
                true,
            )?);
        }
        let all = rooms_for(node, person, false)?;
        let mut fresh = 0;
        for (room, _) in &all {
            let (unread, wishes) = node.read(MANIFEST.name, |db| {
                let (log, me) = (room.log.as_str(), person.as_str());
                Ok((queries::unread(db, log, me)?, queries::wishes(db, me, log)?))
            })?;
            if unread == 0 || wishes.is_some_and(|wishes| wishes.mute) {
                continue;
            }
            let name = names.room(room)?.name;
            let text = t.with("home-new", args![name = name, count = unread]);
            cards.push(card(room, t, &text, false)?);
            fresh += 1;
            if fresh == CARDS_MAX {
                break;
            }
        }
        Ok(cards)
    }
}

fn card(room: &Room, t: Texts, text: &str, asks: bool) -> Result<HomeCard, Problem> {
    Ok(HomeCard {
        section: match asks {
            true => HomeSection::Waiting,
            false => HomeSection::New,
        },
        kind: match asks {
            true => REQUEST,
            false => NEW_MESSAGES,
        },
        at: Timestamp::from_millis(room.last_at).map_err(Problem::internal)?,
        icon: Icon::Chat,
        content: html! {
            p dir="auto" { (text) }
            div.actions { a.button href={ "/chat/" (room.name) } { (t.text("home-open")) } }
        },
        script: None,
    })
}
