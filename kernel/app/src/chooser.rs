//! The field in which a person is chosen by name. `js/form/person.js` suggests people in it and shows the choice before
//! anything is signed.
//!
//! Always: the page itself lists only the viewer's own connections; other people are found by public reads. Without
//! scripts the field is a plain one, with the browser's own suggestions.

use imajin_protocol::Did;
use maud::{Markup, html};

use crate::capabilities::Card;
use crate::node::Node;
use crate::problem::Problem;
use crate::words::{FRAME, Lang};

/// The list that all such fields of a page suggest from.
const LIST: &str = "known-people";
/// Maximum number of connections on a page.
const KNOWN_MAX: usize = 500;
/// The placeholder that a script replaces with the CID of a picture.
const CID: &str = "{cid}";

/// A person as a field names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonField {
    /// The person's DID.
    pub did: String,
    /// The username with `@`; the DID of a person without one.
    pub text: String,
}

/// A field in which a person is chosen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chooser<'a> {
    /// The question.
    pub label: &'a str,
    /// The field's id. A row that a script copies has none: its script names the field, and explains once how to choose
    /// people.
    pub id: Option<&'a str>,
    /// The field's name in the form.
    pub name: Option<&'a str>,
    /// The person chosen already.
    pub chosen: Option<&'a PersonField>,
}

impl Chooser<'_> {
    /// The field with its label.
    pub fn draw(self, lang: Lang) -> Markup {
        let hint = self.id.map(|id| format!("{id}-hint"));
        html! {
            div.field {
                label for=[self.id] { (self.label) }
                @if hint.is_some() { p.hint id=[hint.as_deref()] { (how(lang)) } }
                input id=[self.id] name=[self.name] type="text" maxlength="300" list=(LIST) autocomplete="off" autocapitalize="none" spellcheck="false"
                    value=[self.chosen.map(|chosen| &chosen.text)] data-person data-did=[self.chosen.map(|chosen| &chosen.did)] aria-describedby=[hint.as_deref()];
            }
        }
    }
}

/// A sentence that says how to choose a person.
pub fn how(lang: Lang) -> Markup {
    html! { (FRAME.for_reader(lang).text("person-how")) }
}

impl Node {
    /// A person as a field names them.
    pub fn person_field(&self, did: &str) -> Result<PersonField, Problem> {
        let card = match Did::parse(did) {
            Ok(did) => self.card(&did)?,
            Err(_) => None,
        };
        let handle = card.and_then(|card| card.handle);
        Ok(PersonField {
            did: did.to_owned(),
            text: handle.map_or_else(|| did.to_owned(), |handle| format!("@{handle}")),
        })
    }

    /// A person's connections as suggestions for the fields of a page; included once on each page that has such a
    /// field.
    pub fn known_people(&self, me: &Did) -> Result<Markup, Problem> {
        let contacts = self.contacts(me, KNOWN_MAX)?;
        let mut cards = self.cards(contacts.iter().map(|contact| &contact.did), Some(me))?;
        let people = contacts.into_iter().map(|contact| {
            let card = cards.remove(&contact.did);
            let picture = card.as_ref().and_then(|card| self.face_of(card));
            let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
            let name = contact.nickname.or(name).or_else(|| handle.clone());
            (contact.did, handle, name.unwrap_or_default(), picture)
        });
        let mut people: Vec<_> = people.collect();
        people.sort_by_cached_key(|(_, _, name, _)| name.to_lowercase());
        Ok(html! {
            datalist id=(LIST) data-faces=[self.faces(me)] {
                @for (did, handle, name, picture) in &people {
                    @let text = handle.as_ref().map_or_else(|| did.to_string(), |handle| format!("@{handle}"));
                    option value=(text) data-did=(did) data-handle=[handle.as_deref()] data-picture=[picture.as_deref()] { (name) }
                }
            }
        })
    }

    /// The path of people's pictures, with `{did}` and `{cid}` where a script writes whose and which.
    fn faces(&self, me: &Did) -> Option<String> {
        let card = Card { avatar: Some(CID.to_owned()), ..Card::unnamed(me.clone()) };
        let path = self.face_of(&card)?;
        Some(path.replace(me.as_str(), "{did}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_says_how_people_are_chosen_and_who_is() {
        let chosen = PersonField { did: "did:imajin:lou".to_owned(), text: "@lou".to_owned() };
        let field = Chooser {
            label: "To <whom>?",
            id: Some("to"),
            name: Some("to"),
            chosen: Some(&chosen),
        };
        let text = field.draw(Lang::En).into_string();
        let cases = "To &lt;whom&gt;?|label for=\"to\"|id=\"to-hint\"|aria-describedby=\"to-hint\"|\
            value=\"@lou\"|data-did=\"did:imajin:lou\"|list=\"known-people\"";
        for part in cases.split('|') {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_row_that_a_script_copies_has_no_id() {
        let field = Chooser { label: "Who", ..Chooser::default() };
        let text = field.draw(Lang::En).into_string();
        assert!(!text.contains(" id=") && !text.contains(" for=") && text.contains("data-person"));
    }
}
