//! Starting and stopping: a graceful stop waits for no idle connection and leaves the users' folders complete; a data
//! folder is used by one process at a time.

use imajin_e2e::prelude::*;

#[test]
fn a_graceful_stop_cuts_nobody_off_and_empties_the_journal() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let ada = Person::new(&node.url);
    let receipt = ada.update_bio("before the stop").unwrap();
    node.stop_gracefully();

    // A copy of the user's folder alone is complete and verifies.
    let copy = folder.path().join("copy.sqlite");
    std::fs::copy(newest_log(&data, ada.did()), &copy).unwrap();
    let head = ["verify", copy.to_str().unwrap(), "--json", "--head", &receipt.cid];
    let report = imajin(head).json();
    assert_eq!(report["last"]["seq"], receipt.seq);
    assert_eq!(report["attested_to"], receipt.seq);
}

#[test]
fn requests_under_way_are_answered_before_it_stops() {
    let (_folder, node, ada) = Person::fresh();
    let url = node.url.clone();
    let writer = std::thread::spawn(move || {
        let mut written = Vec::new();
        let me = Person::with_key(&url, ada.key.clone());
        while let Ok(receipt) = me.update_bio(&format!("change {}", written.len())) {
            written.push(receipt);
        }
        (me, written)
    });
    std::thread::sleep(Duration::from_millis(400));
    let data = node.data.clone();
    node.stop_gracefully();
    let (me, written) = writer.join().unwrap();
    assert!(!written.is_empty());
    let log = imajin_e2e::record::log_of(&data, me.did());
    for receipt in written {
        assert_eq!(log[receipt.seq as usize].cid, receipt.cid);
    }
}

#[test]
fn connections_that_never_asked_for_anything_delay_no_stop() {
    let folder = tempfile::tempdir().unwrap();
    let options = NodeOptions::default().flags(["--tls-listen", "127.0.0.1:0"]);
    let node = Node::start_with(&folder.path().join("data"), &options);
    let (_, plain) = node.url.split_once("://").unwrap();
    let (_, secure) = node.https.as_deref().unwrap().rsplit_once(':').unwrap();
    let secure = format!("127.0.0.1:{}", secure.trim_end_matches('/'));
    let idle: Vec<_> = (0..200)
        .map(|n| if n % 2 == 0 { plain } else { secure.as_str() })
        .map(|at| std::net::TcpStream::connect(at).unwrap())
        .collect();
    // A client that sent one request and keeps its connection, like a browser.
    let client = imajin_e2e::http();
    let healthz = format!("{}/healthz", node.url);
    assert_eq!(client.get(&healthz).send().unwrap().status(), 200);
    std::thread::sleep(Duration::from_millis(500));
    node.stop_gracefully();
    drop(idle);
}

#[test]
fn two_nodes_never_share_a_data_folder() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let refusal = Node::try_start(&data, &NodeOptions::default())
        .err()
        .expect("a second node must not start");
    assert!(refusal.contains("in use"), "{refusal}");
    // The first node is not affected.
    Person::new(&node.url).update_bio("still here").unwrap();
}

#[test]
fn offline_commands_refuse_the_folder_of_a_running_node() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let ada = Person::new(&node.url);
    let data = data.to_str().unwrap();
    let to = folder.path().join("bundle");
    for arguments in [
        vec!["rebuild", "--data", data],
        vec!["rebuild", "--check", "--data", data],
        vec!["count", ada.did(), "--data", data],
        vec!["export", ada.did(), "--data", data, "--to", to.to_str().unwrap()],
        vec!["log", ada.did(), "--data", data],
    ] {
        let refusal = imajin(&arguments).fails_with(2);
        assert!(refusal.contains("in use"), "{arguments:?}: {refusal}");
    }
    assert!(!to.exists());
}

#[test]
fn a_taken_port_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = folder.path().join("data");
    let refusal =
        imajin(["serve", "--listen", &address, "--data", data.to_str().unwrap()]).fails_with(2);
    assert!(refusal.contains(&address) && refusal.contains("--listen"), "{refusal}");
}

#[test]
fn status_and_doctor_know_what_a_running_node_holds() {
    let (_folder, node, ada) = Person::fresh();
    let receipt = ada.update_bio("not moved out of the journal yet").unwrap();
    let data = node.data.to_str().unwrap();

    // Reported by the node itself, which has its logs locked: includes entries that are only in the journal.
    let status = imajin(["status", "--json", "--data", data]).json();
    let logs = status["logs"].as_array().unwrap();
    let log = logs.iter().find(|log| log["did"] == ada.did()).unwrap();
    assert_eq!(log["entries"], receipt.seq + 1, "{status}");
    assert_eq!(status["running"], node.url);
    assert_has!(imajin(["doctor", "--data", data]).ok(), "serves every log");

    // After a kill the files are read.
    let data = node.data.clone();
    node.kill();
    let status = imajin(["status", "--json", "--data", data.to_str().unwrap()]).json();
    assert_eq!(status["running"], serde_json::Value::Null, "{status}");
    Node::start(&data).stop();
    let status = imajin(["status", "--json", "--data", data.to_str().unwrap()]).json();
    let logs = status["logs"].as_array().unwrap();
    let log = logs.iter().find(|log| log["did"] == ada.did()).unwrap();
    assert_eq!(log["head"]["seq"], receipt.seq, "{status}");
}
