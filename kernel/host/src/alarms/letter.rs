//! The letter with the owner's alarms: in every language, since the owner's own is not known.

use imajin_app::words::FRAME;
use imajin_app::{Lang, Node, Problem, Words, args};
use imajin_dfos::Timestamp;

use super::Alarm;
use crate::mail::Mail;
use crate::prelude::*;

/// A letter that could not be sent for so long is out of date.
const GIVEN_UP_MS: i64 = 2 * 86_400_000;

/// Queues it, where the node sends letters and knows to whom; whether it did.
pub(super) async fn queue(node: &Node, alarms: &[Alarm]) -> Result<bool, Problem> {
    if alarms.is_empty() || !node.mail().can_send() {
        return Ok(false);
    }
    let Some(to) = address(node)? else {
        return Ok(false);
    };
    let (now, words) = (node.now(), node.services().words());
    let expires = now.checked_add_millis(GIVEN_UP_MS);
    let kinds: Vec<&str> = alarms.iter().map(|alarm| alarm.kind.word()).collect();
    let mail = Mail {
        to,
        subject: in_each(words, |words| subject(&node.name(), alarms, words)).join(" / "),
        text: in_each(words, |words| text(alarms, node.url(), words)).join("\n--------\n\n"),
        attachments: Vec::new(),
        unsubscribe: None,
        // Even if the file of announcements is lost, no alarm comes twice on one day.
        once: Some(format!("alarms {} of {}", kinds.join(" "), day(now))),
        expires: expires.unwrap_or(Timestamp::MAX),
    };
    node.mail().queue(mail).await?;
    Ok(true)
}

/// The owner's address: from the settings, else from their page, else the one in their record here.
fn address(node: &Node) -> Result<Option<String>, Problem> {
    let by_page = node.mail().config();
    for set in [&node.config().mail.owner, &by_page.owner] {
        if !set.is_empty() {
            return Ok(Some(set.clone()));
        }
    }
    match node.owner()? {
        Some(owner) => node.address(&owner.did),
        None => Ok(None),
    }
}

fn day(now: Timestamp) -> String {
    now.to_string().chars().take(10).collect()
}

fn in_each(words: &Words, said: impl Fn(&Words) -> String) -> Vec<String> {
    Lang::ALL.iter().map(|lang| said(&words.with_lang(*lang))).collect()
}

fn subject(name: &str, alarms: &[Alarm], words: &Words) -> String {
    match alarms {
        [one] => format!("{name}: {}", one.title(words)),
        more => {
            let t = FRAME.for_reader(words.lang);
            t.format("alarms-subject", args![name = name, count = more.len()])
        }
    }
}

fn text(alarms: &[Alarm], url: &str, words: &Words) -> String {
    let t = FRAME.for_reader(words.lang);
    let mut text = format!("{}\n", t.text("alarms-head"));
    for alarm in alarms {
        let (title, says) = (alarm.title(words), alarm.says(words));
        text.push_str(&format!("\n{title}\n\n{says}\n"));
        if let Some(todo) = alarm.todo(words) {
            let todo = t.format("alarms-todo", args![todo = todo]);
            text.push_str(&format!("\n{todo}\n"));
        }
        text.push_str(&format!("{url}{}\n", alarm.kind.href()));
    }
    let health = format!("{url}/health");
    let status = t.format("alarms-status", args![url = health]);
    text.push_str(&format!("\n{status}\n{}\n", t.text("alarms-foot")));
    text
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    #[test]
    fn a_letter_says_what_is_wrong_what_to_do_and_where() {
        let alarm = |kind| Alarm {
            kind,
            is_warning: false,
            says: "only 2 MB are free".to_owned(),
            todo: Some("make room".to_owned()),
        };
        let (one, words) = ([alarm(Kind::Disk)], Words::new([]));
        assert_eq!(subject("ada's box", &one, &words), "ada's box: Your box is filling up");
        let text = text(&one, "https://box.example", &words);
        for said in ["only 2 MB", "What to do: make room", "https://box.example/health\n"] {
            assert!(text.contains(said), "{said} is not in {text}");
        }
        let two = [alarm(Kind::Disk), alarm(Kind::Card)];
        assert_eq!(subject("box", &two, &words), "box: 2 things need you");
        let german = words.with_lang(Lang::De);
        assert_eq!(subject("box", &one, &german), "box: Deine Box wird voll");
        assert_eq!(subject("box", &two, &german), "box: 2 Dinge brauchen dich");
    }
}
