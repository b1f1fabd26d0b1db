//! Checks of texts: an absent or a forbidden part fails the test at its line, with the whole text.

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
