//! Addresses of registries and nodes, in the one form in which they are stored.

/// Characters of an address, at most.
const URL_CHARS_MAX: usize = 200;

/// Parses an address: `http` or `https` with a host; no query, no fragment, no user. Drops a slash at the end.
pub fn parse(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    let parsed = reqwest::Url::parse(text).ok();
    let is_fine = text.len() <= URL_CHARS_MAX
        && parsed.is_some_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
    if is_fine {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "{text:?} is not an address of a registry; it must look like https://registry.example"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(
            parse(" https://a.example/x/ "),
            Ok("https://a.example/x".to_owned())
        );
        for wrong in [
            "",
            "a.example",
            "ftp://a.example",
            "https://u:p@a.example",
            "https://a.example/?x",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
