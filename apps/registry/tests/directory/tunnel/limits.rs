//! Limits of a tunnel: connections, bytes, rate and memory.

use std::time::Duration;

use imajin_app::time::instant;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::sync::{mpsc, watch};

use super::{NAME, World, ask, config, register, request, rest, serve, within};
use crate::program::Process;
use crate::support::Node;

#[tokio::test]
async fn limits_of_a_node_close_connections_and_the_state_says_so() {
    let limits = "[tunnel.limits]\nconnections = 3\nconnections-per-address = 2\nbytes-a-day-at-first = 100000\n";
    let mut world = World::new(limits).await;
    let mut boxed = world.dial().await;
    let first = world.visit(NAME).await;
    let mut seen = boxed.next().await;
    let second = world.visit(NAME).await;
    let mut second_seen = boxed.next().await;
    // Both are at work, so neither gives way.
    let working = async {
        loop {
            for seen in [&mut seen, &mut second_seen] {
                seen.stream.write_all(&[7]).await.unwrap();
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let third = world.visit(NAME).await;
    tokio::select! {
        () = working => {}
        rest = rest(third) => assert!(rest.is_empty()),
    }
    let reach = world.reach().await;
    assert_eq!(reach["limit"]["reached"], "connections-per-address", "{reach}");
    drop(second);
    // The day's bytes.
    let much = vec![7; 300_000];
    let sending = tokio::spawn(async move {
        let _ = seen.stream.write_all(&much).await;
        seen
    });
    let received = rest(first).await.len();
    assert!((90_000..=120_000).contains(&received), "{received}");
    let _ = sending.await;
    let reach = world.reach().await;
    assert_eq!(reach["limit"]["reached"], "bytes-a-day", "{reach}");
    assert_eq!(reach["connected"], true, "it continues tomorrow");
    assert!(rest(world.visit(NAME).await).await.is_empty());
    // A restart changes nothing of it.
    world.process.terminate();
    assert!(world.process.0.wait().unwrap().success());
    world.process = Process::start(world.folder.path(), &config(limits));
    let boxed = world.dial().await;
    let (used, most) = boxed.day.split_once('/').unwrap();
    assert!(used.parse::<u64>().unwrap() >= 100_000, "{}", boxed.day);
    assert_eq!(most, "100000");
    assert!(rest(world.visit(NAME).await).await.is_empty());
}

#[tokio::test]
async fn a_node_moves_bytes_no_faster_than_its_rate() {
    let world = World::new("[tunnel.limits]\nbits-a-second = 8000000\n").await;
    let mut boxed = world.dial().await;
    let visitor = world.visit(NAME).await;
    let mut seen = boxed.next().await;
    let begun = instant();
    let sending = tokio::spawn(async move {
        seen.stream.write_all(&vec![7; 500_000]).await.unwrap();
        seen.stream.shutdown().await.unwrap();
    });
    assert_eq!(rest(visitor).await.len(), 500_000);
    // Half a second, of which the node may run a tenth ahead; a busy machine is slower.
    assert!(begun.elapsed() >= Duration::from_millis(350));
    sending.await.unwrap();
}

/// Idle tunnels of the measurement.
const MANY: usize = 1_000;
/// Memory that they may take together, in KiB.
const MANY_KIB_MAX: u64 = 64 * 1024;

/// The memory of a process, in KiB (proc_pid_status(5)).
fn memory_kib(process: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.0.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_tunnels_take_64_mib() {
    let folder = TempDir::new().unwrap();
    let more =
        "[edge]\nconnections = 4096\n[directory.limits]\naddress-registrations-an-hour = 100000\n";
    let process = Process::start(folder.path(), &config(more));
    let nodes: Vec<Node> = (0..MANY).map(|number| Node::new(&format!("node-{number}"))).collect();
    for node in &nodes {
        register(&process, node).await;
    }
    let before = memory_kib(&process);
    let mut ends = Vec::new();
    for node in &nodes {
        let name = format!("{}.nodes.example", node.hostname);
        let (_, socket) = ask(&process, &request(node, &[&name])).await.unwrap();
        let (sender, visitors) = mpsc::unbounded_channel();
        let serving = serve(socket, sender, watch::Sender::default());
        ends.push((tokio::spawn(serving), visitors));
    }
    for node in &nodes {
        let path = format!("/api/node/reach/{}", node.hostname);
        let connected = async { while process.get(&path).await.1["connected"] != true {} };
        within("all tunnels", connected).await;
    }
    let used = memory_kib(&process).saturating_sub(before);
    println!("{MANY} idle tunnels: {used} KiB, {} KiB each", used / MANY as u64);
    assert!(used <= MANY_KIB_MAX, "{used} KiB");
    assert!(ends.iter().all(|(serving, _)| !serving.is_finished()));
}
