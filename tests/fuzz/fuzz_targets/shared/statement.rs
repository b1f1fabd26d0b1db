//! Rules for every kind of signed document, fed with payloads and with tokens.
use imajin_dfos::statement::{self, Statement};
use imajin_dfos::{SigningKey, json};

/// A payload that reads is signed, and the token reads as the same statement; any text may come as a token.
pub(crate) fn check<S: Statement + PartialEq + std::fmt::Debug>(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = statement::read::<S>(text);
    }
    let Ok(payload) = json::parse(data) else {
        return;
    };
    let Ok(read) = S::from_value(&payload) else {
        return;
    };
    let key = SigningKey::from_bytes(&[7; 32]);
    if let Ok(signed) = statement::sign(&read, "k", &key) {
        let again = statement::read::<S>(&signed.token);
        let again = again.as_ref().map(|again| again.statement());
        assert_eq!(again, Ok(&read), "signed and read again");
    }
}
