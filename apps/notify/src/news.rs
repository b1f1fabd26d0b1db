//! This service's lines in the notification centre, and its counts for the badges.

use imajin_app::capabilities::{NewsEntry, NewsItem, SaysNews, Seeing};
use imajin_app::notices::About;
use imajin_app::{Answer, Icon, Lang, News, NewsLine, Node, Session, args};
use imajin_dfos::Timestamp;
use imajin_protocol::{Did, naming};
use maud::html;

use crate::Notify;
use crate::feed::{Feed, Line, NEWEST};
use crate::manifest::TEXTS;
use crate::marks;

/// The page for a notice whose app has no page.
const RECORD: &str = "/data";

impl News for Notify {
    fn unseen(&self, node: &Node, person: &Did) -> Answer<Vec<(&'static str, usize)>> {
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        for (op, number) in Feed::open(node, person)?.unseen()? {
            let Some(app) = app_of(node, &op) else {
                continue;
            };
            match counts.iter_mut().find(|(of, _)| *of == app) {
                Some((_, sum)) => *sum += number,
                None => counts.push((app, number)),
            }
        }
        Ok(counts)
    }

    fn lines(&self, node: &Node, person: &Did, lang: Lang, limit: usize) -> Answer<Vec<NewsLine>> {
        let (lines, _) = Feed::open(node, person)?.lines(NEWEST, limit)?;
        let lines = lines.iter().map(|line| news_line(node, person, line, lang));
        // Leaves out a notice of a service that is no longer mounted.
        Ok(lines.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn see<'a>(
        &'a self,
        node: &'a Node,
        session: &'a Session,
        app: Option<&'static str>,
    ) -> Seeing<'a> {
        Box::pin(async move {
            match app {
                None => marks::see(node, session, node.now()).await,
                Some(app) => marks::look(node, &session.did, app).await,
            }
        })
    }
}

/// The name of the mounted app whose operation this is.
pub(crate) fn app_of(node: &Node, op: &str) -> Option<&'static str> {
    Some(node.services().get(naming::service_of(op))?.manifest().name)
}

/// Returns the page of the app to which an operation belongs.
fn page_of(node: &Node, op: &str) -> &'static str {
    let service = node.services().get(naming::service_of(op));
    service.and_then(|service| service.manifest().own_page).unwrap_or(RECORD)
}

/// The sentence of a line, with the name of its author, and the page to which it leads. The reader's acts are worded as in their
/// operations.
/// Errors: the app cannot read the subject of the notice.
pub(crate) fn sentence(node: &Node, person: &Did, line: &Line, lang: Lang) -> Answer<NewsItem> {
    let notice = &line.newest;
    let page = page_of(node, &notice.op);
    let by_reader = || {
        let words = node.services().words().with_lang(lang);
        NewsItem::by_reader(words.operation(&notice.op), page)
    };
    if notice.author == *person {
        return Ok(by_reader());
    }
    let who = node.called(&notice.author)?;
    let who = who.unwrap_or_else(|| TEXTS.for_reader(lang).text("somebody").into_owned());
    if let Some(said) = said_by_app(node, person, (line, &who), lang)? {
        return Ok(said);
    }
    let service = node.services().get(naming::service_of(&notice.op));
    let brief = service.and_then(|service| {
        let mut all = service.tells().iter();
        let tells = all.find(|tells| tells.op == notice.op)?;
        let texts = service.manifest().texts?.for_reader(lang);
        Some(NewsItem::by(&who, (texts, tells.brief), args![], page))
    });
    Ok(brief.unwrap_or_else(by_reader))
}

fn said_by_app(
    node: &Node,
    person: &Did,
    (line, who): (&Line, &str),
    lang: Lang,
) -> Answer<Option<NewsItem>> {
    let notice = &line.newest;
    let mut apps = node.services().offers().all::<dyn SaysNews>();
    let of = app_of(node, &notice.op);
    let Some((_, app)) = apps.find(|(app, _)| Some(*app) == of) else {
        return Ok(None);
    };
    let entry = NewsEntry {
        person,
        op: &notice.op,
        about: notice.about,
        author: &notice.author,
        who,
        log: &notice.log,
        seq: notice.seq,
        reference: notice.reference.as_deref(),
        count: line.count,
    };
    app.describe_news(node, entry, lang)
}

/// Returns the name of a kind of notice.
pub(crate) fn kind(about: About, lang: Lang) -> &'static str {
    let message = match about {
        About::Message => "kind-message",
        About::Mention => "kind-mention",
        About::Request => "kind-request",
        About::Turn => "kind-turn",
        About::Connection => "kind-connection",
        About::Ticket => "kind-ticket",
        About::Event => "kind-event",
        About::Share => "kind-share",
        About::Payment => "kind-payment",
        About::Security => "kind-security",
    };
    TEXTS.label(lang, message).unwrap_or_else(|| about.as_str())
}

fn news_line(node: &Node, person: &Did, line: &Line, lang: Lang) -> Answer<Option<NewsLine>> {
    let notice = &line.newest;
    let (Some(app), Ok(at)) = (app_of(node, &notice.op), Timestamp::from_millis(notice.at)) else {
        return Ok(None);
    };
    let NewsItem { text, href, .. } = sentence(node, person, line, lang)?;
    Ok(Some(NewsLine {
        app,
        kind: kind(notice.about, lang),
        at,
        icon: icon(notice.about),
        is_new: line.is_new,
        content: html! { p { a href=(href) { (text) } } },
        script: None,
    }))
}

fn icon(about: About) -> Icon {
    match about {
        About::Message | About::Mention => Icon::Letter,
        About::Request => Icon::Person,
        About::Turn | About::Connection => Icon::People,
        About::Ticket => Icon::Ticket,
        About::Event => Icon::Calendar,
        About::Share => Icon::Picture,
        About::Payment => Icon::Money,
        About::Security => Icon::Shield,
    }
}
