//! Base64 without padding, strict both ways: one text for every byte string (RFC 4648 section 3.5).
//!
//! Always: padding, foreign characters, impossible lengths and set trailing bits are refused.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};

/// The text is not canonical unpadded base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not canonical unpadded base64")]
pub struct Base64Error;

/// Encodes bytes with the URL-safe alphabet (JWS).
pub fn encode_url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Appends the URL-safe text of bytes.
pub fn push_url(text: &mut String, bytes: &[u8]) {
    BASE64URL_NOPAD.encode_append(bytes, text);
}

/// Decodes URL-safe text (JWS).
pub fn decode_url(text: &str) -> Result<Vec<u8>, Base64Error> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| Base64Error)
}

/// Encodes bytes with the standard alphabet (dag-json).
pub fn encode_std(bytes: &[u8]) -> String {
    BASE64_NOPAD.encode(bytes)
}

/// Decodes text in the standard alphabet (dag-json).
pub fn decode_std(text: &str) -> Result<Vec<u8>, Base64Error> {
    BASE64_NOPAD.decode(text.as_bytes()).map_err(|_| Base64Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_is_read() {
        assert_eq!(decode_url("_-8"), Ok(vec![0xff, 0xef]));
        for wrong in ["_-8=", "_-9", "_", "_-8 ", " _-8", "/+8", "_-8\n", "_-\u{e9}"] {
            assert_eq!(decode_url(wrong), Err(Base64Error), "{wrong:?}");
        }
        assert_eq!(decode_std("/+8"), Ok(vec![0xff, 0xef]));
        assert_eq!(decode_std("_-8"), Err(Base64Error));
        assert_eq!(decode_url(""), Ok(vec![]));
    }
}
