//! A release file is taken as it was made, or not at all.

use super::*;
use imajin_dfos::{SigningKey, Timestamp};
use imajin_log::format::tar::TarWriter;
use imajin_protocol::{SignedMessage, jcs};
use proptest::prelude::*;
use serde_json::{Value, json};

const PI: &[u8] = b"a program for a Pi";
const PC: &[u8] = b"a program for a computer with more in it";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn did(seed: u8) -> Did {
    Did::from_key(key(seed).verifying_key().as_bytes())
}

fn build(arch: &str, program: &[u8]) -> Value {
    json!({ "arch": arch, "hash": hex::encode(&Sha256::digest(program)), "bytes": program.len() })
}

fn payload() -> Value {
    json!({
        "version": "1.2.0", "minVersion": "1.0.0", "releaseDate": "2026-11-21",
        "buildHashes": [build("aarch64", PI), build("x86_64", PC)],
    })
}

fn statement(kind: &str, payload: Value) -> String {
    let at = Timestamp::from_millis(1_790_000_000_000).unwrap();
    let message = SignedMessage::sign(&key(1), did(1), kind, at, payload);
    jcs::to_string(&message.to_value())
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = TarWriter::new(Vec::new());
    for (name, bytes) in files {
        tar.add(name, bytes.len() as u64, *bytes, &mut |_| {}).unwrap();
    }
    tar.finish().unwrap()
}

fn release_of(payload: Value) -> Vec<u8> {
    let statement = statement("build.release", payload);
    tar(&[(STATEMENT, statement.as_bytes()), ("aarch64/imajin", PI), ("x86_64/imajin", PC)])
}

/// The statement and the program for a Pi.
fn read(bytes: &[u8], trusted: &[Did]) -> Result<(Statement, Vec<u8>), ReleaseError> {
    let release = Release::open(bytes, trusted)?;
    let statement = release.statement.clone();
    let mut program = Vec::new();
    release.unpack("aarch64", &mut program, &mut |_, _| {})?;
    Ok((statement, program))
}

fn refused(bytes: &[u8]) -> String {
    read(bytes, &[did(1)]).unwrap_err().to_string()
}

#[test]
fn what_was_made_is_read() {
    let (statement, program) = read(&release_of(payload()), &[did(2), did(1)]).unwrap();
    assert_eq!(program, PI);
    assert_eq!(statement.version.to_string(), "1.2.0");
    assert_eq!(statement.minimum.as_ref().unwrap().to_string(), "1.0.0");
    assert_eq!((&*statement.date, &statement.notes), ("2026-11-21", &None));
    assert!(statement.rolls_back && statement.signer == did(1));
    assert_eq!(statement.architectures().collect::<Vec<_>>(), ["aarch64", "x86_64"]);
}

#[test]
fn the_same_message_is_what_a_registry_takes() {
    let text = statement("build.release", payload());
    let message = SignedMessage::parse(text.as_bytes()).unwrap();
    assert!(message.verify(&key(1).verifying_key(), message.timestamp()).is_ok());
    assert_eq!(message.kind(), super::RELEASE);
}

#[test]
fn each_changed_byte_is_refused() {
    let good = release_of(payload());
    let trusted = [did(1)];
    assert!(read(&good, &trusted).is_ok());
    for at in 0..good.len() {
        // The third makes a small letter a capital: other bytes that could read alike.
        for flip in [0x01, 0x80, 0x20] {
            let mut bad = good.clone();
            bad[at] ^= flip;
            assert!(read(&bad, &trusted).is_err(), "byte {at} ^ {flip}");
        }
    }
}

#[test]
fn cut_or_lengthened_is_refused() {
    let good = release_of(payload());
    for end in 0..good.len() {
        assert!(read(&good[..end], &[did(1)]).is_err(), "cut at {end}");
    }
    for extra in [&[0u8][..], &[0u8; 512][..], b"x"] {
        assert!(read(&[&good, extra].concat(), &[did(1)]).is_err());
    }
}

#[test]
fn only_trusted_keys_are_believed() {
    let good = release_of(payload());
    for trusted in [&[][..], &[did(2)][..]] {
        let error = read(&good, trusted).unwrap_err();
        assert!(matches!(&error, ReleaseError::Untrusted { signer, .. } if *signer == did(1)));
    }
    // Under a trusted name, by another key.
    let at = Timestamp::from_millis(0).unwrap();
    let forged = SignedMessage::sign(&key(2), did(1), "build.release", at, payload());
    let forged = jcs::to_string(&forged.to_value());
    assert!(refused(&tar(&[(STATEMENT, forged.as_bytes())])).contains("forged"));
    // Another text of the same message.
    let spaced = statement("build.release", payload()).replace("\":", "\": ");
    assert!(refused(&tar(&[(STATEMENT, spaced.as_bytes())])).contains("signature"));
}

#[test]
fn other_programs_than_were_signed_are_refused() {
    let statement = statement("build.release", payload());
    let with = |programs: &[(&str, &[u8])]| {
        refused(&tar(&[&[(STATEMENT, statement.as_bytes())][..], programs].concat()))
    };
    assert!(with(&[("aarch64/imajin", PI)]).contains("x86_64 is missing"));
    assert!(with(&[]).contains("missing"));
    let mut other = PI.to_vec();
    other[0] ^= 1;
    assert!(with(&[("aarch64/imajin", &other), ("x86_64/imajin", PC)]).contains("aarch64"));
    assert!(with(&[("aarch64/imajin", PI), ("riscv64/imajin", PC)]).contains("riscv64"));
    for name in ["aarch64/other", "z/../imajin", "aarch64/../imajin", "imajin", "z/z/imajin"] {
        assert!(with(&[(name, PI)]).contains("damaged"), "{name}");
    }
    assert!(refused(&tar(&[("aarch64/imajin", PI)])).contains(STATEMENT));
    assert!(refused(&tar(&[])).contains(STATEMENT));
    let long = vec![b' '; STATEMENT_BYTES_MAX as usize + 1];
    assert!(refused(&tar(&[(STATEMENT, &long)])).contains(STATEMENT));
}

#[test]
fn statements_that_mean_nothing_are_refused() {
    let other = statement("node.revoke", payload());
    assert!(refused(&tar(&[(STATEMENT, other.as_bytes())])).contains("node.revoke"));
    for (name, value, word) in [
        ("version", json!("1.2"), "version"),
        ("version", json!("1.2.0/../x"), "version"),
        ("version", Value::Null, "version"),
        ("minVersion", json!("1.2.1"), "after its own"),
        ("releaseDate", json!("a\u{1b}[2J"), "releaseDate"),
        ("releaseDate", Value::Null, "releaseDate"),
        ("rollsBack", json!("no"), "rollsBack"),
        ("buildHashes", json!([]), "buildHashes"),
        ("buildHashes", json!(["ab"]), "buildHashes"),
        ("buildHashes", json!([build("aarch64", PI), build("aarch64", PC)]), "buildHashes"),
        ("buildHashes", json!([build("../etc", PI)]), "buildHashes"),
        ("buildHashes", json!([build("aarch64", b"")]), "buildHashes"),
        ("buildHashes", json!([{ "arch": "aarch64", "hash": "ab", "bytes": 1 }]), "buildHashes"),
        (
            "buildHashes",
            json!([{ "arch": "aarch64", "hash": "ab".repeat(32), "bytes": 1u64 << 40 }]),
            "buildHashes",
        ),
    ] {
        let mut payload = payload();
        payload[name] = value;
        let error = refused(&release_of(payload));
        assert!(error.contains(word), "{name}: {error}");
    }
}

#[test]
fn keys_are_dids_or_digits() {
    let digits = hex::encode(key(1).verifying_key().as_bytes());
    assert_eq!(parse_key(&digits), Ok(did(1)));
    assert_eq!(parse_key(did(1).as_str()), Ok(did(1)));
    for text in ["", "abc", "did:web:example.org", "did:imajin:group:1"] {
        assert!(parse_key(text).is_err(), "{text}");
    }
}

proptest! {
    /// No damaged file causes a panic, or passes without a trusted signature.
    #[test]
    fn anything_else_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        prop_assert!(read(&bytes, &[did(1)]).is_err());
    }

    #[test]
    fn pieces_of_a_good_one_are_refused(from in 0usize..6, to in 0usize..6, count in 1usize..4) {
        let good = release_of(payload());
        let block = |at: usize| at * 512..(at + count).min(good.len() / 512) * 512;
        let mut bad = good.clone();
        let piece = good[block(from)].to_vec();
        let end = (to * 512 + piece.len()).min(bad.len());
        bad[to * 512..end].copy_from_slice(&piece[..end - to * 512]);
        prop_assert_eq!(bad == good, read(&bad, &[did(1)]).is_ok());
    }
}

#[cfg(feature = "server")]
#[test]
fn a_file_is_made_and_read_again() {
    use imajin_protocol::generate_keypair;
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    std::fs::write(&program, PI).unwrap();
    let keypair = generate_keypair([1; 32]);
    let draft = Draft {
        version: "1.2.0".into(),
        date: "2026-11-21".into(),
        notes: Some("mends".into()),
        is_one_way: true,
        programs: [("aarch64".to_owned(), program)].into(),
        ..Draft::default()
    };
    let to = folder.path().join("release");
    let at = Timestamp::from_millis(1).unwrap();
    write(&draft, &keypair, at, &to).unwrap();
    let bytes = std::fs::read(&to).unwrap();
    let (statement, unpacked) = read(&bytes, &[keypair.did()]).unwrap();
    assert_eq!(unpacked, PI);
    assert!(!statement.rolls_back && statement.notes.as_deref() == Some("mends"));
    // A release that a node would refuse is not written; existing files stay.
    let wrong = Draft { version: "1.2".into(), ..draft };
    assert!(write(&wrong, &keypair, at, &to).is_err());
    assert_eq!(std::fs::read(&to).unwrap(), bytes);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
