//! An event as an iCalendar file (RFC 5545).

use imajin_app::operation::settle_direction;
use imajin_dfos::Timestamp;

use crate::queries::Event;

/// Longest line in bytes, its end not counted (RFC 5545 §3.1).
const LINE_BYTES_MAX: usize = 75;

/// Builds the iCalendar file of an event. `page` is the address of the event's page. `inside` includes the address that
/// only ticket holders see.
pub(crate) fn file(event: &Event, inside: bool, page: &str, now: Timestamp) -> String {
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Imajin//Events//EN".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", event.did),
        format!("DTSTAMP:{}", time(now.as_millis())),
    ];
    if let Some(starts) = event.starts {
        lines.push(format!("DTSTART:{}", time(starts)));
    }
    if let Some(ends) = event.ends {
        lines.push(format!("DTEND:{}", time(ends)));
    }
    let mut text = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            lines.push(format!("{name}:{}", escaped(value)));
        }
    };
    text("SUMMARY", event.word("title"));
    text("DESCRIPTION", event.word("description"));
    text("LOCATION", event.place(inside).as_deref());
    lines.push(format!("URL:{page}"));
    lines.push(format!(
        "STATUS:{}",
        match event.status.as_str() {
            "cancelled" => "CANCELLED",
            "draft" => "TENTATIVE",
            _ => "CONFIRMED",
        }
    ));
    lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
    lines.iter().map(|line| folded(line)).collect()
}

/// `20261231T200000Z`
fn time(millis: i64) -> String {
    let Ok(time) = Timestamp::from_millis(millis) else {
        return String::new();
    };
    let text = time.to_string();
    let digits = text.split('.').next().unwrap_or_default();
    let plain: String = digits.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    format!("{plain}Z")
}

fn escaped(text: &str) -> String {
    let text = settle_direction(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Folds a line that is too long: the rest goes to a new line that begins with a space (RFC 5545 §3.1).
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > LINE_BYTES_MAX {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_short_and_say_the_same() {
        let text = "ä".repeat(200);
        let out = folded(&format!("SUMMARY:{}", escaped(&format!("{text}; a, b\nc"))));
        assert!(out.split("\r\n").all(|line| line.len() <= LINE_BYTES_MAX));
        assert!(out.replace("\r\n ", "").contains(&format!("{text}\\; a\\, b\\nc")));
        assert_eq!(escaped("Rehearsal\u{202e}"), "Rehearsal", "an old title");
        assert_eq!(time(0), "19700101T000000Z");
    }
}
