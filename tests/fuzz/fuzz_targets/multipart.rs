//! Forms with files: their parts are read in order, and never have more bytes than were sent.
#![no_main]
#![expect(clippy::expect_used, reason = "what fails here is a finding")]
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderValue, header};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().build();
    runtime.expect("a runtime")
});

fuzz_target!(|data: &[u8]| {
    let (boundary, body) =
        data.split_at(data.iter().position(|byte| *byte == 0).unwrap_or(data.len()));
    let kind = [b"multipart/form-data; boundary=", boundary].concat();
    let Ok(kind) = HeaderValue::from_bytes(&kind) else {
        return;
    };
    let mut request = Request::new(Body::from(body.to_vec()));
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    let read = async {
        let mut bytes = 0;
        if let Ok(mut form) = Multipart::from_request(request, &()).await {
            while let Ok(Some(mut field)) = form.next_field().await {
                while let Ok(Some(chunk)) = field.chunk().await {
                    bytes += chunk.len();
                }
            }
        }
        bytes
    };
    assert!(RUNTIME.block_on(read) <= body.len());
});
