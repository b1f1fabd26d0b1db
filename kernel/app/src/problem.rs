//! The one place where errors become HTTP: `application/problem+json` (RFC 9457) plus `error`, the sentence that
//! existing clients read.
//!
//! Always: a [`Problem`] is an error (4xx or 5xx; 308 for a resource that has moved), and has two messages: one for the
//! caller, which names the field and the fix, and one for the log, which the caller never sees. The module must not
//! know which app made a problem.

mod convert;

use std::borrow::Cow;
use std::fmt;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::lines;
use crate::words::{Lang, LocalizedMessage, Words};

/// How long a caller shall wait when the node is only busy for a moment.
const BUSY_RETRY_S: u32 = 1;

/// An answer that is an error.
///
/// Build it with the constructor that says what happened; add details with the `with_*` methods.
#[derive(Debug)]
pub struct Problem(Box<Details>);

/// Boxed, so that the way of success stays small.
#[derive(Debug)]
struct Details {
    status: StatusCode,
    /// Last part of the problem's `type` URI; `None` if the status says it all.
    slug: Option<&'static str>,
    detail: Detail,
    field: Option<Cow<'static, str>>,
    /// For the operator: logged when the answer is made, never sent.
    log: Option<String>,
    retry_after_s: Option<u32>,
    location: Option<String>,
    extra: Map<String, Value>,
}

/// The message for the caller: in English, or in each language that the catalogue of an app has.
#[derive(Debug, Clone)]
pub enum Detail {
    /// In English. A message `says-…` of a catalogue translates the text ([`Words::sentence`]).
    English(Cow<'static, str>),
    /// In the language of the request ([`crate::words::Catalogue::say`]).
    Said(LocalizedMessage),
}

impl Detail {
    fn english(&self) -> &str {
        match self {
            Self::English(text) => text,
            Self::Said(said) => said.text(Lang::En),
        }
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for Detail {
    fn from(text: T) -> Self {
        Self::English(text.into())
    }
}

impl From<LocalizedMessage> for Detail {
    fn from(said: LocalizedMessage) -> Self {
        Self::Said(said)
    }
}

/// Gives problems one constructor a row, for its status.
macro_rules! statuses {
    ($($(#[$about:meta])+ $name:ident => $status:ident,)+) => {
        impl Problem {
            $($(#[$about])+
            pub fn $name(detail: impl Into<Detail>) -> Self {
                Self::new(StatusCode::$status, detail)
            })+
        }
    };
}

statuses! {
    /// 400: the request is invalid.
    bad_request => BAD_REQUEST,
    /// 401: the caller is not signed in, or their proof does not hold.
    unauthorized => UNAUTHORIZED,
    /// 402: a settlement is missing or short.
    payment_required => PAYMENT_REQUIRED,
    /// 403: the caller is signed in and may not do this.
    forbidden => FORBIDDEN,
    /// 404.
    not_found => NOT_FOUND,
    /// 412: the request counts on something that does not hold.
    precondition_failed => PRECONDITION_FAILED,
    /// 415: another form than this request takes.
    unsupported_media => UNSUPPORTED_MEDIA_TYPE,
    /// 409: the state has changed meanwhile, or another caller was first.
    conflict => CONFLICT,
    /// 410: it was here and is not any more.
    gone => GONE,
    /// 413.
    too_large => PAYLOAD_TOO_LARGE,
    /// 421: the `Host` header names another host.
    misdirected => MISDIRECTED_REQUEST,
    /// 422: well formed, and wrong by its own rules (a chain that does not verify).
    unprocessable => UNPROCESSABLE_ENTITY,
    /// 423: another request has it at the moment.
    locked => LOCKED,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<Detail>) -> Self {
        Self(Box::new(Details {
            status,
            slug: None,
            detail: detail.into(),
            field: None,
            log: None,
            retry_after_s: None,
            location: None,
            extra: Map::new(),
        }))
    }

    /// 400 with the field that is wrong.
    pub fn field(field: &'static str, detail: impl Into<Detail>) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, detail);
        problem.0.field = Some(field.into());
        problem
    }

    /// 405.
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "This address cannot be asked in this way.")
    }

    /// 408: the body did not arrive in time.
    pub fn request_timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "The body of this request took too long to arrive: send it again.",
        )
    }

    /// 308: whom it is about moved to another node, where the very same request goes.
    pub fn moved(location: String) -> Self {
        let mut problem = Self::new(
            StatusCode::PERMANENT_REDIRECT,
            "This record lives at another node by now: send the same request there.",
        )
        .with_member("location", location.clone());
        problem.0.location = Some(location);
        problem
    }

    /// 308 or 307: the same, behind TLS.
    pub fn secure(location: String, for_good: bool) -> Self {
        let status =
            if for_good { StatusCode::PERMANENT_REDIRECT } else { StatusCode::TEMPORARY_REDIRECT };
        let mut problem = Self::new(status, "This node speaks HTTPS: ask there.");
        problem.0.location = Some(location);
        problem
    }

    /// 460, of the tus protocol: the bytes do not match the sender's checksum.
    pub fn checksum_mismatch(detail: impl Into<Detail>) -> Self {
        let status = StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, detail).slug("checksum-mismatch")
    }

    /// 429, with the seconds after which it will be better.
    pub fn too_many(retry_after_s: u32) -> Self {
        let detail = format!("Too many requests. Try again in {retry_after_s} s.");
        Self::too_many_of_yours(retry_after_s, detail)
    }

    /// 429: this person has the maximum number of requests under way; `retry_after_s` is when to try again, in seconds.
    pub fn too_many_of_yours(retry_after_s: u32, detail: impl Into<Detail>) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, detail);
        problem.0.retry_after_s = Some(retry_after_s);
        problem
    }

    /// 503: not now.
    pub fn unavailable(detail: impl Into<Detail>) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, detail);
        problem.0.retry_after_s = Some(BUSY_RETRY_S);
        problem
    }

    /// 503: not now, with the seconds after which it may be better.
    pub fn busy(retry_after_s: u32, detail: impl Into<Detail>) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).slug("busy");
        problem.0.retry_after_s = Some(retry_after_s);
        problem
    }

    /// 507: the disk is full; nothing happened.
    pub fn storage_full() -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "The disk of this node is full, so nothing was written. Reading still works; its owner has to make room.",
        )
        .slug("storage-full")
    }

    /// 503: the disk that has people's files is not plugged in; nothing happened.
    pub fn disk_missing(disk: &str) -> Self {
        Self::unavailable(format!(
            "The disk \"{disk}\", which has the photos and files of this box, is not plugged in. Nothing was changed: plug it in again, then try again."
        ))
        .slug("disk-missing")
        .with_member("disk", disk)
    }

    /// 507 of another disk than the node's own.
    pub fn no_room(detail: impl Into<Detail>) -> Self {
        Self::new(StatusCode::INSUFFICIENT_STORAGE, detail).slug("no-room")
    }

    /// 500: not the caller's fault. The cause goes to the log only.
    pub fn internal(log: impl fmt::Display) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on this node, and its log says what. Nothing of yours was changed by this request.",
        )
        .with_log(log)
    }

    /// Names the kind of problem for programs: the last part of `type`.
    pub fn slug(mut self, slug: &'static str) -> Self {
        self.0.slug = Some(slug);
        self
    }

    /// Whether this is the end of its type.
    pub fn has_slug(&self, slug: &str) -> bool {
        self.0.slug == Some(slug)
    }

    /// Adds what the operator should know.
    pub fn with_log(mut self, log: impl fmt::Display) -> Self {
        self.0.log = Some(log.to_string());
        self
    }

    /// Adds a member to the answer.
    pub fn with_member(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.extra.insert(key.to_owned(), value.into());
        self
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The caller's message.
    pub fn detail(&self) -> &str {
        self.0.detail.english()
    }

    fn body(&self) -> Value {
        let title = self.0.status.canonical_reason().unwrap_or("Error");
        let kind = match self.0.slug {
            Some(slug) => Cow::Owned(format!("urn:imajin:problem:{slug}")),
            None => Cow::Borrowed("about:blank"),
        };
        let mut body = json!({
            "type": kind,
            "title": title,
            "status": self.0.status.as_u16(),
            "detail": self.detail(),
            "error": self.detail(),
        });
        if let Value::Object(members) = &mut body {
            if let Some(field) = &self.0.field {
                members.insert("field".to_owned(), Value::from(field.as_ref()));
            }
            if let Some(seconds) = self.0.retry_after_s {
                members.insert("retryAfter".to_owned(), Value::from(seconds));
            }
            for (key, value) in &self.0.extra {
                members.insert(key.clone(), value.clone());
            }
        }
        body
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.status.as_u16(), self.detail())
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if self.0.status.is_server_error() {
            self.log();
        } else if let Some(log) = &self.0.log {
            tracing::debug!(status = self.0.status.as_u16(), "{log}");
        }
        self.unlogged()
    }
}

impl Problem {
    /// The message for the operator: the cause, which the caller never sees, or else the caller's message.
    pub fn reason(&self) -> &str {
        self.0.log.as_deref().unwrap_or(self.detail())
    }

    /// Tells the operator of a failure, unless there were many in this minute.
    fn log(&self) {
        let (status, log) = (self.0.status.as_u16(), self.reason());
        let Some(left_out) = lines::next(&format!("{status} {}", self.kind(log))) else {
            return;
        };
        match left_out {
            0 => tracing::error!(status, "{log}"),
            _ => tracing::error!(status, left_out, "{log}"),
        }
    }

    /// The common key of failures of one kind: their slug, else the beginning of their text.
    fn kind<'t>(&self, text: &'t str) -> &'t str {
        self.0.slug.unwrap_or_else(|| {
            let end = text.find(|c: char| c.is_ascii_digit() || matches!(c, ':' | '"' | '/'));
            end.map_or(text, |end| &text[..end])
        })
    }

    /// The answer alone, without a line in the node's log.
    pub fn unlogged(self) -> Response {
        let body = self.body();
        let mut response = (self.0.status, body.to_string()).into_response();
        response.extensions_mut().insert(ProblemText { detail: self.0.detail, body });
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let is_unread = matches!(
            self.0.status,
            StatusCode::PAYLOAD_TOO_LARGE
                | StatusCode::INSUFFICIENT_STORAGE
                | StatusCode::REQUEST_TIMEOUT
        );
        if is_unread {
            // The rest of the request stays unread, so the next one needs a new connection.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(seconds) = self.0.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(location) =
            self.0.location.and_then(|location| HeaderValue::try_from(location).ok())
        {
            headers.insert(header::LOCATION, location);
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 §15.5.2: a 401 names a way to authenticate.
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A problem that its answer carries: the edge says it in the language of the request, on a page to a browser.
#[derive(Debug, Clone)]
pub struct ProblemText {
    detail: Detail,
    body: Value,
}

impl ProblemText {
    /// The caller's message in the language of these words.
    pub fn translate(&self, words: &Words) -> Cow<'_, str> {
        match &self.detail {
            Detail::English(text) => words.sentence(text),
            Detail::Said(said) => Cow::Borrowed(said.text(words.lang)),
        }
    }

    /// The answer in the language of these words, where it is another than the English one.
    pub fn translated(&self, words: &Words) -> Option<String> {
        let text = self.translate(words);
        if *text == *self.detail.english() {
            return None;
        }
        let mut body = self.body.clone();
        for member in ["detail", "error"] {
            body[member] = Value::from(text.as_ref());
        }
        Some(body.to_string())
    }
}

/// The result of every handler.
pub type Answer<T> = Result<T, Problem>;

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    async fn text(problem: Problem) -> (StatusCode, axum::http::HeaderMap, Value) {
        let response = problem.into_response();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn has_the_shape_of_rfc_9457_and_the_sentence() {
        let (status, headers, body) =
            text(Problem::field("handle", "A handle has 3 to 30 characters.")).await;
        assert_eq!(status, 400);
        assert_eq!(headers["content-type"], "application/problem+json");
        assert_eq!(
            body,
            json!({"type": "about:blank", "title": "Bad Request", "status": 400, "field": "handle",
                "detail": "A handle has 3 to 30 characters.", "error": "A handle has 3 to 30 characters."})
        );
    }

    #[tokio::test]
    async fn says_when_to_come_back() {
        let (status, headers, body) = text(Problem::too_many(7)).await;
        assert_eq!(status, 429);
        assert_eq!(headers["retry-after"], "7");
        assert_eq!(body["retryAfter"], 7);
    }

    #[tokio::test]
    async fn keeps_the_log_from_the_caller() {
        let (_, _, body) = text(Problem::internal("secret path")).await;
        assert!(!body.to_string().contains("secret path"));
    }
}
