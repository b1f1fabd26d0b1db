//! Pods and groups: who may do what in them, and who sees them.

use imajin_app::DataRights;
use imajin_dfos::Value;
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::{Reply, TestNode, Write, populated};
use imajin_host::{codes, random};
use serde_json::{Value as Json, json};

use crate::support::{Somebody, close, node, somebody};

const API: &str = "/connections/api/groups";

impl Somebody {
    /// Signs and sends an operation about a group.
    async fn group_op(&self, node: &TestNode, op: &'static str, group: &str, fact: Json) -> Reply {
        self.group_write(node, op, group, fact, &[], Json::Null).await
    }

    async fn group_write(
        &self,
        node: &TestNode,
        op: &'static str,
        group: &str,
        fact: Json,
        more: &[&Somebody],
        body: Json,
    ) -> Reply {
        let did = imajin_protocol::Did::parse(group).unwrap();
        let mut to = vec![&did];
        to.extend(more.iter().map(|other| other.did()));
        let mut write = Write::new(self.did(), op).reference(group).to(&to);
        if !fact.is_null() {
            write = write.fact(fact);
        }
        if !body.is_null() {
            write = write.body(from_dag_json(&body).unwrap());
        }
        self.person.write(node, &write).await
    }

    /// Makes a group of this name. Its DID.
    async fn makes(&self, node: &TestNode, name: &str, fact: Json) -> String {
        let (reply, group) = self.tries_to_make(node, name, fact).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        group
    }

    async fn tries_to_make(&self, node: &TestNode, name: &str, fact: Json) -> (Reply, String) {
        let key = self.ask(node, "POST", &format!("{API}/key"), json!({})).await.check(201);
        let group = key.json()["group"].as_str().unwrap().to_owned();
        let (op, body) = ("connections.group.create", json!({ "name": name }));
        let reply = self.group_write(node, op, &group, fact, &[], body).await;
        (reply, group)
    }

    /// Invites people into a group, with the session alone. The answer, and the invitation.
    async fn invites_into(
        &self,
        node: &TestNode,
        group: &str,
        role: &str,
        uses: u32,
    ) -> (Reply, Json) {
        let id = format!("inv_{}", random::hex::<12>().unwrap());
        let code = codes::fresh().unwrap();
        let write = Write::new(self.did(), "connections.group.invite")
            .reference(&*id)
            .fact(json!({ "group": group, "role": role, "uses": uses }))
            .body(Value::map([("code", Value::from(&*code))]));
        let reply = self.unsigned(node, &write).await;
        (reply, json!({ "id": id, "code": code, "role": role }))
    }

    /// Leaves a group, with the session alone.
    async fn leaves(&self, node: &TestNode, group: &str) -> Reply {
        let write = Write::new(self.did(), "connections.group.leave").reference(group);
        self.unsigned(node, &write).await
    }

    async fn joins(&self, node: &TestNode, group: &str, invite: &Json) -> Reply {
        let did = imajin_protocol::Did::parse(group).unwrap();
        let write = Write::new(self.did(), "connections.group.join")
            .reference(group)
            .fact(json!({ "invite": invite["id"], "role": invite["role"] }))
            .to(&[&did]);
        let ask = self.person.ask(node, &write).await.unwrap();
        let code = invite["code"].as_str().unwrap();
        node.send(ask.header("x-imajin-invite", code)).await
    }

    async fn role_in(&self, node: &TestNode, group: &str) -> Json {
        let path = format!("/auth/api/access/{group}");
        self.get(node, &path).await.json()["role"].clone()
    }
}

/// Adds a person to a group by an invitation.
async fn let_in(node: &TestNode, who: &Somebody, by: &Somebody, group: &str, role: &str) {
    let (reply, invite) = by.invites_into(node, group, role, 1).await;
    reply.check(201);
    who.joins(node, group, &invite).await.check(201);
}

fn private() -> Json {
    json!({ "kind": "group", "visibility": "private" })
}

#[tokio::test]
async fn roles_from_coming_to_the_end() {
    let (node, [ada, bob, eve, zoe]) = populated(node(), [1, 2, 3, 4], somebody).await;
    let group = ada.makes(&node, "Choir", private()).await;
    let (role, remove) = ("connections.group.role", "connections.group.remove");
    let reply = ada.get(&node, &format!("{API}/{group}")).await.json();
    assert_members!(reply, "name": "Choir", "role": "owner", "members": 1);
    let_in(&node, &bob, &ada, &group, "admin").await;
    let_in(&node, &eve, &bob, &group, "member").await;
    // The conversation is another name of the same.
    let conversation = reply["conversation"].as_str().unwrap();
    for (who, expected) in [(&ada, "owner"), (&bob, "admin"), (&eve, "member")] {
        assert_eq!(who.role_in(&node, &group).await, expected);
        assert_eq!(who.role_in(&node, conversation).await, expected);
    }
    assert!(zoe.role_in(&node, &group).await.is_null());

    // Leaders invite people; only the owner transfers the group, changes roles, edits and dissolves it.
    for (who, to, status) in
        [(&eve, "member", 403), (&bob, "admin", 403), (&ada, "owner", 400), (&zoe, "member", 404)]
    {
        let (reply, _) = who.invites_into(&node, &group, to, 1).await;
        reply.check(status);
    }
    let to_admin = |who: &Somebody| json!({ "dids": [who.did()], "role": "admin" });
    bob.group_write(&node, role, &group, to_admin(&eve), &[&eve], Json::Null).await.check(403);
    let out = json!({ "dids": [ada.did()] });
    bob.group_write(&node, remove, &group, out, &[&ada], Json::Null).await.check(403);
    ada.group_write(&node, role, &group, to_admin(&eve), &[&eve], Json::Null).await.check(201);
    assert_eq!(eve.role_in(&node, &group).await, "admin");
    ada.group_write(&node, role, &group, to_admin(&eve), &[&eve], Json::Null).await.check(409);
    // An admin puts out no admin; who is put out is out at once, and what they invited is void.
    let (_, eves) = eve.invites_into(&node, &group, "member", 2).await;
    let out = json!({ "dids": [eve.did()] });
    bob.group_write(&node, remove, &group, out.clone(), &[&eve], Json::Null).await.check(403);
    ada.group_write(&node, remove, &group, out.clone(), &[], Json::Null).await.check(400);
    ada.group_write(&node, remove, &group, out, &[&eve], Json::Null).await.check(201);
    assert!(eve.role_in(&node, &group).await.is_null());
    assert_eq!(zoe.joins(&node, &group, &eves).await.status, 410);

    // Leaving, by a session; whose it is cannot.
    ada.leaves(&node, &group).await.check(409);
    bob.leaves(&node, &group).await.check(201);
    assert!(bob.role_in(&node, &group).await.is_null());
    let unsigned = Write::new(ada.did(), "connections.group.dissolve").reference(&*group);
    let reply = ada.unsigned(&node, &unsigned).await;
    reply.check_member(403, "type", "urn:imajin:problem:signature-required");
    ada.group_op(&node, "connections.group.dissolve", &group, Json::Null).await.check(201);
    assert!(ada.role_in(&node, &group).await.is_null());
    assert_eq!(ada.get(&node, &format!("{API}/{group}")).await.status, 404);
    close(node).await;
}

/// The controllers that a DID's chain names now, as public keys.
async fn controllers(node: &TestNode, who: &Somebody, did: &str) -> Vec<String> {
    let path = format!("/auth/api/identity/{did}/chain");
    let log: Vec<String> =
        serde_json::from_value(who.get(node, &path).await.json()["log"].clone()).unwrap();
    let did = imajin_protocol::Did::parse(did).unwrap();
    let chain = imajin_protocol::identity::verify_chain(&did, &log).unwrap();
    chain.state().keys.controller.iter().map(|key| key.public_key().unwrap().to_hex()).collect()
}

#[tokio::test]
async fn a_group_is_handed_over_by_the_will_of_both() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    let group = ada.makes(&node, "Choir", private()).await;
    let_in(&node, &bob, &ada, &group, "member").await;
    let (offer, take) = ("connections.group.offer", "connections.group.take");
    let words = || json!({ "name": "Our choir" });
    let to = |who: &Somebody| json!({ "dids": [who.did()] });
    let offers = async |by: &Somebody, who: &Somebody| {
        let both = [who];
        // Keeping the group causes no notice.
        let more = if by.did() == who.did() { &both[..0] } else { &both[..] };
        by.group_write(&node, offer, &group, to(who), more, Json::Null).await.status
    };
    let takes = async |who: &Somebody, from: &Somebody| {
        let more = [from];
        who.group_write(&node, take, &group, Json::Null, &more, words()).await.status
    };
    // A member can take only a group that is offered, and only the owner offers it, to a member.
    assert_eq!(takes(&bob, &ada).await, 409);
    assert_eq!(offers(&bob, &bob).await, 403);
    assert_eq!(offers(&ada, &eve).await, 404);
    assert_eq!(offers(&ada, &ada).await, 409, "it is hers");
    assert_eq!(offers(&ada, &bob).await, 201);
    assert_eq!(offers(&ada, &bob).await, 409, "it is offered already");
    assert_eq!(bob.get(&node, &format!("{API}/{group}")).await.json()["offered"], json!(bob.did()));
    // Taken back, it cannot be taken.
    assert_eq!(offers(&ada, &ada).await, 201);
    assert_eq!(takes(&bob, &ada).await, 409);

    let before = controllers(&node, &ada, &group).await;
    assert_eq!(offers(&ada, &bob).await, 201);
    let unnamed = bob.group_write(&node, take, &group, Json::Null, &[], words());
    assert_eq!(unnamed.await.status, 400, "who gives it is told, in their own record");
    assert_eq!(takes(&bob, &ada).await, 201);
    assert_eq!(bob.role_in(&node, &group).await, "owner");
    assert_eq!(ada.role_in(&node, &group).await, "admin");
    let view = ada.get(&node, &format!("{API}/{group}")).await.json();
    assert_members!(view, "name": "Our choir", "offered": null);
    assert_eq!(takes(&bob, &ada).await, 409, "once");
    assert_eq!(offers(&ada, &bob).await, 403);
    // The key follows: the group's chain names the new owner's controllers, and no longer the old owner's.
    let theirs = controllers(&node, &bob, bob.did().as_str()).await;
    let olds = controllers(&node, &ada, ada.did().as_str()).await;
    assert!(olds.iter().all(|key| before.contains(key)));
    for _ in 0..400 {
        if controllers(&node, &ada, &group).await != before {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let after = controllers(&node, &ada, &group).await;
    assert!(theirs.iter().all(|key| after.contains(key)), "{after:?}");
    assert!(!olds.iter().any(|key| after.contains(key)), "{after:?}");
    assert_eq!(after[0], before[0], "the node's own stays");
    // The previous owner can leave now; the new one dissolves the group.
    ada.leaves(&node, &group).await.check(201);
    let end = bob.group_op(&node, "connections.group.dissolve", &group, Json::Null);
    assert_eq!(end.await.status, 201);
    close(node).await;
}

#[tokio::test]
async fn a_private_group_is_seen_by_its_people_only() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    let group = ada.makes(&node, "Secret garden", private()).await;
    let_in(&node, &bob, &ada, &group, "member").await;
    let paths = [
        format!("{API}/{group}"),
        format!("{API}/{group}/members"),
        format!("{API}/{group}/invites"),
        format!("/connections/groups/{group}"),
    ];
    for path in &paths {
        assert_eq!(ada.get(&node, path).await.status, 200, "{path}");
        assert_eq!(eve.get(&node, path).await.status, 404, "{path}");
    }
    assert_eq!(bob.get(&node, &paths[1]).await.status, 200);
    assert_eq!(bob.get(&node, &paths[2]).await.status, 403);
    node.get(&*paths[0]).await.check(404);
    let members = bob.get(&node, &paths[1]).await.json();
    assert_eq!(members["members"][0]["did"], json!(ada.did()));
    assert_eq!(members["members"][1]["role"], "member");
    assert_eq!(bob.get(&node, API).await.json()["total"], 1);
    assert_eq!(eve.get(&node, API).await.json()["total"], 0);

    // Only the holder of a code sees the invitation.
    let (_, invite) = ada.invites_into(&node, &group, "member", 1).await;
    let code = invite["code"].as_str().unwrap();
    let shown = node.get(format!("/connections/api/group-invites/{code}")).await;
    assert_eq!(shown.json()["name"], "Secret garden");
    // The code is for this group only, and counts its uses; it makes no connection.
    let other = ada.makes(&node, "Other", private()).await;
    assert_eq!(eve.joins(&node, &other, &invite).await.status, 403);
    let admin = json!({ "id": invite["id"], "code": code, "role": "admin" });
    assert_eq!(eve.joins(&node, &group, &admin).await.status, 400);
    assert_eq!(eve.joins(&node, &group, &invite).await.status, 201);
    assert_eq!(bob.joins(&node, &group, &invite).await.status, 409);
    let zoe = somebody(&node, 4).await;
    assert_eq!(zoe.joins(&node, &group, &invite).await.status, 410);
    assert!(eve.distance(&node, &ada).await.is_null());

    // Public: everybody sees it, and people who are signed in see its members.
    let fact = json!({ "visibility": "public" });
    let body = json!({ "name": "Garden", "about": "Open on Sundays" });
    let (op, none) = ("connections.group.update", &[][..]);
    eve.group_write(&node, op, &group, fact.clone(), none, body.clone()).await.check(403);
    ada.group_write(&node, op, &group, fact, none, body).await.check(201);
    node.get(&*paths[0]).await.check_member(200, "about", "Open on Sundays");
    assert_eq!(node.get(&*paths[1]).await.status, 401);
    assert_eq!(zoe.get(&node, &paths[1]).await.json()["total"], 3);
    close(node).await;
}

#[tokio::test]
async fn groups_stand_at_most_three_deep_in_each_other() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let inside =
        |parent: &str| json!({ "kind": "group", "visibility": "private", "parent": parent });
    let first = ada.makes(&node, "First", private()).await;
    let second = ada.makes(&node, "Second", inside(&first)).await;
    let third = ada.makes(&node, "Third", inside(&second)).await;
    let (reply, _) = ada.tries_to_make(&node, "Fourth", inside(&third)).await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    let (reply, _) = bob.tries_to_make(&node, "Bob's", inside(&first)).await;
    assert_eq!(reply.status, 403, "{}", reply.text());
    let view = ada.get(&node, &format!("{API}/{second}")).await.json();
    assert_members!(view, "parent": first, "groups": [third]);
    // A group's members are not members of the groups in it, nor are those told of them.
    let_in(&node, &bob, &ada, &second, "member").await;
    let view = bob.get(&node, &format!("{API}/{second}")).await.json();
    assert_members!(view, "parent": null, "groups": []);
    // A pod is private, and inside nothing.
    for wrong in [
        json!({ "kind": "pod", "visibility": "public" }),
        json!({ "kind": "pod", "visibility": "private", "parent": first }),
        json!({ "kind": "club", "visibility": "private" }),
        json!({ "kind": "group", "visibility": "private", "x": 1 }),
    ] {
        let (reply, _) = ada.tries_to_make(&node, "Wrong", wrong).await;
        assert_eq!(reply.status, 400, "{}", reply.text());
    }
    let pod = ada.makes(&node, "Family", json!({ "kind": "pod", "visibility": "private" })).await;
    let (reply, _) = ada.tries_to_make(&node, "In a pod", inside(&pod)).await;
    assert_eq!(reply.status, 400);
    // Inner groups must be dissolved first.
    let end = "connections.group.dissolve";
    ada.group_op(&node, end, &first, Json::Null).await.check(409);
    for group in [&third, &second, &first] {
        ada.group_op(&node, end, group, Json::Null).await.check(201);
    }
    close(node).await;
}

#[tokio::test]
async fn what_is_ones_own_of_groups_is_exported_counted_and_goes() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let group = ada.makes(&node, "Choir", private()).await;
    let_in(&node, &bob, &ada, &group, "member").await;
    let service = imajin_connections::Connections;
    let read = |f: &dyn Fn(&rusqlite::Connection) -> rusqlite::Result<Json>| {
        node.node.read("connections", f).unwrap()
    };
    let export = |who: &Somebody| {
        read(&|db| Ok(service.export(db, who.did())?.unwrap_or_default()))["groups"].clone()
    };
    let ops = |list: &Json| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|entry| entry["op"].as_str().unwrap().to_owned()).collect()
    };
    let adas = export(&ada);
    assert_eq!(ops(&adas), ["connections.group.create", "connections.group.invite"]);
    assert_eq!(adas[0]["body"], json!({ "name": "Choir" }));
    assert_eq!(ops(&export(&bob)), ["connections.group.join"]);
    let counts = read(&|db| Ok(json!(service.count(db, bob.did())?)));
    let kinds = ["group entries", "groups"].map(|kind| json!({ "kind": kind, "number": 1 }));
    assert_eq!(counts, json!(kinds));
    let plan = node.node.read("connections", |db| service.delete(db, ada.did())).unwrap();
    let stays: Vec<&str> = plan.stays.iter().map(|stays| &*stays.kind).collect();
    assert_eq!(stays, ["group memberships", "owned groups"]);

    let write =
        Write::new(bob.did(), "auth.delete").body(from_dag_json(&json!({ "counts": {} })).unwrap());
    bob.person.write(&node, &write).await.check(201);
    let members = ada.get(&node, &format!("{API}/{group}/members")).await.json();
    assert_eq!(members["total"], 1, "{members}");
    close(node).await;
}

/// A group refuses the people whom its owner blocked.
#[tokio::test]
async fn a_group_takes_in_nobody_whom_its_owner_blocked() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let group = ada.makes(&node, "Choir", private()).await;
    let (_, invite) = ada.invites_into(&node, &group, "member", 1).await;
    let (block, end) = ("connections.block", "connections.block.end");
    ada.blocks(&node, block, bob.did()).await.check(201);
    let reply = bob.joins(&node, &group, &invite).await.check(403);
    assert_eq!(reply.json()["type"], "urn:imajin:problem:not-accepted");
    ada.blocks(&node, end, bob.did()).await.check(201);
    assert_eq!(bob.joins(&node, &group, &invite).await.status, 201);
    // Once in, a block keeps them neither in it nor out of the way out.
    bob.blocks(&node, block, ada.did()).await.check(201);
    let fact = json!({ "dids": [bob.did()] });
    let remove = "connections.group.remove";
    ada.group_write(&node, remove, &group, fact, &[&bob], Json::Null).await.check(201);
    close(node).await;
}

#[tokio::test]
async fn an_invitation_brings_nobody_back_and_gives_no_role_that_its_maker_cannot_give() {
    let (node, [ada, bob, eve, zoe]) = populated(node(), [1, 2, 3, 4], somebody).await;
    let group = ada.makes(&node, "Choir", private()).await;
    let (_, open) = ada.invites_into(&node, &group, "member", 5).await;
    bob.joins(&node, &group, &open).await.check(201);
    let about_bob = || json!({ "dids": [bob.did()] });
    let remove = "connections.group.remove";
    let reply = ada.group_write(&node, remove, &group, about_bob(), &[&bob], Json::Null).await;
    reply.check(201);
    bob.joins(&node, &group, &open).await.check(410);
    // The invitation still lets others in, and a new one him.
    eve.joins(&node, &group, &open).await.check(201);
    let_in(&node, &bob, &ada, &group, "member").await;
    // An admin can't make admins, nor can the invitation of a former owner.
    let (_, leading) = ada.invites_into(&node, &group, "admin", 1).await;
    let (offer, take) = ("connections.group.offer", "connections.group.take");
    let reply = ada.group_write(&node, offer, &group, about_bob(), &[&bob], Json::Null).await;
    reply.check(201);
    let words = json!({ "name": "Choir" });
    bob.group_write(&node, take, &group, Json::Null, &[&ada], words).await.check(201);
    zoe.joins(&node, &group, &leading).await.check(410);
    close(node).await;
}
