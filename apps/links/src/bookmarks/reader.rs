//! Reads a bookmark file: HTML as browsers have written it since Netscape, with most tags unclosed.
//!
//! Always: any bytes give an answer, in time that is linear in their number; unknown content is skipped.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use imajin_app::operation::{Url, shows, turns_direction};
use imajin_dfos::{cid, hex};
use imajin_protocol::Did;

use super::tags::{Token, Tokens};
use super::{CollectionDraft, Drafts, LinkDraft};
use crate::pages;

/// Maximum number of links in a file.
pub(super) const LINKS_MAX: usize = 1_000;
const TITLE_MAX: usize = 200;
const NOTE_MAX: usize = 1_000;
/// The heading of a file without one: browsers write this one.
const HEADING: &str = "Bookmarks";

/// The characters of windows-1252 from 0x80 on (<https://encoding.spec.whatwg.org/index-windows-1252.txt>).
const FROM_80: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];

/// Reasons that a file gives no drafts.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// The file has no links.
    None,
    /// The file has too many links.
    Many,
}

/// Decodes a file: UTF-8, otherwise windows-1252, which old Western browsers wrote and in which any bytes are valid.
pub(super) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().copied().map(windows_1252).collect(),
    }
}

/// The character of a byte in windows-1252: that of Latin-1, but for 32 of them.
fn windows_1252(byte: u8) -> char {
    let place = byte.checked_sub(0x80).map(usize::from);
    place.and_then(|place| FROM_80.get(place)).copied().unwrap_or(char::from(byte))
}

/// Returns the items that a file would add to a person's page.
pub(super) fn drafts(owner: &Did, file: &str) -> Result<Drafts, Unread> {
    let mut reader = Reader::new(owner);
    for token in Tokens::new(file) {
        match token {
            Token::Text(text) => reader.text(&text),
            Token::Start(name, href) => {
                reader.tag(&name, Some(href.as_deref().unwrap_or_default()))?;
            }
            Token::End(name) => reader.tag(&name, None)?,
        }
    }
    reader.end()?;
    let drafts = reader.drafts;
    if drafts.collections.is_empty() && drafts.left_out == 0 {
        Err(Unread::None)
    } else {
        Ok(drafts)
    }
}

/// The role of the text between two tags.
enum TextRole {
    Heading,
    Folder,
    /// A link, with its address as the file has it.
    Link(String),
    Note,
}

/// The subject of a note.
enum About {
    Nothing,
    Folder,
    /// The newest link of this collection.
    Link(usize),
}

struct Folder {
    title: Rc<str>,
    note: Option<String>,
}

/// A reader's state in a file, and the drafts so far.
struct Reader<'a> {
    owner: &'a Did,
    heading: Rc<str>,
    /// The enclosing folders, the outermost first.
    folders: Vec<Folder>,
    /// The folder whose name came before its list.
    next: Option<Folder>,
    said: Option<(TextRole, String)>,
    about: About,
    drafts: Drafts,
    /// Indices of the collections by their titles.
    by_title: HashMap<String, usize>,
    links: HashSet<String>,
}

impl<'a> Reader<'a> {
    fn new(owner: &'a Did) -> Self {
        Self {
            owner,
            heading: HEADING.into(),
            folders: Vec::new(),
            next: None,
            said: None,
            about: About::Nothing,
            drafts: Drafts { collections: Vec::new(), left_out: 0 },
            by_title: HashMap::new(),
            links: HashSet::new(),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, said)) = &mut self.said {
            said.push_str(text);
        }
    }

    /// Handles a start tag with its address, if it has one, or an end tag.
    fn tag(&mut self, name: &str, start: Option<&str>) -> Result<(), Unread> {
        let role = match (name, start) {
            ("br", _) => {
                self.text("\n");
                return Ok(());
            }
            ("h1", Some(_)) => Some(TextRole::Heading),
            ("h3", Some(_)) => Some(TextRole::Folder),
            ("a", Some(href)) => Some(TextRole::Link(href.to_owned())),
            ("dd", Some(_)) => Some(TextRole::Note),
            ("h1" | "h3" | "a" | "dd" | "dt" | "dl" | "hr", _) => None,
            // Other tags within a title or a note are not part of its words.
            _ => return Ok(()),
        };
        self.end()?;
        self.said = role.map(|said| (said, String::new()));
        match (name, start) {
            ("dl", Some(_)) => {
                let title = self.title();
                let next = self.next.take();
                self.folders.push(next.unwrap_or(Folder { title, note: None }));
            }
            ("dl", None) => {
                self.folders.pop();
                self.next = None;
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns the title of the collection for the next links.
    fn title(&self) -> Rc<str> {
        let around = self.folders.last().map(|folder| &folder.title);
        Rc::clone(around.unwrap_or(&self.heading))
    }

    /// Takes the text that ends here.
    fn end(&mut self) -> Result<(), Unread> {
        let Some((said, text)) = self.said.take() else {
            return Ok(());
        };
        match said {
            TextRole::Heading => {
                let title = title(&text);
                if !title.is_empty() {
                    self.heading = title.into();
                }
                self.about = About::Nothing;
            }
            TextRole::Folder => {
                let title = self.inner(&title(&text));
                self.next = Some(Folder { title, note: None });
                self.about = About::Folder;
            }
            TextRole::Link(url) => self.link(&url, &text)?,
            TextRole::Note => self.note(&text),
        }
        Ok(())
    }

    /// Returns the title of a folder within the enclosing one.
    fn inner(&self, own: &str) -> Rc<str> {
        match self.folders.last() {
            // The outermost list has the file's title, which is not part of its folders' titles.
            Some(around) if !Rc::ptr_eq(&around.title, &self.heading) => {
                // A full title, or the same one, is shared: a file of nothing but folders stays small in memory.
                let is_full = around.title.chars().count() >= TITLE_MAX;
                if is_full || own.is_empty() {
                    Rc::clone(&around.title)
                } else {
                    title(&format!("{} / {own}", around.title)).into()
                }
            }
            _ if own.is_empty() => Rc::clone(&self.heading),
            _ => own.into(),
        }
    }

    fn link(&mut self, url: &str, text: &str) -> Result<(), Unread> {
        self.about = About::Nothing;
        let Some(url) = Url::parse(url.trim()) else {
            self.drafts.left_out += 1;
            return Ok(());
        };
        let url = url.as_str();
        let place = self.collection();
        let collection = &mut self.drafts.collections[place];
        let id = id(&collection.id, url);
        if !self.links.insert(id.clone()) {
            return Ok(());
        }
        if self.links.len() > LINKS_MAX {
            return Err(Unread::Many);
        }
        // A link without a name is called by its host, as on the page.
        let names = [text, pages::host(url), url].map(title);
        let title = names.into_iter().find(|name| !name.is_empty());
        collection.links.push(LinkDraft {
            id,
            title: title.unwrap_or_default(),
            url: url.to_owned(),
            note: None,
        });
        self.about = About::Link(place);
        Ok(())
    }

    /// Returns the index of the collection for a link here.
    fn collection(&mut self) -> usize {
        let title = self.title();
        if let Some(place) = self.by_title.get(&*title) {
            return *place;
        }
        let place = self.drafts.collections.len();
        self.by_title.insert(title.to_string(), place);
        self.drafts.collections.push(CollectionDraft {
            id: id(self.owner.as_str(), &title),
            title: title.to_string(),
            note: self.folders.last().and_then(|folder| folder.note.clone()),
            links: Vec::new(),
        });
        place
    }

    fn note(&mut self, text: &str) {
        let note = Some(note(text)).filter(|note| !note.is_empty());
        match self.about {
            About::Nothing => {}
            About::Folder => {
                if let Some(next) = &mut self.next {
                    next.note = note;
                }
            }
            About::Link(place) => {
                if let Some(link) = self.drafts.collections[place].links.last_mut() {
                    link.note = note;
                }
            }
        }
        self.about = About::Nothing;
    }
}

/// Derives an id from its content.
fn id(of: &str, what: &str) -> String {
    let digest = cid::sha256(format!("{of}\n{what}").as_bytes());
    format!("itm_{}", hex::encode(&digest[..12]))
}

/// Returns a text as a single line for a title.
pub(super) fn title(text: &str) -> String {
    let mut title = String::new();
    let mut left = TITLE_MAX;
    for word in text.split_whitespace() {
        let word = word.chars().filter(|c| !c.is_control() && !turns_direction(*c));
        let mut word = word.take(left).peekable();
        if word.peek().is_none() {
            continue;
        }
        if !title.is_empty() {
            if left < 2 {
                break;
            }
            title.push(' ');
            left -= 1;
        }
        for letter in word.take(left) {
            title.push(letter);
            left -= 1;
        }
    }
    if shows(&title) { title } else { String::new() }
}

/// Returns a text as lines for a note.
pub(super) fn note(text: &str) -> String {
    let is_fine = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.trim().chars().filter(is_fine).take(NOTE_MAX).collect::<String>().trim().to_owned()
}
