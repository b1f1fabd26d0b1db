//! The row of docs/threats.md on erasures that follow from an intent: they reach the bodies that it is about, and no other
//! of its service.

use imajin_log::entry::encode_body;

use crate::threats::bound::{across, across_by};
use crate::threats::prelude::*;

/// Makes an entry with words.
fn words(op: &'static str, reference: &str, text: &str) -> Make {
    let make = Make::op(op).body(vec![("text", text.into())]);
    make.reference(reference)
}

/// Makes Ann's own log: these entries, then an intent and its erasure of some of them, by their places.
fn erased(entries: &[Make], intent: Make, places: &[u64]) -> Log {
    let mut log = begin(&ann(), &first_box());
    for entry in entries {
        will(&mut log, entry.clone());
    }
    let cause = will(&mut log, intent);
    erase_by(&mut log, cause, places);
    log
}

/// Makes the erasure of the words at these places, counted from the log's second entry.
fn erase_by(log: &mut Log, cause: imajin_dfos::Cid, places: &[u64]) {
    let seqs: Vec<u64> = places.iter().map(|place| place + 1).collect();
    let (make, author) = (erasure(log, &seqs), log.owner.did.clone());
    log.push(make, author, Will::Derived, None, Some(cause), None);
    forget(log, &seqs);
    log.head();
}

/// Asserts that the intent may erase the first entry's body and none of the others.
#[track_caller]
fn reaches_the_first(entries: &[Make], intent: &Make) {
    let numbered = |(n, make): (usize, &Make)| {
        let text = format!("words {n}");
        make.clone().body(vec![("text", text.into())])
    };
    let entries: Vec<Make> = entries.iter().enumerate().map(numbered).collect();
    let entries = &entries[..];
    valid(&erased(entries, intent.clone(), &[0]));
    let at = entries.len() as u64 + 2;
    for place in 1..entries.len() as u64 {
        caught(&erased(entries, intent.clone(), &[place]), at, "cause");
        caught(&erased(entries, intent.clone(), &[0, place]), at, "cause");
    }
}

#[test]
fn an_erasure_reaches_only_what_its_intent_is_about() {
    let (here, there) = (bob().did, Party::new(5).did);
    let (here, there) = (here.as_str(), there.as_str());
    let send = |reference, log| words("chat.send", reference, "hello").fact_texts(&[("log", log)]);
    let delete = Make::op("chat.delete").reference("msg_1").fact_texts(&[("log", here)]);
    let keyring = words("chat.keyring", "msg_1", "a ring");
    let sent = [
        send("msg_1", here),
        send("msg_2", here),
        send("msg_1", there),
        keyring.fact_texts(&[("log", here)]),
    ];
    reaches_the_first(&sent, &delete);
    let forget_all = Make::op("chat.forget").reference(here);
    let all = [send("msg_1", here), send("msg_3", there), words("chat.send", here, "no log")];
    reaches_the_first(&all, &forget_all);
    let receiver = [bob().did];
    let with_receiver = |make: Make| make.fact_ids("dids", &[here.to_owned()]).to(&receiver);
    let tip_words = |reference| with_receiver(words("coffee.say", reference, "thanks"));
    let unsay = Make::op("coffee.unsay").reference("pay_1");
    let jar = words("coffee.put", "pay_1", "a jar");
    reaches_the_first(&[tip_words("pay_1"), tip_words("pay_2"), jar.clone()], &unsay);
    let review = |reference| with_receiver(words("market.review", reference, "as new"));
    let unreview = Make::op("market.unreview").reference("pay_1");
    let listing = words("market.put", "pay_1", "a lamp");
    reaches_the_first(&[review("pay_1"), review("pay_2"), listing], &unreview);
    let remove = Make::op("coffee.remove").reference("pay_1");
    reaches_the_first(&[jar, words("coffee.put", "itm_2", "another")], &remove);
    let survey = |reference| words("dykil.put", reference, "a survey");
    let answer = |reference| with_receiver(words("dykil.answer", reference, "yes"));
    let withdraw = Make::op("dykil.withdraw").reference("itm_1");
    reaches_the_first(&[answer("itm_1"), answer("itm_2"), survey("itm_1")], &withdraw);
    let remove = Make::op("dykil.remove").reference("itm_1");
    reaches_the_first(&[survey("itm_1"), survey("itm_2"), answer("itm_1")], &remove);
    let file = |reference| words("media.add", reference, "a picture");
    let erase_files = Make::op("media.erase").fact_ids("assets", &["ast_1".to_owned()]);
    let folder = words("media.folder", "ast_1", "a folder");
    reaches_the_first(&[file("ast_1"), file("ast_2"), folder], &erase_files);
    let picture = |reference| words("events.picture", reference, "a picture");
    let erase_event = Make::op("events.erase").reference(here);
    let changed = words("events.refund", here, "why");
    reaches_the_first(&[picture(here), picture(there), changed], &erase_event);
    // An owner's deletion covers the whole log.
    let counts = ("counts", Value::map::<&str>([]));
    let all = Make::op("auth.delete").body(vec![counts]);
    valid(&erased(&sent, all, &[0, 1, 2, 3]));
}

#[test]
fn an_erasure_reaches_an_item_and_what_is_below_it() {
    let put = |item, text, parent| {
        let make = words("learn.put", item, text);
        match parent {
            Some(parent) => make.fact_texts(&[("in", parent)]),
            None => make,
        }
    };
    let course = [
        put("itm_1", "a course", None),
        put("itm_2", "a module", Some("itm_1")),
        put("itm_3", "a lesson", Some("itm_2")),
        words("learn.attach", "itm_3", "its files"),
        put("itm_4", "another course", None),
        put("itm_5", "moved away", Some("itm_1")),
        put("itm_5", "to there", Some("itm_4")),
        words("learn.attach", "itm_4", "others"),
        words("learn.progress", "itm_1", "half of it"),
    ];
    let remove = |item: &str| Make::op("learn.remove").reference(item);
    valid(&erased(&course, remove("itm_1"), &[0, 1, 2, 3]));
    valid(&erased(&course, remove("itm_2"), &[1, 2, 3]));
    valid(&erased(&course, remove("itm_3"), &[2, 3]));
    valid(&erased(&course, remove("itm_4"), &[4, 5, 6, 7]));
    let at = course.len() as u64 + 2;
    for place in [4, 6, 7, 8] {
        caught(&erased(&course, remove("itm_1"), &[0, 1, 2, 3, place]), at, "cause");
    }
    // An item above it, and an item that was below it before it was moved.
    caught(&erased(&course, remove("itm_2"), &[0, 1, 2, 3]), at, "cause");
    caught(&erased(&course, remove("itm_1"), &[0, 5, 6]), at, "cause");
    // Without the module nothing proves that the lesson is below the course.
    caught(&erased(&course, remove("itm_1"), &[0, 2]), at, "cause");
    // Two items that contain each other are below no other item.
    let circle = [
        put("itm_1", "a", Some("itm_2")),
        put("itm_2", "b", Some("itm_1")),
        put("itm_3", "c", Some("itm_3")),
    ];
    valid(&erased(&circle, remove("itm_1"), &[0, 1]));
    caught(&erased(&circle, remove("itm_1"), &[0, 2]), 5, "cause");
}

/// Words that a log has twice are erased with those of an entry in scope, unless the home made that entry up.
#[test]
fn a_home_excuses_no_erasure_by_saying_the_same_elsewhere() {
    let put = |item: &str| words("links.put", item, "a link");
    let remove = || Make::op("links.remove").reference("itm_1");
    // The owner signed the same words for two items.
    valid(&erased(&[put("itm_1"), put("itm_2")], remove(), &[0]));
    valid(&erased(&[put("itm_2"), put("itm_1")], remove(), &[0]));
    // The home attributes the words to the other item.
    let mut log = begin(&ann(), &first_box());
    will(&mut log, put("itm_2"));
    log.custodial(put("itm_1"));
    let cause = will(&mut log, remove());
    erase_by(&mut log, cause, &[0]);
    caught(&log, 4, "cause");
}

/// Makes the log of a thing in which `told` follows from Ann's intent, followed by its erasure.
fn erased_there(intent: Make, told: Make, ending: Make) -> Log {
    let thing = bob().did;
    let body = encode_body(told.body.as_ref().unwrap()).unwrap();
    let link = Value::List(vec![Value::Link(dag_cbor_cid(&body))]);
    let erasure = Make::op("auth.body.erased").body(vec![("bodies", link)]);
    let mut log = begin(&bob(), &first_box());
    for (intent, derived) in [(intent, told), (ending, erasure)] {
        let (_, operation) = across(intent, &derived, &thing);
        take_evidence(&mut log, &operation);
        open_own(&mut log, &operation);
        derive(&mut log, &operation, derived);
    }
    log.bodies.remove(&1);
    log.head();
    log
}

#[test]
fn an_erasure_in_the_log_of_a_thing_reaches_only_what_its_intent_is_about() {
    let (thing, other) = (bob().did, Party::new(5).did);
    let by_ann = |op| Make::op(op).reference(ann().did);
    let body = |make: Make| make.body(vec![("title", "Words".into())]);
    let same = |op, derived| {
        let intent = body(Make::op(op)).reference(&thing);
        let derived = Make { body: intent.body.clone(), ..by_ann(derived) };
        (intent, derived)
    };
    type Ending = &'static str;
    let cases: [(Ending, (Make, Make)); 2] = [
        ("events.erase", same("events.create", "events.opened")),
        (
            "connections.group.dissolve",
            same("connections.group.create", "connections.group.opened"),
        ),
    ];
    for (ending, (intent, derived)) in cases {
        let ended = |did: &Did| {
            let ending = Make::op(ending).reference(did);
            erased_there(intent.clone(), derived.clone(), ending)
        };
        valid(&ended(&thing));
        caught(&ended(&other), 2, "cause");
    }
    let about = |make: Make, reference: &str| make.reference(reference).in_log(&thing);
    let send = about(body(Make::op("chat.send")), "msg_1");
    let message = Make { op: "chat.message", ..send.clone() };
    let deleted = |reference: &str| {
        let delete = about(Make::op("chat.delete"), reference);
        erased_there(send.clone(), message.clone(), delete)
    };
    valid(&deleted("msg_1"));
    caught(&deleted("msg_2"), 2, "cause");
    let forgotten = |log: &Did| {
        let forget_all = Make::op("chat.forget").reference(log);
        erased_there(send.clone(), message.clone(), forget_all)
    };
    valid(&forgotten(&thing));
    caught(&forgotten(&other), 2, "cause");
}

/// Makes Bob's words in Ann's log, which begins so, and a custodial intent that erases them.
fn custodially_erased(
    begin: fn(&Party, &Party) -> Log,
    (intent, told): (Make, Make),
    ending: Make,
) -> Log {
    let mut log = begin(&ann(), &first_box());
    let (_, operation) = across_by(&bob(), intent, &told, &ann().did);
    take_evidence(&mut log, &operation);
    open_own(&mut log, &operation);
    derive(&mut log, &operation, told);
    let cause = log.custodial(ending);
    erase_by(&mut log, cause, &[0]);
    log
}

/// A request that a home may have made up takes nothing of another's away, once the owner has keys.
#[test]
fn a_custodial_intent_erases_no_body_of_another() {
    let answer = words("dykil.answer", "itm_1", "yes").fact_ids("dids", &[ann().did.to_string()]);
    let answered =
        Make { op: "dykil.answered", ..answer.clone().fact_texts(&[("by", bob().did.as_str())]) };
    let remove = || Make::op("dykil.remove").reference("itm_1");
    let answers = || (answer.clone(), answered.clone());
    // Without keys of the owner, the home vouches for the whole log.
    valid(&custodially_erased(begin_bare, answers(), remove()));
    caught(&custodially_erased(begin, answers(), remove()), 2, "will");
    // A session may delete only its author's own message.
    let send = words("chat.send", "msg_1", "hello").in_log(&ann().did);
    let message = Make { op: "chat.message", ..send.clone() };
    let delete = || Make::op("chat.delete").reference("msg_1").in_log(&ann().did);
    let messages = (send.clone(), message);
    caught(&custodially_erased(begin, messages, delete()), 3, "cause");
    let mut own = begin(&ann(), &first_box());
    will(&mut own, send);
    let cause = own.custodial(delete());
    erase_by(&mut own, cause, &[0]);
    valid(&own);
}
