//! Three people with two devices each in a sealed group, on a node that is killed repeatedly: whatever they send,
//! whomever they admit or remove, whichever keys they change, in any order, no device raises a false alarm and nothing
//! is lost; and every lie about rows that a device has seen stops it.
//!
//! A part of the tests runs this for seconds, scripts/torture for hours: `IMAJIN_ROOMS_SECONDS`. Random choices come
//! from `IMAJIN_ROOMS_SEED`; the order in which the six devices run doesn't.

mod device;
mod lie;

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use imajin_e2e::prelude::*;
use imajin_room::MessageState;

use crate::kill::all_is_well;
use device::{Device, Draws, Group};

/// Duration in the part `rounds`; scripts/torture sets a longer one.
const SECONDS: u64 = 10;
/// Duration of one group: each look checks its log from the beginning.
const ROUND: Duration = Duration::from_secs(10);

fn number(name: &str, usual: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(usual, |text| text.parse().expect("a number"))
}

/// Options for a node that restarts at the same address, which no other process uses meanwhile.
fn options() -> NodeOptions {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    let host = IpAddr::from(Ipv4Addr::new(127, high | 0x80, middle, low));
    let port = TcpListener::bind((host, 0)).unwrap();
    let address = port.local_addr().unwrap().to_string();
    let env = ["IMAJIN_LIMITS_DID_RATE", "IMAJIN_LIMITS_DID_BURST"];
    NodeOptions::default().flags(["--listen", &address]).env(env.map(|name| (name, "1000000")))
}

#[test]
fn six_devices_on_a_box_without_a_steady_plug_have_no_false_alarm_and_are_stopped_by_every_lie() {
    let (_folder, data) = imajin_e2e::data_folder();
    let options = options();
    let mut node = Node::start_with(&data, &options);
    let mut draws = Draws::new(number("IMAJIN_ROOMS_SEED", 1));
    let end = Instant::now() + Duration::from_secs(number("IMAJIN_ROOMS_SECONDS", SECONDS));
    let mut dids = Vec::new();
    let (mut rounds, mut messages, mut lies) = (0, 0, 0);
    while rounds == 0 || Instant::now() < end {
        let round = Round::begin(&node, &mut draws);
        node = round.play(node, &options, &mut draws);
        let outcome = round.finish(&mut draws);
        (rounds, messages, lies) = (rounds + 1, messages + outcome.0, lies + outcome.1);
        dids = round.dids();
    }
    node.stop_gracefully();
    println!("{rounds} groups, {messages} messages, {lies} lies");
    let dids: Vec<&str> = dids.iter().map(String::as_str).collect();
    all_is_well(&data, &dids);
}

/// A group and its members' devices.
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
        Self { devices: devices.into_iter().map(Mutex::new).collect(), group }
    }

    /// Runs all devices at once, while the node is killed at random times, at least once.
    fn play(&self, mut node: Node, options: &NodeOptions, draws: &mut Draws) -> Node {
        let (data, is_over) = (node.data.clone(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            // Also after a panic, so that the others end.
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

    /// Asserts at the end that no entry is missing and no device accepts any lie. Returns the numbers of messages and lies.
    fn finish(&self, draws: &mut Draws) -> (usize, usize) {
        let mut devices: Vec<_> = self.devices.iter().map(|one| one.lock().unwrap()).collect();
        let ids: Vec<String> = devices.iter().flat_map(|one| one.said.clone()).collect();
        let mut lies = 0;
        for device in &mut devices {
            lies += device.lies;
            if device.look() {
                lies += lie::all(&device.page, draws);
            }
        }
        // Ada was a member from the beginning to the end, and reads everything on both devices.
        let ada = self.group.people[0].did();
        for device in devices.iter().filter(|one| one.page.person.did() == ada) {
            let messages = &device.page.report.messages;
            for id in &ids {
                let message = messages.iter().find(|one| one.id.as_str() == id);
                let state = message.map(|one| one.state);
                assert_eq!(state, Some(MessageState::Opened), "{id}");
            }
        }
        (ids.len(), lies)
    }

    fn dids(&self) -> Vec<String> {
        let people = self.group.people.iter().map(|one| one.did().to_owned());
        people.chain([self.group.talk.log.clone()]).collect()
    }
}

/// Ends a round when dropped.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
