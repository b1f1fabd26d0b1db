//! Letters of a node to a mail server.

use imajin_edge::testing::{SmtpEvent, SmtpServer, TestNode, until};
use imajin_host::Config;
use imajin_host::mail::{Attachment, Mail, MailConfig, MailSecurity};
use imajin_host::prelude::*;

/// The settings of a node that sends its letters to a test's server.
fn to_server(address: std::net::SocketAddr) -> MailConfig {
    MailConfig {
        server: address.ip().to_string(),
        port: address.port(),
        security: MailSecurity::None,
        from: "box@example.org".to_owned(),
        ..MailConfig::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_go_out_while_the_server_says_nothing_about_another() {
    let mut server = SmtpServer::start(1);
    let config = Config { mail: to_server(server.address()), ..Config::default() };
    let node = TestNode::start(vec![], config, 1).await.unwrap();
    let mailer = node.node.mail().clone();
    let tomorrow = node.node.now().checked_add_millis(24 * 3_600_000).unwrap();
    let queue = async |to: &str| {
        let letter = Mail {
            to: to.to_owned(),
            subject: "Your way in — grüezi".to_owned(),
            text: "Line one\n.\nLine three".to_owned(),
            unsubscribe: None,
            attachments: vec![Attachment {
                name: "a.ics".to_owned(),
                kind: "text/calendar".to_owned(),
                bytes: b"BEGIN:VCALENDAR".to_vec(),
            }],
            once: None,
            expires: tomorrow,
        };
        mailer.queue(letter).await.unwrap();
    };
    queue("ada@a.example").await;
    let SmtpEvent::Silent(connection) = server.next().await else {
        panic!("the first connection gets no answer");
    };
    let others = ["bob@a.example", "bob@a.example", "cyd@b.example"];
    for to in others {
        queue(to).await;
    }
    let mut went = Vec::new();
    for _ in others {
        match server.next().await {
            SmtpEvent::Letter(to) => went.push(to),
            SmtpEvent::Silent(_) => panic!("it answers all but the first"),
        }
    }
    went.sort_unstable();
    assert_eq!(went, others);
    until("the queue knows what went", async || mailer.waiting().unwrap().len() == 1).await;
    let left = mailer.waiting().unwrap().remove(0);
    assert_eq!((left.to.as_str(), left.tries), ("ada@a.example", 0));

    // The other letter was kept, and goes out once the server answers.
    drop(connection);
    until("the attempt has ended", async || mailer.waiting().unwrap()[0].tries == 1).await;
    let hurried = mailer.clone();
    let hurried = tokio::task::spawn_blocking(move || hurried.hurry());
    hurried.await.unwrap().unwrap();
    let SmtpEvent::Letter(to) = server.next().await else {
        panic!("it answers all but the first");
    };
    assert_eq!(to, "ada@a.example");
    until("the queue is empty", async || mailer.waiting().unwrap().is_empty()).await;
}
