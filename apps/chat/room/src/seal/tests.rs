//! The cryptography against published values, and against hostile bytes.

use imajin_dfos::{Cid, cid, hex};
use imajin_protocol::{Did, IdText};
use proptest::prelude::*;

use super::*;

fn did(seed: u8) -> Did {
    Did::from_key(&[seed; 32])
}

fn cid_of(seed: u8) -> Cid {
    cid::dag_cbor_cid(&[seed])
}

fn key(seed: u8) -> EncryptionSecret {
    EncryptionSecret::from_bytes(&[seed; 32]).unwrap()
}

proptest! {
    #[test]
    fn padding_there_and_back(text in prop::collection::vec(any::<u8>(), 0..3000)) {
        let padded = pad(&text).unwrap();
        prop_assert!(padded.len().is_power_of_two() && padded.len() >= 256);
        prop_assert_eq!(unpad(&padded), Some(text.as_slice()));
    }

    #[test]
    fn hostile_padding_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Some(text) = unpad(&bytes) {
            prop_assert_eq!(pad(text).unwrap(), bytes);
        }
    }

    #[test]
    fn hostile_wraps_do_not_open(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let (log, member) = (did(1), did(2));
        let mine = key(3);
        let info = WrapInfo {
            log: &log,
            epoch: 1,
            maker: &member,
            member: &member,
            key: &mine.public(),
            check: &[0; 32],
        };
        prop_assert_eq!(open_wrap(&info, &mine, &bytes), None);
        let sealed = Sealed { nonce: [1; 32], commit: [2; 32], sealed: bytes.clone() };
        prop_assert!(open_ring(&mine, &member, &bytes, &sealed).is_none());
        let id = IdText::parse("msg_0").unwrap();
        let place = MessagePlace { name: &log, log: &log, epoch: 1, sender: &member, id: &id, re: None };
        prop_assert_eq!(open(&[4; 32], &place, &sealed), None);
    }
}

#[test]
fn sizes() {
    assert_eq!(pad(&[1; 252]).unwrap().len(), 256);
    assert_eq!(pad(&[1; 253]).unwrap().len(), 512);
    assert_eq!(pad(&vec![1; JSON_BYTES_MAX]).unwrap().len(), 32_768);
    assert_eq!(pad(&vec![1; JSON_BYTES_MAX + 1]), None);
    assert_eq!(unpad(&[0xff; 256]), None);
}

#[test]
fn a_secret_reaches_one_key_for_one_place() {
    let (log, maker, member, mine) = (did(1), did(2), did(3), key(4));
    let check = check_of(&[9; 32], &log, 7);
    let public = mine.public();
    let info = WrapInfo {
        log: &log,
        epoch: 7,
        maker: &maker,
        member: &member,
        key: &public,
        check: &check,
    };
    let wrapped = wrap(&info, &[9; 32], [5; 32]).unwrap();
    assert_eq!(open_wrap(&info, &mine, &wrapped), Some([9; 32]));
    assert_eq!(open_wrap(&info, &key(6), &wrapped), None);
    assert_eq!(open_wrap(&WrapInfo { epoch: 8, ..info }, &mine, &wrapped), None);
    assert_eq!(open_wrap(&WrapInfo { log: &maker, ..info }, &mine, &wrapped), None);
    assert_eq!(open_wrap(&WrapInfo { maker: &log, ..info }, &mine, &wrapped), None);
    assert_eq!(open_wrap(&WrapInfo { check: &[0; 32], ..info }, &mine, &wrapped), None);
}

#[test]
fn a_key_of_small_order_is_refused() {
    let zero = imajin_protocol::EncryptionKey::from_bytes([0; 32]);
    assert_eq!(hpke_seal(&zero, b"", b"", b"text", [5; 32]), None);
    assert_eq!(hpke_open(&key(4), b"", b"", &[0; 80]), None);
}

#[test]
fn a_box_opens_where_it_belongs_only() {
    let (name, log, sender) = (did(1), did(2), did(3));
    let (id, re) = (IdText::parse("msg_1").unwrap(), IdText::parse("msg_2").unwrap());
    let place =
        MessagePlace { name: &name, log: &log, epoch: 3, sender: &sender, id: &id, re: None };
    let sealed = seal(&[7; 32], [8; 32], &place, b"{\"v\":1}").unwrap();
    assert_eq!(open(&[7; 32], &place, &sealed).unwrap(), b"{\"v\":1}");
    assert_eq!(sealed.sealed.len(), 272);
    for other in [
        MessagePlace { name: &log, ..place },
        MessagePlace { log: &name, ..place },
        MessagePlace { epoch: 4, ..place },
        MessagePlace { sender: &log, ..place },
        MessagePlace { id: &re, ..place },
        MessagePlace { re: Some(&re), ..place },
    ] {
        assert_eq!(open(&[7; 32], &other, &sealed), None);
    }
    assert_eq!(open(&[6; 32], &place, &sealed), None);
    let commit = Sealed { commit: [0; 32], ..sealed };
    assert_eq!(open(&[7; 32], &place, &commit), None);
}

#[test]
fn a_keyring_is_for_its_owner() {
    let (owner, mine, log) = (did(1), key(2), did(3));
    let secrets =
        [1, 2].map(|epoch| RingSecret { log: log.clone(), epoch, secret: [epoch as u8; 32] });
    let sealed = seal_ring(&[5; 32], [6; 32], &owner, &secrets).unwrap();
    let wrapped = wrap_ring(&[5; 32], &owner, &mine.public(), [7; 32]).unwrap();
    assert_eq!(open_ring(&mine, &owner, &wrapped, &sealed).unwrap(), secrets);
    assert_eq!(open_ring(&mine, &log, &wrapped, &sealed), None);
    assert_eq!(open_ring(&key(9), &owner, &wrapped, &sealed), None);
    let many = vec![secrets[0].clone(); SECRETS_MAX];
    assert!(seal_ring(&[5; 32], [6; 32], &owner, &many).is_some(), "the most fit");
}

#[test]
fn both_read_the_same_number() {
    let (a, b) = (did(1), did(2));
    let (ca, cb) = (cid_of(1), cid_of(2));
    let digits = number((&a, &ca), (&b, &cb));
    assert_eq!(digits, number((&b, &cb), (&a, &ca)));
    assert_ne!(digits, number((&a, &ca), (&b, &ca)));
    assert!(
        digits.iter().all(|group| group.len() == 5 && group.bytes().all(|b| b.is_ascii_digit()))
    );
}

#[test]
fn hpke_gives_back_what_it_sealed() {
    let mine = key(4);
    let sealed = hpke_seal(&mine.public(), b"info", b"aad", b"text", [5; 32]).unwrap();
    assert_eq!(hpke_open(&mine, b"info", b"aad", &sealed).unwrap(), b"text");
    assert_eq!(hpke_open(&mine, b"info", b"", &sealed), None);
    assert_eq!(hex::encode(&sealed).len(), 2 * (32 + 4 + 16));
}

/// Python's `cryptography` sealed this to the key of `key(4)`, with the info "info".
#[test]
fn hpke_opens_what_another_library_sealed() {
    let sealed = "fd7b966d15e9ee33904171914cb9203a2d8edcffe38d647ac30d1c9ebb5ae87e\
                  26dc90d8bf5bc047d165f619efa9665e5f0326528e3d0db5b5363935fa5aac73\
                  d9f53f280a65dd2add2155563b3752c4";
    let sealed = hex::decode(sealed).unwrap();
    assert_eq!(hpke_open(&key(4), b"info", b"", &sealed), Some(vec![9; 32]));
}

/// RFC 9180, A.1.1: the encapsulated key that comes of `ikmE`. The cipher there is a smaller one.
#[test]
fn an_encapsulated_key_is_that_of_the_rfc() {
    let bytes = |text: &str| -> [u8; 32] { hex::decode(text).unwrap().try_into().unwrap() };
    let theirs = EncryptionSecret::from_bytes(&bytes(
        "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
    ));
    let theirs = theirs.unwrap();
    let public = bytes("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
    assert_eq!(theirs.public().as_bytes(), &public);
    let random = bytes("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234");
    let sealed = hpke_seal(&theirs.public(), b"info", b"", b"text", random).unwrap();
    let enc = bytes("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
    assert_eq!(sealed[..32], enc);
    assert_eq!(hpke_open(&theirs, b"info", b"", &sealed).unwrap(), b"text");
}
