//! An entry of a conversation as an event: made once for all who look.

use std::collections::VecDeque;
use std::sync::Arc;

use imajin_app::{Node, Problem, blocking};
use imajin_dfos::base64;
use imajin_ledger::StoredRow;
use imajin_log::entry::{Header, decode_body};
use imajin_log::ops::BODY_ERASED;
use imajin_protocol::Did;
use parking_lot::Mutex;
use serde_json::json;

use crate::operations::{
    Admitted, EpochMade, Hidden, MessageSent, OpenedConversation, Out, RoleGiven,
};
use crate::queries::Room;

/// Events that are kept for those who come to them a moment later.
const RECENT_MAX: usize = 64;

/// An entry as an event.
#[derive(Debug)]
pub(crate) struct Event {
    log: Did,
    pub(crate) seq: u64,
    /// The event with the body, and without.
    whole: Arc<str>,
    bare: Arc<str>,
    /// Whether the body is a message's, which some members may not see.
    is_message: bool,
}

impl Event {
    /// Returns the text, with the body only if the subscriber sees bodies at this place.
    pub(crate) fn text(&self, sees: bool) -> &Arc<str> {
        if sees || !self.is_message { &self.whole } else { &self.bare }
    }

    fn from_row(room: &Room, stored: &StoredRow) -> Result<Self, Problem> {
        let header = Header::decode(&stored.entry.header).map_err(Problem::internal)?;
        let cause = stored.cause.as_deref().map(Header::decode).transpose();
        let cause = cause.map_err(Problem::internal)?;
        let body = stored.entry.body.as_deref();
        let contents = body.and_then(|body| decode_body(body).ok());
        let content_type = contents.as_ref().and_then(|body| body.get_str("type"));
        let kind = kind_of(&header.op, content_type);
        let about = match header.op.as_str() {
            BODY_ERASED => cause.as_ref().and_then(|cause| cause.reference.as_ref()),
            _ => header.reference.as_ref(),
        };
        let text = |body: Option<&[u8]>| {
            let event = json!({
                "type": kind,
                "did": room.name,
                "log": room.log,
                "seq": header.seq,
                "id": about.map(|about| about.as_str()),
                "fromDid": header.author,
                "row": {
                    "header": base64::encode_url(&stored.entry.header),
                    "cause": stored.cause.as_ref().map(|cause| base64::encode_url(cause)),
                    "body": body.map(base64::encode_url),
                },
            });
            Arc::<str>::from(event.to_string())
        };
        Ok(Self {
            log: room.log.clone(),
            seq: header.seq,
            whole: text(body),
            bare: text(None),
            is_message: header.op == MessageSent::NAME,
        })
    }
}

/// A change of membership, or of the secret.
const TURN: &str = "turn";

/// The type of event that an entry is.
fn kind_of(op: &str, said: Option<&str>) -> &'static str {
    match (op, said) {
        (MessageSent::NAME, Some("edit")) => "message_edited",
        (MessageSent::NAME, Some("reaction")) => "reaction_added",
        (MessageSent::NAME, Some("reaction.end")) => "reaction_removed",
        (MessageSent::NAME, _) => "new_message",
        (BODY_ERASED | Hidden::NAME, _) => "message_deleted",
        (
            OpenedConversation::NAME
            | Admitted::NAME
            | EpochMade::NAME
            | Out::NAME
            | RoleGiven::NAME,
            _,
        ) => TURN,
        // The log continues without a gap, whatever it is.
        _ => "conversation",
    }
}

/// Events that were made a moment ago.
#[derive(Default)]
pub(crate) struct Recent(Mutex<VecDeque<Arc<Event>>>);

impl Recent {
    fn find(&self, log: &Did, seq: u64) -> Option<Arc<Event>> {
        let recent = self.0.lock();
        recent.iter().rev().find(|event| event.seq == seq && event.log == *log).cloned()
    }

    fn keep(&self, event: &Arc<Event>) {
        let mut recent = self.0.lock();
        if recent.len() >= RECENT_MAX {
            recent.pop_front();
        }
        recent.push_back(Arc::clone(event));
    }

    /// Returns the event of an entry; `None` if the entry does not exist yet. Only the newest entry's (`head`) event is
    /// cached: an earlier body may have been erased since.
    pub(crate) async fn event(
        &self,
        node: &Node,
        room: &Room,
        (seq, head): (u64, u64),
    ) -> Result<Option<Arc<Event>>, Problem> {
        if let Some(event) = self.find(&room.log, seq).filter(|_| seq == head) {
            return Ok(Some(event));
        }
        let (reader, log) = (node.clone(), room.log.clone());
        let rows =
            blocking::run(move || reader.ledger().rows(&log, seq.checked_sub(1), 1)).await??;
        let Some(row) = rows.first().filter(|row| row.entry.seq == seq) else {
            return Ok(None);
        };
        let event = Arc::new(Event::from_row(room, row)?);
        if seq == head {
            self.keep(&event);
        }
        Ok(Some(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_messages_say_what_they_are_and_sealed_ones_are_new_messages() {
        assert_eq!(kind_of("chat.message", Some("edit")), "message_edited");
        assert_eq!(kind_of("chat.message", Some("reaction.end")), "reaction_removed");
        assert_eq!(kind_of("chat.message", Some("voice")), "new_message");
        assert_eq!(kind_of("chat.message", None), "new_message");
        assert_eq!(kind_of("auth.body.erased", None), "message_deleted");
        assert_eq!(kind_of("chat.epoch.made", None), "turn");
        assert_eq!(kind_of("auth.identity.update", None), "conversation");
    }
}
