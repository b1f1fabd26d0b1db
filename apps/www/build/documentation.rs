//! The documentation that the program carries: pages of `docs`, and a page with all routes.

use serde_json::Value;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The pages of the documentation by reader, a line each. Other pages of `docs` are about the program itself.
const PAGES: &str = include_str!("pages.txt");

/// The page that is made here.
const ROUTES: &str = "routes";

/// The pages of `docs` by the name that each is served by, with their paths.
pub(super) fn pages() -> impl Iterator<Item = (String, PathBuf)> {
    let pages = PAGES.lines().filter_map(|line| line.split_once(' '));
    let pages = pages.filter(|(_, page)| *page != ROUTES);
    pages.map(|(_, page)| {
        let file = PathBuf::from(format!("../../docs/{page}.md"));
        println!("cargo::rerun-if-changed={}", file.display());
        (format!("docs/{page}.md"), file)
    })
}

/// Writes the page with the routes of all apps, by their `openapi.json`.
pub(super) fn routes(apps: &Path, out: &Path) -> Result<(String, PathBuf), Box<dyn Error>> {
    let mut page = String::from("# All routes\n");
    let mut entries = fs::read_dir(apps)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|app| app.file_name());
    for app in entries {
        let file = app.path().join("openapi.json");
        let name = app.file_name();
        let name = name.to_str().ok_or("an app's folder is not UTF-8")?;
        if file.exists() {
            println!("cargo::rerun-if-changed={}", file.display());
            let document = serde_json::from_slice(&fs::read(&file)?)?;
            list(name, &document, &mut page)?;
        }
    }
    let file = out.join(ROUTES).with_extension("md");
    fs::write(&file, page)?;
    Ok((format!("docs/{ROUTES}.md"), file))
}

/// Adds a line for each route of an app: its method, its path, and the first line of what it does.
fn list(app: &str, document: &Value, page: &mut String) -> std::fmt::Result {
    writeln!(page, "\n## {app}\n")?;
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let summary = operation["summary"].as_str().unwrap_or_default();
            let summary = summary.lines().next().unwrap_or_default();
            let method = method.to_uppercase();
            writeln!(page, "* `{method} /{app}{path}`: {summary}")?;
        }
    }
    Ok(())
}
