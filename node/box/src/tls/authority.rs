//! The box's own certificate authority: made on the box, for names and addresses at home only.
//!
//! Always: its key never leaves `node/device-ca.json` (0600). Its certificate has a critical constraint to names below
//! `.local`, this machine's name and private addresses, so a stolen key can't impersonate any site of the web. It signs
//! servers only, and no further authority.

use super::store::{self, Pair};
use super::{Day, TlsError};
use imajin_dfos::{Timestamp, hex};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::path::Path;

const FILE_NAME: &str = "device-ca.json";
/// Validity in days. People trust the authority once, by hand, on each of their devices.
const DAYS: i64 = 3650;
/// Minimum remaining validity in days: a certificate must not outlive the authority.
const DAYS_LEFT_MIN: i64 = 400;
/// Names that the network at home gives itself (RFC 6762).
const HOME: &str = "local";
/// Private, link-local and loopback addresses: RFC 1918, 3927, 6598, 4193, 4291.
const PRIVATE: [(&str, u8); 9] = [
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("169.254.0.0", 16),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("fc00::", 7),
    ("fe80::", 10),
    ("::1", 128),
];

#[derive(Serialize, Deserialize)]
struct AuthorityFile {
    #[serde(flatten)]
    pair: Pair,
    /// The machine's name at that time, one of the names that it may sign.
    host: Option<String>,
    until: Timestamp,
}

/// The authority, ready to sign.
pub(super) struct Authority {
    der: CertificateDer<'static>,
    pub(super) pem: String,
    pub(super) title: String,
    /// The issuer for signing: not the certificate that people trust, but one with the same name and key.
    issuer: Certificate,
    key: KeyPair,
    host: Option<String>,
}

impl Authority {
    /// The box's authority, made if there is none, or if it ends soon.
    pub(super) fn open(
        folder: &Path,
        host: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, TlsError> {
        let path = folder.join(FILE_NAME);
        let stored = store::load::<AuthorityFile>(&path)?;
        let enough = now.checked_add_millis(DAYS_LEFT_MIN * 86_400_000).unwrap_or(now);
        if let Some(stored) = stored.filter(|stored| stored.until > enough) {
            return Self::restore(stored);
        }
        let key = KeyPair::generate()?;
        let mut params = subject(&key);
        let (from, to) = (super::day(now, -1), super::day(now, DAYS));
        let (from, to) = from.zip(to).ok_or(TlsError::Form)?;
        params.not_before = rcgen::date_time_ymd(from.year, from.month, from.day);
        params.not_after = rcgen::date_time_ymd(to.year, to.month, to.day);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.name_constraints = Some(constraints(host));
        let made = params.self_signed(&key)?;
        let until = super::x509::validity(made.der()).ok_or(TlsError::Form)?.1;
        let stored = AuthorityFile {
            pair: Pair { certificate: made.pem(), key: key.serialize_pem() },
            host: host.map(str::to_owned),
            until,
        };
        store::save(&path, &stored)?;
        Self::restore(stored)
    }

    fn restore(stored: AuthorityFile) -> Result<Self, TlsError> {
        let key = KeyPair::from_pem(&stored.pair.key)?;
        let der = CertificateDer::from_pem_slice(stored.pair.certificate.as_bytes());
        Ok(Self {
            der: der.map_err(|_| TlsError::Form)?,
            title: title(&key),
            pem: stored.pair.certificate,
            issuer: subject(&key).self_signed(&key)?,
            key,
            host: stored.host,
        })
    }

    /// Whether it may speak for this name or address.
    pub(super) fn may_sign(&self, name: &str) -> bool {
        match name.parse::<IpAddr>() {
            Ok(address) => is_private(address),
            Err(_) => permitted(self.host.as_deref()).any(|host| {
                let below = name.strip_suffix(host);
                below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
            }),
        }
    }

    /// Signs a server's certificate with a new key. The chain has no other certificates, because a client that trusts
    /// this authority has it already.
    pub(super) fn sign(&self, names: &[String], from: Day, to: Day) -> Result<Pair, TlsError> {
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = DistinguishedName::new();
        let first = names.first().map_or("imajin.local", String::as_str);
        params.distinguished_name.push(DnType::CommonName, first);
        params.not_before = rcgen::date_time_ymd(from.year, from.month, from.day);
        params.not_after = rcgen::date_time_ymd(to.year, to.month, to.day);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        Ok(Pair {
            certificate: params.signed_by(&key, &self.issuer, &self.key)?.pem(),
            key: key.serialize_pem(),
        })
    }

    /// SHA-256 of the certificate, as phones and browsers show it.
    pub(super) fn fingerprint(&self) -> String {
        let hex = hex::encode(&Sha256::digest(&self.der)).to_uppercase();
        let pairs: Vec<&str> =
            hex.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
        pairs.join(":")
    }
}

/// Two boxes at home must not look the same in a phone's list.
fn title(key: &KeyPair) -> String {
    format!("Imajin box {}", hex::encode(&Sha256::digest(key.public_key_raw())[..4]))
}

/// The issuer: always the same, made from the key alone.
fn subject(key: &KeyPair) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, title(key));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// The names that an authority may sign, each with all names below it.
fn permitted(host: Option<&str>) -> impl Iterator<Item = &str> {
    [HOME, "localhost"].into_iter().chain(host)
}

fn constraints(host: Option<&str>) -> NameConstraints {
    let names = permitted(host).map(|name| GeneralSubtree::DnsName(name.to_owned()));
    let addresses = PRIVATE.into_iter().filter_map(|(address, bits)| {
        Some(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address.parse().ok()?, bits)))
    });
    NameConstraints {
        permitted_subtrees: names.chain(addresses).collect(),
        excluded_subtrees: Vec::new(),
    }
}

fn is_private(address: IpAddr) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, true),
        IpAddr::V6(address) => (address.to_bits(), false),
    };
    let (asked, is_v4) = bits(address);
    PRIVATE.iter().any(|(network, length)| {
        let network = network.parse().map(bits);
        network.is_ok_and(|(network, network_is_v4)| {
            is_v4 == network_is_v4 && (asked ^ network) >> (128 - length) == 0
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for (address, private) in [
            ("192.168.1.4", true),
            ("172.31.0.1", true),
            ("172.32.0.1", false),
            ("11.0.0.1", false),
            ("fd00::1", true),
            ("2001:db8::1", false),
            ("::1", true),
            ("::2", false),
        ] {
            assert_eq!(is_private(address.parse().unwrap()), private, "{address}");
        }
    }

    #[test]
    fn it_stays_the_same_until_it_ends_soon_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let open = |host, now| Authority::open(folder.path(), host, at(now)).unwrap();
        let first = open(Some("raspberrypi"), "2026-11-20T10:00:00.000Z");
        let later = open(Some("renamed"), "2030-01-01T00:00:00.000Z");
        assert_eq!(first.der, later.der);
        assert!(later.may_sign("raspberrypi") && !later.may_sign("renamed"));
        assert!(later.may_sign("imajin-2.local") && !later.may_sign("notlocal"));
        for name in ["auth.imajin-2.local", "auth.localhost", "auth.raspberrypi"] {
            assert!(later.may_sign(name), "{name}");
        }
        assert!(!later.may_sign("notlocalhost") && !later.may_sign("auth.renamed"));
        assert!(!later.may_sign("imajin.example") && !later.may_sign("8.8.8.8"));
        let mode = std::fs::metadata(folder.path().join(FILE_NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let next = open(Some("renamed"), "2036-01-01T00:00:00.000Z");
        assert_ne!(first.fingerprint(), next.fingerprint());
        assert_eq!(next.fingerprint().len(), 95);
    }
}
