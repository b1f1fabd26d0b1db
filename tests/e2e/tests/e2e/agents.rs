//! Helpers through the real program: MCP in both revisions, what a delegation opens, and its end.

mod in_flight;

use imajin_e2e::command;
use imajin_e2e::passwords::AppPassword;
use imajin_e2e::prelude::*;
use reqwest::blocking::RequestBuilder;
use std::io::Write;

use crate::away::moves;

const CONTEXT: &str = "mjn:agents:v1";
const BITS: u128 = 0xfedc_ba98_7654_3210_fedc_ba98_7654_3210;
const CURRENT: &str = "2026-07-28";
const PREVIOUS: &str = "2025-11-25";

/// Gives the key of a password a delegation for a day.
fn delegate(owner: &Person, password: &AppPassword, scope: &[&str]) -> Receipt {
    let now = owner.client.node().unwrap().time;
    let until = now.checked_add_millis(86_400_000).unwrap().to_string();
    let body = json!({ "key": password.key, "scope": scope, "until": until });
    owner.put("auth", "auth.delegation.create", &body).unwrap()
}

fn name(owner: &Person, delegation: &Receipt) {
    let body = json!({ "label": "Kitchen" });
    owner.enter(&json!({ "op": "agents.name", "ref": delegation.cid, "body": body })).unwrap();
}

fn token(owner: &Person, password: &AppPassword) -> String {
    let last = owner.did().rsplit(':').next().unwrap();
    format!("mjn_{last}.{}", password.text)
}

/// Connects a helper. Returns its token and its delegation.
fn connect(owner: &Person, scope: &[&str]) -> (String, Receipt) {
    let password = AppPassword::new(BITS, owner, CONTEXT);
    let delegation = delegate(owner, &password, scope);
    name(owner, &delegation);
    (token(owner, &password), delegation)
}

fn end(owner: &Person, delegation: &Receipt) {
    owner.enter(&json!({ "op": "auth.delegation.end", "ref": delegation.cid })).unwrap();
}

fn post(node: &Node, token: &str) -> RequestBuilder {
    let request = http().post(format!("{}/mcp", node.url));
    request.bearer_auth(token)
}

fn request(method: &str, params: &Json) -> String {
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }).to_string()
}

/// Asks in a revision that says its version in each request.
fn ask_in(version: &'static str, node: &Node, token: &str, call: (&str, Json)) -> (u16, Json) {
    let (method, mut params) = call;
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let mut headed =
        post(node, token).header("mcp-protocol-version", version).header("mcp-method", method);
    if let Some(name) = params["name"].as_str() {
        headed = headed.header("mcp-name", name);
    }
    headed.body(request(method, &params)).json_answer()
}

fn ask(node: &Node, token: &str, method: &str, params: Json) -> (u16, Json) {
    ask_in(CURRENT, node, token, (method, params))
}

fn call(node: &Node, token: &str, tool: &str, arguments: Json) -> Json {
    let params = json!({ "name": tool, "arguments": arguments });
    let (status, mut answer) = ask(node, token, "tools/call", params);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["id"], 7);
    answer["result"].take()
}

fn tool_names(result: &Json) -> Vec<&str> {
    let tools = result["tools"].as_array().unwrap().iter();
    tools.map(|tool| tool["name"].as_str().unwrap()).collect()
}

/// Returns the page of a person's helpers.
fn page(node: &Node, person: &Person) -> String {
    let request = http().get(format!("{}/agents", node.url));
    let answer = request.bearer_auth(person.session().token()).send().unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().unwrap()
}

#[test]
fn a_helper_reads_and_writes_what_its_owner_allowed() {
    let (_folder, node, ada) = Person::fresh();
    let private = json!({ "kind": "essay", "visibility": "private" });
    ada.put_essay(
        "itm_000000000000000000000001",
        &json!({ "title": "Rye", "text": "Wait." }),
        &private,
    )
    .unwrap();
    let (token, _) = connect(&ada, &["essays.read", "essays.put"]);

    let (status, listed) = ask(&node, &token, "tools/list", json!({}));
    assert_eq!(status, 200, "{listed}");
    let listed = &listed["result"];
    assert_eq!(tool_names(listed), ["essays_read", "essays_put"]);
    assert_eq!(listed["resultType"], "complete");
    assert_eq!(listed["cacheScope"], "private");
    let schema = &listed["tools"][1]["inputSchema"];
    let title = &schema["properties"]["body"]["properties"]["title"];
    assert_eq!(title["type"], "string", "{schema}");

    let path = format!("/essays/api/items?owner={}", ada.did());
    let read = call(&node, &token, "essays_read", json!({ "path": path }));
    let items = &read["structuredContent"]["quoted"]["items"];
    assert_eq!(items[0]["title"], "Rye", "{read}");
    for closed in
        ["/essays/api/health", "/auth/api/export", "/essays/edit", "https://elsewhere.example/"]
    {
        let closed = call(&node, &token, "essays_read", json!({ "path": closed }));
        assert_eq!(closed["isError"], true, "{closed}");
    }

    let arguments = json!({
        "ref": "itm_000000000000000000000002",
        "fact": { "kind": "essay", "visibility": "private" },
        "body": { "title": "Spelt", "text": "By my helper." },
    });
    let written = call(&node, &token, "essays_put", arguments);
    assert_eq!(written["isError"], false, "{written}");
    let refused = call(&node, &token, "essays_put", json!({ "body": {} }));
    assert_eq!(refused["isError"], true, "{refused}");
    let (status, none) =
        ask(&node, &token, "tools/call", json!({ "name": "essays_set", "arguments": {} }));
    assert_eq!((status, &none["error"]["code"]), (400, &json!(-32_602)));

    let page = page(&node, &ada);
    assert!(page.contains("Kitchen"), "{page}");
    assert!(page.contains("You wrote or changed an essay"), "{page}");
    assert!(page.contains("It read what “Essays” shows you."), "{page}");
}

#[test]
fn a_helper_publishes_only_what_it_calls_public() {
    let (_folder, node) = Node::fresh();
    let ada = Person::new(&node.url);
    let (token, _) = connect(&ada, &["essays.put", "essays.set"]);
    let id = "itm_000000000000000000000001";
    let write = |tool: &str, arguments: Json| {
        let written = call(&node, &token, tool, arguments);
        assert_eq!(written["isError"], false, "{written}");
    };
    let put = |fact: Json| {
        let body = json!({ "title": "Rye", "text": "Wait." });
        write("essays_put", json!({ "ref": id, "fact": fact, "body": body }));
    };
    let is_public = || {
        let url = format!("{}/essays/api/items/{id}?owner={}", node.url, ada.did());
        http().get(url).send().unwrap().status() == 200
    };
    let bare = || json!({ "kind": "essay" });
    put(bare());
    assert!(!is_public(), "a new one is its owner's alone");
    put(json!({ "kind": "essay", "visibility": "public" }));
    assert!(is_public());
    put(bare());
    assert!(is_public(), "a change of words hides nothing");
    write("essays_set", json!({ "ref": id, "fact": { "on": 0 } }));
    assert!(!is_public());
    put(bare());
    assert!(!is_public(), "a draft stays a draft");
    put(json!({ "kind": "essay", "visibility": "public" }));
    assert!(!is_public(), "also where a helper repeats who will see it");
    put(json!({ "kind": "essay", "visibility": "public", "on": 1 }));
    assert!(is_public());

    let (_, listed) = ask(&node, &token, "tools/list", json!({}));
    let fact = &listed["result"]["tools"][0]["inputSchema"]["properties"]["fact"];
    let about = fact["properties"]["visibility"]["description"].as_str();
    let about = about.unwrap();
    assert!(about.contains("a new item is `private`"), "{about}");
    assert!(!about.contains("Default"), "{about}");
}

#[test]
fn a_helper_writes_what_has_no_audience() {
    let (_folder, node) = Node::fresh();
    let ada = Person::new(&node.url);
    let (token, _) = connect(&ada, &["links.put"]);
    for title in ["Ada", "Ada’s bread"] {
        let page = json!({ "ref": "itm_000000000000000000000001", "fact": { "kind": "page" }, "body": { "title": title } });
        let written = call(&node, &token, "links_put", page);
        assert_eq!(written["isError"], false, "{written}");
    }
}

#[test]
fn both_revisions_are_spoken_and_no_other() {
    let (_folder, node, ada) = Person::fresh();
    let (token, _) = connect(&ada, &["links.put"]);
    let (_, discovered) = ask(&node, &token, "server/discover", json!({}));
    let discovered = &discovered["result"];
    assert_eq!(discovered["supportedVersions"], json!([CURRENT]));
    assert_eq!(discovered["resultType"], "complete");

    let params = json!({ "protocolVersion": PREVIOUS, "capabilities": {}, "clientInfo": { "name": "x", "version": "1" } });
    let begun = post(&node, &token).body(request("initialize", &params));
    let (status, begun) = begun.json_answer();
    assert_eq!(status, 200, "{begun}");
    assert_eq!(begun["result"]["protocolVersion"], PREVIOUS);
    let notice = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    assert_eq!(post(&node, &token).body(notice).json_answer().0, 202);
    let listed = post(&node, &token).header("mcp-protocol-version", PREVIOUS);
    let (_, listed) = listed.body(request("tools/list", &json!({}))).json_answer();
    assert_eq!(tool_names(&listed["result"]), ["links_put"]);

    let future = ask_in("2030-01-01", &node, &token, ("tools/list", json!({})));
    assert_eq!(future.0, 400);
    assert_eq!(future.1["error"]["code"], -32_022);
    let (status, unknown) = ask(&node, &token, "resources/list", json!({}));
    assert_eq!((status, &unknown["error"]["code"]), (404, &json!(-32_601)));
    let unlike = post(&node, &token)
        .header("mcp-protocol-version", CURRENT)
        .body(request("tools/list", &json!({})));
    let (status, unlike) = unlike.json_answer();
    assert_eq!((status, &unlike["error"]["code"]), (400, &json!(-32_020)));
}

#[test]
fn odd_messages_and_methods_are_refused() {
    let (_folder, node, ada) = Person::fresh();
    let (token, _) = connect(&ada, &["links.put"]);
    let ping = request("ping", &json!({}));
    let nested = ["[".repeat(100), "]".repeat(100)].concat();
    for (body, code) in [
        (format!("[{ping}]"), -32_600),
        (ping.replace("{}", &nested), -32_700),
        (String::new(), -32_700),
    ] {
        let (status, refused) = post(&node, &token).body(body).json_answer();
        let actual = (status, &refused["error"]["code"]);
        assert_eq!(actual, (400, &json!(code)), "{refused}");
    }
    for method in [Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE] {
        let request = http().request(method.clone(), format!("{}/mcp", node.url));
        assert_eq!(request.bearer_auth(&token).json_answer().0, 405, "{method}");
    }
}

#[test]
fn a_helper_that_was_ended_reads_and_writes_nothing() {
    let (_folder, node, ada) = Person::fresh();
    let (token, delegation) = connect(&ada, &["links.read", "links.put"]);
    assert_eq!(ask(&node, &token, "tools/list", json!({})).0, 200);
    end(&ada, &delegation);
    for method in ["server/discover", "tools/list"] {
        assert_eq!(ask(&node, &token, method, json!({})).0, 401, "{method}");
    }
    let params = json!({ "name": "links_put", "arguments": {} });
    assert_eq!(ask(&node, &token, "tools/call", params).0, 401);
}

#[test]
fn calls_beyond_the_limit_are_refused_to_the_model() {
    let (_folder, node, ada) = Person::fresh();
    let (token, _) = connect(&ada, &["links.put"]);
    let mut refusals = (0..200).map(|_| {
        let refused = call(&node, &token, "links_put", json!({}));
        assert_eq!(refused["isError"], true, "{refused}");
        refused["content"][0]["text"].to_string()
    });
    assert!(refusals.any(|text| text.contains("Too many requests")));
    // Only calls are counted: the helper can still be asked what it may do.
    assert_eq!(ask(&node, &token, "tools/list", json!({})).0, 200);
}

#[test]
fn a_helper_follows_its_owner_to_another_node() {
    let folder = tempfile::tempdir().unwrap();
    let start = |name: &str| {
        let options = NodeOptions::among_neighbours();
        Node::start_with(&folder.path().join(name), &options)
    };
    let (here, there) = (start("here"), start("there"));
    let ada = Person::new(&here.url);
    let (token, _) = connect(&ada, &["links.read"]);
    let path = format!("/links/api/items?owner={}", ada.did());
    let arguments = json!({ "path": path });
    let read = call(&here, &token, "links_read", arguments.clone());
    assert_eq!(read["isError"], false, "{read}");
    moves(&ada, &there);
    assert_eq!(ask(&here, &token, "tools/list", json!({})).0, 401);
    let read = call(&there, &token, "links_read", arguments);
    assert_eq!(read["isError"], false, "{read}");
}

#[test]
fn only_a_named_helper_with_its_own_token_comes_in() {
    let (_folder, node, ada) = Person::fresh();
    let list = || request("tools/list", &json!({}));
    let password = AppPassword::new(BITS, &ada, CONTEXT);
    let delegation = delegate(&ada, &password, &["links.read"]);
    let token = token(&ada, &password);
    let status = |token: &str| post(&node, token).body(list()).json_answer().0;
    assert_eq!(status(&token), 401, "it has no name yet");
    name(&ada, &delegation);
    assert_eq!(status(&token), 200);

    let session = Session::begin(&ada.client, &ada.key).unwrap();
    assert_eq!(status(session.token()), 401, "a session is no token");
    let anonymous = http().request(Method::POST, format!("{}/mcp", node.url));
    assert_eq!(anonymous.body(list()).json_answer().0, 401);
    let other = post(&node, &token).header("origin", "https://evil.example");
    assert_eq!(other.body(list()).json_answer().0, 403);
    let read = http().get(format!("{}/mcp", node.url)).bearer_auth(&token);
    assert_eq!(read.json_answer().0, 405);
}

#[test]
fn a_program_speaks_over_standard_input() {
    let (_folder, node, ada) = Person::fresh();
    let (token, _) = connect(&ada, &["links.put"]);
    let meta = json!({ "_meta": {
        "io.modelcontextprotocol/protocolVersion": CURRENT,
        "io.modelcontextprotocol/clientCapabilities": {},
    } });
    let mut program = command()
        .args(["mcp", "--node", &node.url])
        .env("IMAJIN_MCP_TOKEN", token)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    for line in [
        request("server/discover", &meta),
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.to_owned(),
        request("tools/list", &json!({})),
        request("resources/list", &meta),
        "no JSON".to_owned(),
    ] {
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [discovered, listed, unknown, unread] = &answers[..] else {
        panic!("four answers: {text}");
    };
    let versions = &discovered["result"]["supportedVersions"];
    assert_eq!(*versions, json!([CURRENT]));
    assert_eq!(tool_names(&listed["result"]), ["links_put"]);
    assert_eq!(unknown["error"]["code"], -32_601);
    assert_eq!(unread["error"]["code"], -32_700);
}
