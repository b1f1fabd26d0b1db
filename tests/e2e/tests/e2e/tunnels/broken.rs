//! Either end is killed while a visitor uploads a file and has a WebSocket.

use super::{CONFIG, NAME, World, options, start, start_with};
use imajin_e2e::prelude::*;
use imajin_e2e::within;
use rustls::{ClientConnection, StreamOwned};
use std::io::{Read, Write};

const BYTES: usize = 4 << 20;

/// A visitor in the middle of an upload, with a WebSocket.
struct Visitor {
    person: Person,
    content: Vec<u8>,
    /// The path of the upload.
    at: String,
    connections: [StreamOwned<ClientConnection, TcpStream>; 2],
}

impl Visitor {
    fn begin(world: &World) -> Self {
        let person = Person::new(&world.node.url);
        let content: Vec<u8> = (0..=250).cycle().take(BYTES).collect();
        let uploader = Uploader::sign_in(&world.node.url, &person.key).unwrap();
        let at = uploader.begin("long.bin", BYTES).unwrap();
        let session = Session::begin(&person.client, &person.key).unwrap();
        let socket = world.open_socket(session.token());
        let mut upload = world.connect();
        let before = world.recorder.seen.lock().len();
        let head = format!(
            "PATCH {at} HTTP/1.1\r\nhost: {NAME}\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\n\
             content-type: application/offset+octet-stream\r\ncontent-length: {BYTES}\r\n\
             authorization: Bearer {}\r\n\r\n",
            session.token()
        );
        upload.write_all(head.as_bytes()).unwrap();
        upload.write_all(&content[..BYTES / 2]).unwrap();
        until("half of the upload at the box", || {
            world.recorder.seen.lock().len() >= before + BYTES / 2
        });
        Self { person, content, at, connections: [upload, socket] }
    }

    /// Checks that both connections end, and that neither brings an answer any more.
    fn check_ended(&mut self) {
        for connection in &mut self.connections {
            let mut rest = Vec::new();
            let _ = connection.read_to_end(&mut rest);
            assert!(!rest.starts_with(b"HTTP/1.1 2"), "{rest:?}");
        }
    }

    /// Continues the upload where the box has it, and checks the whole.
    fn finish(&self, url: &str) {
        let uploader = Uploader::sign_in(url, &self.person.key).unwrap();
        let status = until_some("the rest of the upload", || {
            let offset = uploader.look(&self.at).ok()?.offset;
            let rest = self.content[offset..].to_vec();
            uploader.part(&self.at, offset, rest).ok()
        });
        let (id, _) = uploader.add("long.bin", &status, &json!({})).unwrap();
        let (status, stored) = uploader.get(&format!("/media/api/assets/{id}"));
        assert_eq!(status, 200);
        assert!(stored == self.content, "{} bytes", stored.len());
    }
}

#[test]
fn an_upload_continues_after_the_registry_was_killed() {
    let mut world = World::new();
    let mut visitor = Visitor::begin(&world);
    let (data, address) = (world.registry.data.clone(), world.registry.listens_at());
    world.registry.kill();
    visitor.check_ended();
    world.registry = start(&data, Some(address));
    world.until_connected();
    visitor.finish(&world.node.url);
}

#[test]
fn an_upload_continues_after_the_box_was_killed() {
    let mut world = World::new();
    let mut visitor = Visitor::begin(&world);
    world.node.kill();
    visitor.check_ended();
    world.node = Node::start_with(&world.data, &options(&world.recorder, true));
    world.until_connected();
    visitor.finish(&world.node.url);
}

#[test]
fn a_box_that_was_long_without_the_internet_is_reached_once_it_is_back() {
    let mut world = World::new_with(&[("IMAJIN_REGISTRIES_RETRY_S", "3600")]);
    let (data, address) = (world.registry.data.clone(), world.registry.listens_at());
    let config = CONFIG.replace("stale-after = 100000", "stale-after = 4");
    world.registry.kill();
    let registrations = world.data.join("node/registrations.json");
    until("a heartbeat in vain, after which the box rests for an hour", || {
        let text = std::fs::read(&registrations).unwrap();
        let all: Json = serde_json::from_slice(&text).unwrap();
        all[0]["failure"].is_string()
    });
    // Elsewhere, until the box is stale.
    let elsewhere = start_with(&data, &config, None);
    elsewhere.until_status(&world.node.did, "stale");
    elsewhere.kill();
    world.registry = start_with(&data, &config, Some(address));
    // The pauses between the dials have grown meanwhile.
    within(Duration::from_secs(180), "a tunnel", || {
        let (_, reach) = world.registry.get("node/reach/adas-box");
        (reach["connected"] == true).then_some(())
    });
}
