//! The owner sets the mail server on a page, tests it, and removes it.

use imajin_e2e::prelude::*;
use imajin_e2e::smtp::MailServer;

const PASSWORD: &str = "a password";

/// A guest requests a link. Returns whether the node says that it mails one.
fn is_mailed(node: &Node, address: &str) -> bool {
    let ask = json!({ "email": address, "name": "Bob" });
    let url = format!("{}/auth/api/onboard", node.url);
    let answer: Json = http().post(url).json(&ask).send().unwrap().json().unwrap();
    answer["mailed"].as_bool().unwrap()
}

fn names(owner: &Owner, port: &str, password: &str, from: &str) -> (u16, String) {
    let fields = [
        "server=localhost&security=starttls&user=box&owner=",
        &format!("&port={port}&password={password}&from={from}"),
    ];
    owner.send_form("/settings/mail", &fields.concat())
}

fn tries(owner: &Owner) -> String {
    let (status, page) = owner.send_form("/settings/mail/try", "to=ada%40example.org");
    assert_eq!(status, 200, "{page}");
    page
}

/// Whether any file of a folder contains this text.
fn is_anywhere(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            is_anywhere(&path, text)
        } else {
            std::fs::read(&path)
                .unwrap_or_default()
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        }
    })
}

#[test]
fn the_owner_names_the_mail_server_on_a_page_and_what_waited_goes_out() {
    let (folder, data) = imajin_e2e::data_folder();
    let mut server = MailServer::start(folder.path(), 0);
    let (port, from) = (server.port().to_string(), "box%40example.org");
    let node = Node::start_with(&data, &server.trusted());
    let ada = Owner::claim(&node);
    assert!(!is_mailed(&node, "bob@example.com"));

    // An invalid field is named, the typed values stay, and nothing is saved.
    for (port, from, said) in [
        (&*port, "nobody", "The sender must be an address"),
        ("smtp", from, "The port is a number from 1 to 65535"),
    ] {
        let (status, page) = names(&ada, port, "a+password", from);
        assert_eq!(status, 400, "{page}");
        assert!(page.contains(said) && page.contains("aria-invalid"), "{page}");
        assert!(page.contains("value=\"localhost\"") && !page.contains(PASSWORD), "{page}");
    }
    assert!(!ada.page("/settings/mail").contains("Send a test email"));

    // A wrong password is reported in the server's own words.
    assert_eq!(names(&ada, &port, "wrong", from).0, 303);
    let page = tries(&ada);
    assert_has!(page, "The email was not sent", "535");
    // With the correct password the queue is sent.
    assert_eq!(names(&ada, &port, "a+password", from).0, 303);
    let letter = server.letter();
    assert_members!(letter, "to": ["bob@example.com"], "from": "box@example.org", "tls": true);
    assert!(tries(&ada).contains("took the email for ada@example.org"));
    let letter = server.letter();
    assert_eq!(letter["to"], json!(["ada@example.org"]));
    assert!(letter["text"].as_str().unwrap().contains(&node.url));

    // The settings persist over a restart, including the password, which is never stored in the clear.
    assert!(node.stop().0.success());
    assert!(!is_anywhere(&data, PASSWORD));
    let node = Node::start_with(&data, &server.trusted());
    let ada = ada.at(&node);
    let page = ada.page("/settings/mail");
    assert!(page.contains("value=\"localhost\"") && !page.contains(PASSWORD), "{page}");
    assert_eq!(names(&ada, &port, "", "Our+box+%3Cbox%40example.org%3E").0, 303);
    assert!(is_mailed(&node, "eve@example.com"));
    assert_eq!(server.letter()["to"], json!(["eve@example.com"]));

    // A password is only used for the server that it was entered for.
    let fields = format!(
        "server=127.0.0.1&security=starttls&user=box&owner=&port={port}&password=&from={from}"
    );
    assert_eq!(ada.send_form("/settings/mail", &fields).0, 303);
    assert!(tries(&ada).contains("The email was not sent"));
    assert_eq!(names(&ada, &port, "", from).0, 303);
    assert!(tries(&ada).contains("535"), "it was forgotten with the other server");

    assert_eq!(ada.send_form("/settings/mail/forget", "").0, 303);
    assert!(!is_mailed(&node, "mia@example.com"));
    assert!(node.stop().0.success());

    // Settings take precedence over the page.
    let node = Node::start_with(&data, &server.options());
    let ada = ada.at(&node);
    let page = ada.page("/settings/mail");
    assert!(page.contains("names its mail server, localhost"), "{page}");
    assert_eq!(names(&ada, &port, "a+password", from).0, 409);
    assert_eq!(ada.send_form("/settings/mail/forget", "").0, 409);
    assert!(tries(&ada).contains("took the email for"));
    assert_eq!(server.letter()["to"], json!(["ada@example.org"]));
}
