//! The page: escaped, without network, bounded.

use serde_json::json;

use super::*;

fn page(sections: Value) -> String {
    let Value::Object(sections) = sections else {
        panic!()
    };
    let page = Page {
        did: "did:imajin:x",
        exported_at: "2026-11-20T09:00:00.000Z",
        node: "did:imajin:node",
        head: "bafyhead",
        sections: &sections,
        media: 2,
        media_bytes: 3_400_000,
    };
    let mut entries = Entries::new(0, 1_000_000);
    for seq in 0..100_000u64 {
        let will = if seq % 2 == 0 {
            WillKind::Signed
        } else {
            WillKind::Node
        };
        entries.timeline.take(
            seq,
            seq as i64 * 10,
            if seq % 3 == 0 { "auth" } else { "profile" },
            will,
        );
    }
    render(&page, &entries)
}

#[test]
fn whatever_stands_in_it_is_text() {
    let nasty = "</style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
    let html = page(json!({
        "profile": { "display_name": nasty, "bio": nasty, "handle": null },
        nasty: { nasty: [nasty, { nasty: nasty }] },
    }));
    assert!(!html.contains("<script"), "no script at all");
    assert!(!html.contains("<img"));
    assert_eq!(html.matches("</style>").count(), 1);
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn it_reaches_for_nothing() {
    let html = page(json!({ "identity": { "home": { "url": "https://box.example" } } }));
    for reach in ["src=", "@import", "url(", "href=\"http", "<link", "<form"] {
        assert!(!html.contains(reach), "{reach}");
    }
    assert!(html.contains("default-src &#39;none&#39;") || html.contains("default-src 'none'"));
    assert!(html.contains("has checked nothing"));
}

#[test]
fn long_records_make_small_pages() {
    assert!(page(json!({})).len() < 300_000);
}
