//! Who may do what, over every route of every OpenAPI document, against the table in `routes.txt`. A route that is not in
//! the table fails the test, which prints the rows as they are now: read them, and put them there if they are right.
//!
//! A cell is the status that a role gets. `*` behind it: the answer contains one of Sue's private texts. `t`: refused
//! because of the tier. All requests are about Sue: the paths, and `did` and `subject_did` in the query, name her.

mod blocks;
pub mod operations;
mod stage;
pub mod table;
mod undo;
pub mod world;

use imajin_e2e::prelude::*;
use imajin_protocol::identity::Tier;
use world::{ACTORS, World};

/// A row: the results for each of [`ACTORS`], and the content of the request.
#[derive(Default)]
struct Row {
    cells: Vec<String>,
    with: With,
}

/// Additional query and body of a request.
#[derive(Default, Clone)]
pub struct With {
    /// Additional query: `?q=Sue`.
    query: Option<String>,
    /// The body; `{}` if there is none.
    body: Option<String>,
}

type Table = BTreeMap<(String, String), Row>;

fn table() -> Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("routes.txt");
    let text = std::fs::read_to_string(path).expect("tests/e2e/routes.txt");
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(row).collect()
}

/// Parses `METHOD PATH CELL… [?QUERY] [BODY]`; a body begins with `{`.
fn row(line: &str) -> ((String, String), Row) {
    let (line, body) = match line.find(" {\"") {
        Some(at) => (&line[..at], Some(line[at + 1..].to_owned())),
        None => (line, None),
    };
    let (line, query) = match line.find(" ?") {
        Some(at) => (&line[..at], Some(line[at + 2..].trim().to_owned())),
        None => (line, None),
    };
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { panic!("no row: {line}") };
    let cells: Vec<String> = words.collect();
    // A row without cells is a template.
    assert!(
        cells.is_empty() || cells.len() == ACTORS.len(),
        "{method} {path} has not one cell for each of {ACTORS:?}"
    );
    let with = With { query, body };
    ((path, method), Row { cells, with })
}

/// Returns every documented route of the node, as (path, method).
fn documented(world: &World, node: &Node) -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for service in imajin_node::open::all_services() {
        let name = service.name();
        let (status, spec) = imajin_e2e::get(&format!("{}/{name}/api/spec", node.url));
        assert_eq!(status, 200, "{name}");
        let paths = spec["paths"].as_object().expect("paths").clone();
        for (path, methods) in paths {
            for method in methods.as_object().expect("methods").keys() {
                routes.push((format!("/{name}{path}"), method.to_uppercase()));
            }
        }
    }
    // Reads first, since writes change their results.
    routes.sort_by_key(|(path, method)| (method != "GET", path.clone(), method.clone()));
    assert!(routes.len() > 60 && world.is_ready());
    routes
}

#[test]
fn every_route_refuses_a_false_exchange() {
    let (_folder, node) = Node::fresh();
    let client = imajin_e2e::http();
    let mut faults = Vec::new();
    for (path, method) in table().keys() {
        let path = path.replace(['{', '}'], "");
        for (header, value, refusal) in [
            ("x-mjn-signature", "00".repeat(64), "401 urn:imajin:problem:exchange"),
            ("x-mjn-consent", "e30".to_owned(), "403 urn:imajin:problem:consent"),
            ("x-mjn-settlement", "e30".to_owned(), "402 urn:imajin:problem:settlement"),
        ] {
            let request = client.request(method.parse().unwrap(), format!("{}{path}", node.url));
            let answer = request.header(header, value).body("{}").send().unwrap();
            let status = answer.status().as_u16();
            let problem: Json = answer.json().unwrap_or_default();
            let got = format!("{status} {}", problem["type"].as_str().unwrap_or_default());
            // The answer to a HEAD has no body.
            let is_refused = got == refusal || (method == "HEAD" && refusal.starts_with(&got));
            if !is_refused {
                faults.push(format!("{method} {path} with {header}: {got}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nobody_reads_or_does_what_is_not_for_them() {
    let (folder, node) = Node::fresh();
    let world = World::new(&node, folder.path());
    let table = table();
    let routes = documented(&world, &node);
    let mut faults = Vec::new();
    for key in table.keys() {
        if !routes.contains(key) {
            faults.push(format!("{} {}: in the table, and no such route any more", key.1, key.0));
        }
    }
    let mut missing = Vec::new();
    let unknown = Row::default();
    for key in &routes {
        let (path, method) = key;
        let row = table.get(key).unwrap_or(&unknown);
        let cells: Vec<String> = ACTORS
            .iter()
            .map(|who| cell(&world, who, method, path, &row.with, &mut faults))
            .collect();
        let line = |cells: &[String]| {
            let query = row.with.query.as_ref().map(|query| format!(" ?{query}"));
            let body = row.with.body.as_ref().map(|body| format!(" {body}"));
            let with = query.unwrap_or_default() + &body.unwrap_or_default();
            format!("{method} {path} {}{with}", cells.join(" "))
        };
        if row.cells.is_empty() {
            missing.push(line(&cells));
        } else if row.cells != cells {
            faults.push(format!("expected {}\n     but is {}", line(&row.cells), line(&cells)));
        }
    }
    missing.sort();
    assert!(
        missing.is_empty() && faults.is_empty(),
        "columns: {}\n{}\n{} rows are missing in tests/e2e/routes.txt:\n{}",
        ACTORS.join(" "),
        faults.join("\n"),
        missing.len(),
        missing.join("\n")
    );
}

/// Sends a role's request. Returns its cell.
fn cell(
    world: &World,
    who: &'static str,
    method: &str,
    path: &str,
    with: &With,
    faults: &mut Vec<String>,
) -> String {
    let answer = world.ask(who, method, path, with);
    if answer.status >= 500 && answer.status != 501 {
        faults.push(format!("{method} {path} by {who}: {} {}", answer.status, answer.text));
    }
    let mut cell = answer.status.to_string();
    if world.secrets().iter().any(|word| answer.text.contains(word)) {
        cell.push('*');
    }
    let problem: Json = serde_json::from_str(&answer.text).unwrap_or_default();
    if problem["type"] == "urn:imajin:problem:tier" {
        cell.push('t');
        let tier =
            |name: &str| -> Tier { serde_json::from_value(problem[name].clone()).expect("a tier") };
        if tier("tier") >= tier("needed") || tier("tier") != world.tier(who) {
            faults.push(format!(
                "{method} {path} by {who}: refused for a tier that they have: {}",
                answer.text
            ));
        }
    }
    cell
}
