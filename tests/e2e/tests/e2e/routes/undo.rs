//! Every operation that can be undone, done and undone: afterwards the other's record no longer shows it.

use imajin_dfos::base64;
use imajin_e2e::prelude::*;
use imajin_log::entry::Header;
use std::cell::RefCell;
use std::rc::Rc;

use crate::routes::stage::{Stage, op_of, words};
use crate::routes::table::rows;

/// An operation that undoes another.
type Undo = Box<dyn Fn(&Person) -> Outcome>;

/// An operation, whether the other's record shows it, and the operation that undoes it.
struct Case {
    author: Person,
    act: Box<dyn Fn(&Person) -> Outcome>,
    shows: Box<dyn Fn(&Person) -> bool>,
    undo: Vec<Undo>,
}

impl Case {
    fn new(
        author: Person,
        act: impl Fn(&Person) -> Outcome + 'static,
        shows: impl Fn(&Person) -> bool + 'static,
        undo: impl Fn(&Person) -> Outcome + 'static,
    ) -> Self {
        Self { author, act: Box::new(act), shows: Box::new(shows), undo: vec![Box::new(undo)] }
    }

    fn then(mut self, undo: impl Fn(&Person) -> Outcome + 'static) -> Self {
        self.undo.push(Box::new(undo));
        self
    }
}

/// Reads a path; null if it is not available to the reader.
fn read(reader: &Person, path: &str) -> Json {
    let answer = reader.request(Method::GET, path).send().expect("an answer");
    match answer.status().as_u16() {
        200 => answer.json().expect("JSON"),
        403 | 404 | 410 => Json::Null,
        status => panic!("{path}: {status} {}", answer.text().unwrap_or_default()),
    }
}

/// Whether an attestation is valid: neither revoked nor declined.
fn is_in_force(reader: &Person, cid: &str) -> bool {
    let attestation = read(reader, &format!("/auth/api/attestations/{cid}"));
    attestation.is_object()
        && attestation["revokedAt"].is_null()
        && attestation["attestationStatus"] != "declined"
}

/// Returns the attestation of a connection, or the newest one that one of both issued.
fn said_of(reader: &Person, issuer: &str, kind: &str) -> String {
    let path = format!("/auth/api/attestations?issuer_did={issuer}&type={kind}");
    let attestations = read(reader, &path);
    let cid = attestations["attestations"][0]["cid"].as_str();
    cid.expect("an attestation").to_owned()
}

fn about_people(stage: &Stage, op: &str) -> Option<Case> {
    const REVOKE: &str = "auth.attestation.revoke";
    let (author, other) = (stage.person(), stage.person());
    let (name, it) = (author.did().to_owned(), other.clone());
    let case = match op {
        "profile.follow" => {
            let (followed, ended) = (other.did().to_owned(), other.did().to_owned());
            let path = format!("/profile/api/profile/{}/followers", other.did());
            Case::new(
                author,
                move |author| author.follow(&[&followed]),
                move |_| read(&it, &path).to_string().contains(&name),
                move |author| author.unfollow(&ended),
            )
        }
        "auth.attestation.issue" => {
            let cid = Rc::new(RefCell::new(String::new()));
            let (seen, taken, subject) = (cid.clone(), cid.clone(), other.clone());
            Case::new(
                author,
                move |author| {
                    let (said, receipt) = author.say_of(&other)?;
                    *cid.borrow_mut() = said;
                    Ok(receipt)
                },
                move |_| is_in_force(&it, &seen.borrow()),
                move |author| author.answer_attestation(REVOKE, &taken.borrow(), &subject),
            )
        }
        "connections.accept" => {
            let (id, code) = stage.invitation();
            other.invite(&id, &code, 1).unwrap();
            let (inviter, of) = (other.clone(), other.clone());
            let cid = move || said_of(&it, &name, "connection.accepted");
            let (seen, revoked) = (Rc::new(cid), other.clone());
            let taken = seen.clone();
            Case::new(
                author,
                move |author| author.accept(&inviter, &id, &code),
                move |author| of.connection(author).is_some() || is_in_force(&of, &seen()),
                move |author| author.disconnect(&other),
            )
            .then(move |author| author.answer_attestation(REVOKE, &taken(), &revoked))
        }
        "connections.confirm" => {
            stage.connect(&author, &other);
            let (of, back, reader) = (other.clone(), other.clone(), other.clone());
            let invited = Rc::new(move || said_of(&it, &name, "connection.invited"));
            let undone = invited.clone();
            Case::new(
                author,
                move |author| author.confirm_connection(&other, &["connection.invited"]),
                move |author| {
                    reader.connection(author).is_some() || is_in_force(&reader, &invited())
                },
                move |author| author.disconnect(&of),
            )
            .then(move |author| author.answer_attestation(REVOKE, &undone(), &back))
        }
        _ => return None,
    };
    Some(case)
}

fn about_groups(stage: &Stage, op: &str) -> Option<Case> {
    let (author, other) = (stage.person(), stage.person());
    let viewer = other.clone();
    let path = |group: &str| format!("/connections/api/groups/{group}");
    let case = match op {
        "connections.group.create" => {
            let group = Rc::new(RefCell::new(String::new()));
            let (seen, ended) = (group.clone(), group.clone());
            Case::new(
                author,
                move |author| {
                    let made = author.group_key()?;
                    *group.borrow_mut() = made;
                    author.open_group(&group.borrow(), &words("Choir"), "public", None)
                },
                move |_| read(&viewer, &path(&seen.borrow()))["name"] == "Choir",
                move |author| author.dissolve(&ended.borrow()),
            )
        }
        "connections.group.update" => {
            let group = stage.group(&author, &[(&other, "member")]);
            let (changed, ended) = (group.clone(), group.clone());
            Case::new(
                author,
                move |author| author.change_group(&changed, &words("Band"), "private"),
                move |_| read(&viewer, &path(&group))["name"] == "Band",
                move |author| author.dissolve(&ended),
            )
        }
        "connections.group.invite" => {
            let group = stage.group(&author, &[]);
            let (id, code) = stage.invitation();
            let path = format!("/connections/api/group-invites/{code}");
            let of = group.clone();
            let name = id.clone();
            Case::new(
                author,
                move |author| author.invite_into(&group, &id, &code, "member"),
                move |_| read(&viewer, &path).is_object(),
                move |author| author.withdraw_from(&of, &name),
            )
        }
        "connections.group.join" => {
            let group = stage.group(&other, &[]);
            let (id, code) = stage.invitation();
            other.invite_into(&group, &id, &code, "member").unwrap();
            let (path, left) = (format!("{}/members", path(&group)), group.clone());
            Case::new(
                author,
                move |author| author.join(&group, &id, &code, "member"),
                move |author| read(&viewer, &path).to_string().contains(author.did()),
                move |author| author.leave(&left),
            )
        }
        "connections.group.offer" => {
            let group = stage.group(&author, &[(&other, "member")]);
            let (offered, back) = (group.clone(), group.clone());
            Case::new(
                author,
                move |author| author.offer_group(&offered, &other),
                move |_| read(&viewer, &path(&group))["offered"] == viewer.did(),
                move |author| author.offer_group(&back, author),
            )
        }
        "connections.group.role" => {
            let group = stage.group(&author, &[(&other, "member")]);
            let (given, back, member) = (group.clone(), group.clone(), other.clone());
            Case::new(
                author,
                move |author| author.set_role(&given, &other, "admin"),
                move |_| read(&viewer, &path(&group))["role"] == "admin",
                move |author| author.set_role(&back, &member, "member"),
            )
        }
        _ => return None,
    };
    Some(case)
}

fn about_events(stage: &Rc<Stage>, op: &str) -> Option<Case> {
    let (author, other) = (stage.person(), stage.person());
    let path = |event: &str| format!("/events/api/events/{event}");
    let case = match op {
        "events.create" => {
            let event = stage.event_key(&author);
            let (path, gone, stage) = (path(&event), event.clone(), stage.clone());
            Case::new(
                author,
                move |author| Ok(stage.say_event("events.create", author, &event, "Party")),
                move |author| read(author, &path)["title"] == "Party",
                move |author| author.erase_event(&gone),
            )
        }
        "events.update" => {
            let event = stage.event_key(&author);
            stage.say_event("events.create", &author, &event, "Party");
            let (path, gone, stage) = (path(&event), event.clone(), stage.clone());
            Case::new(
                author,
                move |author| Ok(stage.say_event("events.update", author, &event, "Feast")),
                move |author| read(author, &path)["title"] == "Feast",
                move |author| author.erase_event(&gone),
            )
        }
        "events.status" => {
            let event = stage.event_key(&author);
            stage.say_event("events.create", &author, &event, "Party");
            let (path, paused) = (path(&event), event.clone());
            Case::new(
                author,
                move |author| author.event_status(&event, "published"),
                move |_| read(&other, &path)["status"] == "published",
                move |author| author.event_status(&paused, "paused"),
            )
        }
        "events.approve" => {
            let event = stage.event_that_approves(&author);
            other.hold_places(&event, 1, 1).unwrap();
            let (path, left) = (format!("{}/holds", path(&event)), event.clone());
            let seen = path.clone();
            Case::new(
                author,
                move |author| {
                    let open = read(author, &path);
                    let ask = open["open"][0]["hold"].as_str().expect("an ask");
                    author.approve_places(&event, ask)
                },
                move |_| read(&other, &seen)["open"][0]["kind"] == "hold",
                move |author| {
                    let open = read(author, &format!("/events/api/events/{left}/holds"));
                    let hold = open["open"][0]["hold"].as_str().expect("a hold");
                    author.release_places(&left, hold)
                },
            )
        }
        "events.hold" => {
            let event = stage.event(&other);
            let (path, left) = (format!("{}/holds", path(&event)), event.clone());
            let seen = path.clone();
            Case::new(
                author,
                move |author| author.hold_places(&event, 2, 1),
                move |author| read(&other, &seen).to_string().contains(author.did()),
                move |author| {
                    let open = read(author, &path);
                    let hold = open["open"][0]["hold"].as_str().expect("a hold");
                    author.release_places(&left, hold)
                },
            )
        }
        _ => return None,
    };
    Some(case)
}

fn about_surveys(stage: &Stage, op: &str) -> Option<Case> {
    if op != "dykil.answer" {
        return None;
    }
    let (author, other) = (stage.person(), stage.person());
    other.open_survey();
    let (told, taken, reader) = (other.clone(), other.clone(), other.clone());
    let path = format!("/dykil/api/surveys/{}/{}/results", other.did(), Person::SURVEY);
    Some(Case::new(
        author,
        move |author| author.answer_survey(&told),
        move |_| read(&reader, &path)["answers"] == 1,
        move |author| author.withdraw_answer(&taken),
    ))
}

fn about_courses(stage: &Stage, op: &str) -> Option<Case> {
    if op != "learn.enroll" {
        return None;
    }
    let (author, other) = (stage.person(), stage.person());
    other.make_course();
    let (begun, left, reader) = (other.clone(), other.clone(), other.clone());
    let path = format!("/learn/api/courses/{}/students", Person::COURSE);
    Some(Case::new(
        author,
        move |author| author.enroll(&begun),
        move |author| read(&reader, &path)["students"][0]["did"] == serde_json::json!(author.did()),
        move |author| author.leave_course(&left),
    ))
}

fn about_tips(stage: &Stage, op: &str) -> Option<Case> {
    if op != "coffee.say" {
        return None;
    }
    let (author, other) = (stage.rich(), stage.person());
    author.tip(&other, other.make_jar()).unwrap();
    let payment = author.newest_tip().unwrap();
    let (taken, it, from) = (payment.clone(), other.clone(), other.clone());
    let message = serde_json::json!({ "text": "Good coffee" });
    Some(Case::new(
        author,
        move |author| author.say_with(&other, &payment, &message),
        move |_| read(&it, "/coffee/api/tips").to_string().contains("Good coffee"),
        move |author| author.unsay(&from, &taken),
    ))
}

fn about_orders(stage: &Stage, op: &str) -> Option<Case> {
    if !matches!(op, "market.review" | "market.problem") {
        return None;
    }
    let (author, seller) = (stage.rich(), stage.person());
    let fair = seller.sell_listing(&serde_json::json!({}));
    author.order(&seller, fair).unwrap();
    let payment = author.newest_order();
    author.hand_order(&seller, &payment, None).unwrap();
    let path = format!("/market/api/orders/{payment}");
    let (told, reader, ended) = (seller.clone(), seller.clone(), payment.clone());
    let case = if op == "market.review" {
        Case::new(
            author,
            move |author| author.review_order(&told, &payment, 5, Some("As new")),
            move |_| read(&reader, &path)["review"]["text"] == "As new",
            move |author| author.unreview_order(&seller, &ended),
        )
    } else {
        Case::new(
            author,
            move |author| author.report_problem(&told, &payment, "broken", true),
            move |_| read(&reader, &path)["problem"] == "broken",
            move |author| author.report_problem(&seller, &ended, "broken", false),
        )
    };
    Some(case)
}

fn about_conversations(stage: &Stage, op: &str) -> Option<Case> {
    const ID: &str = "msg_0000000000000000000000a1";
    let author = stage.person();
    match op {
        "chat.send" => {
            let other = stage.person();
            let event = stage.event(&other);
            author.buy_tickets(&event, 1, 1).unwrap();
            let room = other.open_room(&event);
            let (taken, path) = (room.clone(), format!("/chat/api/d/{}/messages", room.log));
            let body = serde_json::json!({ "type": "text", "text": "Is there cake?" });
            Some(Case::new(
                author,
                move |author| author.write_in(&room, ID, &body),
                move |_| read(&other, &path).to_string().contains("cake"),
                move |author| author.delete_message(&taken, ID),
            ))
        }
        "chat.consent" => {
            let shop = Person::business(author.client.address());
            let (it, over) = (shop.clone(), shop.clone());
            let who = author.did().to_owned();
            // The newest entry about the author in the business's log determines the consent.
            let newest = move |_: &Person| {
                let path = format!("/auth/api/log/{}?limit=100", it.did());
                let rows = read(&it, &path);
                let ops = rows["entries"].as_array().expect("entries").iter();
                let headers = ops.map(|one| {
                    let bytes = base64::decode_url(one["header"].as_str().expect("a header"));
                    Header::decode(&bytes.expect("base64")).expect("a header")
                });
                let mut about = headers.filter(|header| {
                    header.reference.as_ref().is_some_and(|it| it.as_str() == who)
                });
                about.next_back().is_some_and(|last| last.op == "chat.consented")
            };
            Some(Case::new(
                author,
                move |author| author.consent_to(&shop),
                newest,
                move |author| author.end_consent(&over),
            ))
        }
        _ => None,
    }
}

fn case(stage: &Rc<Stage>, op: &str) -> Case {
    let candidate = about_people(stage, op)
        .or_else(|| about_surveys(stage, op))
        .or_else(|| about_courses(stage, op))
        .or_else(|| about_groups(stage, op))
        .or_else(|| about_events(stage, op))
        .or_else(|| about_conversations(stage, op))
        .or_else(|| about_tips(stage, op))
        .or_else(|| about_orders(stage, op));
    candidate.unwrap_or_else(|| panic!("{op} can be undone by the table: say here how it is done"))
}

#[test]
fn what_is_left_with_others_is_taken_back_by_what_the_table_says() {
    let stage = Rc::new(Stage::new());
    let mut undone = rows();
    undone.retain(|row| !row.undo.is_empty());
    assert!(!undone.is_empty(), "something can be undone");
    let mut faults = Vec::new();
    for row in &undone {
        let (op, case) = (&row.op, case(&stage, &row.op));
        let done = (case.act)(&case.author).unwrap_or_else(|error| panic!("{op}: {error}"));
        assert_eq!(op_of(&case.author, &done), *op);
        if !(case.shows)(&case.author) {
            faults.push(format!("{op}: the other's record shows nothing of it"));
        }
        let mut taken_back = Vec::new();
        for undo in &case.undo {
            let taken = undo(&case.author).unwrap_or_else(|error| panic!("{op}: {error}"));
            taken_back.push(op_of(&case.author, &taken));
        }
        assert_eq!(taken_back, row.undo, "{op}");
        if (case.shows)(&case.author) {
            faults.push(format!("{op}: the other's record shows it after {taken_back:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
