//! Random changes to a bundle that has something of everything, by a stranger, and by its owner, who lists and signs
//! them again: both verifiers say the same, down to the code, the entry and the file. `IMAJIN_CHANGES` and
//! `IMAJIN_SEED` choose others.

use std::fs;

use rusqlite::{Connection, params};

use crate::threats::codes::Whole;
use crate::threats::prelude::*;
use crate::tools::judge::{essence, rust};
use crate::tools::{number, python};

/// A small generator of numbers, the same on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n.max(1) as u64).unwrap()
    }

    fn pick<'s, T>(&mut self, all: &'s [T]) -> &'s T {
        &all[self.below(all.len())]
    }
}

const COLUMNS: [(&str, &str); 12] = [
    ("entries", "header"),
    ("bodies", "body"),
    ("bodies", "seq"),
    ("heads", "jws"),
    ("heads", "epoch"),
    ("chains", "jws"),
    ("chains", "n"),
    ("causes", "header"),
    ("causes", "body"),
    ("txns", "list"),
    ("openings", "opening"),
    ("openings", "cid"),
];

/// Makes a random change; returns its description.
fn change(chance: &mut Chance, folder: &Path) -> String {
    let names = bundles::names(folder, "");
    let (name, other) = (chance.pick(&names).clone(), chance.pick(&names).clone());
    let file = folder.join(&name);
    let mut bytes = fs::read(&file).unwrap();
    match chance.below(10) {
        0 => {
            let at = chance.below(bytes.len());
            bytes[at] ^= 1 << chance.below(8);
            fs::write(&file, bytes).unwrap();
            format!("a bit of byte {at} of {name}")
        }
        1 => {
            bytes.truncate(chance.below(bytes.len()));
            fs::write(&file, &bytes).unwrap();
            format!("{name} cut after {} bytes", bytes.len())
        }
        2 => {
            bytes.extend([0; 4_096]);
            fs::write(&file, bytes).unwrap();
            format!("zeros after {name}")
        }
        3 => {
            fs::remove_file(&file).unwrap();
            format!("{name} removed")
        }
        4 => {
            let theirs = fs::read(folder.join(&other)).unwrap();
            fs::write(&file, theirs).unwrap();
            fs::write(folder.join(&other), bytes).unwrap();
            format!("{name} and {other} swapped")
        }
        5 => {
            let names = "x log.sqlite.000 media/aa/x manifest.json.000 Log.sqlite index.html.001";
            let to = *chance.pick(&names.split(' ').collect::<Vec<_>>());
            fs::create_dir_all(folder.join(to).parent().unwrap()).unwrap();
            fs::rename(&file, folder.join(to)).unwrap();
            format!("{name} called {to}")
        }
        6 => {
            let name = *chance.pick(&["manifest.json", "bundle.json", "anchors.json"]);
            if !is_object(folder, name) {
                return format!("{name} is none");
            }
            let mut document = bundles::read(folder, name);
            let place = edit(chance, &mut document);
            bundles::write(folder, name, &document);
            format!("{name}: {place}")
        }
        _ => {
            let logs: Vec<_> = names.iter().filter(|name| name.ends_with(".sqlite")).collect();
            let name = *chance.pick(&logs);
            format!("{name}: {}", row(chance, &folder.join(name)))
        }
    }
}

/// Returns whether a document can be read, to be changed or signed.
fn is_object(folder: &Path, name: &str) -> bool {
    let bytes = fs::read(folder.join(name)).unwrap_or_default();
    serde_json::from_slice::<Json>(&bytes).is_ok_and(|json| json.is_object())
}

/// Replaces, removes or doubles a member anywhere in a document.
fn edit(chance: &mut Chance, document: &mut Json) -> String {
    let mut place = String::new();
    let mut at = document;
    for _ in 0..5 {
        let (keys, is_map) = match at {
            Json::Object(map) if !map.is_empty() => (map.keys().cloned().collect::<Vec<_>>(), true),
            Json::Array(items) if !items.is_empty() => {
                ((0..items.len()).map(|n| n.to_string()).collect(), false)
            }
            _ => break,
        };
        let key = chance.pick(&keys).clone();
        place += &format!("/{key}");
        if let (Json::Object(map), 0) = (&mut *at, chance.below(6)) {
            map.remove(&key);
            return place + " removed";
        }
        at = if is_map {
            at.get_mut(&key).unwrap()
        } else {
            at.get_mut(key.parse::<usize>().unwrap()).unwrap()
        };
        if chance.below(3) == 0 {
            break;
        }
    }
    let values = [
        json!(null),
        json!(0),
        json!(1),
        json!(-1),
        json!("x"),
        json!(""),
        json!([]),
        json!({}),
        json!(true),
        json!(1_u64 << 53),
    ];
    *at = chance.pick(&values).clone();
    format!("{place} = {at}")
}

/// Removes a row, or changes a column of one: a bit of it, or what another row has there.
fn row(chance: &mut Chance, file: &Path) -> String {
    let (table, column) = *chance.pick(&COLUMNS);
    let Ok(conn) = Connection::open(file) else {
        return "not opened".into();
    };
    // Tables that an earlier change broke stay as they are.
    let rows = conn
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))
        .unwrap_or_default();
    if rows == 0 {
        return format!("nothing in {table}");
    }
    let n = chance.below(usize::try_from(rows).unwrap());
    let other = chance.below(usize::try_from(rows).unwrap());
    let value = |n: usize| -> rusqlite::types::Value {
        let sql = format!("SELECT {column} FROM {table} LIMIT 1 OFFSET {n}");
        // A file that an earlier change broke may hide the change.
        conn.query_row(&sql, [], |row| row.get(0)).unwrap_or(rusqlite::types::Value::Null)
    };
    let (old, mut new) = (value(n), value(other));
    let what = match chance.below(3) {
        0 => {
            let sql = format!("DELETE FROM {table} WHERE {column} IS ?1");
            let _ = conn.execute(&sql, params![old]);
            return format!("row {n} of {table} removed");
        }
        1 => format!("{column} of row {n} of {table} from row {other}"),
        _ => {
            new = old.clone();
            let at = match &mut new {
                rusqlite::types::Value::Blob(bytes) if !bytes.is_empty() => {
                    let at = chance.below(bytes.len());
                    bytes[at] ^= 1 << chance.below(8);
                    at
                }
                rusqlite::types::Value::Integer(number) => {
                    *number += 1;
                    0
                }
                rusqlite::types::Value::Text(text) => {
                    let at = chance.below(text.len());
                    if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
                        text.replace_range(at..=at, "A");
                    }
                    at
                }
                _ => 0,
            };
            format!("{column} of row {n} of {table}, at {at}")
        }
    };
    let sql = format!("UPDATE OR IGNORE {table} SET {column} = ?1 WHERE {column} IS ?2");
    let _ = conn.execute(&sql, params![new, old]);
    what
}

#[test]
fn random_changes_to_a_bundle_are_told_alike() {
    let whole = Whole::new();
    let seed = number("IMAJIN_SEED", 1);
    let mut failures = Vec::new();
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    for n in 0..number("IMAJIN_CHANGES", 50) {
        let mut chance = Chance((seed << 32 | n).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut what = Vec::new();
        let path = whole.changed("random", |folder| {
            for _ in 0..=chance.below(2) {
                what.push(change(&mut chance, folder));
            }
            let readable = |name: &str| is_object(folder, name);
            // The owner signs the current contents, as far as they are readable.
            if chance.below(2) == 0 && readable("manifest.json") {
                if readable("bundle.json") && chance.below(2) == 0 {
                    let mut view = bundles::read(folder, "bundle.json");
                    bundles::sign_document(&mut view, &ann(), "owner");
                    bundles::write(folder, "bundle.json", &view);
                }
                let mut manifest = bundles::read(folder, "manifest.json");
                if manifest["counts"].is_object() && chance.below(4) > 0 {
                    bundles::relist(folder, &ann());
                } else {
                    bundles::sign_document(&mut manifest, &ann(), "owner");
                    bundles::write(folder, "manifest.json", &manifest);
                }
                what.push("signed by its owner".into());
            }
        });
        let ours = rust(&path, &VerifyOptions::default());
        let theirs = python::ask(&path);
        let code = ours.fault.as_ref().map_or("valid", |fault| fault.code.as_str());
        *counts.entry(code.to_owned()).or_default() += 1;
        if essence(&serde_json::to_value(&ours).unwrap()) != essence(&theirs) {
            failures.push(format!(
                "seed {seed}, change {n}: {}\nRust:   {:?}\nPython: {}",
                what.join("; "),
                ours.fault,
                theirs["fault"]
            ));
        }
    }
    println!("{counts:?}");
    assert!(failures.is_empty(), "{} times:\n{}", failures.len(), failures.join("\n\n"));
}
