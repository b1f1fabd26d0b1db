//! Calls that are under way while their helper is ended.

use std::io::{Read, Write};

use imajin_e2e::prelude::*;

use super::{connect, end, request};

/// Calls whose bodies the node waits for at once: about as many as it has connections.
const WAITING: u32 = 1_000;
/// Calls that a helper makes at once, within its limit.
const AT_ONCE: u32 = 28;
/// The answer to `Expect: 100-continue`.
const INTERIM: &[u8; 25] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A call whose headers the node has read: it let the helper in, and asked for the body.
struct OpenCall {
    stream: TcpStream,
    body: String,
}

impl OpenCall {
    fn begin(node: &Node, token: &str, body: String) -> Self {
        let address = node.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        let head = format!(
            "POST /mcp HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nexpect: 100-continue\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut interim = [0; INTERIM.len()];
        stream.read_exact(&mut interim).unwrap();
        assert_eq!(&interim, INTERIM);
        Self { stream, body }
    }

    /// Sends the body. Returns the status.
    fn finish(mut self) -> u16 {
        self.stream.write_all(self.body.as_bytes()).unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1);
        status.unwrap().parse().unwrap()
    }
}

/// Returns the body of a call: of a list of tools, of a reading, or of a write.
fn call_body(owner: &Person, number: u32) -> String {
    let (tool, arguments) = match number % 3 {
        0 => return request("tools/list", &json!({})),
        1 => {
            let path = format!("/links/api/items?owner={}", owner.did());
            ("links_read", json!({ "path": path }))
        }
        _ => {
            let link = json!({ "title": "Rye", "url": "https://rye.example/" });
            let id = format!("itm_{number:024}");
            let private = json!({ "visibility": "private" });
            ("links_put", json!({ "ref": id, "body": link, "fact": private }))
        }
    };
    let params = json!({ "name": tool, "arguments": arguments });
    request("tools/call", &params)
}

/// Starts a node on which no body times out during a test.
fn start(folder: &Path) -> Node {
    let limits = ["BODY_TIMEOUT_S", "BODY_IDLE_S"].map(|name| format!("IMAJIN_LIMITS_{name}"));
    let options = NodeOptions::default().env(limits.map(|name| (name, "600")));
    Node::start_with(&folder.join("data"), &options)
}

fn open_calls(node: &Node, owner: &Person, count: u32) -> (Vec<OpenCall>, Receipt) {
    let (token, delegation) = connect(owner, &["links.read", "links.put"]);
    let calls = (0..count).map(|number| {
        let body = call_body(owner, number);
        OpenCall::begin(node, &token, body)
    });
    (calls.collect(), delegation)
}

/// Stops the node. Returns the operations in a person's record that helpers caused, and the end of a helper.
fn deeds(node: Node, owner: &Person) -> Vec<String> {
    let data = node.data.clone();
    node.stop_gracefully();
    let entries = log_of(&data, owner.did()).into_iter();
    let ops = entries.map(|entry| entry.op);
    let watched = ["agents.read", "links.put", "auth.delegation.end"];
    ops.filter(|op| watched.contains(&op.as_str())).collect()
}

#[test]
fn calls_that_wait_when_their_helper_is_ended_do_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(folder.path());
    let ada = Person::new(&node.url);
    let (calls, delegation) = open_calls(&node, &ada, WAITING);
    end(&ada, &delegation);
    for call in calls {
        assert_eq!(call.finish(), 401);
    }
    assert_eq!(deeds(node, &ada), ["auth.delegation.end"]);
}

#[test]
fn nothing_that_a_helper_does_stands_after_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(folder.path());
    let ada = Person::new(&node.url);
    let (calls, delegation) = open_calls(&node, &ada, AT_ONCE);
    std::thread::scope(|scope| {
        let calls: Vec<_> = calls.into_iter().map(|call| scope.spawn(|| call.finish())).collect();
        end(&ada, &delegation);
        for call in calls {
            let status = call.join().unwrap();
            assert!([200, 401].contains(&status), "{status}");
        }
    });
    let deeds = deeds(node, &ada);
    assert_eq!(deeds.last().unwrap(), "auth.delegation.end", "{deeds:?}");
}
