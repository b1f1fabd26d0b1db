//! Encryption of an epoch's secret to one key of a member: HPKE (RFC 9180), base mode, single shot, with X25519,
//! SHA-256 and AES-256-GCM. A wrap is bound to its log, epoch, maker, member and key, and is valid for no others.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{CryptoRng, Error, RngCore};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use imajin_dfos::Value;
use imajin_protocol::{Did, EncryptionKey};

use super::{Secret, bytes, expand, int, list};

type Dh = X25519HkdfSha256;

/// Bytes of the encapsulated key in front of a wrap.
const ENC_BYTES: usize = 32;
/// Bytes of a wrapped secret: encapsulated key, secret, tag.
pub const WRAP_BYTES: usize = ENC_BYTES + 32 + 16;
const INFO: &str = "mjn:chat:wrap:1";
const CHECK: &str = "mjn:chat:check:1";

/// The private half of an encryption key. It is never shown.
#[derive(Clone)]
pub struct EncryptionSecret(<Dh as Kem>::PrivateKey);

impl EncryptionSecret {
    /// The 32 bytes of an X25519 private key; `None` if they are none.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let secret = <Dh as Kem>::PrivateKey::from_bytes(bytes).ok()?;
        Some(Self(secret))
    }

    /// Returns the public half.
    pub fn public(&self) -> EncryptionKey {
        EncryptionKey::from_bytes(Dh::sk_to_pk(&self.0).to_bytes().into())
    }
}

impl std::fmt::Debug for EncryptionSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EncryptionSecret of {:?}", self.public())
    }
}

/// The context that a wrapped secret is bound to.
#[derive(Debug, Clone, Copy)]
pub struct WrapInfo<'a> {
    /// The conversation.
    pub log: &'a Did,
    /// The epoch's number.
    pub epoch: u64,
    /// The maker of the epoch.
    pub maker: &'a Did,
    /// The owner of the key.
    pub member: &'a Did,
    /// The key that the secret is encrypted to.
    pub key: &'a EncryptionKey,
    /// [`check_of`] the secret.
    pub check: &'a [u8; 32],
}

impl WrapInfo<'_> {
    fn encode(&self) -> Vec<u8> {
        list([
            Value::from(INFO),
            Value::from(self.log.as_str()),
            int(self.epoch),
            Value::from(self.maker.as_str()),
            Value::from(self.member.as_str()),
            bytes(self.key.as_bytes()),
            bytes(self.check),
        ])
    }
}

/// Returns an epoch's commitment to its secret: the same for all members, so that a member who gets another secret
/// detects it.
pub fn check_of(secret: &Secret, log: &Did, epoch: u64) -> [u8; 32] {
    let info = list([Value::from(log.as_str()), int(epoch)]);
    expand(secret, CHECK.as_bytes(), &info)
}

/// Wraps an epoch's secret. `random` must be used for this wrap only. Returns `None` if the key is invalid.
pub fn wrap(info: &WrapInfo<'_>, secret: &Secret, random: [u8; 32]) -> Option<[u8; WRAP_BYTES]> {
    let wrapped = hpke_seal(info.key, &info.encode(), b"", secret, random)?;
    wrapped.try_into().ok()
}

/// The secret in a wrap for this key; `None` if it does not open. Compare [`check_of`] afterwards.
pub fn open_wrap(info: &WrapInfo<'_>, secret: &EncryptionSecret, wrapped: &[u8]) -> Option<Secret> {
    if wrapped.len() != WRAP_BYTES {
        return None;
    }
    hpke_open(secret, &info.encode(), b"", wrapped)?.try_into().ok()
}

/// Encapsulated key and ciphertext of RFC 9180's `SealBase`; `random` is the seed of the ephemeral key (`ikmE`).
pub fn hpke_seal(
    key: &EncryptionKey,
    info: &[u8],
    aad: &[u8],
    plain: &[u8],
    random: [u8; 32],
) -> Option<Vec<u8>> {
    let key = <Dh as Kem>::PublicKey::from_bytes(key.as_bytes()).ok()?;
    let mut random = FixedRng(Some(random));
    let (enc, sealed) = hpke::single_shot_seal::<AesGcm256, HkdfSha256, Dh, _>(
        &OpModeS::Base,
        &key,
        info,
        plain,
        aad,
        &mut random,
    )
    .ok()?;
    Some([enc.to_bytes().as_slice(), &sealed].concat())
}

/// Decrypts the output of [`hpke_seal`]; `None` if decryption fails.
pub fn hpke_open(
    secret: &EncryptionSecret,
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Option<Vec<u8>> {
    let (enc, sealed) = sealed.split_at_checked(ENC_BYTES)?;
    let enc = <Dh as Kem>::EncappedKey::from_bytes(enc).ok()?;
    hpke::single_shot_open::<AesGcm256, HkdfSha256, Dh>(
        &OpModeR::Base,
        &secret.0,
        &enc,
        info,
        sealed,
        aad,
    )
    .ok()
}

/// Randomness that the caller gave, for the one draw of an encapsulation.
struct FixedRng(Option<[u8; 32]>);

impl CryptoRng for FixedRng {}

impl RngCore for FixedRng {
    fn next_u32(&mut self) -> u32 {
        hpke::rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        hpke::rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        let drawn = self.0.take().filter(|bytes| bytes.len() == out.len());
        debug_assert!(drawn.is_some(), "an encapsulation draws 32 bytes, once");
        if let Some(bytes) = drawn {
            out.copy_from_slice(&bytes);
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(out);
        Ok(())
    }
}
