//! The messages of the protocol: JSON-RPC 2.0 requests, their revision, and failures.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use imajin_protocol::jcs;
use serde_json::{Map, Value as Json, json};

/// The current revision: each request says its version, and nothing comes before the first one.
pub(super) const CURRENT: &str = "2026-07-28";
/// The revision before, which begins with `initialize`.
pub(super) const PREVIOUS: &str = "2025-11-25";

/// The member of `_meta` with a request's revision.
const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// The member of `_meta` with what the client can do.
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
/// The header with the revision.
const VERSION_HEADER: &str = "mcp-protocol-version";

/// Codes of failures: those of JSON-RPC 2.0, then the protocol's own.
const PARSE: i32 = -32_700;
const INVALID_REQUEST: i32 = -32_600;
const NO_METHOD: i32 = -32_601;
const INVALID_PARAMS: i32 = -32_602;
const HEADER_MISMATCH: i32 = -32_020;
const UNSUPPORTED_VERSION: i32 = -32_022;

/// A revision of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Revision {
    /// [`CURRENT`].
    Current,
    /// [`PREVIOUS`].
    Previous,
}

/// A request, or a notification.
#[derive(Debug)]
pub(super) struct Message {
    /// `None` for a notification, which gets no answer.
    pub(super) id: Option<Json>,
    pub(super) method: String,
    pub(super) params: Map<String, Json>,
}

/// The failure of a request.
#[derive(Debug, PartialEq)]
pub(super) struct Failure {
    status: StatusCode,
    code: i32,
    message: String,
    data: Option<Json>,
}

impl Message {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        let json = jcs::parse_strict(bytes);
        let json = json.map_err(|error| Failure::new(PARSE, error.to_string()))?;
        let invalid = |why: &str| Failure::new(INVALID_REQUEST, why);
        let Json::Object(mut members) = json else {
            return Err(invalid("a message is one object"));
        };
        if members.get("jsonrpc").and_then(Json::as_str) != Some("2.0") {
            return Err(invalid("jsonrpc must be \"2.0\""));
        }
        let id = members.remove("id");
        if !matches!(id, None | Some(Json::String(_) | Json::Number(_))) {
            return Err(invalid("id must be a text or a number"));
        }
        let Some(Json::String(method)) = members.remove("method") else {
            return Err(invalid("method must be a text"));
        };
        let params = match members.remove("params") {
            Some(Json::Object(params)) => params,
            None => Map::new(),
            Some(_) => return Err(invalid("params must be an object")),
        };
        Ok(Self { id, method, params })
    }

    /// Returns the name of the tool that is called.
    pub(super) fn tool(&self) -> Option<&str> {
        self.params.get("name").and_then(Json::as_str)
    }

    /// Returns the revision of a request. In the current one its headers must say what its body says.
    pub(super) fn revision(&self, headers: &HeaderMap) -> Result<Revision, Failure> {
        let meta = self.params.get("_meta");
        let version = meta.and_then(|meta| meta.get(VERSION)).and_then(Json::as_str);
        let header = text(headers, VERSION_HEADER);
        let Some(version) = version else {
            return match header {
                None | Some(PREVIOUS) => Ok(Revision::Previous),
                Some(CURRENT) => Err(Failure::mismatch(VERSION_HEADER)),
                Some(other) => Err(Failure::unsupported(other)),
            };
        };
        let mut pairs = [
            (VERSION_HEADER, Some(version)),
            ("mcp-method", Some(self.method.as_str())),
            ("mcp-name", self.tool()),
        ]
        .into_iter();
        if let Some((name, _)) = pairs.find(|(name, value)| text(headers, name) != *value) {
            return Err(Failure::mismatch(name));
        }
        if version != CURRENT {
            return Err(Failure::unsupported(version));
        }
        if meta.and_then(|meta| meta.get(CAPABILITIES)).is_none() {
            let why = format!("_meta must have {CAPABILITIES}");
            return Err(Failure::wrong_params(why));
        }
        Ok(Revision::Current)
    }
}

/// Returns a header's text: empty if the header comes twice or is not text, so that it equals nothing.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    Some(match values.next() {
        None => value.to_str().unwrap_or_default(),
        Some(_) => "",
    })
}

impl Failure {
    fn new(code: i32, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into(), data: None }
    }

    /// A method that the revision doesn't have.
    pub(super) fn no_method(method: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            ..Self::new(NO_METHOD, format!("there is no method {method:?}"))
        }
    }

    /// A tool that the delegation doesn't cover.
    pub(super) fn no_tool(name: Option<&str>) -> Self {
        let name = name.unwrap_or_default();
        Self::wrong_params(format!("there is no tool {name:?} for you"))
    }

    /// Parameters that can't be read.
    pub(super) fn wrong_params(message: impl Into<String>) -> Self {
        Self::new(INVALID_PARAMS, message)
    }

    fn mismatch(header: &str) -> Self {
        Self::new(HEADER_MISMATCH, format!("the header {header} must say what the body says"))
    }

    fn unsupported(requested: &str) -> Self {
        Self {
            data: Some(json!({ "supported": [CURRENT], "requested": requested })),
            ..Self::new(UNSUPPORTED_VERSION, "this revision isn't spoken here")
        }
    }

    /// Returns it as the revision says it: the one before has status 200 for the failure of a request that could be read.
    pub(super) fn in_revision(self, revision: Revision) -> Self {
        match revision {
            Revision::Current => self,
            Revision::Previous => Self { status: StatusCode::OK, ..self },
        }
    }

    /// Makes the answer to the request with this id.
    pub(super) fn response(self, id: &Json) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let (Some(members), Some(data)) = (error.as_object_mut(), self.data) {
            members.insert("data".to_owned(), data);
        }
        let answer = json!({ "jsonrpc": "2.0", "id": id, "error": error });
        (self.status, axum::Json(answer)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn call(version: &str) -> Message {
        let message = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "tea_read", "_meta": { VERSION: version, CAPABILITIES: {} } },
        });
        Message::parse(message.to_string().as_bytes()).unwrap()
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().copied();
        let pairs = pairs.map(|(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        });
        pairs.collect()
    }

    fn code(outcome: Result<Revision, Failure>) -> i32 {
        outcome.unwrap_err().code
    }

    #[test]
    fn only_one_object_with_a_method_is_a_message() {
        for (text, code) in [
            ("{", PARSE),
            ("[]", INVALID_REQUEST),
            (r#"{"method":"ping","id":1}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":1}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, INVALID_REQUEST),
        ] {
            assert_eq!(Message::parse(text.as_bytes()).unwrap_err().code, code);
        }
        let notification = br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        assert_eq!(Message::parse(notification).unwrap().id, None);
    }

    #[test]
    fn headers_say_what_the_body_says() {
        let whole =
            [(VERSION_HEADER, CURRENT), ("mcp-method", "tools/call"), ("mcp-name", "tea_read")];
        let current = call(CURRENT).revision(&headers(&whole));
        assert_eq!(current, Ok(Revision::Current));
        for left_out in 0..whole.len() {
            let mut some = whole.to_vec();
            some.remove(left_out);
            let missing = call(CURRENT).revision(&headers(&some));
            assert_eq!(code(missing), HEADER_MISMATCH);
        }
        let other = [whole[0], whole[1], ("mcp-name", "tea_put")];
        let other = call(CURRENT).revision(&headers(&other));
        assert_eq!(code(other), HEADER_MISMATCH);
        let twice = [whole[0], whole[1], whole[2], ("mcp-name", "tea_put")];
        let twice = call(CURRENT).revision(&headers(&twice));
        assert_eq!(code(twice), HEADER_MISMATCH);
        let future = [(VERSION_HEADER, "2030-01-01"), whole[1], whole[2]];
        let future = call("2030-01-01").revision(&headers(&future));
        assert_eq!(code(future), UNSUPPORTED_VERSION);
    }

    #[test]
    fn a_request_without_a_version_is_of_the_revision_before() {
        let ping = br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        let revision = |pairs: &[(&'static str, &'static str)]| {
            let message = Message::parse(ping).unwrap();
            message.revision(&headers(pairs))
        };
        assert_eq!(revision(&[]), Ok(Revision::Previous));
        assert_eq!(revision(&[(VERSION_HEADER, PREVIOUS)]), Ok(Revision::Previous));
        assert_eq!(code(revision(&[(VERSION_HEADER, CURRENT)])), HEADER_MISMATCH);
        let twice = revision(&[(VERSION_HEADER, PREVIOUS), (VERSION_HEADER, CURRENT)]);
        assert_eq!(code(twice), UNSUPPORTED_VERSION);
        assert_eq!(code(revision(&[(VERSION_HEADER, "2024-11-05")])), UNSUPPORTED_VERSION);
    }
}
