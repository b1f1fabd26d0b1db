//! The size of each page's scripts and styles, as browsers get them: on a slow phone it decides how long the page takes.

use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use reqwest::Url;
use reqwest::header::{ACCEPT_ENCODING, ACCEPT_LANGUAGE};

/// Maximum size of a page's scripts and styles together, compressed, in bytes.
const PAGE_BYTES_MAX: usize = 150_000;
/// Minimum number of pages that links must lead to.
const PAGES_MIN: usize = 40;
/// The language with the longest texts.
const LANG: &str = "de";
/// Pages without a link to them, or with more scripts under this query.
const STARTS: [&str; 12] = [
    "/",
    "/bring",
    "/chat/new",
    "/create",
    "/device",
    "/docs/components",
    "/events/new",
    "/more",
    "/restore",
    "/search?q=ada",
    "/settings",
    "/signin",
];

/// The path of all scripts and styles.
const ASSETS: &str = "/assets/";
/// Modules that another one imports only when the viewer does something, or when something fails. All others count, since a page may import them
/// as it loads.
const ON_DEMAND: [(&str, &str); 28] = [
    ("chat/attach.js", "chat/added.js"),
    ("chat/deeds.js", "chat/forward.js"),
    ("chat/files.js", "media/tus.js"),
    ("chat/list.js", "chat/finder.js"),
    ("chat/list.js", "chat/found.js"),
    ("chat/list.js", "chat/search.js"),
    ("chat/list.js", "chat/sending.js"),
    ("chat/new.js", "chat/new-group.js"),
    ("chat/photos.js", "js/raw.js"),
    ("chat/request.js", "chat/acts.js"),
    ("chat/request.js", "chat/here.js"),
    ("chat/request.js", "chat/room/turns.js"),
    ("chat/store.js", "chat/kept-files.js"),
    ("chat/talk.js", "chat/about.js"),
    ("js/items/files.js", "media/tus.js"),
    ("js/items/share.js", "js/qr/draw.js"),
    ("js/scan.js", "js/qr/read.js"),
    ("js/shell.js", "www/help.js"),
    ("media/asset.js", "media/acts.js"),
    ("media/asset.js", "media/keep.js"),
    ("media/asset.js", "media/previews.js"),
    ("media/asset.js", "media/undo.js"),
    ("media/select.js", "media/acts.js"),
    ("media/select.js", "media/keep.js"),
    ("media/timeline.js", "media/previews.js"),
    ("media/undo.js", "media/acts.js"),
    ("media/visitor.js", "media/keep.js"),
    ("www/create.js", "connections/accept-acts.js"),
];

/// A module that another one imports.
struct Import {
    path: String,
    /// Whether it is imported by `import("…")`, and not before the module runs.
    is_dynamic: bool,
}

impl Import {
    /// Whether a page that has the module at `by` may fetch this one as it loads.
    fn is_on_load(&self, by: &str) -> bool {
        let pair = (by.strip_prefix(ASSETS), self.path.strip_prefix(ASSETS));
        let is_pair = |(module, name): &(&str, &str)| pair == (Some(*module), Some(*name));
        !self.is_dynamic || !ON_DEMAND.iter().any(is_pair)
    }
}

/// A script or a style sheet.
struct Asset {
    /// The size, compressed.
    bytes: usize,
    imports: Vec<Import>,
}

impl Asset {
    fn fetch(node: &Node, path: &str) -> Self {
        let url = format!("{}{path}", node.url);
        let get = || http().get(&url);
        let packed = get().header(ACCEPT_ENCODING, "deflate").send().unwrap();
        assert_eq!(packed.status(), 200, "{path}");
        let text = get().send().unwrap().text().unwrap();
        Self {
            bytes: packed.bytes().unwrap().len(),
            imports: imports(&Url::parse(&url).unwrap(), &text),
        }
    }

    fn imports_on_demand(&self, path: &str) -> bool {
        let mut imports = self.imports.iter();
        imports.any(|import| import.is_dynamic && import.path == path)
    }
}

/// Returns what a module imports, with its texts.
fn imports(module: &Url, text: &str) -> Vec<Import> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let pieces: Vec<&str> = code.flat_map(|line| line.split('"')).collect();
    let imports = pieces.windows(2).filter_map(|pair| {
        let (before, name) = (pair[0], pair[1]);
        if before.ends_with("await texts(") {
            return Some(Import {
                path: format!("{ASSETS}{name}/texts.{LANG}.js"),
                is_dynamic: false,
            });
        }
        let is_dynamic = before.ends_with("import(");
        let is_import = is_dynamic || before.ends_with("from ") || before == "import ";
        if !is_import || !name.ends_with(".js") {
            return None;
        }
        Some(Import { path: module.join(name).ok()?.path().to_owned(), is_dynamic })
    });
    imports.collect()
}

/// The scripts and styles of a node, each fetched once.
struct Assets<'a> {
    node: &'a Node,
    fetched: BTreeMap<String, Asset>,
}

impl Assets<'_> {
    fn get(&mut self, path: &str) -> &Asset {
        let node = self.node;
        let entry = self.fetched.entry(path.to_owned());
        entry.or_insert_with(|| Asset::fetch(node, path))
    }

    /// Returns the size of some assets and of everything that they import as a page loads.
    fn weight(&mut self, paths: &[String]) -> usize {
        let (mut seen, mut waiting, mut bytes) = (BTreeSet::new(), paths.to_vec(), 0);
        while let Some(path) = waiting.pop() {
            if seen.insert(path.clone()) {
                let asset = self.get(&path);
                bytes += asset.bytes;
                let imports = asset.imports.iter().filter(|import| import.is_on_load(&path));
                waiting.extend(imports.map(|import| import.path.clone()));
            }
        }
        bytes
    }

    /// Asserts that no page is too large, by the scripts and styles that each names.
    fn assert_light(&mut self, pages: &BTreeMap<String, Vec<String>>) {
        let weights = pages.iter().map(|(path, named)| (path, self.weight(named)));
        let heavy: Vec<_> = weights.filter(|(_, bytes)| *bytes > PAGE_BYTES_MAX).collect();
        assert!(heavy.is_empty(), "over {PAGE_BYTES_MAX} bytes: {heavy:?}");
    }
}

/// Returns the values of an attribute in a page. The attribute is given as ` href="`.
fn values<'a>(page: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    let rests = page.split(attribute).skip(1);
    rests.filter_map(|rest| rest.split('"').next())
}

/// Returns the paths of the scripts and styles that a page names.
fn assets_of(page: &str) -> Vec<String> {
    let attributes = [" href=\"", " src=\"", " data-script=\""];
    let named = attributes.into_iter().flat_map(|attribute| values(page, attribute));
    let is_asset =
        |path: &&str| path.starts_with(ASSETS) && (path.ends_with(".js") || path.ends_with(".css"));
    named.filter(is_asset).map(str::to_owned).collect()
}

/// Returns the path of a link that may lead to a page, without query and fragment. Documents name no scripts.
fn page_path(link: &str) -> Option<&str> {
    let path = link.split(['?', '#']).next()?;
    let others = ["//", ASSETS, "/docs/"];
    let is_page = path.starts_with('/')
        && !others.iter().any(|other| path.starts_with(other))
        && !path.contains("/api/");
    is_page.then_some(path)
}

/// Returns a path with a star for each part that differs from item to item.
fn kind_of(path: &str) -> String {
    let is_drawn =
        |part: &str| part.contains(|letter: char| letter == ':' || letter.is_ascii_digit());
    let parts = path.split('/').map(|part| if is_drawn(part) { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// A person who looks at pages.
enum Viewer<'a> {
    Person(&'a Owner),
    Visitor(&'a Node),
}

impl Viewer<'_> {
    /// Returns a page in German.
    fn page(&self, path: &str) -> String {
        match self {
            Self::Person(person) => person.german_page(path),
            Self::Visitor(node) => {
                let request = http().get(format!("{}{path}", node.url));
                let answer = request.header(ACCEPT_LANGUAGE, LANG).send();
                answer.unwrap().text().unwrap()
            }
        }
    }
}

/// Opens some pages, and each kind of page that links lead to. Returns the scripts and styles that each names, by its path.
fn walk(viewer: &Viewer<'_>, starts: &[String]) -> BTreeMap<String, Vec<String>> {
    let (mut pages, mut kinds) = (BTreeMap::new(), BTreeSet::new());
    let mut waiting = starts.to_vec();
    while let Some(path) = waiting.pop() {
        let page = viewer.page(&path);
        if !page.starts_with("<!DOCTYPE html>") {
            continue;
        }
        let links = values(&page, " href=\"").filter_map(page_path);
        let links = links.filter(|link| kinds.insert(kind_of(link)));
        waiting.extend(links.map(str::to_owned));
        pages.insert(path, assets_of(&page));
    }
    pages
}

/// Publishes an event. Returns the path of its page.
fn put_event(by: &Person) -> String {
    let made = by.event_key();
    let (event, id) = (made["event"].as_str().unwrap(), made["id"].as_str().unwrap());
    let fair = manifest(by, id, &[(by.key.did(), 1_000_000)], None);
    let words = json!({
        "title": "Lantern walk", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "physical", "venue": "The Hill",
        "tickets": [{ "name": "With a lantern" }],
    });
    by.put_event("events.create", event, &words, &fair, &[(0, 10)]).unwrap();
    by.event_status(event, "published").unwrap();
    format!("/events/{id}")
}

/// Creates something in each app that has pages of items. Returns the paths of pages on which it is, that of a conversation first.
fn put_some_of_each(ada: &Person, bob: &Person) -> Vec<String> {
    let talk = bob.talk(&json!({ "with": ada.did() }));
    bob.open_talk(&talk, ada).unwrap();
    ada.update_bio("I bake.").unwrap();
    ada.make_jar();
    ada.open_survey();
    ada.make_course();
    let id = "itm_000000000000000000000001";
    ada.put_listing(id, &json!({ "title": "Ladder" }), &json!({})).unwrap();
    let essay = json!({ "title": "Rye", "text": "Flour." });
    ada.put_essay(id, &essay, &json!({ "kind": "essay" })).unwrap();
    let apps = ["coffee", "dykil", "essays", "learn", "market", "profile"];
    let mut paths = vec![format!("/chat/{}", talk.name), put_event(ada)];
    paths.extend(apps.map(|app| format!("/{app}/{}", ada.did())));
    paths
}

#[test]
fn no_page_needs_more_than_150_kb_of_scripts_and_styles() {
    let (_folder, node) = Node::fresh();
    // A box without an owner takes new people without an invitation.
    let bob = Person::new(&node.url);
    let ada = Owner::claim(&node);
    let mut starts = put_some_of_each(&ada.person, &bob);
    let talk = starts[0].clone();
    starts.extend(STARTS.map(str::to_owned));
    let bob = Owner::sign_in(bob);
    let mut assets = Assets { node: &node, fetched: BTreeMap::new() };
    let mut check = |viewer: Viewer<'_>, expected: &[String]| {
        let pages = walk(&viewer, &starts);
        assets.assert_light(&pages);
        let is_missing = |path: &&String| !pages.contains_key(*path);
        let missing: Vec<&String> = expected.iter().filter(is_missing).collect();
        assert!(missing.is_empty(), "no pages: {missing:?}");
        pages.len()
    };
    let count = check(Viewer::Person(&ada), &starts);
    assert!(count >= PAGES_MIN, "only {count} pages");
    check(Viewer::Person(&bob), &[talk]);
    check(Viewer::Visitor(&node), &["/signin".to_owned()]);
    let talk = assets.weight(&["/assets/chat/talk.js".to_owned()]);
    assert!(talk > PAGE_BYTES_MAX / 2, "imports are not found");
    for (module, name) in ON_DEMAND {
        let (module, name) = (format!("{ASSETS}{module}"), format!("{ASSETS}{name}"));
        let is_there = assets.get(&module).imports_on_demand(&name);
        assert!(is_there, "{module} does not import {name} on demand");
    }
}
