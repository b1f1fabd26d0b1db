//! Chat's cards for Home: conversations with news, and people who ask to write.

use imajin_app::capabilities::{FirstStep, FirstSteps};
use imajin_app::{
    Answer, HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem, Texts, args,
};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_turns::Conversations;
use maud::{Markup, html};

use crate::Chat;
use crate::conversations::rooms_for;
use crate::manifest::{NEW_MESSAGES, REQUEST, TEXTS};
use crate::names::Names;
use crate::queries::{self, Room};

/// Cards of a section.
const CARDS_MAX: usize = 10;

impl HomeCards for Chat {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>> {
        let t = TEXTS.for_reader(lang);
        let names = Names::new(node, person, t)?;
        let mut cards = Vec::new();
        for (room, _) in rooms_for(node, person, true)?.iter().take(CARDS_MAX) {
            let other = queries::read(node, |db| queries::other(db, &room.log, person))?;
            cards.push(request(room, &names.room(room)?.name, other.as_ref(), t)?);
        }
        let all = rooms_for(node, person, false)?;
        let mut fresh = 0;
        for (room, _) in &all {
            let (unread, wishes) = queries::read(node, |db| {
                let wishes = queries::wishes(db, person, room.log.as_str())?;
                Ok((queries::unread(db, &room.log, person)?, wishes))
            })?;
            if unread == 0 || wishes.is_some_and(|wishes| wishes.mute) {
                continue;
            }
            let name = names.room(room)?.name;
            let text = t.format("home-new", args![name = name, count = unread]);
            cards.push(fresh_card(room, t, &text)?);
            fresh += 1;
            if fresh == CARDS_MAX {
                break;
            }
        }
        Ok(cards)
    }
}

impl FirstSteps for Chat {
    /// Returns the step that writes to the newest contact, until the member is in a conversation.
    fn first_step(&self, node: &Node, member: &Did, lang: Lang) -> Answer<Option<FirstStep>> {
        if queries::read(node, |db| queries::is_member_anywhere(db, member))? {
            return Ok(None);
        }
        let contacts = node.contacts(member, 1)?;
        let Some(contact) = contacts.first() else {
            return Ok(None);
        };
        let t = TEXTS.for_reader(lang);
        let name = Names::new(node, member, t)?.person(&contact.did)?.name;
        Ok(Some(FirstStep {
            rank: 30,
            text: t.format("first-hello", args![name = name]),
            href: self.page_with(&contact.did),
            icon: Icon::Chat,
        }))
    }
}

fn at(room: &Room) -> Answer<Timestamp> {
    Timestamp::from_millis(room.last_at).map_err(Problem::internal)
}

fn open(room: &Room, t: Texts) -> Markup {
    html! { a.button href={ "/chat/" (room.name) } { (t.text("home-open")) } }
}

/// Somebody who asks to write: a button lets them.
fn request(room: &Room, name: &str, other: Option<&Did>, t: Texts) -> Answer<HomeCard> {
    Ok(HomeCard {
        section: HomeSection::Waiting,
        kind: REQUEST,
        at: at(room)?,
        icon: Icon::Chat,
        content: html! {
            p dir="auto" { (t.format("home-request", args![name = name])) }
            div.actions {
                @if let Some(other) = other {
                    button.main type="button" data-accept=(room.name) data-from=(other) data-called=(name) { (t.text("home-accept")) }
                }
                (open(room, t))
            }
        },
        script: other.map(|_| "/assets/chat/request.js"),
    })
}

fn fresh_card(room: &Room, t: Texts, text: &str) -> Answer<HomeCard> {
    let content = html! {
        p dir="auto" { (text) }
        div.actions { (open(room, t)) }
    };
    Ok(HomeCard::news(NEW_MESSAGES, at(room)?, Icon::Chat, content))
}
