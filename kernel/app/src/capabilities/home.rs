//! Contributions of apps to the shell: cards for Home and for the front page, and search results.

use std::collections::BTreeSet;
use std::pin::Pin;

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::Markup;

use crate::icons::Icon;
use crate::node::Node;
use crate::notices::About;
use crate::problem::{Answer, Problem};
use crate::search::SearchWords;
use crate::session::Session;
use crate::words::{Args, Lang, Texts};

/// The section of Home that shows a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HomeSection {
    /// Something waits for this person: a signature, a confirmation, a payment.
    Waiting,
    /// Something happened that they may not have seen.
    New,
    /// Something will happen: an event, a deadline.
    ComingUp,
}

/// A card on a person's Home.
pub struct HomeCard {
    /// The section that shows the card. Cards in the sections for waiting and new things are also notifications.
    pub section: HomeSection,
    /// The card's kind, which the app's manifest lists: [`crate::NoticeKind::name`].
    pub kind: &'static str,
    /// When the event happened or began to wait (never its deadline); of an upcoming event, when it takes place. Cards
    /// of a section are sorted by it: the newest first, but upcoming events with the soonest first.
    pub at: Timestamp,
    /// The icon of the card's subject.
    pub icon: Icon,
    /// The text and buttons of the card: flow content.
    pub content: Markup,
    /// The script of the buttons, if they need one. The browser loads it when a button is pressed; for an upcoming
    /// event it loads at once, because the script shows times by the browser's clock.
    pub script: Option<&'static str>,
}

impl HomeCard {
    /// Makes a card about something new.
    pub fn news(kind: &'static str, at: Timestamp, icon: Icon, content: Markup) -> Self {
        Self { section: HomeSection::New, kind, at, icon, content, script: None }
    }
}

/// An app that has something for people's Home.
pub trait HomeCards: Send + Sync {
    /// This person's cards, in their language: at most ten of each section, since Home shows no more.
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Answer<Vec<HomeCard>>;

    /// The cards that everyone sees on the front page of the box, strangers included.
    fn front_cards(&self, _node: &Node, _lang: Lang) -> Answer<Vec<HomeCard>> {
        Ok(Vec::new())
    }
}

/// Something that a new member does first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstStep {
    /// The place among the steps of all apps: smaller ones come first.
    pub rank: u8,
    /// The sentence that says what to do, in the member's language.
    pub text: String,
    /// The path of the page where they do it.
    pub href: String,
    /// The icon of the step.
    pub icon: Icon,
}

/// An app in which a new member has something to do first.
pub trait FirstSteps: Send + Sync {
    /// Returns the member's step in this app, unless they have taken it.
    fn first_step(&self, node: &Node, member: &Did, lang: Lang) -> Answer<Option<FirstStep>>;
}

/// A line of the notification centre.
pub struct NewsLine {
    /// The name of the app that the line comes from.
    pub app: &'static str,
    /// The kind's label, in the reader's language.
    pub kind: &'static str,
    /// When it happened.
    pub at: Timestamp,
    /// The icon of the line's subject.
    pub icon: Icon,
    /// Whether this person has not seen it.
    pub is_new: bool,
    /// The text and buttons of the line: flow content.
    pub content: Markup,
    /// The script of the buttons, if they need one. The browser loads it when a button is pressed.
    pub script: Option<&'static str>,
}

/// The future that marks notifications as seen once it is awaited.
pub type Seeing<'a> = Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>>;

/// An app that knows of notifications of a person's, and which of them they have seen: the bar, the bell and the notification centre ask
/// all that do.
pub trait News: Send + Sync {
    /// The number of notifications of each app that this person has not seen; apps without any are left out.
    fn unseen(&self, node: &Node, person: &Did) -> Answer<Vec<(&'static str, usize)>>;

    /// The newest of them, seen or not: at most `limit`.
    fn lines(&self, node: &Node, person: &Did, lang: Lang, limit: usize) -> Answer<Vec<NewsLine>>;

    /// Notes that this person has seen what there is for them now: all of it, or that of one app, on whose page they looked. Unread messages
    /// stay new until they are read.
    fn see<'a>(
        &'a self,
        node: &'a Node,
        session: &'a Session,
        app: Option<&'static str>,
    ) -> Seeing<'a>;
}

/// A new notification for the pages that a person has open.
#[derive(Debug, Clone, Copy)]
pub struct Fresh<'a> {
    /// The app that the notification comes from.
    pub app: &'static str,
    /// The notification's subject.
    pub about: About,
    /// The entry that tells it, by its log and its place there.
    pub log: &'a Did,
    /// The entry's place.
    pub seq: u64,
}

/// An app that has open pages of people, and can notify them at once: the pages then ask for their badges again.
pub trait OpenPages: Send + Sync {
    /// The people who have a page open.
    fn looking(&self, node: &Node) -> BTreeSet<Did>;

    /// Tells a person's open pages of one more notification.
    fn tell(&self, node: &Node, person: &Did, fresh: Fresh<'_>);
}

/// An entry that notified a person, as their notifications show it: the newest of `count` messages of one conversation.
#[derive(Debug, Clone, Copy)]
pub struct NewsEntry<'a> {
    /// The recipient.
    pub person: &'a Did,
    /// The entry's operation.
    pub op: &'a str,
    /// The notice's subject.
    pub about: About,
    /// The entry's author.
    pub author: &'a Did,
    /// The author's name.
    pub who: &'a str,
    /// The log in which it is.
    pub log: &'a Did,
    /// The entry's sequence number in its log.
    pub seq: u64,
    /// The notice's reference.
    pub reference: Option<&'a str>,
    /// 1 but for messages.
    pub count: usize,
}

/// A notification's text and the page that it leads to.
///
/// Always: the text names the author ([`NewsItem::by`]).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewsItem {
    /// A sentence.
    pub text: String,
    /// The page that it is about.
    pub href: String,
}

impl NewsItem {
    /// Says what another person did, in a message that names them as `{ $who }`.
    pub fn by<'a>(
        who: &'a str,
        (t, message): (Texts, &str),
        mut args: Args<'a>,
        href: impl Into<String>,
    ) -> Self {
        args.set("who", who);
        let text = t.format(message, args);
        Self {
            text: if text.contains(who) { text } else { format!("{who}: {text}") },
            href: href.into(),
        }
    }

    /// Says what the reader did, in the words of the operation.
    pub fn by_reader(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// An app that words the notifications of its entries, with names. Where it says nothing, a notification has the brief message of [`crate::notices::Tells`]
/// and leads to the app's own page.
pub trait SaysNews: Send + Sync {
    /// The sentence about this entry, if there is more to say than what its operation did.
    fn describe_news(
        &self,
        node: &Node,
        entry: NewsEntry<'_>,
        lang: Lang,
    ) -> Answer<Option<NewsItem>>;
}

/// An app in which people send each other links.
pub trait SendsLinks: Send + Sync {
    /// Returns the path of the page on which a person chooses the recipients of a link. The link is in the page's
    /// fragment, percent-encoded: `#send=<address>`.
    fn recipients_page(&self) -> &'static str;
}

/// Something that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The title of the found item.
    pub title: String,
    /// A few words more: when, where. May be empty.
    pub detail: String,
    /// The path of the item's page.
    pub href: String,
    /// The icon of the item's kind.
    pub icon: Icon,
}

/// An app in which people search.
pub trait Searchable: Send + Sync {
    /// Returns what a person may see of what these words find, at most `limit` hits. There is at least one word.
    fn search(
        &self,
        node: &Node,
        person: &Did,
        words: &SearchWords,
        limit: usize,
        lang: Lang,
    ) -> Answer<Vec<Hit>>;

    /// A script that also searches data that only this browser can read: the script looks for the words of
    /// `#found-here` (`data-words`), and draws its results there.
    fn script(&self) -> Option<&'static str> {
        None
    }
}
