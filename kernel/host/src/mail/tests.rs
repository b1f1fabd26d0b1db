use super::queue;
use super::smtp::message;
use super::*;
use imajin_edge::testing::{EndlessServer, Flood, SmtpServer};
use rusqlite::Connection;
use std::time::Duration;

/// A step's time where the server is meant to exceed it.
const SHORT: Duration = Duration::from_millis(200);
/// A step's time where something else is meant to end it before.
const ENDED_BEFORE: Duration = Duration::from_secs(30);

fn letter(to: &str, once: Option<&str>) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Your way in — grüezi".to_owned(),
        text: "Line one\n.\nLine three".to_owned(),
        unsubscribe: None,
        attachments: vec![Attachment {
            name: "a.ics".to_owned(),
            kind: "text/calendar".to_owned(),
            bytes: b"BEGIN:VCALENDAR".to_vec(),
        }],
        once: once.map(str::to_owned),
        expires: at(1_000_000),
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn database() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(SCHEMA).unwrap();
    db
}

#[test]
fn a_letter_cannot_smuggle_a_header_in() {
    let config = MailConfig::default();
    for to in ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "no address"] {
        assert!(message(&config, &letter(to, None), at(0)).is_err(), "{to}");
        assert!(!is_address(to), "{to}");
    }
    let mut bad = letter("a@b.example", None);
    bad.subject = "x\r\nBcc: c@d.example".to_owned();
    let text = String::from_utf8(message(&config, &bad, at(0)).unwrap()).unwrap();
    assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
}

#[test]
fn a_letter_turns_no_direction() {
    let (plain, mut turned) = (letter("a@b.example", None), letter("a@b.example", None));
    turned.subject.push('\u{202e}');
    turned.text.push('\u{202e}');
    let without_name = |mail: &Mail| {
        let bytes = message(&MailConfig::default(), mail, at(0)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines();
        let lines = lines.filter(|line| {
            !line.starts_with("Message-ID") && !line.contains("boundary") && !line.starts_with("--")
        });
        lines.filter(|line| !line.starts_with(' ')).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without_name(&turned), without_name(&plain));
}

/// The settings of a node that sends its letters to a test's server.
fn to_server(address: std::net::SocketAddr, security: MailSecurity) -> MailConfig {
    MailConfig {
        server: address.ip().to_string(),
        port: address.port(),
        security,
        from: "box@example.org".to_owned(),
        ..MailConfig::default()
    }
}

#[tokio::test]
async fn a_mail_server_without_end_is_given_up() {
    let slow = Flood { first: "220 ", again: "a", pause: Duration::from_millis(20) };
    for (flood, security) in [
        (Flood::fast("220 ", "aaaaaaaaaaaaaaaa"), MailSecurity::None),
        (Flood::fast("", "220-and more\r\n"), MailSecurity::None),
        (Flood::fast("220 ", "aaaaaaaaaaaaaaaa"), MailSecurity::Starttls),
        (Flood::fast("220 ", "aaaaaaaaaaaaaaaa"), MailSecurity::Tls),
        (slow, MailSecurity::None),
    ] {
        let server = EndlessServer::start(flood);
        let config = to_server(server.address(), security);
        let timeout = if flood.pause.is_zero() { ENDED_BEFORE } else { SHORT };
        let sent = smtp::send_within(timeout, &config, "a@b.example", b"Subject: x\r\n\r\nx");
        let failed = sent.await.err();
        let failed = failed.unwrap_or_else(|| panic!("{flood:?} {security:?}"));
        let is_late = failed.why.contains("no answer within");
        assert_eq!(is_late, timeout == SHORT, "{flood:?}: {}", failed.why);
        tokio::task::spawn_blocking(move || server.check_given_up(16 * 1024)).await.unwrap();
    }
}

#[tokio::test]
async fn a_mail_server_that_says_nothing_is_given_up_and_asked_again() {
    let server = SmtpServer::start(1);
    let config = to_server(server.address(), MailSecurity::None);
    let message = b"Subject: x\r\n\r\nx";
    let sent = smtp::send_within(SHORT, &config, "a@b.example", message).await;
    let failed = sent.err().unwrap();
    assert!(!failed.is_reached && !failed.is_final, "{}", failed.why);
    assert!(smtp::send_within(ENDED_BEFORE, &config, "a@b.example", message).await.is_ok());
}

#[test]
fn a_kind_is_taken_once_also_after_it_was_sent() {
    let mut db = database();
    let put = |db: &mut Connection, mail: &Mail| {
        let tx = db.transaction().unwrap();
        let is_taken = queue::put(&tx, mail, b"message", at(10)).unwrap();
        tx.commit().unwrap();
        is_taken.ok()
    };
    let mail = letter("a@b.example", Some("ticket 1"));
    assert_eq!(put(&mut db, &mail), Some(true));
    assert_eq!(put(&mut db, &mail), Some(false));
    assert_eq!(queue::waiting(&db, at(10)).unwrap().len(), 1);
    let due = queue::due(&db, at(10), 9).unwrap();
    let tx = db.transaction().unwrap();
    queue::sent(&tx, due[0].id).unwrap();
    tx.commit().unwrap();
    assert_eq!(put(&mut db, &mail), Some(false));
    assert!(queue::waiting(&db, at(10)).unwrap().is_empty());
    let words: i64 = db
        .query_row("SELECT count(*) FROM mail WHERE recipient <> '' OR text <> ''", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(words, 0, "what was sent leaves no words behind");
}

#[test]
fn a_letter_that_can_be_ended_says_where_in_one_line() {
    let mut mail = letter("a@b.example", None);
    let sent = |mail: &Mail| {
        let bytes = message(&MailConfig::default(), mail, at(10)).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert!(!sent(&mail).contains("List-"));
    let url = format!("https://box.example/stop?who={}&key=x", "a".repeat(200));
    mail.unsubscribe = Some(url.clone());
    let text = sent(&mail);
    for line in [
        format!("\r\nList-Unsubscribe: <{url}>\r\n"),
        "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".to_owned(),
    ] {
        assert!(text.contains(&line), "{text}");
    }
    mail.unsubscribe = Some("https://box.example/\r\nBcc: c@d.example".to_owned());
    assert!(!sent(&mail).contains("List-"));
}

#[test]
fn what_waited_for_a_server_goes_out_in_the_name_of_its_sender() {
    let waited = message(&MailConfig::default(), &letter("a@b.example", None), at(0)).unwrap();
    let from = "Grüße vom See <box@example.org>".parse().unwrap();
    let sent = smtp::from_somebody(&waited, &from);
    let text = String::from_utf8(sent.to_vec()).unwrap();
    assert!(
        text.starts_with("From: =?utf-8?b?") && text.contains("<box@example.org>\r\nTo: "),
        "{text}"
    );
    assert!(!text.contains("localhost>\r\nTo"));
    // A letter that has a sender keeps it.
    let again = smtp::from_somebody(&sent, &"other@example.org".parse().unwrap());
    assert_eq!(again, sent);
}

#[test]
fn a_setting_that_cannot_be_used_is_named() {
    let good = MailConfig {
        server: "smtp.example.org".to_owned(),
        from: "Ada's box <box@example.org>".to_owned(),
        ..MailConfig::default()
    };
    assert_eq!(good.fault(), None);
    let bad = |change: fn(&mut MailConfig)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad.fault()
    };
    for server in [
        |c: &mut MailConfig| "smtps://smtp.example.org".clone_into(&mut c.server),
        |c: &mut MailConfig| "smtp.example.org smtp2".clone_into(&mut c.server),
    ] {
        assert_eq!(bad(server), Some(MailFault::Server));
    }
    assert_eq!(bad(|c| c.from.clear()), Some(MailFault::From));
    assert_eq!(bad(|c| "ada".clone_into(&mut c.owner)), Some(MailFault::Owner));
    assert_eq!(bad(|c| c.server.clear()), None, "no server, no letters");
    let kept = serde_json::to_value(MailConfig { password: "canary".to_owned(), ..good.clone() });
    assert!(!kept.unwrap().to_string().contains("canary"));
}

struct FixedClock;

impl imajin_log::Clock for FixedClock {
    fn now(&self) -> Timestamp {
        at(10)
    }
}

impl Time for FixedClock {
    fn monotonic(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}

#[tokio::test]
async fn a_letter_with_a_live_link_leaves_no_link_on_the_card() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.sqlite");
    let mailer = || {
        let secrets = Secrets::for_tests(&path, &[SCHEMA]);
        Mailer::new(secrets, Arc::new(FixedClock), MailConfig::default()).unwrap()
    };
    let here = mailer();
    let secret = "canary-of-a-live-link";
    let mut mail = letter("a@b.example", None);
    mail.text = format!("Open https://box.example/mail#token={secret}");
    here.queue_in_memory(mail.clone()).await.unwrap();
    here.queue(letter("c@d.example", None)).await.unwrap();
    assert_eq!(here.waiting().unwrap().last().unwrap().text, mail.text);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let is_present = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!is_present, "the link is on disk");
    }
    drop(here);
    // The text of the letter is gone: the letter is forgotten, and none without a text is sent. Other letters stay in
    // the queue.
    let waiting = mailer().waiting().unwrap();
    let left: Vec<&str> = waiting.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(left, ["c@d.example"]);
}

#[test]
fn a_failure_waits_and_an_end_is_an_end() {
    let mut db = database();
    let tx = db.transaction().unwrap();
    assert!(queue::put(&tx, &letter("a@b.example", None), b"m", at(10)).unwrap().is_ok());
    tx.commit().unwrap();
    let due = queue::due(&db, at(10), 9).unwrap();
    let tx = db.transaction().unwrap();
    queue::failed(&tx, due[0].id, at(500), "no route").unwrap();
    tx.commit().unwrap();
    assert!(queue::due(&db, at(499), 9).unwrap().is_empty());
    assert_eq!(queue::next_due(&db, at(499)).unwrap(), Some(at(500)));
    assert_eq!(queue::due(&db, at(500), 9).unwrap()[0].tries, 1);
    assert!(queue::due(&db, at(1_000_000), 9).unwrap().is_empty());
    assert!(queue::waiting(&db, at(1_000_000)).unwrap().is_empty());
}

#[test]
fn recipients_take_turns() {
    let mut db = database();
    let tx = db.transaction().unwrap();
    for to in ["a@b.example", "a@b.example", "a@b.example", "c@d.example"] {
        let letter = letter(to, None);
        assert!(queue::put(&tx, &letter, b"m", at(10)).unwrap().is_ok());
    }
    tx.commit().unwrap();
    let due = queue::due(&db, at(10), 2).unwrap();
    let recipients: Vec<&str> = due.iter().map(|due| due.recipient.as_str()).collect();
    assert_eq!(recipients, ["a@b.example", "c@d.example"]);
}
