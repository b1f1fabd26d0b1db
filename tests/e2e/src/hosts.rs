//! Several hosts on one machine: a network namespace each, and a switch between them. Needs root, or sudo.

use crate::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Returns a name that no other test uses for its hosts and cables, in this process or another; short, since an
/// interface name has at most 15 letters.
pub fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}n{count}", std::process::id())
}

/// A network of hosts. Deleted when dropped.
pub struct Network {
    switch: String,
    hosts: Vec<String>,
}

impl Network {
    /// Creates this many hosts; the first has the address 10.77.0.1, the second 10.77.0.2 …
    pub fn new(count: usize) -> Self {
        crate::require_tool("ip", "iproute2");
        crate::require_tool("curl", "curl");
        let name = format!("imajin{}", unique());
        let mut network = Self { switch: format!("{name}s"), hosts: Vec::new() };
        ip(&["netns", "add", &network.switch]);
        ip(&["-n", &network.switch, "link", "add", "br0", "type", "bridge"]);
        ip(&["-n", &network.switch, "link", "set", "br0", "up"]);
        for number in 1..=count {
            let (host, port) = (format!("{name}h{number}"), format!("p{number}"));
            ip(&["netns", "add", &host]);
            network.hosts.push(host.clone());
            let switch = network.switch.clone();
            ip(&[
                "link", "add", &port, "netns", &switch, "type", "veth", "peer", "name", "eth0",
                "netns", &host,
            ]);
            ip(&["-n", &switch, "link", "set", &port, "master", "br0", "up"]);
            ip(&["-n", &host, "addr", "add", &format!("{}/24", address(number)), "dev", "eth0"]);
            ip(&["-n", &host, "link", "set", "eth0", "up"]);
            ip(&["-n", &host, "link", "set", "lo", "up"]);
        }
        network
    }

    /// Returns the command prefix that runs a program on a host, counted from 1.
    pub fn on(&self, number: usize) -> Vec<String> {
        let host = self.hosts[number - 1].as_str();
        let exec = ["ip", "netns", "exec", host].map(str::to_owned);
        if is_root() {
            exec.into()
        } else {
            [&["sudo".to_owned(), "-n".to_owned(), "-E".to_owned()][..], &exec].concat()
        }
    }

    /// Returns the command prefix that also uses this `resolv.conf`.
    pub fn on_with_names(&self, number: usize, resolv: &Path) -> Vec<String> {
        // `ip netns exec` gives each program its own mount namespace.
        let script = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";
        let words = ["sh", "-c", script, resolv.to_str().expect("text")];
        let words = words.map(str::to_owned);
        self.on(number).into_iter().chain(words).collect()
    }

    /// Adds a separate IPv6 network between a host and the first one.
    pub fn add_ipv6(&self, number: usize) {
        for (host, last) in [(1, 1), (number, 2)] {
            let address = format!("fd77:0:0:{number}::{last}/64");
            let host = self.hosts[host - 1].as_str();
            // The address is unique: duplicate detection is skipped.
            ip(&["-n", host, "addr", "add", &address, "dev", "eth0", "nodad"]);
        }
    }

    /// Returns the first host's address in a host's IPv6 network.
    pub fn ipv6_of_first(&self, number: usize) -> String {
        format!("fd77:0:0:{number}::1")
    }

    /// Changes a host's address.
    pub fn move_to(&self, number: usize, from: &str, to: &str) {
        let host = self.hosts[number - 1].as_str();
        for (word, address) in [("del", from), ("add", to)] {
            ip(&["-n", host, "addr", word, &format!("{address}/24"), "dev", "eth0"]);
        }
    }

    /// Takes away the routes between two hosts. Both reach all others.
    pub fn part(&self, one: usize, other: usize) {
        for (from, to) in [(one, other), (other, one)] {
            let host = self.hosts[from - 1].as_str();
            let to = format!("{}/32", address(to));
            ip(&["-n", host, "route", "add", "unreachable", &to]);
        }
    }

    /// Unplugs a host's cable, or plugs it in again.
    pub fn plug(&self, number: usize, is_in: bool) {
        let state = if is_in { "up" } else { "down" };
        ip(&["-n", &self.switch, "link", "set", &format!("p{number}"), state]);
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for name in self.hosts.iter().chain([&self.switch]) {
            let _ = command(&["netns", "del", name]).status();
        }
    }
}

/// Returns the address of a host, counted from 1.
pub fn address(number: usize) -> String {
    format!("10.77.0.{number}")
}

/// Sends a GET request from a host. Returns the status and JSON.
pub fn get(on: &[String], url: &str) -> (u16, Json) {
    let (status, body) = curl(on, &[url]);
    (status, serde_json::from_str(&body).unwrap_or_default())
}

/// Runs curl on a host (or on this machine if `on` is empty). Returns the status and body; the status is 0 without an
/// answer.
pub fn curl(on: &[String], arguments: &[&str]) -> (u16, String) {
    let mut words = on.iter().map(String::as_str).chain(["curl"]);
    let mut command = Command::new(words.next().expect("a word"));
    command.args(words).args(["-s", "--max-time", "20", "-w", "\n%{http_code}"]);
    let output = command.args(arguments).output().expect("curl runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (body, status) = text.rsplit_once('\n').expect("a status");
    (status.parse().expect("a number"), body.to_owned())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}

fn command(arguments: &[&str]) -> Command {
    let mut command = if is_root() {
        Command::new("ip")
    } else {
        let mut command = Command::new("sudo");
        command.args(["-n", "ip"]);
        command
    };
    command.args(arguments);
    command
}

fn ip(arguments: &[&str]) {
    let output = command(arguments).output().expect("ip runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ip {}: {errors}", arguments.join(" "));
}
