//! The reviewed table of operations, `operations.txt`.

use imajin_e2e::prelude::*;

/// A row of the table.
#[derive(Clone)]
pub struct Row {
    /// The operation.
    pub op: String,
    /// Cells by role, for the role's own log.
    own: Vec<(&'static str, String)>,
    /// `+` if the owner may delegate it.
    pub delegate: String,
    /// The effect that another person can have with it in a log: erasing their own bodies, or none.
    pub others: String,
    /// Whether people can request it. Other operations are derived, or entered by the node alone.
    pub is_willed: bool,
    /// Whether it has a body.
    pub has_body: bool,
    /// The effect of a block: `refused`, `passes`, `-`.
    pub block: String,
    /// The operations that undo it; empty if the table gives a reason.
    pub undo: Vec<String>,
}

impl Row {
    /// Returns the name of its service.
    pub fn service(&self) -> &str {
        self.op.split('.').next().unwrap_or_default()
    }

    /// Whether it can be delegated at all.
    pub fn is_delegable(&self) -> bool {
        self.delegate != "-"
    }

    /// Whether a role may request it, before the service's own decision.
    pub fn is_admitted(&self, who: &str) -> bool {
        let cell = self.cell(who);
        cell != "-" && (!cell.contains('/') || cell.ends_with('!'))
    }

    /// Returns a role's cell: a friend and an organiser are members, another node is a stranger.
    pub fn cell(&self, who: &str) -> &str {
        let role = match who {
            "friend" | "organiser" | "self" => "member",
            "another node" => "stranger",
            other => other,
        };
        let column = self.own.iter().find(|(name, _)| *name == role);
        column.map(|(_, cell)| cell.as_str()).expect("a role")
    }
}

/// Returns all rows; panics if an operation of the program is missing.
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

/// Parses a line, with the operations of `operations.json`.
pub fn row(line: &str, specs: &[Json]) -> Row {
    let cells: Vec<&str> = line.split_whitespace().collect();
    let spec = specs.iter().find(|spec| spec["op"] == cells[0]);
    let spec = spec.unwrap_or_else(|| panic!("{}: no such operation", cells[0]));
    let own = ["owner", "member", "guest", "stranger"].into_iter().zip(&cells[1..5]);
    Row {
        op: cells[0].to_owned(),
        own: own.map(|(role, cell)| (role, (*cell).to_owned())).collect(),
        delegate: cells[5].to_owned(),
        others: cells[6].to_owned(),
        is_willed: !["node", "derived"].contains(&cells[7]),
        has_body: !spec["body"].is_null(),
        block: cells[9].to_owned(),
        // The name of an operation contains a dot; a reason is one word.
        undo: cells[10].split('+').filter(|how| how.contains('.')).map(str::to_owned).collect(),
    }
}
