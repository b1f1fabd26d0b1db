//! A node, people on it, files, and what they sign.

use std::path::PathBuf;
use std::sync::Arc;

use imajin_app::Service;
use imajin_dfos::cbor::from_dag_json;
use imajin_dfos::cid::sha256;
use imajin_edge::testing::{Ask, Reply, TestNode, Write, populated};
use imajin_host::prelude::*;
use imajin_host::{Config, Registration};
use imajin_media::{Media, Settings};
use imajin_protocol::Did;
use serde_json::{Value as Json, json};

imajin_edge::people!();

/// The smallest thing that says of itself that it is a JPEG.
pub(crate) const JPEG: &[u8] =
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00 and no pixels";

fn services(settings: Settings) -> Vec<Arc<dyn Service>> {
    // Nothing is decoded here: the tests of the whole program do that.
    let decoder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/media/decoder.sh");
    services_of(Media::new(decoder.into()).with_settings(settings))
}

fn services_of(media: Media) -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
        Arc::new(imajin_pay::Pay::new()),
        Arc::new(imajin_notify::Notify::new()),
        Arc::new(media),
    ]
}

/// A node with its owner (seed 1) and Bea (seed 2).
pub(crate) struct World {
    pub(crate) node: TestNode,
    pub(crate) owner: Somebody,
    pub(crate) bea: Somebody,
}

/// A person's file on the node.
pub(crate) struct Put {
    pub(crate) id: String,
    pub(crate) cid: String,
    pub(crate) bytes: usize,
}

pub(crate) async fn world() -> World {
    world_with(Config::default()).await
}

pub(crate) async fn world_with(config: Config) -> World {
    world_of(config, Settings::default()).await
}

/// A node whose owner decided this about people's files.
pub(crate) async fn world_of(config: Config, settings: Settings) -> World {
    world_with_services(config, services(settings)).await
}

/// A node whose pictures this program decodes.
pub(crate) async fn world_decoding(program: PathBuf) -> World {
    world_with_services(Config::default(), services_of(Media::new(program))).await
}

async fn world_with_services(config: Config, services: Vec<Arc<dyn Service>>) -> World {
    let config = Config { registration: Some(Registration::Open), ..config };
    let (node, [owner]) = populated(start(services, config), [1], owner).await;
    let bea = somebody(&node, 2).await;
    World { node, owner, bea }
}

/// Stops the node and starts it again. All people sign in again.
pub(crate) async fn restart(world: World) -> World {
    let World { node, mut owner, mut bea } = world;
    let config = node.node.config().clone();
    let node = node.restarted(services(Settings::default()), config).await.unwrap();
    for one in [&mut owner, &mut bea] {
        one.token = one.person.sign_in(&node).await;
    }
    World { node, owner, bea }
}

impl World {
    pub(crate) async fn get(&self, who: Option<&Somebody>, path: &str) -> Reply {
        let ask = Ask::get(path).bearer_if(who.map(|one| &one.token));
        self.node.send(ask).await
    }

    /// Signs an operation, which is entered.
    pub(crate) async fn says(
        &self,
        who: &Somebody,
        op: &'static str,
        reference: Option<&str>,
        (body, fact): (Json, Json),
    ) {
        let reply = self.tries(who, op, reference, (body, fact)).await;
        assert_eq!(reply.status, 201, "{op}: {}", reply.text());
    }

    /// Signs an operation about an item that has neither body nor fact.
    pub(crate) async fn does(&self, who: &Somebody, op: &'static str, item: &str) {
        self.writes_fact(who, op, item, Json::Null).await;
    }

    /// Signs an operation about an item that has a body alone.
    pub(crate) async fn writes_body(
        &self,
        who: &Somebody,
        op: &'static str,
        item: &str,
        body: Json,
    ) {
        self.says(who, op, Some(item), (body, Json::Null)).await;
    }

    /// Signs an operation about an item that has a fact alone.
    pub(crate) async fn writes_fact(
        &self,
        who: &Somebody,
        op: &'static str,
        item: &str,
        fact: Json,
    ) {
        self.says(who, op, Some(item), (Json::Null, fact)).await;
    }

    /// Signs an operation that has a fact alone, which is entered.
    pub(crate) async fn tells(&self, who: &Somebody, op: &'static str, fact: Json) {
        self.says(who, op, None, (Json::Null, fact)).await;
    }

    /// Signs an operation, which may be refused. A body of `null` is left out, and so is an empty fact.
    pub(crate) async fn tries(
        &self,
        who: &Somebody,
        op: &'static str,
        reference: Option<&str>,
        (body, fact): (Json, Json),
    ) -> Reply {
        let mut write = Write::new(who.did(), op);
        write.reference = reference.map(str::to_owned);
        write.body =
            Some(body).filter(|body| !body.is_null()).map(|body| from_dag_json(&body).unwrap());
        write.fact = Some(fact).filter(|fact| fact.as_object().is_some_and(|all| !all.is_empty()));
        who.person.write(&self.node, &write).await
    }

    /// Signs the entry of stored bytes.
    pub(crate) async fn enters(&self, who: &Somebody, put: &Put, body: Json, fact: Json) {
        self.says(who, "media.add", Some(&put.id), (body, fact)).await;
    }

    /// Puts bytes into a person's folder, as an upload does.
    pub(crate) fn stores(&self, who: &Somebody, bytes: &[u8]) -> Put {
        let cid = self.node.node.ledger().media().put(who.did(), bytes).unwrap().cid.to_string();
        Put { id: asset_id(who.did(), &cid, 0), bytes: bytes.len(), cid }
    }

    /// Adds a JPEG of a person that differs from others by this text.
    pub(crate) async fn adds(&self, who: &Somebody, name: &str, fact: Json) -> Put {
        let put = self.stores(who, &jpeg(name));
        self.tries_to_add(who, &put, name, fact).await.check(201);
        put
    }

    pub(crate) async fn tries_to_add(
        &self,
        who: &Somebody,
        put: &Put,
        name: &str,
        mut fact: Json,
    ) -> Reply {
        fact["media"] = json!([put.cid]);
        fact["n"] = 0.into();
        let body = json!({ "name": name, "kind": "image/jpeg", "bytes": put.bytes });
        self.tries(who, "media.add", Some(&put.id), (body, fact)).await
    }

    /// The status that a caller gets for a file.
    pub(crate) async fn file_status(&self, who: Option<&Somebody>, put: &Put) -> u16 {
        let path = format!("/media/api/assets/{}", put.id);
        self.get(who, &path).await.status
    }

    /// Every log verifies, and the projections made again are the same.
    pub(crate) async fn close(self) {
        self.node.check_records(services(Settings::default())).await;
    }
}

/// A file that begins like a JPEG.
pub(crate) fn jpeg(name: &str) -> Vec<u8> {
    [JPEG, name.as_bytes()].concat()
}

/// An asset's id, as the operation `media.add` says.
pub(crate) fn asset_id(owner: &Did, cid: &str, n: u32) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let hash = sha256(format!("mjn:asset\0{owner}\0{cid}\0{n}").as_bytes());
    let bits: Vec<bool> =
        hash.iter().flat_map(|byte| (0..8).map(move |bit| byte >> (7 - bit) & 1 == 1)).collect();
    let digit = |five: &[bool]| {
        let value = five.iter().fold(0, |value, bit| value * 2 + usize::from(*bit));
        char::from(DIGITS[value])
    };
    let text: String = bits.chunks(5).take(26).map(digit).collect();
    format!("ast_{text}")
}
