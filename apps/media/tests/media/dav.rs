//! A person's files as a drive of their computer, by WebDAV.

mod access;
mod doors;
mod folders;
mod protocol;
mod scratch;

use data_encoding::BASE64;
use imajin_dfos::{PublicKey, SigningKey, Value};
use imajin_edge::testing::{Ask, Reply, Write};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use serde_json::{Value as Json, json};

use crate::support::*;

const SCOPE: [&str; 6] = [
    "media.add",
    "media.change",
    "media.move",
    "media.remove",
    "media.folder",
    "media.folder.remove",
];
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

pub(crate) struct Computer {
    pub(crate) delegation: String,
    password: String,
    pub(crate) authorization: String,
}

struct Seed;

impl KeyType for Seed {
    fn len(&self) -> usize {
        32
    }
}

/// The text of an app password.
fn text(bits: &[u8; 16]) -> String {
    let number = u128::from_be_bytes(*bits);
    let digit = |at: u32| {
        let five = match at {
            25 => (number & 0b111) << 2,
            at => number >> (123 - 5 * at) & 31,
        };
        char::from(DIGITS[usize::try_from(five).unwrap()])
    };
    (0..26).map(digit).collect()
}

/// The key that a password and its owner make.
fn key(bits: &[u8; 16], owner: &Somebody) -> SigningKey {
    let mut seed = [0; 32];
    let salt = Salt::new(HKDF_SHA256, owner.did().as_str().as_bytes());
    let info: [&[u8]; 1] = [b"mjn:media:app-password:v1"];
    let made = salt.extract(bits);
    made.expand(&info, Seed).unwrap().fill(&mut seed).unwrap();
    SigningKey::from_bytes(&seed)
}

fn basic(name: &str, password: &str) -> String {
    let text = format!("{name}:{password}");
    format!("Basic {}", BASE64.encode(text.as_bytes()))
}

impl World {
    /// A delegation to the key of a password.
    async fn delegates(&self, who: &Somebody, bits: &[u8; 16], scope: &[&str]) -> String {
        let until = self.node.node.now();
        let until = until.checked_add_millis(86_400_000).unwrap();
        let scope = scope.iter().map(|item| Value::from(*item)).collect();
        let body = Value::map([
            ("key", Value::from(PublicKey::from(&key(bits, who)).to_multikey())),
            ("scope", Value::List(scope)),
            ("until", Value::from(until.to_string())),
        ]);
        let write = Write::new(who.did(), "auth.delegation.create").body(body);
        let reply = who.person.write(&self.node, &write).await.check(201);
        reply.json()["cid"].as_str().unwrap().to_owned()
    }

    async fn names(&self, who: &Somebody, delegation: &str) {
        self.writes_body(who, "media.device", delegation, json!({ "label": "Laptop" })).await;
    }

    /// Connects a computer, as the page does.
    pub(crate) async fn connects(&self, who: &Somebody, seed: u8) -> Computer {
        let bits = [seed; 16];
        let delegation = self.delegates(who, &bits, &SCOPE).await;
        self.names(who, &delegation).await;
        let password = text(&bits);
        Computer { delegation, authorization: basic(who.did().as_str(), &password), password }
    }

    async fn dav(&self, ask: Ask) -> Reply {
        self.node.send(ask).await
    }

    async fn puts(&self, computer: &Computer, path: &str, bytes: &[u8]) -> Reply {
        self.dav(computer.ask("PUT", path).body(bytes)).await
    }

    async fn is(
        &self,
        computer: &Computer,
        method: &'static str,
        path: &str,
        status: u16,
    ) -> Reply {
        let reply = self.dav(computer.ask(method, path)).await;
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
        reply
    }

    async fn transfer(
        &self,
        computer: &Computer,
        method: &'static str,
        (from, to): (&str, &str),
        status: u16,
    ) {
        let ask = computer.ask(method, from).header("destination", format!("/media/dav/{to}"));
        let reply = self.dav(ask).await;
        assert_eq!(reply.status, status, "{method} {from}: {}", reply.text());
    }

    /// The names in a folder.
    async fn lists(&self, computer: &Computer, path: &str) -> Vec<String> {
        let ask = computer.ask("PROPFIND", path).header("depth", "1");
        let text = self.dav(ask).await.check(207).text();
        let hrefs = text.split("<D:response><D:href>").skip(1);
        let hrefs = hrefs.filter_map(|rest| rest.split_once("</D:href>"));
        let mut names: Vec<String> = hrefs
            .map(|(href, _)| href.trim_end_matches('/').to_owned())
            .map(|href| {
                href.rsplit('/')
                    .next()
                    .unwrap()
                    .replace("%20", " ")
                    .replace("%28", "(")
                    .replace("%29", ")")
            })
            .skip(1)
            .collect();
        names.sort();
        names
    }
}

impl Computer {
    /// A request to the drive.
    fn ask(&self, method: &'static str, path: &str) -> Ask {
        Ask::new(method, format!("/media/dav/{path}"))
            .header("authorization", self.authorization.clone())
    }
}
