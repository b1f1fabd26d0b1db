//! Conversations for people, and as JSON.

use super::judge::{Conversation, Judgement, sentence};
use crate::output::Out;
use imajin_box::failure::Outcome;
use imajin_dfos::order;
use imajin_protocol::{Did, IdText};
use imajin_room::ops::{Kind, MessageKind};
use imajin_room::{Finding, Message, MessageState};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Characters of a DID's key that tell people in one conversation apart.
const SHORT_CHARS: usize = 8;

/// Every conversation with what was said in it.
pub(super) fn print(out: &mut Out, judgement: &Judgement) -> Outcome {
    if let Some(why) = &judgement.useless_key {
        out.line(format_args!("Nothing that is sealed can be opened: {why}."))?;
    }
    if judgement.conversations.is_empty() {
        out.line("There are no conversations in this copy.")?;
    }
    for (n, one) in judgement.conversations.iter().enumerate() {
        if n > 0 {
            out.line("")?;
        }
        heading(out, one, &judgement.did)?;
        for line in lines(&one.report.messages) {
            line.print(out, &judgement.did)?;
        }
        findings(out, one)?;
    }
    Ok(())
}

/// Every conversation with the verdict alone.
pub(super) fn print_verdicts(out: &mut Out, judgement: &Judgement) -> Outcome {
    if let Some(why) = &judgement.useless_key {
        out.line(format_args!("Nothing that is sealed can be opened: {why}."))?;
    }
    for one in &judgement.conversations {
        let report = &one.report;
        let verdict = match report.stop {
            Some(_) => "NOT VALID",
            None => "valid    ",
        };
        out.line(format_args!(
            "{verdict}  {}  {} messages, {} members, {}",
            one.name,
            report.messages.len(),
            report.members.len(),
            lock(one)
        ))?;
        findings(out, one)?;
    }
    out.line(format_args!("{} conversations", judgement.conversations.len()))
}

fn lock(one: &Conversation) -> &'static str {
    if one.report.sealed { "end-to-end encrypted" } else { "not end-to-end encrypted" }
}

fn heading(out: &mut Out, one: &Conversation, me: &Did) -> Outcome {
    out.line(format_args!("== {}", one.name))?;
    out.line(format_args!("   {}", lock(one)))?;
    for (did, role) in &one.report.members {
        out.line(format_args!("   {:<10} {did}, {}", who(did, me), role.as_str()))?;
    }
    Ok(())
}

fn findings(out: &mut Out, one: &Conversation) -> Outcome {
    let report = &one.report;
    for found in report.renew.iter().chain(&report.voids) {
        out.line(format_args!("   Note: {}", sentence(found)))?;
    }
    if report.newer {
        out.line("   Note: a newer version wrote some of this; it is not shown.")?;
    }
    match &report.stop {
        Some(found) => out.line(format_args!("   SOMETHING IS WRONG: {}", sentence(found))),
        None => Ok(()),
    }
}

fn who(did: &Did, me: &Did) -> String {
    if did == me {
        "you".to_owned()
    } else {
        did.as_str().rsplit(':').next().unwrap_or_default().chars().take(SHORT_CHARS).collect()
    }
}

/// A message with what was made of it later.
struct Line<'m> {
    message: &'m Message,
    edited: Option<&'m str>,
    /// The reaction's author and symbol, by the reaction's id.
    reactions: BTreeMap<&'m IdText, (&'m Did, &'m str)>,
}

/// Messages in their order. Edits and reactions go to the message that they are about.
fn lines(messages: &[Message]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut places: BTreeMap<&IdText, usize> = BTreeMap::new();
    // A reaction's own id leads to the message that has it.
    for message in messages {
        let content = message.said.as_ref();
        let about = message.re.as_ref().and_then(|re| Some((re, *places.get(re)?)));
        let line = about.and_then(|(re, place)| Some((re, place, lines.get_mut(place)?)));
        match (content.map(|said| said.kind), line) {
            (Some(MessageKind::Edit), Some((_, _, line))) => {
                line.edited = content.map(|said| &*said.text)
            }
            (Some(MessageKind::Reaction), Some((_, place, line))) => {
                let with = content.map_or("", |said| &said.text);
                line.reactions.insert(&message.id, (&message.from, with));
                places.insert(&message.id, place);
            }
            (Some(MessageKind::ReactionEnd), Some((re, _, line))) => {
                line.reactions.remove(re);
            }
            _ => {
                places.insert(&message.id, lines.len());
                lines.push(Line { message, edited: None, reactions: BTreeMap::new() });
            }
        }
    }
    lines
}

impl Line<'_> {
    fn print(&self, out: &mut Out, me: &Did) -> Outcome {
        let message = self.message;
        let words = match (self.edited, why(message)) {
            (_, Some(why)) => format!("({why})"),
            (Some(text), None) => format!("{} (edited)", plain(text)),
            (None, None) => words(message),
        };
        let from = author(message, me);
        out.line(format_args!("{}  {from}: {words}", message.at))?;
        for (from, with) in self.reactions.values() {
            out.line(format_args!("      {} {}", plain(with), who(from, me)))?;
        }
        Ok(())
    }
}

/// Formats a message's author and agent, and notes if only the box vouches for them.
fn author(message: &Message, me: &Did) -> String {
    let by = message.via.as_ref().map(|agent| format!(", by agent {}", who(agent, me)));
    let by = by.unwrap_or_default();
    let word = if message.signed { "" } else { " (by the word of the box)" };
    format!("{}{by}{word}", who(&message.from, me))
}

/// Formats a message's content in one or more lines.
fn words(message: &Message) -> String {
    let Some(said) = &message.said else {
        return String::new();
    };
    let text = plain(&said.text);
    let name = said.json["media"]["name"].as_str().map(plain);
    match (said.kind, name) {
        (MessageKind::Media | MessageKind::Voice, Some(name)) => {
            format!("[{name}] {text}").trim_end().to_owned()
        }
        (MessageKind::Text | MessageKind::Edit | MessageKind::Reaction, _) => text,
        (kind, _) => format!("[{}] {text}", kind.as_str()).trim_end().to_owned(),
    }
}

/// Words of others without what could move a terminal's cursor. Later lines are indented.
fn plain(text: &str) -> String {
    let kept: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    kept.replace('\n', "\n    ")
}

/// Why a message cannot be shown.
fn why(message: &Message) -> Option<&'static str> {
    match message.state {
        MessageState::Opened | MessageState::Plain => None,
        MessageState::Void => Some("not valid"),
        MessageState::Deleted => Some("deleted by its author"),
        MessageState::Hidden => Some("hidden by a leader"),
        MessageState::Locked => Some("locked: this key has no secret for it"),
        MessageState::Unseen => Some("written while you were not in"),
        MessageState::Newer => Some("written by a newer version"),
    }
}

/// Converts everything to JSON, with or without the messages' content.
pub(super) fn to_json(judgement: &Judgement, with_messages: bool) -> Json {
    let conversations = judgement.conversations.iter().map(|one| {
        let report = &one.report;
        let members = report.members.iter();
        let members = order::map(members.map(|(did, role)| (did.as_str(), role.as_str())));
        let mut json = json!({
            "name": one.name.as_str(),
            "log": one.log.as_str(),
            "kind": Kind::from_name(&one.name).map(Kind::as_str),
            "sealed": report.sealed,
            "epoch": report.epoch,
            "turns": report.turns,
            "members": members,
            "entries": report.head.map(|head| head.seq + 1),
            "stop": report.stop.as_ref().map(finding),
            "voids": report.voids.iter().map(finding).collect::<Vec<_>>(),
            "renew": report.renew.as_ref().map(finding),
            "newer": report.newer,
            "count": report.messages.len(),
        });
        if with_messages {
            json["messages"] = report.messages.iter().map(message).collect();
        }
        json
    });
    json!({
        "did": judgement.did.as_str(),
        "uselessKey": judgement.useless_key,
        "valid": judgement.fault().is_none(),
        "conversations": conversations.collect::<Vec<_>>(),
    })
}

fn finding(found: &Finding) -> Json {
    let problem = found.problem;
    json!({ "seq": found.seq, "code": problem.code(), "rule": problem.rule() as u8, "sentence": problem.sentence() })
}

fn message(message: &Message) -> Json {
    json!({
        "seq": message.seq,
        "id": message.id.as_str(),
        "at": message.at.to_string(),
        "from": message.from.as_str(),
        "signed": message.signed,
        "via": message.via.as_ref().map(Did::as_str),
        "re": message.re.as_ref().map(IdText::as_str),
        "state": message.state.as_str(),
        "why": why(message),
        "said": message.said.as_ref().map(|said| &said.json),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::Timestamp;

    #[test]
    fn an_agents_message_names_the_agent_and_its_author() {
        let did = |byte| Did::from_key(&[byte; 32]);
        let mut message = Message {
            seq: 4,
            at: Timestamp::from_millis(0).unwrap(),
            id: IdText::parse("msg_000000000000000000000001").unwrap(),
            from: did(1),
            signed: true,
            via: None,
            re: None,
            state: MessageState::Unseen,
            said: None,
        };
        let maya = who(&did(1), &did(3));
        assert_eq!(author(&message, &did(3)), maya);
        (message.signed, message.via) = (false, Some(did(2)));
        let agent = who(&did(2), &did(3));
        let expected = format!("{maya}, by agent {agent} (by the word of the box)");
        assert_eq!(author(&message, &did(3)), expected);
        assert!(author(&message, &did(1)).starts_with("you, by agent"));
        assert_eq!(super::message(&message)["via"], json!(did(2)));
    }
}
