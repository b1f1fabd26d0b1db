//! Encrypted bundles: the canonical tar in the age v1 format, to a passphrase or to the owner's X25519 key.
//!
//! Always: this module writes no plaintext to the disk, and an unfinished stream does not decrypt. It does not know
//! what the tar contains.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::iter;

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, Identity, scrypt, x25519};
use bech32::{Bech32, Hrp};
use imajin_protocol::EncryptionKey;

/// scrypt with N = 2^16 takes 64 MB and about half a second on a Pi; age's own choice of 2^18 would take 256 MB.
const SCRYPT_LOG_N: u8 = 16;
/// Files of other age programs (2^18, 256 MB) open too. A file that asks for more would use up a Pi's memory.
const SCRYPT_LOG_N_MAX: u8 = 18;

/// Maximum number of recipients of a file. The most that this program writes is far below it.
const RECIPIENTS_MAX: usize = 64;
/// Maximum bytes of a header: more than twice what `RECIPIENTS_MAX` X25519 recipients take. The time that a header takes to
/// be parsed grows with the square of its length.
pub const HEADER_BYTES_MAX: usize = 16 << 10;

/// The first bytes of every age v1 file (<https://age-encryption.org/v1>).
pub const MAGIC: &[u8] = b"age-encryption.org/v1\n";

/// The recipients of an encrypted bundle.
#[derive(Clone)]
pub enum Recipient {
    /// Anyone who knows this passphrase.
    Passphrase(SecretString),
    /// Each of these keys opens it alone.
    Keys(Vec<EncryptionKey>),
}

/// The secret that opens an encrypted bundle.
#[derive(Clone)]
pub enum Unlock {
    /// The passphrase.
    Passphrase(SecretString),
    /// The X25519 secret.
    Key([u8; 32]),
}

impl Unlock {
    /// Makes an unlocking secret from a passphrase.
    pub fn passphrase(text: impl Into<String>) -> Self {
        Self::Passphrase(SecretString::from(text.into()))
    }
}

impl Recipient {
    /// Makes a recipient from a passphrase.
    pub fn passphrase(text: impl Into<String>) -> Self {
        Self::Passphrase(SecretString::from(text.into()))
    }
}

/// Why a bundle cannot be encrypted or opened.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum AgeError {
    #[error("the encryption key is not a usable X25519 key")]
    Key,
    #[error("this passphrase or key does not open the file")]
    Locked,
    /// The file is encrypted to a passphrase and the caller gave a key, or the other way round.
    #[error("the file is encrypted to {wants}")]
    Wants {
        /// The secret that the file needs, for people.
        wants: &'static str,
    },
    #[error(
        "the file asks for 2^{required} of scrypt work; more than 2^{SCRYPT_LOG_N_MAX} is refused"
    )]
    Work {
        /// The exponent that the header asks for: the work is 2 to this power.
        required: u8,
    },
    #[error(
        "the header of the file is too long: at most {RECIPIENTS_MAX} recipients and {HEADER_BYTES_MAX} bytes are read"
    )]
    Header,
    #[error("not an intact age file: {0}")]
    Damaged(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn opener(key: &EncryptionKey) -> Result<x25519::Recipient, AgeError> {
    key_text(key.as_bytes())?.parse().map_err(|_| AgeError::Key)
}

fn identity(secret: &[u8; 32]) -> Result<x25519::Identity, AgeError> {
    secret_text(secret)?.parse().map_err(|_| AgeError::Key)
}

/// Encrypts everything that is written to it. `finish` seals the last chunk; without this the file does not open.
pub type Writer<W> = age::stream::StreamWriter<W>;

/// Starts an age file in `output`.
///
/// # Errors
/// An unusable key, or a write that failed.
pub fn encrypt<W: Write>(recipient: &Recipient, output: W) -> Result<Writer<W>, AgeError> {
    let encryptor = match recipient {
        Recipient::Passphrase(passphrase) => {
            let mut scrypt = scrypt::Recipient::new(passphrase.clone());
            scrypt.set_work_factor(SCRYPT_LOG_N);
            Encryptor::with_recipients(iter::once(&scrypt as _))
        }
        Recipient::Keys(keys) => {
            let keys: Vec<_> = keys.iter().map(opener).collect::<Result<_, _>>()?;
            Encryptor::with_recipients(keys.iter().map(|key| key as _))
        }
    };
    let encryptor = encryptor.map_err(|error| AgeError::Damaged(error.to_string()))?;
    Ok(encryptor.wrap_output(output)?)
}

/// Opens an age file. The reader authenticates each chunk of 64 KiB, and the end of the file.
///
/// # Errors
/// [`AgeError`] says whether the file is damaged, needs another secret, or asks for too much work.
pub fn decrypt<R: Read>(unlock: &Unlock, input: R) -> Result<impl Read + use<R>, AgeError> {
    let decryptor = Decryptor::new(read_header(input)?).map_err(from_age)?;
    let identity: Box<dyn Identity> = match (unlock, decryptor.is_scrypt()) {
        (Unlock::Passphrase(passphrase), true) => {
            let mut identity = scrypt::Identity::new(passphrase.clone());
            identity.set_max_work_factor(SCRYPT_LOG_N_MAX);
            Box::new(identity)
        }
        (Unlock::Key(secret), false) => Box::new(identity(secret)?),
        (_, is_scrypt) => {
            let wants = if is_scrypt { "a passphrase" } else { "the owner's encryption key" };
            return Err(AgeError::Wants { wants });
        }
    };
    decryptor.decrypt(iter::once(&*identity)).map_err(from_age)
}

/// Opens an age file for a reader that jumps. Each chunk of 64 KiB that is read is authenticated for itself; the end of the file is not.
pub fn decrypt_seekable<R: Read + Seek>(
    secret: &[u8; 32],
    mut input: R,
) -> Result<impl Read + Seek + use<R>, AgeError> {
    drop(read_header(&mut input)?);
    input.seek(SeekFrom::Start(0))?;
    let decryptor = Decryptor::new(input).map_err(from_age)?;
    let identity = identity(secret)?;
    decryptor.decrypt(iter::once(&identity as &dyn Identity)).map_err(from_age)
}

/// Reads until the header is over, and returns the whole input again. A file whose header exceeds the bounds is refused before any
/// key is tried.
fn read_header<R: Read>(mut input: R) -> Result<impl Read + use<R>, AgeError> {
    let mut start = Vec::new();
    while !is_header_complete(&start)? {
        if start.len() == HEADER_BYTES_MAX {
            return Err(AgeError::Header);
        }
        let rest = HEADER_BYTES_MAX - start.len();
        let mut piece = input.by_ref().take(rest.min(4 << 10) as u64);
        if piece.read_to_end(&mut start)? == 0 {
            break;
        }
    }
    Ok(io::Cursor::new(start).chain(input))
}

/// Returns whether these first bytes of a file include the line that ends a header, or can't begin an age file. Counts
/// the recipients.
fn is_header_complete(start: &[u8]) -> Result<bool, AgeError> {
    let prefix_len = start.len().min(MAGIC.len());
    if start[..prefix_len] != MAGIC[..prefix_len] {
        return Ok(true);
    }
    let mut recipients = 0;
    for line in start.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"---") && line.ends_with(b"\n") {
            return Ok(true);
        }
        recipients += usize::from(line.starts_with(b"->"));
        if recipients > RECIPIENTS_MAX {
            return Err(AgeError::Header);
        }
    }
    Ok(false)
}

fn from_age(error: DecryptError) -> AgeError {
    match error {
        DecryptError::NoMatchingKeys
        | DecryptError::KeyDecryptionFailed
        | DecryptError::DecryptionFailed => AgeError::Locked,
        DecryptError::ExcessiveWork { required, .. } => AgeError::Work { required },
        DecryptError::Io(error) => AgeError::Io(error),
        other => AgeError::Damaged(other.to_string()),
    }
}

/// Returns the text `age1…` of an X25519 public key, as every age program reads it.
pub fn key_text(key: &[u8; 32]) -> Result<String, AgeError> {
    let hrp = Hrp::parse("age").map_err(|_| AgeError::Key)?;
    bech32::encode::<Bech32>(hrp, key).map_err(|_| AgeError::Key)
}

/// Returns the text `AGE-SECRET-KEY-1…` of an X25519 secret, as every age program reads it.
pub fn secret_text(secret: &[u8; 32]) -> Result<String, AgeError> {
    let hrp = Hrp::parse("AGE-SECRET-KEY-").map_err(|_| AgeError::Key)?;
    bech32::encode_upper::<Bech32>(hrp, secret).map_err(|_| AgeError::Key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(recipient: &Recipient, unlock: &Unlock) -> Result<Vec<u8>, AgeError> {
        let text = vec![9u8; 150_000];
        let mut writer = encrypt(recipient, Vec::new())?;
        writer.write_all(&text)?;
        let sealed = writer.finish()?;
        assert!(sealed.starts_with(MAGIC));
        let mut out = Vec::new();
        decrypt(unlock, sealed.as_slice())?.read_to_end(&mut out)?;
        assert_eq!(out, text);
        let mut cut = Vec::new();
        let whole = decrypt(unlock, &sealed[..sealed.len() - 1])?.read_to_end(&mut cut);
        assert!(whole.is_err(), "a truncated file must not read to its end");
        Ok(out)
    }

    #[test]
    fn a_passphrase_opens_what_it_closed() {
        let recipient = Recipient::passphrase("correct horse");
        round_trip(&recipient, &Unlock::passphrase("correct horse")).unwrap();
        let wrong = round_trip(&recipient, &Unlock::passphrase("battery"));
        assert!(matches!(wrong, Err(AgeError::Locked)), "{wrong:?}");
        let wrong = round_trip(&recipient, &Unlock::Key([1; 32]));
        assert!(matches!(wrong, Err(AgeError::Wants { .. })));
    }

    #[test]
    fn a_chunk_opens_alone_and_a_changed_one_does_not() {
        let secret = [0x42; 32];
        let public = x25519_dalek::PublicKey::from(&x25519_dalek::StaticSecret::from(secret));
        let recipient = Recipient::Keys(vec![EncryptionKey::from_bytes(public.to_bytes())]);
        let mut writer = encrypt(&recipient, Vec::new()).unwrap();
        writer.write_all(&vec![9; 200_000]).unwrap();
        let mut sealed = writer.finish().unwrap();
        let open = |sealed: &[u8], at: u64| -> io::Result<u64> {
            let reader = decrypt_seekable(&secret, io::Cursor::new(sealed.to_vec()));
            reader.unwrap().seek(SeekFrom::Start(at))
        };
        for chunk in 1..4 {
            open(&sealed, chunk * 65_536 + 1).unwrap();
        }
        let end = sealed.len();
        sealed[end - 1] ^= 1;
        open(&sealed, 2 * 65_536 + 1).unwrap();
        open(&sealed, 3 * 65_536 + 1).unwrap_err();
    }

    /// An input that counts the bytes read from it.
    struct CountingReader<'a>(&'a [u8], &'a std::cell::Cell<usize>);

    impl Read for CountingReader<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.read(buffer)?;
            self.1.set(self.1.get() + count);
            Ok(count)
        }
    }

    /// Returns the error for a file with this header, and how many of its bytes were read.
    fn refuse(header: &str) -> (AgeError, usize) {
        let file = [MAGIC, header.as_bytes()].concat();
        let read = std::cell::Cell::new(0);
        let error = decrypt(&Unlock::Key([7; 32]), CountingReader(&file, &read)).err();
        (error.expect("no key opens it"), read.get())
    }

    #[test]
    fn a_header_without_measure_is_refused_before_a_key_is_tried() {
        let stanza = format!("-> X25519 {0}\n{0}\n", "A".repeat(43));
        let end = format!("--- {}\n", "A".repeat(43));
        let (error, _) = refuse(&(stanza.repeat(RECIPIENTS_MAX) + &end));
        assert!(!matches!(error, AgeError::Header), "{error:?}");

        let body = format!("-> other\n{}\n", format!("{}\n", "A".repeat(64)).repeat(20_000));
        for header in [
            stanza.repeat(RECIPIENTS_MAX + 1) + &end,
            stanza.repeat(20_000),
            format!("-> {}", "A".repeat(1_000_000)),
            format!("{stanza}--- {}", "A".repeat(1_000_000)),
            body,
        ] {
            let (error, read) = refuse(&header);
            assert!(matches!(error, AgeError::Header), "{error:?}");
            assert!(read <= HEADER_BYTES_MAX, "{read} bytes were read");
        }
    }

    #[test]
    fn a_key_opens_what_was_closed_for_it() {
        let secret = [0x42; 32];
        let public = x25519_dalek::PublicKey::from(&x25519_dalek::StaticSecret::from(secret));
        let recipient = Recipient::Keys(vec![EncryptionKey::from_bytes(public.to_bytes())]);
        round_trip(&recipient, &Unlock::Key(secret)).unwrap();
        assert!(matches!(round_trip(&recipient, &Unlock::Key([1; 32])), Err(AgeError::Locked)));
        let identity: x25519::Identity = secret_text(&secret).unwrap().parse().unwrap();
        assert_eq!(identity.to_public().to_string(), key_text(&public.to_bytes()).unwrap());
    }
}
