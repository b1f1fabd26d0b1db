//! Notices of media, and their sentences: an album that is shared with a group, a work that was bought.

use imajin_app::capabilities::{NewsEntry, NewsItem, SaysNews};
use imajin_app::notices::{About, Notice, Tells, To};
use imajin_app::operation::Choice;
use imajin_app::{Lang, Node, Problem, args};
use imajin_log::Applied;
use imajin_protocol::Did;

use crate::Media;
use crate::fields::Access;
use crate::manifest::{OWN_PAGE, TEXTS};
use crate::operations::{PutAlbum, WorkSale};
use crate::queries;

/// The operations that tell something.
pub(crate) const TELLS: &[Tells] = &[
    Tells::new(PutAlbum::NAME, "told-album", &["told-album-titled"]),
    Tells::new(WorkSale::NAME, "told-sold", &[]),
];

/// The notices of an entry: to the members of a group, the first time that the album is shared with it; to a seller, who bought.
pub(crate) fn from_entry(entry: &Applied<'_>) -> Vec<Notice> {
    if entry.op == WorkSale::NAME {
        return vec![Notice::for_owner(entry, About::Payment)];
    }
    let fact = |name: &str| Some(entry.fact?.id(name)?.as_str());
    let is_for_group = fact("access") == Some(Access::Conversation.name());
    let group = fact("to").filter(|_| is_for_group);
    let group = group.and_then(|group| Did::parse(group).ok());
    let tell = |group| {
        let notice = Notice::for_owner(entry, About::Share).to(To::Everybody(group));
        notice.once()
    };
    group.map(tell).into_iter().collect()
}

impl SaysNews for Media {
    fn describe_news(
        &self,
        node: &Node,
        told: NewsEntry<'_>,
        lang: Lang,
    ) -> Result<Option<NewsItem>, Problem> {
        let Some(id) = told.reference else {
            return Ok(None);
        };
        if told.op == WorkSale::NAME {
            return sold(node, told, lang).map(Some);
        }
        let album = queries::read(node, |db| queries::album(db, told.log.as_str(), id))?;
        // A recipient who no longer has access gets no title.
        let Some(album) = album.filter(|album| album.access == Access::Conversation) else {
            return Ok(None);
        };
        let group = album.to.as_deref().and_then(|to| Did::parse(to).ok());
        let about = match &group {
            Some(group) if node.in_room(group, told.person)?.role().is_some() => {
                node.room_about(group)?
            }
            _ => None,
        };
        let Some(name) = about.and_then(|about| about.name) else {
            return Ok(None);
        };
        let href = format!("/media/albums/{}/{id}", told.log);
        let args = args![title = album.title, group = name];
        let message = (TEXTS.for_reader(lang), "told-album-titled");
        Ok(Some(NewsItem::by(told.who, message, args, href)))
    }
}

/// The sentence about a sale. The node enters it once money came; the buyer did it.
fn sold(node: &Node, told: NewsEntry<'_>, lang: Lang) -> Result<NewsItem, Problem> {
    let buyer = queries::read(node, |db| queries::buyer(db, told.log.as_str(), told.seq))?;
    let buyer = match &buyer {
        Some(buyer) => node.called(buyer)?,
        None => None,
    };
    let who = buyer.as_deref().unwrap_or(told.who);
    let message = (TEXTS.for_reader(lang), "told-sold");
    Ok(NewsItem::by(who, message, args![], OWN_PAGE))
}
