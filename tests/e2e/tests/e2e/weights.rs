//! The size of each page's scripts and styles, as browsers get them: on a slow phone it decides how long the page takes.

use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use reqwest::Url;
use reqwest::header::ACCEPT_ENCODING;

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

/// A script or a style sheet.
struct Asset {
    /// The size, compressed.
    bytes: usize,
    /// The paths of what it imports as it is loaded.
    imports: Vec<String>,
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
}

/// Returns the paths of what a module imports as it is loaded, with its texts.
fn imports(module: &Url, text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let pieces: Vec<&str> = code.flat_map(|line| line.split('"')).collect();
    let paths = pieces.windows(2).filter_map(|pair| {
        let (before, name) = (pair[0], pair[1]);
        if before.ends_with("await texts(") {
            return Some(format!("/assets/{name}/texts.{LANG}.js"));
        }
        let is_import = before.ends_with("from ") || before == "import ";
        if !is_import || !name.ends_with(".js") {
            return None;
        }
        Some(module.join(name).ok()?.path().to_owned())
    });
    paths.collect()
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

    /// Returns the size of some assets and of everything that they import.
    fn weight(&mut self, paths: &[String]) -> usize {
        let (mut seen, mut waiting, mut bytes) = (BTreeSet::new(), paths.to_vec(), 0);
        while let Some(path) = waiting.pop() {
            if seen.insert(path.clone()) {
                let asset = self.get(&path);
                bytes += asset.bytes;
                waiting.extend(asset.imports.iter().cloned());
            }
        }
        bytes
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
    let is_asset = |path: &&str| {
        path.starts_with("/assets/") && (path.ends_with(".js") || path.ends_with(".css"))
    };
    named.filter(is_asset).map(str::to_owned).collect()
}

/// Returns the path of a link that may lead to a page, without query and fragment. Documents name no scripts.
fn page_path(link: &str) -> Option<&str> {
    let path = link.split(['?', '#']).next()?;
    let others = ["//", "/assets/", "/docs/"];
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

/// Opens some pages, and each kind of page that links lead to. Returns the scripts and styles that each names, by its path.
fn walk(owner: &Owner, starts: &[String]) -> BTreeMap<String, Vec<String>> {
    let (mut pages, mut kinds) = (BTreeMap::new(), BTreeSet::new());
    let mut waiting = starts.to_vec();
    while let Some(path) = waiting.pop() {
        let page = owner.german_page(&path);
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

/// Creates something in each app that has pages of items. Returns the paths of pages on which it is.
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
    starts.extend(STARTS.map(str::to_owned));
    let pages = walk(&ada, &starts);
    let is_missing = |path: &&String| !pages.contains_key(*path);
    let missing: Vec<&String> = starts.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "no pages: {missing:?}");
    assert!(pages.len() >= PAGES_MIN, "only {:?}", pages.keys());
    let mut assets = Assets { node: &node, fetched: BTreeMap::new() };
    let weights = pages.iter().map(|(path, named)| (path, assets.weight(named)));
    let heavy: Vec<_> = weights.filter(|(_, bytes)| *bytes > PAGE_BYTES_MAX).collect();
    assert!(heavy.is_empty(), "over {PAGE_BYTES_MAX} bytes: {heavy:?}");
    let talk = assets.fetched.get("/assets/chat/talk.js").unwrap();
    assert!(!talk.imports.is_empty(), "imports are not found");
}
