//! Notices that an entry causes for people: a message came, a payment arrived, one of their keys changed.
//!
//! Always: a notice is a function of its entry alone, so a projection can keep it and a rebuild makes the same ones. It says nothing that the
//! entry doesn't; the words are found when it is shown.

use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::Connection;

use crate::operation::Choice;

/// A notice's subject. People choose by subject which notices reach them, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Choice)]
pub enum About {
    /// A message in a conversation.
    Message,
    /// A message to this person in particular, in a conversation with many readers.
    Mention,
    /// A request: to talk, to know.
    Request,
    /// The members of a conversation changed.
    Turn,
    /// Two are connected.
    Connection,
    /// A ticket came, was sold, or is void.
    Ticket,
    /// An event changed or was cancelled.
    Event,
    /// A shared thing, such as an album.
    Share,
    /// Money came, or is owed.
    Payment,
    /// Something about keys, and what may act for a person.
    Security,
}

impl About {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Message,
        Self::Mention,
        Self::Request,
        Self::Turn,
        Self::Connection,
        Self::Ticket,
        Self::Event,
        Self::Share,
        Self::Payment,
        Self::Security,
    ];

    /// The subject's name.
    pub fn as_str(self) -> &'static str {
        self.name()
    }
}

/// The recipients of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// One person.
    Person(Did),
    /// All members of a conversation, by its name ([`crate::Rooms::members`]).
    Everybody(Did),
    /// The people who lead the conversation.
    Leaders(Did),
    /// One member of a conversation, while they are a member and want to hear of it. The same person gets no second
    /// notice of the entry through [`To::Everybody`].
    Somebody {
        /// The recipient.
        who: Did,
        /// The conversation, by its name.
        of: Did,
    },
}

/// A notice that an entry causes for people. Authors get no notice of what they did themselves, except about security.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The recipients.
    pub to: To,
    /// The notice's subject.
    pub about: About,
    /// The id of the subject, if there is one: most often the entry's own.
    pub reference: Option<String>,
    /// Whether the notice can't wait until the recipient next looks.
    pub urgent: bool,
    /// Whether it is told once for its reference: not where an earlier entry of the same operation in the same log told the same recipients of it.
    pub once: bool,
}

impl Notice {
    /// A notice for the person whose record the entry is in, about what the entry is about.
    pub fn for_owner(entry: &Applied<'_>, about: About) -> Self {
        Self {
            to: To::Person(entry.did.clone()),
            about,
            reference: entry.reference.map(str::to_owned),
            urgent: false,
            once: false,
        }
    }

    /// A notice for others than the owner of the record.
    #[must_use]
    pub fn to(self, to: To) -> Self {
        Self { to, ..self }
    }

    /// A notice that is told once for its reference.
    #[must_use]
    pub fn once(self) -> Self {
        Self { once: true, ..self }
    }

    /// A notice that can't wait.
    #[must_use]
    pub fn urgent(self) -> Self {
        Self { urgent: true, ..self }
    }
}

/// An operation whose entries are news to others, and the messages of the app's locales that tell them.
///
/// Always: each message has `{ $who }`, the name of the person who did it. A test of the program reads every one in every language.
#[derive(Debug, Clone, Copy)]
pub struct Tells {
    /// The operation.
    pub op: &'static str,
    /// The message that needs the name alone: for entries of which the app knows no more.
    pub brief: &'static str,
    /// The messages that say what it is about, too ([`crate::capabilities::SaysNews`]).
    pub full: &'static [&'static str],
}

impl Tells {
    /// Makes it from its members, in their order.
    pub const fn new(op: &'static str, brief: &'static str, full: &'static [&'static str]) -> Self {
        Self { op, brief, full }
    }

    /// All its messages.
    pub fn messages(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.brief).chain(self.full.iter().copied())
    }
}

/// Brings the notices of an entry into the tables of the service that keeps them.
pub type KeepNotices = fn(&Connection, &Applied<'_>, &[Notice]) -> rusqlite::Result<()>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Field;

    #[test]
    fn each_kind_has_a_word_of_its_own() {
        for kind in About::ALL {
            assert_eq!(About::from_name(kind.as_str()), Some(kind));
            assert_eq!(About::read(&kind.write().unwrap()), Ok(kind));
        }
        assert_eq!(About::from_name("gossip"), None);
        assert!(About::read(&"gossip".into()).is_err());
    }
}
