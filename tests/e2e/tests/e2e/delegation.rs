//! Agents, apps and devices act within their delegation, and no further.

use imajin_dfos::cid::parse_cid;
use imajin_e2e::prelude::*;
use imajin_node::client::Signer;

struct Agent {
    signer: Signer,
    delegation: Receipt,
}

/// Returns the time a month from now: a delegation lasts a year at most.
fn soon(ada: &Person) -> String {
    let now = ada.client.node().unwrap().time;
    now.checked_add_millis(30 * 24 * 3600 * 1000).unwrap().to_string()
}

fn delegate(ada: &Person, more: &Json) -> Agent {
    let key = PersonKey::generate().unwrap();
    let mut body = json!({ "key": key.public().to_multikey(), "scope": ["profile.update"], "until": soon(ada) });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let delegation = ada.put("auth", "auth.delegation.create", &body).unwrap();
    Agent { signer: signer_by(ada, &key, &delegation), delegation }
}

fn signer_by(owner: &Person, key: &PersonKey, delegation: &Receipt) -> Signer {
    let via = parse_cid(&delegation.cid).unwrap();
    Signer::delegate(owner.key.did().clone(), key, via).unwrap()
}

fn act(ada: &Person, agent: &Agent, op: &str, body: Json) -> Outcome {
    let service = op.split('.').next().unwrap();
    ada.client.submit(&agent.signer, &Draft::new(service, op).body(&body)?)
}

fn assert_refused(outcome: Outcome, what: &str) {
    let error = outcome.expect_err(what);
    assert!(error.status().is_some_and(|status| (400..500).contains(&status)), "{what}: {error}");
}

#[test]
fn a_delegate_stays_within_its_scope_time_and_uses() {
    let (_folder, _node, ada) = Person::fresh();
    let agent = delegate(&ada, &json!({}));
    act(&ada, &agent, "profile.update", json!({ "bio": "by an agent" })).unwrap();
    assert_refused(
        act(&ada, &agent, "profile.handle.claim", json!({ "handle": "agent" })),
        "out of scope",
    );
    let more = json!({ "key": ada.key.public().to_multikey(), "scope": ["profile.*"], "until": soon(&ada) });
    assert_refused(act(&ada, &agent, "auth.delegation.create", more), "a delegate delegates");

    let wide = delegate(&ada, &json!({ "scope": ["auth.*", "profile.*"] }));
    assert_refused(
        act(&ada, &wide, "auth.delete", json!({ "counts": {} })),
        "whatever the scope says",
    );

    let once = delegate(&ada, &json!({ "uses": 1 }));
    act(&ada, &once, "profile.update", json!({ "bio": "once" })).unwrap();
    assert_refused(act(&ada, &once, "profile.update", json!({ "bio": "twice" })), "used up");

    ada.enter(&json!({ "op": "auth.delegation.end", "ref": agent.delegation.cid })).unwrap();
    assert_refused(act(&ada, &agent, "profile.update", json!({ "bio": "after the end" })), "ended");
}

/// A helper at the door acts for the organiser with a separate key: they check tickets in and can do nothing else.
#[test]
fn a_door_is_kept_by_whom_the_organiser_lets() {
    let (folder, node) = Node::fresh();
    let [ada, guest, helper] = [(); 3].map(|()| Person::new(&node.url));
    let made = ada.event_key();
    let event = made["event"].as_str().unwrap().to_owned();
    let all = [(ada.key.did(), 1_000_000)];
    let shared = imajin_e2e::payments::manifest(&ada, made["id"].as_str().unwrap(), &all, None);
    let words = json!({ "title": "Party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "physical", "venue": "The Box", "tickets": [{ "name": "Free" }] });
    ada.put_event("events.create", &event, &words, &shared, &[(0, 5)]).unwrap();
    ada.event_status(&event, "published").unwrap();
    guest.buy_tickets(&event, 1, 1).unwrap();
    let ticket = guest.tickets()[0]["id"].as_str().unwrap().to_owned();

    let draft = |op: &str| Draft::new("events", op).reference(&event).unwrap();
    let let_in = |delegation: &Receipt| {
        let now = helper.client.node().unwrap().time.as_millis();
        let body = json!({ "scans": [{ "ticket": ticket, "at": now }], "door": 2 });
        let to = [event.clone(), guest.did().to_owned()];
        let scan = draft("events.checkin").body(&body)?.to(&to)?;
        let signer = signer_by(&ada, &helper.key, delegation);
        helper.client.submit(&signer, &scan)
    };
    let list = || {
        let path = format!("/events/api/events/{event}/door");
        let request = helper.request(reqwest::Method::GET, &path);
        let acting = request.header("x-acting-for", ada.did());
        helper.client.json(acting)
    };
    let other = ada.put("profile", "profile.update", &json!({ "bio": "Ada" }));
    assert_refused(let_in(&other.unwrap()), "a door that nobody let them keep");
    assert!(list().is_err(), "a list that is nobody's but the organiser's");

    let body = json!({ "key": helper.key.public().to_multikey(), "scope": ["events.checkin"], "until": soon(&ada) });
    let delegation = ada.put("auth", "auth.delegation.create", &body).unwrap();
    let taken = list().unwrap();
    assert_eq!(taken["tickets"].as_array().unwrap().len(), 1);
    let receipt = let_in(&delegation).unwrap();
    assert!(receipt.entries.iter().any(|one| one.did == guest.did()));
    let mine = &guest.tickets()[0];
    assert_eq!(mine["status"], "used");
    let off = draft("events.status")
        .fact(&json!({ "status": "cancelled" }))
        .and_then(|draft| draft.to(std::slice::from_ref(&event)))
        .unwrap();
    assert_refused(
        helper.client.submit(&signer_by(&ada, &helper.key, &delegation), &off),
        "a door is not the event",
    );

    ada.enter(&json!({ "op": "auth.delegation.end", "ref": delegation.cid })).unwrap();
    assert_refused(let_in(&delegation), "after the end");
    assert!(list().is_err(), "after the end");
    assert!(node.stop().0.success());
    let log = imajin_e2e::newest_log(&folder.path().join("data"), &event);
    imajin_e2e::imajin(["verify", log.to_str().unwrap(), "--did", &event]).ok();
}
