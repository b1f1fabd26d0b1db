//! Performs every operation that a block stops: it succeeds with a person who did not block its author, and with one
//! who did it is refused before any log, with a text that does not reveal the block. If a route has another refusal for
//! people who are not blocked, a block gets that one.

use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;

use crate::routes::stage::{PRICE, Stage, words};
use crate::routes::table::rows;

/// A refusal: the status, the problem's type, and the whole answer.
type Refused = (u16, String, String);

/// Performs an operation: author, other person, and the log it leaves an entry in.
type Act = Box<dyn Fn(&Person, &Person, &str) -> Result<(), Refused>>;

/// An operation to perform.
struct Case {
    author: Person,
    /// The other person, who may have blocked the author.
    other: Person,
    /// The log that gets an entry: the other person's, or that of their event or group.
    log: String,
    act: Act,
}

impl Case {
    fn new(
        author: Person,
        other: Person,
        act: impl Fn(&Person, &Person, &str) -> Outcome + 'static,
    ) -> Self {
        let log = other.did().to_owned();
        let act = move |author: &Person, other: &Person, log: &str| {
            act(author, other, log).map(drop).map_err(refused)
        };
        Self { author, other, log, act: Box::new(act) }
    }

    /// Sets the log to that of an event or a group.
    fn at(self, log: String) -> Self {
        Self { log, ..self }
    }

    fn run(&self) -> Result<(), Refused> {
        (self.act)(&self.author, &self.other, &self.log)
    }
}

fn refused(error: ClientError) -> Refused {
    let ClientError::Refused { status, problem, .. } = error else {
        panic!("not an answer: {error}")
    };
    let kind = problem["type"].as_str().unwrap_or_default().to_owned();
    (status, kind, problem.to_string())
}

/// Asks for information about a person, paid if `price` is set.
fn question(author: &Person, other: &Person, price: Option<i64>) -> Result<(), Refused> {
    let mut answer = author.ask_about(other, price, None);
    if price.is_some() && answer.json["sign"].is_object() {
        let signed = author.signed(&answer.json["sign"]);
        answer = author.ask_about(other, price, Some(&*signed.token));
    }
    let kind = answer.json["type"].as_str().unwrap_or_default().to_owned();
    match answer.status {
        200 => Ok(()),
        status => Err((status, kind, answer.json.to_string())),
    }
}

/// Prepares the case of an operation.
#[expect(clippy::too_many_lines, reason = "one arm for each operation")]
fn case(stage: &Stage, op: &str) -> Case {
    let (author, other) = (stage.person(), stage.person());
    match op {
        "profile.follow" => {
            Case::new(author, other, |author, other, _| author.follow(&[other.did()]))
        }
        "dykil.answer" => {
            other.open_survey();
            Case::new(author, other, |author, other, _| author.answer_survey(other))
        }
        "learn.enroll" => {
            other.make_course();
            Case::new(author, other, |author, other, _| author.enroll(other))
        }
        "learn.leave" => {
            other.make_course();
            author.enroll(&other).unwrap();
            Case::new(author, other, |author, other, _| author.leave_course(other))
        }
        "auth.attestation.issue" => {
            Case::new(author, other, |author, other, _| author.say_of(other).map(|said| said.1))
        }
        "auth.attestation.countersign" => {
            let (cid, _) = other.say_of(&author).unwrap();
            Case::new(author, other, move |author, other, _| {
                author.answer_attestation("auth.attestation.countersign", &cid, other)
            })
        }
        "chat.open" => {
            let talk = author.talk(&json!({ "with": other.did() }));
            Case::new(author, other, move |author, other, _| author.open_talk(&talk, other))
        }
        "connections.accept" => {
            let (id, code) = stage.invitation();
            other.invite(&id, &code, 1).unwrap();
            Case::new(author, other, move |author, other, _| author.accept(other, &id, &code))
        }
        "connections.confirm" => {
            stage.connect(&author, &other);
            let draft = author.confirmation(&other, &["connection.invited"]);
            let draft = draft.unwrap();
            Case::new(author, other, move |author, _, _| {
                author.client.submit(&author.signer, &draft)
            })
        }
        "connections.queried" | "connections.ask" => {
            let price = (op == "connections.ask").then_some(50);
            let author = if price.is_some() { stage.rich() } else { author };
            stage.connect(&author, &other);
            let profile = json!({ "displayName": "Ada" });
            other.put("profile", "profile.update", &profile).unwrap();
            if let Some(price) = price {
                let shares = [(other.key.did(), 1_000_000)];
                let fair = manifest(&other, "answers", &shares, None);
                other.publish(&fair).unwrap();
                let policy = json!({ "reach": 1, "price": price, "currency": "CHF", "fair": fair.digest().to_string() });
                assert_eq!(other.set_policy(&policy), 204);
            }
            let act =
                move |author: &Person, other: &Person, _: &str| question(author, other, price);
            Case { log: other.did().to_owned(), author, other, act: Box::new(act) }
        }
        "connections.group.join" => {
            let group = stage.group(&other, &[]);
            let (id, code) = stage.invitation();
            other.invite_into(&group, &id, &code, "member").unwrap();
            let join = move |author: &Person, _: &Person, group: &str| {
                author.join(group, &id, &code, "member")
            };
            Case::new(author, other, join).at(group)
        }
        "connections.group.invite" => {
            let group = stage.group(&other, &[(&author, "admin")]);
            let (id, code) = stage.invitation();
            let invite = move |author: &Person, _: &Person, group: &str| {
                author.invite_into(group, &id, &code, "member")
            };
            Case::new(author, other, invite).at(group)
        }
        "connections.group.offer" => {
            let group = stage.group(&author, &[(&other, "member")]);
            Case::new(author, other, move |author, other, _| author.offer_group(&group, other))
        }
        "connections.group.take" => {
            let group = stage.group(&other, &[(&author, "member")]);
            other.offer_group(&group, &author).unwrap();
            let take = |author: &Person, other: &Person, group: &str| {
                author.take_group(group, other, &words("Mine"))
            };
            Case::new(author, other, take).at(group)
        }
        "events.buy" => {
            let event = stage.event(&other);
            let buy = |author: &Person, _: &Person, event: &str| author.buy_tickets(event, 2, 1);
            Case::new(stage.rich(), other, buy).at(event)
        }
        "coffee.tip" => {
            let fair = other.make_jar();
            let tip = move |author: &Person, other: &Person, _: &str| author.tip(other, fair);
            Case::new(stage.rich(), other, tip)
        }
        "market.order" => {
            let fair = other.sell_listing(&json!({}));
            let order = move |author: &Person, other: &Person, _: &str| author.order(other, fair);
            Case::new(stage.rich(), other, order)
        }
        "coffee.say" => {
            let author = stage.rich();
            author.tip(&other, other.make_jar()).unwrap();
            let payment = author.newest_tip().unwrap();
            let message = json!({ "text": "Good coffee" });
            let say = move |author: &Person, other: &Person, _: &str| {
                author.say_with(other, &payment, &message)
            };
            Case::new(author, other, say)
        }
        "media.fair.agree" => {
            let shares = [(other.key.did(), 500_000), (author.key.did(), 500_000)];
            let manifest = other.make_work(b"a work", &shares, "words");
            Case::new(author, other, move |author, other, _| author.agree_to(other, &manifest))
        }
        "media.buy" => {
            let author = stage.rich();
            let (asset, manifest) = other.sell_work(b"a work");
            Case::new(author, other, move |author, other, _| {
                author.buy_work(other, (&asset, &manifest), None)
            })
        }
        "events.hold" => {
            let event = stage.event(&other);
            let hold = |author: &Person, _: &Person, event: &str| author.hold_places(event, 2, 1);
            Case::new(author, other, hold).at(event)
        }
        "events.transfer" => {
            let event = stage.event(&stage.person());
            author.buy_tickets(&event, 1, 1).unwrap();
            let ticket = author.tickets()[0]["id"].as_str().expect("an id").to_owned();
            Case::new(author, other, move |author, other, _| {
                author.hand_ticket(&event, &ticket, other)
            })
        }
        "pay.settle" | "pay.checkout" => {
            let (op, author) = (op.to_owned(), stage.rich());
            Case::new(author, other, move |author, other, _| {
                let shares = [(other.key.did(), 1_000_000)];
                let sold = manifest(other, "song", &shares, None);
                author.pay(&op, &sold, other.did(), PRICE / 2, "a tip")
            })
        }
        other => panic!("{other} is refused to somebody who is blocked: say here how it is done"),
    }
}

/// Returns the type and the text of an operation's refusal to a blocked person: a stranger's refusal for a question,
/// since a block ends a connection.
fn refusal(op: &str) -> (&'static str, &'static str) {
    match op {
        "connections.ask" | "connections.queried" => (
            "urn:imajin:problem:distance",
            "They answer only people who are nearer to them than you are.",
        ),
        _ => ("urn:imajin:problem:not-accepted", "They do not accept this from you."),
    }
}

#[test]
fn what_a_block_stops_goes_through_without_one_and_enters_nothing_with_one() {
    let stage = Stage::new();
    let mut stopped = rows();
    stopped.retain(|row| row.block == "refused");
    assert!(!stopped.is_empty(), "a block stops something");
    let mut faults = Vec::new();
    for row in &stopped {
        let op = &row.op;
        let taken = case(&stage, op);
        if let Err((_, _, text)) = taken.run() {
            faults.push(format!("{op}, with nobody blocked: {text}"));
            continue;
        }
        let refused = case(&stage, op);
        let Case { author, other, log, .. } = &refused;
        other.block(author);
        let entries = || {
            let logs = [author.did(), other.did(), log];
            logs.map(|did| stage.entries(author, did))
        };
        let (before, credit) = (entries(), author.credit());
        match refused.run() {
            Err((403, kind, text))
                if kind == refusal(op).0
                    && text.contains(refusal(op).1)
                    && !text.contains("block") => {}
            said => faults.push(format!("{op}, by somebody who is blocked: {said:?}")),
        }
        if (entries(), author.credit()) != (before, credit) {
            faults.push(format!(
                "{op}, by somebody who is blocked: it left an entry, or cost something"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A route that refuses its caller for an ordinary reason, or because the caller is blocked.
struct Route {
    name: &'static str,
    /// Creates the caller and the other person, without any reason for a refusal.
    people: fn(&Stage) -> (Person, Person),
    /// Lets the other person create the ordinary reason for a refusal.
    reason: fn(&Person),
    /// Sends the caller's request. Returns the status and the problem.
    ask: fn(&Person, &Person) -> (u16, Json),
}

const ROUTES: [Route; 2] = [
    Route {
        name: "a question about somebody two connections away",
        people: |stage| {
            let (author, friend, other) = (stage.person(), stage.person(), stage.person());
            stage.connect(&author, &friend);
            stage.connect(&friend, &other);
            let profile = json!({ "displayName": "Ada" });
            other.put("profile", "profile.update", &profile).unwrap();
            answers_within(&other, 2);
            (author, other)
        },
        reason: |other| answers_within(other, 1),
        ask: |author, other| {
            let answer = author.ask_about(other, None, None);
            (answer.status, answer.json)
        },
    },
    Route {
        name: "a conversation with somebody",
        people: |stage| (stage.person(), stage.person()),
        reason: |other| {
            let none = json!({ "requests": "none", "receipts": 1, "presence": 0, "mute": 0 });
            other.enter(&json!({ "op": "chat.settings", "fact": none })).unwrap();
        },
        ask: |author, other| {
            let request = author.request(Method::POST, "/chat/api/conversations/key");
            let answer = request.json(&json!({ "with": other.did() })).send().unwrap();
            let status = answer.status().as_u16();
            (status, answer.json().unwrap())
        },
    },
];

fn answers_within(person: &Person, reach: u8) {
    let policy = json!({ "reach": reach, "price": 0, "currency": "CHF" });
    assert_eq!(person.set_policy(&policy), 204);
}

#[test]
fn a_route_refuses_a_blocked_person_as_it_refuses_others() {
    let stage = Stage::new();
    for route in ROUTES {
        let (author, other) = (route.people)(&stage);
        let taken = (route.ask)(&author, &other);
        assert!(taken.0 < 300, "{}: {taken:?}", route.name);
        let (author, other) = (route.people)(&stage);
        (route.reason)(&other);
        let ordinary = (route.ask)(&author, &other);
        assert_eq!(ordinary.0, 403, "{}: {ordinary:?}", route.name);
        let (author, other) = (route.people)(&stage);
        other.block(&author);
        let blocked = (route.ask)(&author, &other);
        assert_eq!(blocked, ordinary, "{}", route.name);
    }
}
