//! Reads a bookmark file: HTML as browsers have written it since Netscape, most of it not closed.
//!
//! Always: any bytes give an answer, in time that grows with their number; what is not understood is skipped.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use imajin_dfos::cid;
use imajin_protocol::Did;
use imajin_service::operation::Url;

use super::{CollectionDraft, Drafts, LinkDraft};

/// Links in a file at most.
pub(super) const LINKS_MAX: usize = 1_000;
const TITLE_MAX: usize = 200;
const NOTE_MAX: usize = 1_000;
/// What a file without a heading is called: browsers write this one.
const HEADING: &str = "Bookmarks";
/// Longest reference to a character: `&#x10FFFF;`, between its `&` and `;`.
const REFERENCE_MAX: usize = 8;

/// Why a file gives no drafts.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It has no links.
    None,
    /// It has too many.
    Many,
}

/// What a file would add to somebody's page.
pub(super) fn drafts(owner: &Did, file: &str) -> Result<Drafts, Unread> {
    let mut reader = Reader::new(owner);
    let mut rest = file;
    while let Some(place) = rest.find('<') {
        reader.text(&rest[..place]);
        rest = &rest[place..];
        match Tag::read(rest) {
            Some((tag, after)) => {
                reader.tag(&tag)?;
                rest = after;
            }
            None => {
                reader.text("<");
                rest = &rest[1..];
            }
        }
    }
    reader.text(rest);
    reader.end()?;
    let drafts = reader.drafts;
    match drafts.collections.is_empty() && drafts.left_out == 0 {
        true => Err(Unread::None),
        false => Ok(drafts),
    }
}

/// A tag, of which one attribute counts.
struct Tag<'a> {
    /// Whether it is an end tag.
    ends: bool,
    name: &'a str,
    href: Option<&'a str>,
}

impl<'a> Tag<'a> {
    /// The tag with which a text begins, and the text after it; `None` if the `<` is just a character.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let inner = text.strip_prefix('<')?;
        let (ends, inner) = match inner.strip_prefix('/') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        if let Some(comment) = text.strip_prefix("<!--") {
            return Some((Self::none(), after(comment, "-->")));
        }
        if inner.starts_with(['!', '?']) {
            return Some((Self::none(), after(inner, ">")));
        }
        if !inner.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        let (name, mut rest) = until(inner, |c| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
        let mut href = None;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                break;
            }
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            let (attribute, value);
            (attribute, value, rest) = Self::attribute(rest);
            if href.is_none() && attribute.eq_ignore_ascii_case("href") {
                href = Some(value);
            }
        }
        Some((Self { ends, name, href }, rest))
    }

    /// What is skipped.
    fn none() -> Self {
        Self {
            ends: false,
            name: "",
            href: None,
        }
    }

    /// The attribute with which a text begins, its value, and the text after both. The text is not empty.
    fn attribute(text: &'a str) -> (&'a str, &'a str, &'a str) {
        // As in HTML, an equals sign that comes first is part of the name.
        let first = text.chars().next().map_or(0, char::len_utf8);
        let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
        let name_bytes = first + until(&text[first..], is_end).0.len();
        let (name, rest) = text.split_at(name_bytes);
        let Some(value) = rest.trim_ascii_start().strip_prefix('=') else {
            return (name, "", rest);
        };
        let value = value.trim_ascii_start();
        for quote in ['"', '\''] {
            if let Some(quoted) = value.strip_prefix(quote) {
                let (value, rest) = until(quoted, |c| c == quote);
                return (name, value, rest.strip_prefix(quote).unwrap_or(rest));
            }
        }
        let (value, rest) = until(value, |c| c.is_ascii_whitespace() || c == '>');
        (name, value, rest)
    }
}

/// A text up to a character, and from there on.
fn until(text: &str, is_end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(is_end).unwrap_or(text.len()))
}

/// A text after a mark; nothing, if the mark does not come.
fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or("", |(_, after)| after)
}

/// What the text between two tags is.
enum Said {
    Heading,
    Folder,
    /// With its address, as the file has it.
    Link(String),
    Note,
}

/// What a note is about.
enum About {
    Nothing,
    Folder,
    /// The newest link of this collection.
    Link(usize),
}

/// A folder that a reader is in.
struct Folder {
    title: Rc<str>,
    note: Option<String>,
}

/// Where a reader is in a file, and what it has found.
struct Reader<'a> {
    owner: &'a Did,
    heading: Rc<str>,
    /// The folders around it, the outermost first.
    folders: Vec<Folder>,
    /// The folder whose name came before its list.
    next: Option<Folder>,
    said: Option<(Said, String)>,
    about: About,
    drafts: Drafts,
    /// The collections by their titles.
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
            drafts: Drafts {
                collections: Vec::new(),
                left_out: 0,
            },
            by_title: HashMap::new(),
            links: HashSet::new(),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, said)) = &mut self.said {
            said.push_str(text);
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) -> Result<(), Unread> {
        let said = match (tag.name.to_ascii_lowercase().as_str(), tag.ends) {
            ("br", _) => {
                self.text("\n");
                return Ok(());
            }
            ("h1", false) => Some(Said::Heading),
            ("h3", false) => Some(Said::Folder),
            ("a", false) => Some(Said::Link(tag.href.unwrap_or_default().to_owned())),
            ("dd", false) => Some(Said::Note),
            ("h1" | "h3" | "a" | "dd" | "dt" | "dl" | "hr", _) => None,
            // Whatever else is in a title or a note is not part of its words.
            _ => return Ok(()),
        };
        self.end()?;
        self.said = said.map(|said| (said, String::new()));
        match (tag.name.eq_ignore_ascii_case("dl"), tag.ends) {
            (true, false) => {
                let title = self.title();
                let next = self.next.take();
                self.folders
                    .push(next.unwrap_or(Folder { title, note: None }));
            }
            (true, true) => {
                self.folders.pop();
                self.next = None;
            }
            _ => {}
        }
        Ok(())
    }

    /// The title of the collection for the links that come now.
    fn title(&self) -> Rc<str> {
        let around = self.folders.last().map(|folder| &folder.title);
        Rc::clone(around.unwrap_or(&self.heading))
    }

    /// Takes what was said up to here.
    fn end(&mut self) -> Result<(), Unread> {
        let Some((said, text)) = self.said.take() else {
            return Ok(());
        };
        let text = decoded(&text);
        match said {
            Said::Heading => {
                let title = title(&text);
                if !title.is_empty() {
                    self.heading = title.into();
                }
                self.about = About::Nothing;
            }
            Said::Folder => {
                let title = self.inner(&title(&text));
                self.next = Some(Folder { title, note: None });
                self.about = About::Folder;
            }
            Said::Link(url) => self.link(&decoded(&url), &text)?,
            Said::Note => self.note(&text),
        }
        Ok(())
    }

    /// The title of a folder in the one around it.
    fn inner(&self, own: &str) -> Rc<str> {
        match self.folders.last() {
            // A list of the file itself has the file's title, which is not part of its folders'.
            Some(around) if !Rc::ptr_eq(&around.title, &self.heading) => {
                // One that is full, or has the same title, is shared: a file of nothing but folders stays small.
                let is_full = around.title.chars().count() >= TITLE_MAX;
                match is_full || own.is_empty() {
                    true => Rc::clone(&around.title),
                    false => title(&format!("{} / {own}", around.title)).into(),
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
        let named = title(text);
        collection.links.push(LinkDraft {
            id,
            title: match named.is_empty() {
                true => title(host(url)),
                false => named,
            },
            url: url.to_owned(),
            note: None,
        });
        self.about = About::Link(place);
        Ok(())
    }

    /// The collection for a link here.
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

/// An id that follows from what it names.
fn id(of: &str, what: &str) -> String {
    let digest = cid::sha256(format!("{of}\n{what}").as_bytes());
    let digits = digest[..12].iter().map(|byte| format!("{byte:02x}"));
    format!("itm_{}", digits.collect::<String>())
}

/// A text as one line that a title can be.
pub(super) fn title(text: &str) -> String {
    let mut title = String::new();
    let mut left = TITLE_MAX;
    for word in text.split_whitespace() {
        let word = word.chars().filter(|c| !c.is_control());
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
    title
}

/// A text as lines that a note can be.
pub(super) fn note(text: &str) -> String {
    let is_fine = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let text = text.trim().chars().filter(is_fine).take(NOTE_MAX);
    text.collect::<String>().trim().to_owned()
}

/// The host of an address, or what it has instead.
fn host(url: &str) -> &str {
    let rest = url.split_once(':').map_or(url, |(_, rest)| rest);
    let rest = rest.trim_start_matches('/');
    let (authority, _) = until(rest, |c| matches!(c, '/' | '?' | '#'));
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.is_empty() {
        true => url,
        false => host,
    }
}

/// A text with its references to characters replaced. One that it does not know stays as it is.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        out.push_str(&rest[..place]);
        rest = &rest[place + 1..];
        let end = rest.bytes().take(REFERENCE_MAX + 1).position(|b| b == b';');
        match end.and_then(|end| Some((named(&rest[..end])?, end))) {
            Some((letter, end)) => {
                out.push(letter);
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

/// The character of a reference, without its `&` and `;`.
fn named(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            _ => None,
        };
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32)
}
