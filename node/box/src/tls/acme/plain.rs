//! Errors between the box and a directory, in sentences for the owner's page *This box*: the libraries' own texts don't
//! help there. The log has the whole text.

/// Parts of the libraries' error texts, matched regardless of case, and their meaning for people.
const MEANINGS: [(&[&str], &str); 8] = [
    (
        &["unknownissuer", "unknown issuer", "caused by unknown"],
        "it shows a certificate of an authority that this box does not know; if it is your own directory, name the file of its authority under `tls.root`",
    ),
    (
        &["notvalidforname", "not valid for name", "notvalidfornamecontext"],
        "it shows a certificate for another name: look at the address under `tls.directory`",
    ),
    (
        &["expired", "notvalidyet", "not valid yet"],
        "its certificate is not valid today: check whether this box has the right date",
    ),
    (
        &[
            "failed to lookup",
            "name or service not known",
            "no address",
            "dns error",
            "name resolution",
        ],
        "its name is not found: check whether this box is connected to the internet, and at the address under `tls.directory`",
    ),
    (&["connectionrefused", "connection refused"], "it refuses connections at the moment"),
    (
        &["unreachable", "no route to host", "networkdown", "network is down"],
        "it cannot be reached: check whether this box is connected to the internet",
    ),
    (&["timedout", "timed out"], "it does not answer"),
    (
        &[
            "connectionreset",
            "connection reset",
            "unexpectedeof",
            "unexpected end",
            "brokenpipe",
            "broken pipe",
            "closed before",
        ],
        "it ended the connection before it had answered",
    ),
];

/// A sentence's part that says what a text of the libraries means.
pub(super) fn sentence(text: &str) -> String {
    tracing::debug!("the ACME directory: {text}");
    let lower = text.to_ascii_lowercase();
    let has = |words: &&(&[&str], &str)| words.0.iter().any(|word| lower.contains(word));
    match MEANINGS.iter().find(has) {
        Some((_, meaning)) => (*meaning).to_owned(),
        None => match status(&lower) {
            Some(status) => format!(
                "it answered {status} and gave no reason: look at the address under `tls.directory`"
            ),
            None => "it answered with something that is no answer of an ACME directory: look at the address under `tls.directory`".to_owned(),
        },
    }
}

/// The status of an answer that has no words.
fn status(lower: &str) -> Option<u16> {
    let after = lower.split_once("http status: ")?.1;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Describes a name's status in words.
pub(super) fn word(status: impl std::fmt::Debug) -> String {
    let text = format!("{status:?}");
    match text.split([' ', '{', '(']).next().unwrap_or_default() {
        "Invalid" => "not accepted",
        "Expired" => "too old",
        "Revoked" | "Deactivated" => "withdrawn",
        "Pending" | "Processing" | "Ready" => "not ready",
        _ => "in a state that this program does not know",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No brace, no type's name, no "::" of the program's own values is left.
    #[test]
    fn what_goes_wrong_with_a_directory_is_told_in_sentences() {
        for (text, wanted) in [
            (
                "http request error: io error: Custom { kind: InvalidData, error: InvalidCertificate(UnknownIssuer) }",
                "tls.root",
            ),
            (
                "error sending request: client error (Connect): invalid peer certificate: NotValidForNameContext { expected: DnsName(\"a\"), presented: [] }",
                "another name",
            ),
            (
                "http request error: io error: Custom { kind: Uncategorized, error: \"failed to lookup address information: Name or service not known\" }",
                "name is not found",
            ),
            (
                "http request error: io error: Os { code: 111, kind: ConnectionRefused, message: \"Connection refused\" }",
                "refuses connections",
            ),
            ("io error: Kind(TimedOut)", "does not answer"),
            ("invalid peer certificate: Expired", "the right date"),
            (
                "http request error: non 2xx http status: 502 \"<html>bad gateway\"",
                "it answered 502",
            ),
            ("JSON error: expected value at line 1 column 1", "no answer of an ACME directory"),
            ("acme service response is missing replay-nonce header", "no answer of"),
        ] {
            let message = sentence(text);
            assert!(message.contains(wanted), "{text}: {message}");
            assert!(
                !message.contains(['{', '}', '"'])
                    && !message.contains("::")
                    && !message.contains("kind"),
                "{message}"
            );
        }
        #[derive(Debug)]
        enum Status {
            Invalid,
            Odd,
        }
        assert_eq!(word(Status::Invalid), "not accepted");
        assert!(!word(Status::Odd).contains("Odd"));
    }
}
