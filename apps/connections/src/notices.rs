//! Notices of connections, and their sentences: an accepted invitation, a question, an offered group.

use imajin_app::capabilities::{NewsEntry, NewsItem, SaysNews};
use imajin_app::notices::{About, Notice, Tells};
use imajin_app::{Lang, Node, Problem, args};
use imajin_log::Applied;

use crate::manifest::TEXTS;
use crate::operations::{Accepted, GroupOffered, QuestionAsked};
use crate::queries::read;
use crate::{Connections, groups};

/// The operations that tell something.
pub(crate) const TELLS: &[Tells] = &[
    Tells::new(Accepted::NAME, "told-accepted", &[]),
    Tells::new(QuestionAsked::NAME, "told-asked", &[]),
    Tells::new(GroupOffered::NAME, "told-offered", &["told-offered-group"]),
];

pub(crate) fn from_entry(entry: &Applied<'_>) -> Vec<Notice> {
    let about = match entry.op {
        Accepted::NAME => About::Connection,
        // The entry in the group's own record causes no notice.
        GroupOffered::NAME if entry.id("member") != Some(entry.did.as_str()) => {
            return Vec::new();
        }
        _ => About::Request,
    };
    vec![Notice::for_owner(entry, about)]
}

impl SaysNews for Connections {
    fn describe_news(
        &self,
        node: &Node,
        told: NewsEntry<'_>,
        lang: Lang,
    ) -> Result<Option<NewsItem>, Problem> {
        let t = TEXTS.for_reader(lang);
        match (told.op, told.reference) {
            (Accepted::NAME, _) => {
                let page = node.page_of(told.author.as_str());
                let message = (t, "told-accepted");
                Ok(Some(NewsItem::by(told.who, message, args![], page)))
            }
            (GroupOffered::NAME, Some(group)) => {
                let group = read(node, |db| groups::queries::group(db, group))?;
                Ok(group.map(|group| {
                    let page = format!("/connections/groups/{}", group.did);
                    match group.name {
                        Some(name) => {
                            let message = (t, "told-offered-group");
                            NewsItem::by(told.who, message, args![group = name], page)
                        }
                        None => NewsItem::by(told.who, (t, "told-offered"), args![], page),
                    }
                }))
            }
            _ => Ok(None),
        }
    }
}
