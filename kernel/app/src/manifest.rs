//! An app's description of itself as data: its name, its address, the links to its pages, and its words.
//!
//! Everything that needs a list of apps or a text of one reads the manifests of the mounted apps; no other crate lists them by name.

use crate::icons::Icon;
use crate::words::Catalogue;

/// The network's conventional ports of a service (docs/api.md, "Addresses").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// While developing.
    pub dev: u16,
    /// The port in production.
    pub prod: u16,
}

impl Ports {
    /// Returns the ports for development and for production.
    pub const fn new(dev: u16, prod: u16) -> Self {
        Self { dev, prod }
    }
}

/// The place in the shell where a page is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagePlacement {
    /// In the bar, and as a tile of *More*. The bar has room for three; those of the smallest rank are in it.
    Bar,
    /// As a tile of *More*.
    Tile,
    /// In the settings, under *You*.
    Setting,
    /// In the settings, under *This box*, for the node's owner.
    BoxSetting,
}

impl PagePlacement {
    /// Makes a link in this place.
    pub const fn item(
        self,
        href: &'static str,
        message: &'static str,
        icon: Icon,
        rank: u8,
    ) -> NavItem {
        NavItem { href, message, icon, shown: self, rank }
    }
}

/// A link to one of an app's pages in the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavItem {
    /// The page's path on the node.
    pub href: &'static str,
    /// The link's text, as a message of the app's locales.
    pub message: &'static str,
    /// The link's icon.
    pub icon: Icon,
    /// The place of the link.
    pub shown: PagePlacement,
    /// The place among the items of all apps: smaller ones come first, equal ones in the order of the apps.
    pub rank: u8,
}

/// A kind of notification that an app has for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeKind {
    /// `[a-z][a-z-]*`: names it among the app's kinds.
    pub name: &'static str,
    /// The kind's label, as a message of the app's locales.
    pub message: &'static str,
    /// The source of the kind's news.
    pub source: NewsSource,
}

impl NoticeKind {
    /// Makes a kind whose news are the app's cards.
    pub const fn of_cards(name: &'static str, message: &'static str) -> Self {
        let source = NewsSource::Card;
        Self { name, message, source }
    }

    /// Makes a kind whose news are entries, or cards of other apps.
    pub const fn elsewhere(name: &'static str, message: &'static str) -> Self {
        let source = NewsSource::Elsewhere;
        Self { name, message, source }
    }
}

/// The source of a kind's news: one thing is news once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewsSource {
    /// The app's cards on Home.
    Card,
    /// Entries, which tell of it ([`crate::Service::notices`]), or the card of another app; its own cards are on Home only.
    Elsewhere,
}

/// The part of an app that a person can open to a program that has a delegation of theirs.
#[derive(Debug, Clone, Copy)]
pub struct AgentAccess {
    /// The routes that the scope `<app>.read` covers, relative to `/<name>`, with their placeholders: `/api/items/{item}`.
    /// Each is a GET that answers with JSON.
    pub reads: &'static [&'static str],
    /// The operations that a delegation may cover, without the app's name. Each has consequences in its owner's record
    /// alone, and costs nothing.
    pub writes: &'static [&'static str],
}

impl AgentAccess {
    /// Nothing.
    pub const NONE: Self = Self { reads: &[], writes: &[] };
}

/// An app's description of itself.
#[derive(Debug, Clone, Copy)]
pub struct Manifest {
    /// `[a-z][a-z0-9]{0,15}`: the path it is mounted at and the first part of its operations' names.
    pub name: &'static str,
    /// The ports that the app listens on with `--ports`.
    pub ports: Ports,
    /// The links to the app's pages in the bar, in *More* and in the settings, for people who are signed in.
    pub navigation: &'static [NavItem],
    /// The kinds of notifications that it has for people ([`crate::HomeCard::kind`]).
    pub notices: &'static [NoticeKind],
    /// The page that shows a person what the app holds of them. The bare path of the app leads there if no page is at that path.
    pub own_page: Option<&'static str>,
    /// The member of `sections` in bundle.json that the app fills.
    pub section: Option<&'static str>,
    /// The routes of small pictures that a page shows by the hundred, relative to `/<name>`: `GET …?w=` below this path
    /// has a separate rate limit.
    pub previews: Option<&'static str>,
    /// The page that adds files which other programs of a device share with the installed app (Web Share Target). Its script finds them in the
    /// cache of the service worker.
    pub share_page: Option<&'static str>,
    /// The routes where people sign in, relative to `/<name>`.
    pub sign_in: &'static [&'static str],
    /// A script of the app for the page "Delete my data": the script lists the things to settle first in its element
    /// `first`, and fires the event `settled` of the document when an item is settled. To the list `detail` of the document's event
    /// `deleting` it may add a function of the signer, which runs before the deletion is signed, and throws to prevent it; to that of `deleted` one
    /// that removes what the app keeps in this browser.
    pub before_deletion: Option<&'static str>,
    /// A script of the app for the page "Devices", which exports `handOver(key)`: the function seals what this browser alone can open for a
    /// device that is being added, by its encryption key in hex digits, or without a key for all devices of the person. And `forget()`, which removes
    /// what the app keeps of the person in this browser.
    pub device_secrets: Option<&'static str>,
    /// The part of the app that people can open to programs.
    pub agents: AgentAccess,
    /// All that it says to people.
    pub texts: Option<&'static Catalogue>,
}

impl Manifest {
    /// A manifest with a name and ports, and nothing else.
    pub const fn new(name: &'static str, ports: Ports) -> Self {
        Self {
            name,
            ports,
            navigation: &[],
            notices: &[],
            own_page: None,
            section: None,
            previews: None,
            share_page: None,
            sign_in: &[],
            before_deletion: None,
            device_secrets: None,
            agents: AgentAccess::NONE,
            texts: None,
        }
    }
}
