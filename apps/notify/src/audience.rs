//! Decides which devices hear of a notice: when a message is queued, and again before it is sent.

use imajin_app::notices::About;
use imajin_app::{Node, Problem};
use imajin_protocol::Did;

use crate::feed::Feed;
use crate::marks;
use crate::push::queue::Push;
use crate::queries::{self, NoticeRow};
use crate::wishes::Wishes;

/// Whether a queued message is still for its person, who has this feed: they may be told of its entry, and want that on their devices.
pub(crate) fn is_still_for(node: &Node, push: &Push, feed: &Feed<'_>) -> Result<bool, Problem> {
    let to = push.room.as_ref().unwrap_or(&push.did);
    let notices =
        queries::read(node, |db| queries::of_entry(db, (&push.log, push.seq), (to, push.at)))?;
    for kept in notices.iter().filter(|kept| kept.about == push.about) {
        if feed.has_news(kept) && is_told(node, kept, &push.did)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a notice is pushed to a person's devices: the person wants it, at this hour, and has not seen it. Requests of strangers
/// are never pushed.
pub(crate) fn is_told(node: &Node, kept: &NoticeRow, did: &Did) -> Result<bool, Problem> {
    let wishes = Wishes::load(node, did)?;
    let is_quiet = kept.about != About::Security && wishes.is_quiet(node.now());
    if !wishes.ways(kept.about).push || is_quiet || marks::upto(node, did)? >= kept.at {
        return Ok(false);
    }
    match kept.about {
        About::Request => Ok(node.connected(did, &kept.author)? == Some(true)),
        _ => Ok(true),
    }
}
