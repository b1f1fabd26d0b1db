//! Modules of a crate import each other in one direction. A module and its own children may depend on each other; any
//! other cycle would merge its modules into one, and none could be understood alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module as the names on its path; empty for the crate's root.
type Module = Vec<String>;

/// The imports of a crate: pairs of importing and imported module.
#[derive(Default)]
struct Imports {
    modules: BTreeSet<Module>,
    uses: Vec<(Module, Module)>,
    /// Paths that `pub use` re-exports.
    exports: BTreeMap<Module, Module>,
}

impl Imports {
    fn read(src: &Path) -> Self {
        let mut files = Vec::new();
        list(src, &mut files);
        let sources: BTreeMap<Module, String> = files
            .iter()
            .filter_map(|file| Some((module_of(src, file)?, code(file))))
            .collect();
        let mut imports = Self {
            modules: sources.keys().cloned().collect(),
            ..Self::default()
        };
        for (module, text) in &sources {
            imports.take(module, text);
        }
        imports
    }

    fn take(&mut self, module: &Module, text: &str) {
        for (at, _) in text.match_indices("use ") {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let Some((tree, _)) = text[at + 4..].split_once(';') else {
                continue;
            };
            let line = text[..at].rfind(['\n', ';', '}']).map_or(0, |end| end + 1);
            let is_export = text[line..at].trim_start().starts_with("pub");
            for path in expand(&tree.split_whitespace().collect::<Vec<_>>().join(" ")) {
                let (path, name) = match path.split_once(" as ") {
                    Some((path, name)) => (path.to_owned(), Some(name.to_owned())),
                    None => (path, None),
                };
                let Some(path) = self.absolute(module, path.trim_end_matches("::self")) else {
                    continue;
                };
                match (is_export, name.or_else(|| path.last().cloned())) {
                    (true, Some(name)) => {
                        let here = [module.as_slice(), &[name]].concat();
                        self.exports.insert(here, path);
                    }
                    _ => self.uses.push((module.clone(), path)),
                }
            }
        }
        // Paths that are written out in the code.
        for start in ["crate::", "super::"] {
            for (at, _) in text.match_indices(start) {
                let before = text[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || "_:".contains(c)) {
                    continue;
                }
                let end = text[at..].find(|c: char| !(c.is_alphanumeric() || "_:".contains(c)));
                let path = &text[at..end.map_or(text.len(), |end| at + end)];
                if let Some(path) = self.absolute(module, path.trim_end_matches(':')) {
                    self.uses.push((module.clone(), path));
                }
            }
        }
    }

    /// Returns a path from the crate's root; `None` if it leads to another crate.
    fn absolute(&self, module: &Module, path: &str) -> Option<Module> {
        let mut parts = path.split("::").map(str::trim).peekable();
        let mut base = match parts.peek() {
            Some(&"crate") => Vec::new(),
            Some(&("super" | "self")) => module.clone(),
            Some(first) => {
                let child = [module.as_slice(), &[(*first).to_owned()]].concat();
                self.modules.contains(&child).then(|| module.clone())?
            }
            None => return None,
        };
        for part in parts {
            match part {
                "crate" | "self" => {}
                "super" => drop(base.pop()),
                name => base.push(name.to_owned()),
            }
        }
        Some(base)
    }

    /// Returns the module that a path leads into, through any re-exports.
    fn target(&self, path: &Module) -> Module {
        let mut path = path.clone();
        for _ in 0..16 {
            let moved = (1..=path.len()).find_map(|end| {
                let to = self.exports.get(&path[..end])?;
                let is_module = self.modules.contains(&path[..end]);
                (!is_module).then(|| [to.as_slice(), &path[end..]].concat())
            });
            match moved {
                Some(moved) => path = moved,
                None => break,
            }
        }
        while !self.modules.contains(&path) {
            path.pop();
        }
        path
    }

    /// Returns the modules that each module imports.
    fn edges(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let mut edges: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (from, path) in &self.uses {
            let to = self.target(path);
            if to != *from {
                edges.entry(from.clone()).or_default().insert(to);
            }
        }
        edges
    }

    /// Returns the modules in cycles other than those with their own parents and children.
    fn circles(&self) -> Vec<String> {
        let edges = self.edges();
        let mut cycles = Vec::new();
        for (from, targets) in &edges {
            let back = targets.iter().filter(|to| {
                let reached = reach(&edges, to);
                reached.contains(from) && !is_within_one(&edges, from, to)
            });
            cycles.extend(back.map(|to| format!("{} -> {}", name(from), name(to))));
        }
        cycles
    }
}

/// Returns every module reachable from one, including itself.
fn reach(edges: &BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<Module> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from.clone()]);
    while let Some(module) = open.pop() {
        if reached.insert(module.clone()) {
            open.extend(edges.get(&module).into_iter().flatten().cloned());
        }
    }
    reached
}

/// Whether an import is between a module and its descendant, and no module outside is part of the cycle.
fn is_within_one(edges: &BTreeMap<Module, BTreeSet<Module>>, from: &Module, to: &Module) -> bool {
    let top = match (from.starts_with(to), to.starts_with(from)) {
        (true, _) => to,
        (_, true) => from,
        _ => return false,
    };
    let circle = reach(edges, from);
    let mut members = circle.iter().filter(|one| reach(edges, one).contains(from));
    !top.is_empty() && members.all(|member| member.starts_with(top))
}

fn name(module: &Module) -> String {
    if module.is_empty() {
        "(root)".to_owned()
    } else {
        module.join("::")
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files)
        } else {
            files.push(path)
        }
    }
}

/// Returns the module of a file; `None` for tests, other files and a prelude: its methods are not imports.
fn module_of(src: &Path, file: &Path) -> Option<Module> {
    let path = file.strip_prefix(src).unwrap().with_extension("");
    let mut module: Module = path
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if file.extension()? != "rs"
        || module
            .iter()
            .any(|part| part == "tests" || part == "prelude")
    {
        return None;
    }
    if ["lib", "main", "mod"].contains(&module.last()?.as_str()) {
        module.pop();
    }
    Some(module)
}

/// Returns a file's code without comments, strings and tests.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = text.lines().map(|line| match line.find("//") {
        Some(at) if !line[..at].ends_with(':') => &line[..at],
        _ => line,
    });
    let mut code = String::new();
    for (nth, part) in lines.collect::<Vec<_>>().join("\n").split('"').enumerate() {
        if nth % 2 == 0 {
            code.push_str(part);
        }
    }
    code
}

/// Expands a tree of imports: `a::{b, c::{d, e}}` is three paths.
fn expand(tree: &str) -> Vec<String> {
    let Some((prefix, rest)) = tree.split_once('{') else {
        return vec![tree.trim().to_owned()];
    };
    let inner = rest.trim_end().strip_suffix('}').unwrap_or(rest);
    let (mut paths, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = inner[start..at].trim();
                let part = expand(part).into_iter().filter(|part| !part.is_empty());
                paths.extend(part.map(|part| format!("{}{part}", prefix.trim())));
                start = at + 1;
            }
            _ => {}
        }
    }
    paths
}

#[test]
fn modules_import_each_other_in_one_direction() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut crates = vec!["node".to_owned(), "node/box".to_owned()];
    for folder in ["kernel", "apps", "apps/auth"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if root.join(folder).join(&name).join("src").is_dir() {
                crates.push(format!("{folder}/{name}"));
            }
        }
    }
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for name in &crates {
        let imports = Imports::read(&root.join(name).join("src"));
        seen += imports.uses.len();
        let circles = imports.circles();
        if !circles.is_empty() {
            wrong.push(format!("{name} has import circles: {circles:#?}"));
        }
    }
    assert!(
        seen > 2_000,
        "{seen} imports: this test looks in the wrong place"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_circle_of_two_siblings_is_found_and_one_of_parent_and_child_is_not() {
    let folder = std::env::temp_dir().join(format!("imports-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("a")).unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    file("lib.rs", "mod a;\nmod b;\npub use a::A;\n");
    file("a.rs", "mod c;\nuse c::C;\npub struct A(C);\n");
    file("a/c.rs", "use super::A;\npub struct C(Box<A>);\n");
    file("b.rs", "// use crate::a::A;\npub struct B;\n");
    assert_eq!(Imports::read(&folder).circles(), Vec::<String>::new());
    // Through a name that the root re-exports, and through a path in the code.
    file("b.rs", "use crate::{A, a as other};\npub struct B(A);\n");
    file("a/c.rs", "pub struct C(Box<crate::b::B>);\n");
    let circles = Imports::read(&folder).circles();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(circles, ["a -> a::c", "a::c -> b", "b -> a"]);
}
