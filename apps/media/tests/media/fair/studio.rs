//! Two people and a song of one of them.

#[allow(
    dead_code,
    reason = "the files of every kind are written by the tests of the crate that embeds"
)]
#[path = "../../../../../kernel/fair/tests/fair/writers.rs"]
mod writers;

use imajin_app::{HomeCards, Lang};
use imajin_dfos::cbor::from_dag_json;
use imajin_protocol::fair::{Contributor, Draft, Manifest};
use imajin_protocol::money::Ppm;
use imajin_protocol::{Did, jcs};

use crate::prelude::*;

pub(crate) use writers::sound;

/// A node, its owner Ada, and Bea, who has a song.
pub(crate) struct Studio {
    pub(crate) world: World,
    pub(crate) song: Put,
}

pub(crate) async fn studio() -> Studio {
    let world = world().await;
    let song = add(&world, &sound(40)).await;
    Studio { world, song }
}

pub(crate) async fn add(world: &World, bytes: &[u8]) -> Put {
    let put = world.stores(&world.bea, bytes);
    let body = json!({ "name": "song.mp3", "kind": "audio/mpeg", "bytes": put.bytes });
    world.enters(&world.bea, &put, body, json!({ "media": [put.cid], "n": 0 })).await;
    put
}

impl Studio {
    /// Adds a song of Bea's.
    pub(crate) async fn adds_song(&self, bytes: &[u8]) -> Put {
        add(&self.world, bytes).await
    }

    /// A manifest of the song that the first of these signed, with these shares in millionths.
    pub(crate) fn manifest(&self, shares: &[(&Somebody, u32)], terms: Json) -> Manifest {
        self.manifest_of(&self.song, shares, terms)
    }

    pub(crate) fn manifest_of(
        &self,
        put: &Put,
        shares: &[(&Somebody, u32)],
        terms: Json,
    ) -> Manifest {
        let work = json!({ "cid": put.cid, "bytes": put.bytes });
        Self::signed(&work, shares, terms, shares[0].0)
    }

    pub(crate) fn signed(
        work: &Json,
        shares: &[(&Somebody, u32)],
        terms: Json,
        by: &Somebody,
    ) -> Manifest {
        let contributor = |(who, weight): &(&Somebody, u32)| Contributor {
            did: who.did().clone(),
            role: Some("words & music".to_owned()),
            weight: Ppm::new(*weight).unwrap(),
        };
        let draft = Draft {
            id: "our song".to_owned(),
            kind: "audio".to_owned(),
            owner: None,
            contributors: shares.iter().map(contributor).collect(),
            derives_from: Vec::new(),
            terms: terms.as_object().cloned().unwrap_or_default(),
        };
        let mut document = draft.build().unwrap().document().clone();
        document["work"] = work.clone();
        let manifest = Manifest::from_value(document).unwrap();
        manifest.sign(&by.person.key).unwrap()
    }

    /// Bea says that this is who made the song.
    pub(crate) async fn puts(&self, manifest: &Manifest, more: Json) -> Reply {
        self.puts_for(&self.song, manifest, more).await
    }

    pub(crate) async fn puts_for(&self, put: &Put, manifest: &Manifest, more: Json) -> Reply {
        let mut body = more;
        body["manifest"] = manifest.text().into();
        let fact = json!({ "fair": manifest.digest() });
        let bea = &self.world.bea;
        self.world.tries(bea, "media.fair", Some(&put.id), (body, fact)).await
    }

    /// A person's signature over a manifest that another one signed.
    pub(crate) fn agreement(&self, who: &Somebody, manifest: &Manifest) -> String {
        let text = jcs::to_string(&manifest.signed_document());
        who.person.sign_text(&text)
    }

    /// Agrees to a manifest of Bea's, as a person.
    pub(crate) async fn agrees(&self, who: &Somebody, manifest: &Manifest) -> Reply {
        let signature = self.agreement(who, manifest);
        self.agrees_with(who, manifest, &signature, self.world.bea.did()).await
    }

    pub(crate) async fn agrees_with(
        &self,
        who: &Somebody,
        manifest: &Manifest,
        signature: &str,
        owner: &Did,
    ) -> Reply {
        let body = json!({ "manifest": manifest.text(), "signature": signature });
        let write = Write::new(who.did(), "media.fair.agree")
            .reference(manifest.digest().to_string())
            .body(from_dag_json(&body).unwrap())
            .fact(json!({ "dids": [owner] }))
            .to(&[owner]);
        who.person.write(&self.world.node, &write).await
    }

    /// The .fair of the song, as a caller gets it.
    pub(crate) async fn fair(&self, who: Option<&Somebody>) -> Reply {
        let path = format!("/media/api/assets/{}/fair", self.song.id);
        self.world.get(who, &path).await
    }

    /// The song with its .fair in it.
    pub(crate) async fn embed(&self, who: Option<&Somebody>) -> Reply {
        let path = format!("/media/api/assets/{}?embed=1", self.song.id);
        self.world.get(who, &path).await
    }

    /// The file with its .fair inside: the bytes, and the version.
    pub(crate) async fn embedded(&self, who: Option<&Somebody>) -> (Vec<u8>, String) {
        let reply = self.embed(who).await.check(200);
        let tag = reply.header("etag").unwrap().to_owned();
        (reply.body, tag)
    }

    /// The kinds of a person's cards on Home.
    pub(crate) fn cards(&self, who: &Somebody) -> Vec<&'static str> {
        let node = &self.world.node.node;
        let mut all = node.services().offers().all::<dyn HomeCards>();
        let (_, media) = all.find(|(app, _)| *app == "media").unwrap();
        media.home_cards(node, who.did(), Lang::En).unwrap().iter().map(|card| card.kind).collect()
    }

    /// Asks for a write by its address, signs what the answer says, and asks again.
    pub(crate) async fn by_address(
        &self,
        who: &Somebody,
        (method, path): (&'static str, &str),
        body: Json,
        op: &'static str,
        to: &[&Did],
    ) -> Reply {
        let ask = |body: &Json| {
            Ask::new(method, path)
                .bearer(&who.token)
                .header("content-type", "application/json")
                .body(body.to_string())
        };
        let node = &self.world.node;
        let refused = node.send(ask(&body)).await.check(403);
        let sign = &refused.json()["sign"];
        let mut write = Write::new(who.did(), op).to(to);
        write.reference = sign["ref"].as_str().map(str::to_owned);
        write.fact = Some(sign["fact"].clone());
        write.body = Some(from_dag_json(&sign["body"]).unwrap());
        let (proof, signed) = who.person.sign(node, &write).await.unwrap();
        let signed = imajin_dfos::cbor::to_dag_json(&signed.unwrap()).unwrap();
        let mut body = body;
        body["salt"] = signed["salt"].clone();
        let ask = ask(&body).header("mjn-proof", proof.to_compact());
        node.send(ask).await
    }
}
