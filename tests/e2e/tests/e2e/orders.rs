//! Three people with two devices each in a sealed group, on a node that loses its plug again and again: whatever they send, whom
//! they let in or put out, which keys they change, in which order, no device has a false alarm and nothing is lost; and a lie
//! about what a device was shown stops it, always.
//!
//! scripts/torture plays for hours what a part of the tests plays for seconds: `IMAJIN_ROOMS_SECONDS`. What is drawn comes from
//! `IMAJIN_ROOMS_SEED`; the order in which six devices get their turns doesn't.

mod device;
mod lie;

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use imajin_e2e::{Node, NodeOptions, Person};
use imajin_room::MessageState;
use serde_json::json;

use crate::kill::all_is_well;
use device::{Device, Draws, Group};

/// In the part `rounds`; scripts/torture asks for more.
const SECONDS: u64 = 10;
/// How long one group plays: its log is checked from its beginning at each look.
const ROUND: Duration = Duration::from_secs(10);

fn number(name: &str, usual: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(usual, |text| text.parse().expect("a number"))
}

/// A node that comes back at the same address, which nobody else takes meanwhile.
fn options() -> NodeOptions {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    let host = IpAddr::from(Ipv4Addr::new(127, high | 0x80, middle, low));
    let port = TcpListener::bind((host, 0)).unwrap();
    let address = port.local_addr().unwrap().to_string();
    let env = ["IMAJIN_LIMITS_DID_RATE", "IMAJIN_LIMITS_DID_BURST"];
    NodeOptions {
        flags: vec!["--listen".to_owned(), address],
        env: env
            .map(|name| (name.to_owned(), "1000000".to_owned()))
            .into(),
        ..NodeOptions::default()
    }
}

#[test]
fn six_devices_on_a_box_without_a_steady_plug_have_no_false_alarm_and_are_stopped_by_every_lie() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let options = options();
    let mut node = Node::start_with(&data, &options);
    let mut draws = Draws::new(number("IMAJIN_ROOMS_SEED", 1));
    let end = Instant::now() + Duration::from_secs(number("IMAJIN_ROOMS_SECONDS", SECONDS));
    let mut dids = Vec::new();
    let (mut rounds, mut said, mut lies) = (0, 0, 0);
    while rounds == 0 || Instant::now() < end {
        let round = Round::begin(&node, &mut draws);
        node = round.play(node, &options, &mut draws);
        let told = round.finish(&mut draws);
        (rounds, said, lies) = (rounds + 1, said + told.0, lies + told.1);
        dids = round.dids();
    }
    node.stop_gracefully();
    println!("{rounds} groups, {said} messages, {lies} lies");
    let dids: Vec<&str> = dids.iter().map(String::as_str).collect();
    all_is_well(&data, &dids);
}

/// A group, with everybody's devices.
struct Round {
    group: Group,
    devices: Vec<Mutex<Device>>,
}

impl Round {
    fn begin(node: &Node, draws: &mut Draws) -> Self {
        let people = [(); 3].map(|()| Person::new(&node.url));
        let [ada, others @ ..] = &people;
        let name = ada.make_group(&json!({ "name": "Choir" }), "private", None);
        let name = name.unwrap();
        for other in others {
            ada.bring_into(&name, other);
        }
        let seconds = people.each_ref().map(device::second);
        let talk = ada.open_group_talk(&name, &others.each_ref()).unwrap();
        let group = Group::new(name, talk, people);
        let everywhere = group.people.iter().chain(&seconds);
        let devices = everywhere.map(|person| Device::open(person, &group, draws.fork()));
        let devices: Vec<Device> = devices.collect();
        Self {
            devices: devices.into_iter().map(Mutex::new).collect(),
            group,
        }
    }

    /// All at once, while the plug is pulled at times that are drawn, at least once.
    fn play(&self, mut node: Node, options: &NodeOptions, draws: &mut Draws) -> Node {
        let (data, is_over) = (node.data.clone(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            // Also if one panics, so that the others end.
            let over = Over(&is_over);
            for device in &self.devices {
                let (group, is_over) = (&self.group, &is_over);
                scope.spawn(move || {
                    let _over = Over(is_over);
                    let mut device = device.lock().unwrap();
                    device.begin();
                    while !is_over.load(Ordering::Relaxed) {
                        device.act(group);
                    }
                });
            }
            let end = Instant::now() + ROUND;
            while Instant::now() < end && !is_over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(500 + draws.below(2_500)));
                node.kill();
                node = Node::start_with(&data, options);
            }
            drop(over);
            node
        })
    }

    /// Once it is quiet: nothing that was entered is missing, and no device believes any lie. How many messages and lies.
    fn finish(&self, draws: &mut Draws) -> (usize, usize) {
        let mut devices: Vec<_> = self.devices.iter().map(|one| one.lock().unwrap()).collect();
        let said: Vec<String> = devices.iter().flat_map(|one| one.said.clone()).collect();
        let mut lies = 0;
        for device in &mut devices {
            lies += device.lies;
            if device.look() {
                lies += lie::all(&device.page, draws);
            }
        }
        // Ada was in from the beginning to the end, and reads it all on both of hers.
        let ada = self.group.people[0].did();
        for device in devices.iter().filter(|one| one.page.person.did() == ada) {
            let messages = &device.page.report.messages;
            for id in &said {
                let found = messages.iter().find(|one| one.id.as_str() == id);
                let state = found.map(|one| one.state);
                assert_eq!(state, Some(MessageState::Opened), "{id}");
            }
        }
        (said.len(), lies)
    }

    fn dids(&self) -> Vec<String> {
        let people = self.group.people.iter().map(|one| one.did().to_owned());
        people.chain([self.group.talk.log.clone()]).collect()
    }
}

/// Ends a round when it is dropped.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
