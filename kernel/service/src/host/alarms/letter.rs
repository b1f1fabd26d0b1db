//! The letter with the owner's alarms.

use imajin_dfos::Timestamp;

use super::Alarm;
use crate::app::node::Node;
use crate::app::problem::Problem;
use crate::host::mail::Mail;

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
    let now = node.now();
    let expires = now.checked_add_millis(GIVEN_UP_MS);
    let kinds: Vec<&str> = alarms.iter().map(|alarm| alarm.kind.word()).collect();
    let mail = Mail {
        to,
        subject: subject(&node.name(), alarms),
        text: text(alarms, node.url()),
        attachments: Vec::new(),
        unsubscribe: None,
        // Even if the file of what was told is lost, no alarm comes twice on one day.
        once: Some(format!("alarms {} of {}", kinds.join(" "), day(now))),
        expires: expires.unwrap_or(Timestamp::MAX),
    };
    node.mail().queue(mail).await?;
    Ok(true)
}

/// The owner's address: from the settings, else the one in their record here.
fn address(node: &Node) -> Result<Option<String>, Problem> {
    let set = &node.config().mail.owner;
    if !set.is_empty() {
        return Ok(Some(set.clone()));
    }
    match node.owner()? {
        Some(owner) => node.address(&owner.did),
        None => Ok(None),
    }
}

fn day(now: Timestamp) -> String {
    now.to_string().chars().take(10).collect()
}

fn subject(name: &str, alarms: &[Alarm]) -> String {
    match alarms {
        [one] => format!("{name}: {}", one.kind.title()),
        more => format!("{name}: {} things need you", more.len()),
    }
}

fn text(alarms: &[Alarm], url: &str) -> String {
    let mut text = String::from("Your box needs you.\n");
    for alarm in alarms {
        text.push_str(&format!("\n{}\n\n{}\n", alarm.kind.title(), alarm.says));
        if let Some(todo) = &alarm.todo {
            text.push_str(&format!("\nWhat to do: {todo}\n"));
        }
        text.push_str(&format!("{url}{}\n", alarm.kind.href()));
    }
    text.push_str(&format!(
        "\nStatus of your box: {url}/health\nYou get the same alarm at most once a day, and no more once it is over.\n"
    ));
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
        let one = [alarm(Kind::Disk)];
        assert_eq!(
            subject("ada's box", &one),
            "ada's box: Your box is filling up"
        );
        let text = text(&one, "https://box.example");
        for said in [
            "only 2 MB",
            "What to do: make room",
            "https://box.example/health\n",
        ] {
            assert!(text.contains(said), "{said} is not in {text}");
        }
        let two = [alarm(Kind::Disk), alarm(Kind::Card)];
        assert_eq!(subject("box", &two), "box: 2 things need you");
    }
}
