//! Sources and pages only cite pages, headings and files that are in the repository: a reader can open all of them.

use imajin_e2e::prelude::*;

/// Folders with sources and pages, and folders in them to skip.
const FOLDERS: &[&str] =
    &["apps", "docs", "image", "kernel", "node", "scripts", "systemd", "tests"];
const APART: &[&str] = &["node_modules", "target", ".venv"];

/// Kinds of files that are checked.
const CITING: &[&str] = &["rs", "md", "py", "toml", "js", "mjs", "sh"];

/// Kinds of files that only the repository has: a data folder and a bundle have `.json`, `.toml` and `.html`, too.
const SOURCES: &[&str] = &["css", "ftl", "js", "md", "mjs", "py", "rs", "sh"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !path.is_dir() {
            paths.push(path);
        } else if !APART.contains(&name.as_str()) {
            walk(&path, paths);
        }
    }
}

/// Returns every file of the repository outside the skipped folders.
fn all_files() -> Vec<PathBuf> {
    let root = root();
    let mut files = vec![root.join("README.md"), root.join("ARCHITECTURE.md")];
    for folder in FOLDERS {
        walk(&root.join(folder), &mut files);
    }
    files
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.contains(&extension))
}

fn headings(page: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(page).unwrap_or_default();
    let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
    headings.map(|line| line.trim_start_matches('#').trim().to_owned()).collect()
}

/// Returns the page and the heading of each citation `docs/PAGE.md, "HEADING"`; many have no heading.
fn cited(text: &str) -> Vec<(String, Option<String>)> {
    let mut citations = Vec::new();
    for (at, _) in text.match_indices("docs/") {
        let rest = &text[at..];
        let Some(end) = rest.find(".md") else { break };
        let page = &rest[..end + 3];
        let is_page = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
        if !page.chars().all(is_page) {
            continue;
        }
        let heading = rest[end + 3..].strip_prefix(", \"").and_then(|rest| {
            let (heading, _) = rest.split_once('"')?;
            Some(heading.to_owned())
        });
        citations.push((page.to_owned(), heading));
    }
    citations
}

#[test]
fn every_page_and_heading_that_is_cited_is_there() {
    let root = root();
    let (mut missing, mut seen) = (Vec::new(), 0);
    for file in all_files() {
        if !has_extension(&file, CITING) {
            continue;
        }
        // The examples in this file name no page.
        if file.ends_with("citations.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for (page, heading) in cited(&text) {
            seen += 1;
            let path = root.join(&page);
            if !path.is_file() {
                missing.push(format!("{}: {page}", file.display()));
            } else if let Some(heading) = heading
                && !headings(&path).contains(&heading)
            {
                missing.push(format!("{}: {page}, \"{heading}\"", file.display()));
            }
        }
    }
    assert!(seen > 100, "{seen} citations: this test looks in the wrong place");
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whether a word in backticks names a file or folder of the repository: a source file, or a path below one of its
/// folders. A data folder has a `node/` too, so only `node/src/` and `node/box/src/` are recognized.
fn is_path_in_repository(word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    if word.starts_with(['/', '.']) || !word.chars().all(is_part) {
        return false;
    }
    let below = |folder: &&str| match *folder {
        "node" => word.starts_with("node/src/") || word.starts_with("node/box/src/"),
        folder => word.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
    };
    has_extension(Path::new(word), SOURCES) || FOLDERS.iter().any(below)
}

/// Whether `word` leads to a file: from the root of the repository, or as the end of a path (in a README, of a path
/// below its folder). A module may be named without its `.rs`.
fn leads_somewhere(word: &str, readme_of: Option<&Path>, files: &[PathBuf]) -> bool {
    let (root, module) = (root(), format!("{word}.rs"));
    let folder = readme_of.unwrap_or(&root);
    if [root.as_path(), folder]
        .iter()
        .any(|folder| folder.join(word).exists() || folder.join(&module).exists())
    {
        return true;
    }
    let mut below = files.iter().filter(|file| file.starts_with(folder));
    below.any(|file| file.ends_with(word) || file.ends_with(&module))
}

#[test]
fn every_file_that_a_page_names_is_in_the_repository() {
    let (root, files) = (root(), all_files());
    let (mut missing, mut seen) = (Vec::new(), 0);
    for page in files.iter().filter(|file| has_extension(file, &["md"])) {
        let readme_of =
            page.parent().filter(|folder| page.ends_with("README.md") && **folder != root);
        let text = std::fs::read_to_string(page).unwrap();
        for line in text.lines() {
            // Every second piece is between backticks.
            for word in line.split('`').skip(1).step_by(2) {
                if !is_path_in_repository(word) {
                    continue;
                }
                seen += 1;
                if !leads_somewhere(word, readme_of, &files) {
                    missing.push(format!("{}: {word}", page.display()));
                }
            }
        }
    }
    assert!(seen > 100, "{seen} names: this test looks in the wrong place");
    assert!(missing.is_empty(), "{missing:#?}");
}
