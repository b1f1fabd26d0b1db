//! The audience of surveys on a node with invites: members, members and guests, or everyone with a key.

use imajin_app::Role;
use imajin_edge::testing::{Ask, Person, TestNode};
use imajin_host::prelude::*;
use imajin_host::{Config, Registration};
use serde_json::{Value as Json, json};

use crate::{ONE, answer, config, node, open, results, services, somebody, write, yes_or_no};

const CLAIM: &str = "TEST-CLAI-MC0D";

/// A node for invited people, with a member, a guest, and a person with just a key.
struct House {
    node: TestNode,
    owner: Person,
    member: (Person, String),
    guest: String,
    stranger: String,
}

async fn by_invite() -> House {
    let first = node().await;
    first.node.set_claim_code(CLAIM.to_owned());
    let mut owner = Person::new(1);
    owner.create(&first, Some(CLAIM)).await.check(201);
    let (member, _) = somebody(&first, 2).await;
    let config = Config { registration: Some(Registration::Invite), ..config() };
    let node = first.restarted(services(), config).await.unwrap();
    let stranger = Person::new(3);
    assert_eq!(stranger.register(&node).await.status, 201);
    let guest = come_by_mail(&node).await;
    for (did, role) in [
        (&owner.did, Role::Owner),
        (&member.did, Role::Member),
        (&guest.0, Role::Guest),
        (&stranger.did, Role::Stranger),
    ] {
        assert_eq!(node.node.role(did).unwrap(), role);
    }
    let session = member.sign_in(&node).await;
    House {
        stranger: stranger.sign_in(&node).await,
        member: (member, session),
        guest: guest.1,
        owner,
        node,
    }
}

/// Signs up through an emailed link. Returns the DID and the session.
async fn come_by_mail(node: &TestNode) -> (imajin_protocol::Did, String) {
    let address = json!({ "email": "bob@example.com", "name": "Bob" });
    let onboard = Ask::post("/auth/api/onboard", &address);
    assert_eq!(node.send(onboard).await.status, 202);
    let letters = node.node.mail().waiting().unwrap();
    let (_, link) = letters[0].text.split_once("#token=").unwrap();
    let token = link.split(['&', '\n']).next().unwrap();
    let link = Ask::post("/auth/api/onboard/verify", &json!({ "token": token }));
    let reply = node.send(link).await.json();
    let text = |json: &Json| json.as_str().unwrap().to_owned();
    let did = imajin_protocol::Did::parse(&text(&reply["identity"]["did"])).unwrap();
    (did, text(&reply["token"]))
}

#[tokio::test]
async fn a_poll_takes_answers_of_those_whom_its_owner_chose_and_says_so() {
    for (each, taken) in
        [("member", [201, 403, 403]), ("guest", [201, 201, 403]), ("person", [201, 201, 201])]
    {
        let all = by_invite().await;
        let node = &all.node;
        let fact = json!({ "mode": "secret", "each": each, "show": "all" });
        open(node, &all.owner, &yes_or_no(), fact).await;
        let mut answers = Vec::new();
        for (n, token) in (1..).zip([&all.member.1, &all.guest, &all.stranger]) {
            let ask = answer(&all.owner, n, &json!({ "yes": true })).bearer(token);
            answers.push(node.send(ask).await.status);
        }
        assert_eq!(answers, taken, "{each}");
        let reply = results(node, &all.owner, None).await.json();
        assert_eq!(reply["each"], each, "{reply}");
        assert!(reply["came"].is_null(), "nobody counts who voted in secret");
        assert_eq!(reply["split"], "unknown");
        let page = node.send(Ask::get(format!("/dykil/{}/{ONE}", all.owner.did))).await.text();
        assert_eq!(page.contains("trangers"), each == "person", "{page}");
        let unknown = "isn’t known: answers don’t say who gave them";
        assert_eq!(page.contains(unknown), each != "member", "{page}");
    }
}

#[tokio::test]
async fn answers_with_names_are_counted_by_what_their_authors_are_here() {
    let all = by_invite().await;
    let node = &all.node;
    let say = async |who: &Person| {
        let fact = Some(json!({ "dids": [all.owner.did.as_str()] }));
        let parts = (Some(json!({ "answers": r#"{"yes":true}"# })), fact);
        write(node, who, "dykil.answer", (ONE, Some(&all.owner)), parts).await
    };
    let fact = json!({ "mode": "named", "each": "member", "show": "all" });
    open(node, &all.owner, &yes_or_no(), fact).await;
    assert_eq!(say(&all.member.0).await.status, 201);
    let reply = results(node, &all.owner, None).await.json();
    let came = json!({ "members": 1, "guests": 0, "others": 0 });
    assert_eq!(reply["came"], came, "{reply}");
    assert_eq!(reply["split"], "named");
}
