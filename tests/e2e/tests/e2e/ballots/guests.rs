//! Guests of an event: one answer per ticket and none without, before the event or after it, and the survey is on the
//! event's page.

use super::{receipt, start, yes_or_no};
use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use imajin_e2e::surveys::{answer_from, results, send_answer};
use std::sync::Mutex;

const GUESTS: usize = 50;
const KILLS: usize = 3;
/// Number of guests that vote at the same time.
const CONNECTIONS: usize = 8;
const SURVEY: &str = "itm_0000000000000000000000e1";
const HOUR_MS: i64 = 3_600_000;

/// Builds an event that lasts an hour and begins this many hours from now.
fn words(node: &Node, hours: i64) -> Json {
    let now = Person::stranger(&node.url).client.node().unwrap().time;
    let at = |hours: i64| Timestamp::from_millis(now.as_millis() + hours * HOUR_MS).unwrap();
    json!({
        "title": "Supper", "startsAt": at(hours).to_string(), "endsAt": at(hours + 1).to_string(),
        "timezone": "UTC", "locationType": "physical", "venue": "The yard", "tickets": [{ "name": "Seat" }],
    })
}

/// Publishes Ada's event with free tickets. Returns its DID and its short name.
fn event(ada: &Person, node: &Node) -> (String, String) {
    let made = ada.event_key();
    let event = made["event"].as_str().unwrap().to_owned();
    let whole = manifest(ada, "event", &[(ada.key.did(), 1_000_000)], None);
    ada.put_event("events.create", &event, &words(node, 24), &whole, &[(0, 60)]).unwrap();
    ada.event_status(&event, "published").unwrap();
    (event, made["id"].as_str().unwrap().to_owned())
}

struct Guest {
    person: Person,
    receipt: String,
    answers: Json,
}

/// Registers guests as members with a ticket each, since they may all share one Wi-Fi address.
fn guests(node: &Node, event: &str) -> Vec<Guest> {
    let people: Vec<Person> = (0..GUESTS).map(|_| Person::new(&node.url)).collect();
    // From now on the node admits people by invite only.
    Owner::claim(node);
    let guest = |(n, person): (usize, Person)| {
        person.buy_tickets(event, 1, 1).unwrap();
        Guest { person, receipt: receipt(n), answers: json!({ "yes": n.is_multiple_of(3) }) }
    };
    people.into_iter().enumerate().map(guest).collect()
}

/// Votes for everyone without an acknowledged vote, until all have one or the node dies.
fn vote_all(url: &str, ada: &str, guests: &[Guest], done: &Mutex<BTreeSet<String>>) {
    std::thread::scope(|scope| {
        for at in 0..CONNECTIONS {
            scope.spawn(move || {
                for guest in guests.iter().skip(at).step_by(CONNECTIONS) {
                    if done.lock().unwrap().contains(&guest.receipt) {
                        continue;
                    }
                    let whose = (ada, SURVEY);
                    match guest.person.vote(url, whose, &guest.receipt, &guest.answers) {
                        Some(200 | 201) => done.lock().unwrap().insert(guest.receipt.clone()),
                        Some(status) => panic!("{status}"),
                        None => break,
                    };
                }
            });
        }
    });
}

#[test]
fn fifty_guests_vote_in_secret_while_the_plug_is_pulled_three_times() {
    let (_folder, data) = imajin_e2e::data_folder();
    let mut node = start(&data);
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let (did, key) = (ada.did().to_owned(), ada.key.clone());
    let (event, _) = event(&ada, &node);
    let guests = guests(&node, &event);
    let fact = json!({ "mode": "secret", "each": "ticket", "show": "all", "event": event });
    ada.open_survey_of(SURVEY, &yes_or_no("Once more next year?"), &fact);
    let done = Mutex::new(BTreeSet::new());
    for round in 1..=KILLS {
        let enough = GUESTS * round / (KILLS + 1);
        let url = node.url.clone();
        std::thread::scope(|scope| {
            let voters = scope.spawn(|| vote_all(&url, &did, &guests, &done));
            until("some votes", || done.lock().unwrap().len() >= enough);
            // In the middle of the votes.
            node.kill();
            voters.join().expect("the voters");
        });
        node = start(&data);
    }
    vote_all(&node.url, &did, &guests, &done);
    assert_eq!(done.lock().unwrap().len(), GUESTS);

    // A ticket answers once, also after a transfer; without a ticket no answer is accepted.
    let whose = (did.as_str(), SURVEY);
    let bob = bob.at(&node.url);
    let first = &guests[0];
    let yes = json!({ "yes": true });
    let other = |n: usize| receipt(GUESTS + n);
    assert_eq!(bob.vote(&node.url, whose, &other(1), &yes), Some(403));
    let again = first.person.vote(&node.url, whose, &other(2), &yes);
    assert_eq!(again, Some(409), "voted twice");
    let giver = first.person.at(&node.url);
    let ticket = giver.tickets()[0]["id"].as_str().unwrap().to_owned();
    giver.hand_ticket(&event, &ticket, &bob).unwrap();
    let handed = bob.vote(&node.url, whose, &other(3), &yes);
    assert_eq!(handed, Some(409), "its place has voted");
    let gone = first.person.vote(&node.url, whose, &other(4), &yes);
    assert_eq!(gone, Some(403), "the ticket is Bob's");
    let organiser = Person::with_key(&node.url, key.clone());
    let second = guests[1].person.at(&node.url);
    let ticket = second.tickets()[0]["id"].as_str().unwrap().to_owned();
    organiser.refund_ticket(&event, &ticket, 0, "ill", &[second.did()]).unwrap();
    assert_eq!(second.vote(&node.url, whose, &other(5), &yes), Some(403), "it was taken back");
    second.buy_tickets(&event, 1, 1).unwrap();
    let again = second.vote(&node.url, whose, &other(6), &yes);
    assert_eq!(again, Some(409), "the refunded place has voted");
    for guest in &guests {
        let named = files_with(&data.join("node/box"), guest.person.did());
        assert!(named.is_empty(), "{named:?} name a guest");
    }

    let ada = Person::with_key(&node.url, key);
    assert_eq!(results(&node.url, &did, SURVEY)["answers"], 0);
    ada.set_survey(SURVEY, "closed");
    until("the end of the box", || results(&node.url, &did, SURVEY)["ended"] == "whole");
    let tally = results(&node.url, &did, SURVEY);
    let yes = guests.iter().filter(|one| one.answers["yes"] == true);
    let yes = yes.count();
    let by = json!({ "true": yes, "false": GUESTS - yes });
    assert_eq!(tally["questions"]["yes"]["by"], by);
    let receipts: BTreeSet<String> = serde_json::from_value(tally["receipts"].clone()).unwrap();
    assert_eq!(receipts, done.into_inner().unwrap());
}

#[test]
fn the_page_of_an_event_asks_its_guests_and_they_answer_before_it_or_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(&folder.path().join("data"));
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let (event, name) = event(&ada, &node);
    let polls = ["before", "after"].map(|when| {
        let survey = format!("itm_{:024x}", when.len());
        let fact =
            json!({ "mode": "open", "each": "any", "show": "all", "event": event, "when": when });
        ada.open_survey_of(&survey, &yes_or_no(when), &fact);
        survey
    });
    // Another person's poll about Ada's event is not on its page.
    let fact = json!({ "mode": "open", "each": "any", "show": "all", "event": event });
    bob.open_survey_of(SURVEY, &yes_or_no("Bob’s own question"), &fact);
    let page = || {
        let builder = http().get(format!("{}/events/{name}", node.url));
        builder.send().unwrap().text().unwrap()
    };
    let html = page();
    assert!(html.contains("Polls about this event"), "{html}");
    for poll in &polls {
        let path = format!("/{poll}\"");
        assert!(html.contains(&path), "{html}");
    }
    assert!(!html.contains("Bob’s own question"), "{html}");

    let client = http();
    let mut votes = 0;
    let mut answers = |hours: Option<i64>| {
        if let Some(hours) = hours {
            let whole = manifest(&ada, "event", &[(ada.key.did(), 1_000_000)], None);
            let words = words(&node, hours);
            ada.put_event("events.update", &event, &words, &whole, &[(0, 60)]).unwrap();
        }
        polls.each_ref().map(|poll| {
            votes += 1;
            let from = format!("10.0.0.{votes}");
            let whose = (ada.did(), poll.as_str());
            let request = answer_from(&client, &node.url, whose, &from);
            send_answer(request, &receipt(votes), &json!({ "yes": true })).unwrap()
        })
    };
    assert_eq!(answers(None), [201, 403], "it is still to come");
    assert_eq!(answers(Some(0)), [403, 403], "it is on");
    assert_eq!(answers(Some(-2)), [403, 201], "it is over");
    for poll in &polls {
        ada.set_survey(poll, "closed");
    }
    assert!(!page().contains("Polls about this event"));
}
