//! The reviewed table of operations, `operations.txt`.

use serde_json::Value as Json;
use std::path::Path;

/// One row.
#[derive(Clone)]
pub struct Row {
    /// The operation.
    pub op: String,
    /// By role, in one's own log.
    own: Vec<(&'static str, String)>,
    /// For its owner: `+` where a delegation may cover it.
    pub delegate: String,
    /// What somebody else may do with it in a log.
    pub others: String,
    /// Whether anybody may ask for it.
    pub is_willed: bool,
    /// Whether it has a body.
    pub has_body: bool,
    /// What a block does: `refused`, `passes`, `-`.
    pub block: String,
    /// By which operations it is undone; none where the table says why not.
    pub undo: Vec<String>,
}

impl Row {
    /// What its service is called.
    pub fn service(&self) -> &str {
        self.op.split('.').next().unwrap_or_default()
    }

    /// Whether it can be handed to a delegate at all, whoever asks.
    pub fn is_delegable(&self) -> bool {
        self.delegate != "-"
    }

    /// Whether somebody of this role may ask for it, whatever their service says then.
    pub fn is_admitted(&self, who: &str) -> bool {
        let cell = self.cell(who);
        cell != "-" && (!cell.contains('/') || cell.ends_with('!'))
    }

    /// The cell of somebody: a friend and an organiser are members, another node is a stranger.
    pub fn cell(&self, who: &str) -> &str {
        let role = match who {
            "friend" | "organiser" | "self" => "member",
            "another node" => "stranger",
            other => other,
        };
        let found = self.own.iter().find(|(name, _)| *name == role);
        found.map(|(_, cell)| cell.as_str()).expect("a role")
    }
}

/// All rows: every operation that the program has is there.
pub fn rows() -> Vec<Row> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let specs = std::fs::read(folder.join("../../docs/operations.json")).expect("operations.json");
    let specs: Json = serde_json::from_slice(&specs).expect("JSON");
    let specs = specs["operations"].as_array().expect("operations");
    let text = std::fs::read_to_string(folder.join("operations.txt")).expect("operations.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<Row> = lines.map(|line| row(line, specs)).collect();
    assert_eq!(rows.len(), specs.len(), "every operation has its row");
    rows
}

/// The row of a line, by the rows of `operations.json`.
pub fn row(line: &str, specs: &[Json]) -> Row {
    let cells: Vec<&str> = line.split_whitespace().collect();
    let spec = specs.iter().find(|spec| spec["op"] == cells[0]);
    let spec = spec.unwrap_or_else(|| panic!("{}: no such operation", cells[0]));
    let own = ["owner", "member", "guest", "stranger"]
        .into_iter()
        .zip(&cells[1..5]);
    Row {
        op: cells[0].to_owned(),
        own: own.map(|(role, cell)| (role, (*cell).to_owned())).collect(),
        delegate: cells[5].to_owned(),
        others: cells[6].to_owned(),
        is_willed: !["node", "derived"].contains(&cells[7]),
        has_body: !spec["body"].is_null(),
        block: cells[9].to_owned(),
        // An operation has a service; a reason is one word.
        undo: cells[10]
            .split('+')
            .filter(|how| how.contains('.'))
            .map(str::to_owned)
            .collect(),
    }
}
