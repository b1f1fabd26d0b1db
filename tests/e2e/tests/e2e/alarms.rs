//! Alarms reach the owner on the first page, by a letter, and in the metrics; each once a day, also over restarts, and
//! not after it is over.

use imajin_e2e::flip_bit;
use imajin_e2e::prelude::*;
use imajin_e2e::smtp::MailServer;

/// Upper bound for the node's first check after a start.
const LOOKED: Duration = Duration::from_secs(25);

fn gauge(node: &Node, kind: &str) -> String {
    let text = node.metrics();
    let name = format!("imajin_alarm{{kind=\"{kind}\"}}");
    let line = text.lines().find(|line| line.starts_with(&name));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).to_owned()
}

fn doctor(data: &Path, name: &str) -> Json {
    let output = imajin(["doctor", "--json", "--data", data.to_str().unwrap()]);
    let all: Json = serde_json::from_str(&output.stdout).unwrap();
    let checks = all["checks"].as_array().unwrap().clone();
    let entry = checks.into_iter().find(|check| check["name"] == name);
    entry.unwrap_or_else(|| panic!("no check {name}"))
}

#[test]
fn an_alarm_reaches_the_owner_once_a_day_also_over_a_restart_and_goes_when_it_is_over() {
    let (folder, data) = imajin_e2e::data_folder();
    let mut server = MailServer::start(folder.path(), 0);
    let mut options = server.options();
    options.env.push(("IMAJIN_MAIL_OWNER".to_owned(), "ada@example.org".to_owned()));
    let node = Node::start_with(&data, &options);
    let ben = Person::new(&node.url);
    let ada = Owner::claim(&node);

    // No backup is configured: a warning, which replaces "all is well", and no fault in the doctor's exit status.
    let letter = server.letter();
    assert_eq!(letter["to"], json!(["ada@example.org"]));
    let text = letter["text"].as_str().unwrap();
    for said in [
        "Backups need you",
        "What to do:",
        // The owner has no language setting: the letter has all languages.
        "Die Sicherungen brauchen dich",
        "es gibt keine: Mit dieser Karte wäre alles verloren",
        &format!("{}/backups", node.url),
    ] {
        assert!(text.contains(said), "{said} is not in {text}");
    }
    assert_eq!(ada.alarms(), ["backup"]);
    let home = ada.page("/");
    assert_has!(home, "Backups need you", "href=\"/backups\"");
    let health = ada.page("/health");
    assert_has!(health, "warning");
    assert_lacks!(health, "All is well");
    assert!(gauge(&node, "backup").ends_with(" 1") && gauge(&node, "disk").ends_with(" 0"));
    let check = doctor(&data, "backups");
    assert_eq!((check["ok"].as_bool(), check["warning"].as_bool()), (Some(false), Some(true)));
    // No one else is told.
    assert_lacks!(ben.page("/"), "Backups need you");

    // A restart repeats no letter, and still shows the alarm.
    assert!(node.stop().0.success());
    let node = Node::start_with(&data, &options);
    let ada = ada.at(&node);
    assert_eq!(server.letter_within(LOOKED), None);
    assert_eq!(ada.alarms(), ["backup"]);

    // The alarm ends once backups are configured.
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick).unwrap();
    let wish = json!({ "to": stick });
    let set = ada.ask(Method::PUT, "/www/api/box/backups", Some(&wish));
    assert_eq!(set.0, 204, "{}", set.1);
    until("the alarm goes", || ada.alarms().is_empty());
    assert!(!ada.page("/").contains("Backups need you"));
    assert!(gauge(&node, "backup").ends_with(" 0"));
}

#[test]
fn damage_that_is_found_is_told_at_once() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let ben = Person::new(&node.url);
    let ada = Owner::claim(&node);
    ben.update_bio("words that rot").unwrap();
    assert!(node.stop().0.success());
    assert!(flip_bit(&newest_log(&data, ben.did()), b"words that rot"));
    let node = Node::start(&data);
    let ada = ada.at(&node);
    // Makes the running node check all of its data.
    imajin(["doctor", "--data", data.to_str().unwrap()]).fails_with(1);
    until("an alarm of the damage", || ada.alarms().contains(&"damage".to_owned()));
    let home = ada.page("/");
    assert!(
        home.contains("Something on the card is damaged") && home.contains(ben.did()),
        "{home}"
    );
    assert!(gauge(&node, "damage").ends_with(" 1"));
}
