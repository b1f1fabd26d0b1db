//! A push message that its browser alone can read: RFC 8291 over RFC 8188.
//!
//! Always: a key pair and a salt are used for one message.

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::SystemRandom;

/// Bytes of an uncompressed point of P-256.
pub(crate) const POINT_BYTES: usize = 65;
/// Bytes of a browser's secret.
pub(crate) const AUTH_BYTES: usize = 16;
/// The size of the single record: the minimum that a push service accepts (RFC 8030 §7.2).
const RECORD_BYTES: u32 = 4_096;
/// Ends the last record.
const LAST: u8 = 2;

/// Whom a message is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The browser's public key.
    pub(crate) key: &'a [u8; POINT_BYTES],
    /// Its secret.
    pub(crate) auth: &'a [u8; AUTH_BYTES],
}

/// Whether a point is one that a browser can have: agreeing with it works.
pub(crate) fn is_point(key: &[u8; POINT_BYTES]) -> bool {
    let agreed = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())
        .and_then(|own| agree_ephemeral(own, &UnparsedPublicKey::new(&ECDH_P256, key), |_| ()));
    agreed.is_ok()
}

/// Encrypts a message, padded to this many bytes.
pub(crate) fn encrypt(
    reader: Reader<'_>,
    message: &[u8],
    padded: usize,
    salt: &[u8; 16],
) -> Result<Vec<u8>, Unspecified> {
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())?;
    let public = own.compute_public_key()?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, reader.key);
    let shared = agree_ephemeral(own, &theirs, <[u8]>::to_vec)?;
    let mut record = message.to_vec();
    record.push(LAST);
    record.resize(padded.max(record.len()), 0);
    sealed(reader, (&shared, public.as_ref()), salt, record)
}

/// A length of derived keys.
struct Len(usize);

impl KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived<const N: usize>(prk: &Prk, info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut out = [0; N];
    prk.expand(info, Len(N))?.fill(&mut out)?;
    Ok(out)
}

/// Seals a record, by the secret that both agreed on and the sender's public key.
fn sealed(
    reader: Reader<'_>,
    (shared, public): (&[u8], &[u8]),
    salt: &[u8; 16],
    mut record: Vec<u8>,
) -> Result<Vec<u8>, Unspecified> {
    let prk = Salt::new(HKDF_SHA256, reader.auth).extract(shared);
    let input: [u8; 32] = derived(&prk, &[b"WebPush: info\0", reader.key, public])?;
    let prk = Salt::new(HKDF_SHA256, salt).extract(&input);
    let key: [u8; 16] = derived(&prk, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = derived(&prk, &[b"Content-Encoding: nonce\0"])?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
    let length = u8::try_from(public.len()).map_err(|_| Unspecified)?;
    let mut out = Vec::with_capacity(21 + public.len() + record.len());
    out.extend_from_slice(salt);
    out.extend_from_slice(&RECORD_BYTES.to_be_bytes());
    out.push(length);
    out.extend_from_slice(public);
    out.append(&mut record);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        bytes.try_into().unwrap()
    }

    /// RFC 8291 §5, by the secret of its appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out_byte_for_byte() {
        let key = bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let public: [u8; POINT_BYTES] = bytes(
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        );
        let shared: [u8; 32] = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw");
        let reader = Reader { key: &key, auth: &auth };
        let mut record = b"When I grow up, I want to be a watermelon".to_vec();
        record.push(LAST);
        let sealed = sealed(reader, (&shared, &public), &salt, record).unwrap();
        assert_eq!(
            BASE64URL_NOPAD.encode(&sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn messages_are_as_long_as_each_other_and_never_the_same() {
        let key = bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let reader = Reader { key: &key, auth: &[7; AUTH_BYTES] };
        let sealed = |message: &[u8], salt| encrypt(reader, message, 1_024, salt).unwrap();
        let (short, long) = (sealed(b"a", &[1; 16]), sealed(&[b'a'; 200], &[2; 16]));
        assert_eq!(short.len(), long.len());
        // The header, the padded record, and the tag.
        assert_eq!(short.len(), 16 + 4 + 1 + POINT_BYTES + 1_024 + 16);
        assert_ne!(short[86..], sealed(b"a", &[1; 16])[86..]);
    }

    #[test]
    fn what_is_no_point_is_no_browser() {
        let key = bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        assert!(is_point(&key));
        assert!(!is_point(&[4; POINT_BYTES]));
    }
}
