//! The self-description of a third-party app.

use imajin_app::impl_field;
use imajin_app::operation::{
    Decide, Field, Invalid, List, Operation, Words, shows, turns_direction,
};
use imajin_dfos::Value;
use imajin_protocol::delegation::{SCOPE_MAX, ScopePattern, is_never_delegated};
use serde_json::{Value as Json, json};

use super::fields::text;

const NAME_CHARS_MAX: usize = 100;
const URL_BYTES_MAX: usize = 500;
const RETURNS_MAX: usize = 8;

/// Says what an app is and what it asks people for.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.app.describe",
    authority = Any,
    erasable_by = Author
)]
pub struct DescribeApp {
    /// The name that people see, in 1 to 100 characters.
    pub name: AppName,
    /// Where it is.
    pub url: WebAddress,
    /// The addresses that people may be sent back to, exactly.
    pub returns: List<WebAddress, 0, RETURNS_MAX>,
    /// The rights that it asks people for: operations like `profile.update`, or all of a service like `profile.*`.
    pub scope: List<AskedScope, 1, SCOPE_MAX>,
}

impl Decide for DescribeApp {}

/// The name of an app.
#[derive(Debug, Clone)]
pub struct AppName(pub String);

/// An address that a person can be sent to without their data crossing the network in the open.
#[derive(Debug, Clone)]
pub struct WebAddress(pub String);

/// A scope that an app may ask people for.
#[derive(Debug, Clone)]
pub struct AskedScope(pub String);

/// Whether an app of this node may say this of itself: a log from elsewhere says anything.
pub(crate) fn may_describe(name: &str, url: &str, returns: &[String], scope: &[String]) -> bool {
    let texts = |texts: &[String]| Value::List(texts.iter().map(|t| t.as_str().into()).collect());
    AppName::read(&name.into()).is_ok()
        && WebAddress::read(&url.into()).is_ok()
        && List::<WebAddress, 0, RETURNS_MAX>::read(&texts(returns)).is_ok()
        && List::<AskedScope, 1, SCOPE_MAX>::read(&texts(scope)).is_ok()
}

impl Field for AppName {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let name = text(value)?;
        let is_name = (1..=NAME_CHARS_MAX).contains(&name.chars().count())
            && shows(name)
            && !name.chars().any(|c| c.is_control() || turns_direction(c));
        if is_name {
            Ok(Self(name.to_owned()))
        } else {
            Err(Invalid::new(format!("must have 1 to {NAME_CHARS_MAX} characters, in one line")))
        }
    }

    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        text(value).map(|name| Self(name.to_owned()))
    }

    fn write(&self) -> Option<Value> {
        Some(self.0.as_str().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1, "maxLength": NAME_CHARS_MAX, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" })
    }

    fn sample(words: &mut Words) -> Value {
        words.take().into()
    }
}

impl_field!(
    WebAddress,
    |value| {
        let url = text(value)?;
        if is_web_address(url) {
            Ok(Self(url.to_owned()))
        } else {
            Err(Invalid::new("must be an https:// address (http:// on localhost)"))
        }
    },
    |field| field.0.as_str(),
    json!({ "type": "string", "maxLength": URL_BYTES_MAX, "pattern": "^https?://" }),
    |words| format!("https://{}.example/", words.take())
);

fn is_web_address(url: &str) -> bool {
    let is_plain = url.len() <= URL_BYTES_MAX
        && url.bytes().all(|byte| byte.is_ascii_graphic())
        && !url.contains(['#', '"', '\'', '<', '>', '\\']);
    let host = |rest: &str| rest.split(['/', '?']).next().unwrap_or_default().to_owned();
    let is_local = |rest: &str| {
        let host = host(rest);
        let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
        matches!(name, "localhost" | "127.0.0.1" | "[::1]")
    };
    is_plain
        && match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => {
                let host = host(rest);
                !host.is_empty() && !host.contains('@')
            }
            (None, Some(rest)) => is_local(rest),
            (None, None) => false,
        }
}

impl_field!(
    AskedScope,
    |value| {
        let text = text(value)?;
        let Ok(pattern) = ScopePattern::parse(text) else {
            return Err(Invalid::new(
                "must be an operation like profile.update, or all of a service like profile.*",
            ));
        };
        if is_never_delegated(pattern.as_str()) {
            Err(Invalid::new(format!("names {text}, which people can only do with their own key")))
        } else {
            Ok(Self(text.to_owned()))
        }
    },
    |field| field.0.as_str(),
    json!({ "type": "string" }),
    |_| "auth.app.describe"
);
