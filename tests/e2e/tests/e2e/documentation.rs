//! The documentation that a node serves: pages for people, Markdown for programs, and all of it in one text.

use imajin_e2e::prelude::*;
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH};

const OPERATIONS: &str = include_str!("../../../../docs/operations.json");

/// Maximum number of bytes of `/llms-full.txt`.
const FULL_BYTES_MAX: usize = 450_000;

fn text(node: &Node, path: &str) -> String {
    let reply = node.get(path);
    assert_eq!(reply.status(), 200, "{path}");
    reply.text().expect("a text")
}

/// Returns the titles in `/llms.txt` by their paths on the node.
fn titles(node: &Node) -> BTreeMap<String, String> {
    let index = text(node, "/llms.txt");
    let links = index.lines().filter_map(|line| {
        let link = line.strip_prefix("- [")?.strip_suffix(')')?;
        let (title, url) = link.split_once("](")?;
        Some((url.strip_prefix(&node.url)?.to_owned(), title.to_owned()))
    });
    links.collect()
}

/// Returns the routes of an OpenAPI document, as the documentation writes them.
fn routes(document: &Json, service: &str) -> Vec<String> {
    let paths = document["paths"].as_object().expect("paths");
    let routes = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("methods").keys();
        methods.map(move |method| format!("`{} /{service}{path}`", method.to_uppercase()))
    });
    routes.collect()
}

#[test]
fn one_text_has_every_operation_and_every_route() {
    let (_folder, node) = Node::fresh();
    let full = text(&node, "/llms-full.txt");
    assert!(full.len() <= FULL_BYTES_MAX, "{} bytes", full.len());
    let table: Json = serde_json::from_str(OPERATIONS).unwrap();
    for row in table["operations"].as_array().expect("operations") {
        let op = row["op"].as_str().expect("a name");
        assert!(full.contains(&format!("\n## `{op}`\n")), "{op}");
    }
    let titles = titles(&node);
    let services: Vec<_> = titles.iter().filter(|(path, _)| path.ends_with("/api/spec")).collect();
    assert!(services.len() > 10, "{titles:?}");
    for (path, service) in services {
        let document = serde_json::from_str(&text(&node, path)).unwrap();
        for route in routes(&document, service) {
            assert!(full.contains(&route), "{route}");
        }
    }
}

#[test]
fn each_page_is_html_and_markdown_and_its_links_lead_to_headings() {
    let (_folder, node) = Node::fresh();
    let mut pages = BTreeMap::new();
    for (path, title) in titles(&node) {
        let Some(page) = path.strip_suffix(".md") else {
            continue;
        };
        let reply = node.get(&path);
        assert_eq!(reply.headers()[CONTENT_TYPE], "text/markdown; charset=utf-8");
        let markdown = reply.text().unwrap();
        assert!(markdown.replace('`', "").starts_with(&format!("# {title}\n")));
        // Lists are Markdown, not AsciiDoc.
        assert_lacks!(markdown, "\n** ");
        let html = text(&node, page);
        assert!(html.contains(&format!("<h1>{title}</h1>")), "{path}");
        pages.insert(page.to_owned(), html);
    }
    assert!(pages.len() > 20, "{:?}", pages.keys());
    let mut links = 0;
    for (page, html) in &pages {
        let article = html.split_once("<article").expect("an article").1;
        let article = article.split("</article>").next().unwrap_or_default();
        for link in article.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap_or_default();
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { page.as_str() } else { path };
            if target.starts_with("https://") {
                continue;
            }
            links += 1;
            let target = pages.get(target).unwrap_or_else(|| panic!("{page}: {link}"));
            let id = format!(" id=\"{heading}\"");
            assert!(heading.is_empty() || target.contains(&id), "{page}: {link}");
        }
    }
    assert!(links > 30, "{links} links");
}

#[test]
fn programs_that_have_a_text_get_no_bytes_again() {
    let (_folder, node) = Node::fresh();
    for path in ["/llms-full.txt", "/docs/guide.md"] {
        let first = node.get(path);
        let request = http().get(format!("{}{path}", node.url));
        let again = request.header(IF_NONE_MATCH, &first.headers()[ETAG]);
        assert_eq!(again.send().unwrap().status(), 304, "{path}");
    }
}

#[test]
fn readers_of_another_language_are_told_that_pages_are_in_english() {
    let (_folder, node) = Node::fresh();
    let german = |path: &str| {
        let request = http().get(format!("{}{path}", node.url));
        request.header(ACCEPT_LANGUAGE, "de").send().unwrap()
    };
    let page = german("/docs/apps").text().unwrap();
    assert_has!(page, "gibt es nur auf Englisch", "<article class=\"prose\" lang=\"en\">");
    assert_lacks!(text(&node, "/docs/apps"), "These pages are in English");
    assert_has!(
        german("/docs").text().unwrap(),
        "href=\"/docs/operating\"",
        "href=\"/docs/operations/pay\""
    );
    assert_has!(german("/docs").text().unwrap(), "<h3>Was ist mein Schlüssel?</h3>");
    assert_has!(german("/help?q=internet+ausfallt").text().unwrap(), "id=\"www-ask-offline\"");
    for ending in ["", ".md"] {
        let path = format!("/docs/none{ending}");
        assert_eq!(german(&path).status(), 404, "{path}");
    }
    assert_eq!(german("/docs/operations/none").status(), 404);
}

#[test]
fn a_node_says_where_to_report_a_weakness_if_its_settings_do() {
    const PATH: &str = "/.well-known/security.txt";
    let (_folder, node) = Node::fresh();
    assert_eq!(node.get(PATH).status(), 404);
    let (_folder, data) = imajin_e2e::data_folder();
    let contact = "mailto:ada@example.org".to_owned();
    let options = NodeOptions {
        env: vec![("IMAJIN_SECURITY_CONTACT".to_owned(), contact)],
        ..NodeOptions::default()
    };
    let node = Node::start_with(&data, &options);
    let published = text(&node, PATH);
    assert_has!(published, "Contact: mailto:ada@example.org\n", "Expires: 2");
    // Addresses in it are for HTTPS alone, and a box at home may have another.
    assert!(!published.contains("http:"), "{published}");
}
