//! Messages: sealed, or readable by the box.

use imajin_app::operation::{FieldError, Group, Line, List, MediaFile, Operation, Record};
use imajin_protocol::Did;

use crate::fields::{BoxBytes, Bytes, CidText, ContentKind, Flag, MessageId, Number, Written};

/// People whom a message names at most as mentioned: a fact has room for no more.
pub(crate) const MENTIONS_MAX: usize = 3;

/// A file that a readable message shows.
#[derive(Debug, Clone, Record)]
pub(crate) struct FileSaid {
    /// The file.
    pub(crate) cid: MediaFile,
    /// The file's name.
    pub(crate) name: Option<Line<200>>,
    /// Its kind.
    pub(crate) mime: Option<Line<100>>,
    /// Its bytes.
    pub(crate) size: Option<Number>,
}

/// A message.
#[derive(Debug, Clone, Group)]
pub(crate) struct Message {
    /// The conversation's log.
    #[fact]
    pub(crate) log: Did,
    /// The epoch under which it is sealed; 0 if it is readable.
    #[fact]
    pub(crate) epoch: Number,
    /// The turns that the signer knows.
    #[fact]
    pub(crate) turns: Number,
    /// The place of the newest entry that the signer's page verified.
    #[fact]
    pub(crate) seq: Number,
    /// The CID of that entry.
    #[fact]
    pub(crate) seen: CidText,
    /// The message that it answers, edits or reacts to.
    #[fact]
    pub(crate) re: Option<MessageId>,
    /// 1 if no notice of it is to be sent.
    #[fact]
    pub(crate) quiet: Option<Flag>,
    /// Up to four people for whose lack of an encryption key it is readable.
    #[fact]
    pub(crate) keyless: Option<List<Did, 1, 4>>,
    /// Up to three people whom a readable one mentions: they are told so. Whom a sealed one mentions, only its readers know.
    #[fact]
    pub(crate) mentions: Option<List<Did, 1, MENTIONS_MAX>>,
    /// The file that it brings, so that those who are in may fetch it.
    #[fact]
    pub(crate) media: Option<List<MediaFile, 1, 1>>,
    /// 32 random bytes, in a sealed message.
    pub(crate) nonce: Option<Bytes<32>>,
    /// The commitment of its key, in a sealed message.
    pub(crate) commit: Option<Bytes<32>>,
    /// The box, in a sealed message.
    #[field(name = "box")]
    pub(crate) sealed: Option<BoxBytes>,
    /// The type of a readable message: `text`, `media`, `voice`, `location` (a `geo:` address), `edit`, `reaction` or `reaction.end`.
    #[field(name = "type")]
    pub(crate) said: Option<ContentKind>,
    /// The words of a readable message.
    pub(crate) text: Option<Written>,
    /// The file of a readable message.
    #[field(name = "media")]
    pub(crate) file: Option<FileSaid>,
}

impl Message {
    /// Whether it is a box or readable, and as its type says.
    pub(super) fn check_form(&self) -> Result<(), FieldError> {
        let parts = [self.nonce.is_some(), self.commit.is_some(), self.sealed.is_some()];
        let has_words = self.said.is_some() || self.text.is_some() || self.file.is_some();
        let is_sealed = parts == [true; 3] && !has_words;
        let is_readable = parts == [false; 3] && self.said.is_some();
        let wrong = |field: &str, text: &str| Err(FieldError::new(field, text));
        match (self.epoch.0 > 0, is_sealed, is_readable) {
            (true, true, _) if self.mentions.is_some() => {
                return wrong(
                    "mentions",
                    "A sealed message says in its box alone whom it mentions.",
                );
            }
            (true, true, _) => return Ok(()),
            (true, false, _) => {
                return wrong(
                    "box",
                    "A sealed message has nonce, commit and box, and nothing else.",
                );
            }
            (false, _, false) => {
                return wrong("type", "A readable message has a type and its words, and no box.");
            }
            (false, _, true) => {}
        }
        let kind = self.said.filter(|said| said.is_about());
        if kind.is_some() && self.re.is_none() {
            return wrong("re", "re must name the message that this is about.");
        }
        let needs_text = !matches!(
            self.said,
            Some(ContentKind::Media | ContentKind::Voice | ContentKind::ReactionEnd)
        );
        if needs_text && self.text.as_ref().is_none_or(|text| text.as_str().is_empty()) {
            return wrong("text", "text must not be empty.");
        }
        Ok(())
    }
}

/// The conversation's log: a member wrote.
#[derive(Debug, Operation)]
#[operation(name = "chat.message", authority = Derived, erasable_by = Author, bound = Intent)]
pub(crate) struct MessageSent {
    /// The message.
    #[reference]
    pub(super) id: MessageId,
    #[group]
    pub(super) message: Message,
}
