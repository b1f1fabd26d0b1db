use std::sync::Arc;

use imajin_app::routing::OpenApiRouter;
use imajin_app::{
    HoldsNothing, InRoom, Manifest, Node, Offers, Ports, Problem, RoomRole, Rooms, Service,
};
use imajin_host::prelude::*;
use imajin_identity::begin_node_identity;

use crate::prelude::*;
use crate::support::services;

static MANIFEST: Manifest = Manifest::new("rooms", Ports::new(1, 2));

/// A service with the given conversations and no others.
struct FixedRooms(Vec<(Did, Did, RoomRole)>);

impl Rooms for FixedRooms {
    fn role(&self, _: &Node, conversation: &Did, who: &Did) -> Result<InRoom, Problem> {
        let mut here = self.0.iter().filter(|row| row.0 == *conversation).peekable();
        if here.peek().is_none() {
            return Ok(InRoom::Unknown);
        }
        Ok(InRoom::from_role(here.find(|row| row.1 == *who).map(|row| row.2)))
    }
}

impl HoldsNothing for FixedRooms {}

impl Service for FixedRooms {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        OpenApiRouter::new().with_state(node)
    }

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        offers.offer::<dyn Rooms>(self);
    }
}

#[tokio::test]
async fn the_service_that_knows_a_conversation_says_who_is_in_it() {
    let did = |seed| imajin_edge::testing::Person::new(seed).did;
    let (anna, bert, carl) = (did(1), did(2), did(3));
    let ours = Did::direct(&anna, &bert);
    let theirs = Did::direct(&anna, &carl);
    let rooms = vec![
        (ours.clone(), anna, RoomRole::Member),
        (ours.clone(), bert.clone(), RoomRole::Reader),
    ];
    let mut services = services();
    services.push(Arc::new(FixedRooms(rooms)));
    let node = TestNode::start(services, Config::default(), 200).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code(crate::support::CLAIM.to_owned());
    let mut tokens = Vec::new();
    for seed in 1..4 {
        let somebody = person(&node, seed).await;
        tokens.push(somebody.sign_in(&node).await);
    }
    let ask = |who: usize, path: String| {
        let ask = Ask::get(format!("/auth/api/access/{path}"));
        send(&node, ask.bearer(&tokens[who]))
    };
    for (who, role) in [(0, "member"), (1, "reader")] {
        assert_eq!(ask(who, ours.to_string()).await.json(), json!({"allowed": true, "role": role}));
    }
    let nobody = json!({"allowed": false, "role": null});
    // Whether two others have a conversation shows in no answer.
    let [theirs_known, theirs_unknown] = [&ours, &theirs].map(|name| ask(2, name.to_string()));
    let (known, unknown) = (theirs_known.await, theirs_unknown.await);
    assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
    assert_eq!(known.status, 400);
    // The service's answer takes precedence over the conversation that the two DIDs would make.
    let with = ask(1, format!("{theirs}?with={bert}")).await;
    assert_eq!(with.json(), nobody);
    ask(0, theirs.to_string()).await.check(400);
    let named = ask(0, format!("{theirs}?with={carl}")).await.json();
    assert_eq!(named, json!({"allowed": true, "role": "member"}));
}

#[tokio::test]
async fn a_conversation_of_two_is_theirs_alone() {
    let (node, [anna, bert, carl]) = populated(node(), [1, 2, 3], person).await;
    let direct = Did::direct(&anna.did, &bert.did);
    let ask = |token: &str, with: &Did| {
        Ask::get(format!("/auth/api/access/{direct}?with={with}")).bearer(token)
    };
    let a = anna.sign_in(&node).await;
    let b = bert.sign_in(&node).await;
    let c = carl.sign_in(&node).await;
    let member = json!({"allowed": true, "role": "member"});
    let nobody = json!({"allowed": false, "role": null});
    assert_eq!(send(&node, ask(&a, &bert.did)).await.json(), member);
    assert_eq!(send(&node, ask(&b, &anna.did)).await.json(), member);
    assert_eq!(send(&node, ask(&c, &anna.did)).await.json(), nobody);
    get(&node, format!("/auth/api/access/{direct}"), &a).await.check(400);
    let own = get(&node, format!("/auth/api/access/{}", anna.did), &a).await.json();
    assert_eq!(own, json!({"allowed": true, "role": "owner"}));
    assert_eq!(get(&node, format!("/auth/api/access/{}", anna.did), &b).await.json(), nobody);
    node.get(format!("/auth/api/access/{}", anna.did)).await.check(401);
}
