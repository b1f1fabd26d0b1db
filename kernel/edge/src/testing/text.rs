//! Checks of texts and of JSON: what is wrong fails the test at its line, with the whole text or document.

/// Checks that a text has each of these parts.
#[macro_export]
macro_rules! assert_has {
    ($text:expr, $($part:expr),+ $(,)?) => {
        match &$text {
            text => { $(assert!(text.contains($part), "{:?} is missing: {text}", $part);)+ }
        }
    };
}

/// Checks that a text has none of these parts.
#[macro_export]
macro_rules! assert_lacks {
    ($text:expr, $($part:expr),+ $(,)?) => {
        match &$text {
            text => { $(assert!(!text.contains($part), "{:?} is there: {text}", $part);)+ }
        }
    };
}

/// Checks that a JSON object has these members, which are written as in `json!`.
#[macro_export]
macro_rules! assert_members {
    ($json:expr, $($members:tt)+) => {
        match &$json {
            json => {
                let expected = ::serde_json::json!({ $($members)+ });
                for (name, value) in expected.as_object().into_iter().flatten() {
                    assert_eq!(&json[name.as_str()], value, "{name}: {json}");
                }
            }
        }
    };
}
