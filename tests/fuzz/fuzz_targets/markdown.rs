//! Markdown of items: any text has a form in which nothing runs.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let html = imajin_items::markdown::html_of(text);
    assert!(!html.contains("<script"), "nothing runs");
});
