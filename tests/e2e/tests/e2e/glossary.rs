//! docs/glossary.md has at most sixty terms, and each is the name of something in the sources.

use std::collections::HashSet;
use std::path::Path;

const TERMS_MAX: usize = 60;

/// Collects every word of the sources of a folder.
fn words(folder: &Path, found: &mut HashSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            words(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            found.extend(words.map(str::to_owned));
        }
    }
}

#[test]
fn each_term_of_the_glossary_is_a_name_in_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/glossary.md")).unwrap();
    let mut names = HashSet::new();
    for name in ["kernel", "apps", "node"] {
        words(&root.join(name), &mut names);
    }
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| term"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!((30..=TERMS_MAX).contains(&rows.len()), "{} terms", rows.len());
    let mut before = String::new();
    for row in rows {
        let [term, meaning, name] = row[..] else {
            panic!("a row has a term, its meaning and its name: {row:?}");
        };
        let order = term.to_lowercase();
        assert!(before < order, "{term} comes before {before}");
        before = order;
        assert!(meaning.ends_with(['.', '…']), "{term}: a sentence ends with a full stop");
        let name = name.trim_matches('`');
        assert!(names.contains(name), "{term}: no source has the name {name}");
    }
}
