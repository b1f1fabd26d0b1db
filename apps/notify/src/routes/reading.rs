//! The caller's feed and choices.

use axum::Json;
use imajin_app::capabilities::NewsItem;
use imajin_app::extract::{Person, Query};
use imajin_app::notices::About;
use imajin_app::operation::Choice;
use imajin_app::{Answer, Lang, News, Node, Problem, time};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::feed::{Feed, Line, NEWEST};
use crate::news;
use crate::wishes::{Quiet, Wishes};

/// Lines of an answer, and at most.
const LINES: u32 = 50;
const LINES_MAX: u32 = 100;

/// The query of the feed: its part.
#[derive(Debug, Deserialize)]
pub(crate) struct FeedQuery {
    before: Option<String>,
    limit: Option<u32>,
}

/// The notice of an entry for the caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NoticeShown {
    /// `message`, `mention`, `request`, `turn`, `connection`, `ticket`, `event`, `share`, `payment` or `security`.
    #[schema(example = "connection")]
    kind: &'static str,
    /// The text, in the language of the request.
    text: String,
    /// The page where it is about.
    #[schema(example = "/data")]
    href: String,
    /// When.
    at: String,
    /// Whether the caller has not seen it.
    unseen: bool,
    /// How many messages of one conversation it stands for; 1 of everything else.
    count: usize,
    /// The operation.
    #[schema(example = "auth.delegation.create")]
    op: String,
    /// The log of its entry.
    log: String,
    /// The entry's place there.
    seq: u64,
    /// The author of the entry.
    author: String,
    /// The thing that it refers to.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// The conversation, event or group, if it was told to those in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<String>,
}

/// The caller's news, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FeedAnswer {
    notices: Vec<NoticeShown>,
    has_more: bool,
    /// The value of `before` for the next part.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// Everything until then was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<String>,
}

/// A place in the feed: the time and the offset of a notice.
fn place(text: &str) -> Option<(i64, i64)> {
    let (at, id) = text.split_once('.')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}

fn show_notice(node: &Node, me: &Did, line: Line, lang: Lang) -> Answer<NoticeShown> {
    let NewsItem { text, href, .. } = news::sentence(node, me, &line, lang)?;
    let notice = line.newest;
    Ok(NoticeShown {
        kind: notice.about.as_str(),
        text,
        href,
        at: time::text(notice.at).unwrap_or_default(),
        unseen: line.is_new,
        count: line.count,
        conversation: (notice.to != *me).then(|| notice.to.to_string()),
        op: notice.op,
        log: notice.log.to_string(),
        seq: notice.seq,
        author: notice.author.to_string(),
        reference: notice.reference,
    })
}

/// Lists the caller's news: notices of entries in their record and in the conversations that they are in.
#[utoipa::path(get, path = "/api/feed", tag = "notify",
    params(("before" = Option<String>, Query, description = "`before` of the part that was read last"), ("limit" = Option<u32>, Query, description = "At most 100; 50 without it")),
    responses((status = 200, body = FeedAnswer), (status = 400, description = "`before` is none")))]
pub(crate) async fn feed(
    Person(node, session): Person,
    lang: Lang,
    Query(query): Query<FeedQuery>,
) -> Answer<Json<FeedAnswer>> {
    let before = match query.before.as_deref().map(place) {
        None => NEWEST,
        Some(Some(place)) => place,
        Some(None) => {
            return Err(Problem::field("before", "before must be what the last answer called so."));
        }
    };
    let limit = query.limit.unwrap_or(LINES).clamp(1, LINES_MAX) as usize;
    let me = &session.did;
    let feed = Feed::open(&node, me)?;
    let (lines, next) = feed.lines(before, limit)?;
    let notices = lines.into_iter().map(|line| show_notice(&node, me, line, lang));
    Ok(Json(FeedAnswer {
        notices: notices.collect::<Answer<_>>()?,
        has_more: next.is_some(),
        before: next.map(|(at, id)| format!("{at}.{id}")),
        seen: Some(feed.upto).filter(|upto| *upto > 0).and_then(time::text),
    }))
}

/// How many are new of one service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Badge {
    /// The service.
    #[schema(example = "auth")]
    service: String,
    /// How many: of each conversation at most 100.
    count: usize,
}

/// How many are new, by service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BadgesAnswer {
    badges: Vec<Badge>,
    /// All of them together.
    count: usize,
}

/// How many notifications the caller has not seen, by service: what the bar and the bell of every page show.
#[utoipa::path(get, path = "/api/badges", tag = "notify", responses((status = 200, body = BadgesAnswer)))]
pub(crate) async fn badges(Person(node, session): Person) -> Answer<Json<BadgesAnswer>> {
    let mut badges: Vec<Badge> = Vec::new();
    for (_, news) in node.services().offers().all::<dyn News>() {
        for (service, count) in news.unseen(&node, &session.did)? {
            match badges.iter_mut().find(|badge| badge.service == service) {
                Some(badge) => badge.count += count,
                None => badges.push(Badge { service: service.to_owned(), count }),
            }
        }
    }
    Ok(Json(BadgesAnswer { count: badges.iter().map(|badge| badge.count).sum(), badges }))
}

/// How a kind reaches the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaysShown {
    /// The kind.
    #[schema(example = "message")]
    kind: &'static str,
    /// Whether it is shown here.
    page: bool,
    /// Whether it is pushed to devices.
    push: bool,
    /// `daily`, `hourly` or `off`.
    #[schema(example = "daily")]
    mail: &'static str,
}

/// The caller's choices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingsAnswer {
    /// Every kind.
    kinds: Vec<WaysShown>,
    /// How often letters come, where nothing else was chosen of a kind.
    mail: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quiet: Option<Quiet>,
    /// The time zone of those hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
}

/// Returns which notices reach the caller, and how: their choices, and the defaults where they chose nothing. `notify.settings` changes it.
#[utoipa::path(get, path = "/api/settings", tag = "notify", responses((status = 200, body = SettingsAnswer)))]
pub(crate) async fn settings(Person(node, session): Person) -> Answer<Json<SettingsAnswer>> {
    let wishes = Wishes::load(&node, &session.did)?;
    let kind = |about: About| {
        let ways = wishes.ways(about);
        WaysShown { kind: about.as_str(), page: ways.page, push: ways.push, mail: ways.mail.name() }
    };
    Ok(Json(SettingsAnswer {
        kinds: About::ALL.map(kind).into(),
        mail: wishes.letters().name(),
        quiet: wishes.quiet(),
        zone: wishes.zone_name().map(str::to_owned),
    }))
}
