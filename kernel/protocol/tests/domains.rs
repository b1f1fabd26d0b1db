//! Everything that a key of a person or of a node signs (docs/threats.md, "What a key signs"): no signature input of one
//! kind can be one of another.
//!
//! Always: a new kind of signature gets a row here and in that table. The rows say what every input of a kind has; the
//! test compares each with each, and real inputs with all rows.
#![expect(clippy::unwrap_used, reason = "a panic is the report of a test, in its helpers too")]

use imajin_dfos::{SigningKey, Timestamp, base64};
use imajin_dfos::{
    artifact, auth, content, countersign, credential, credit, revocation, sign_request, siwd,
};
use imajin_protocol::exchange::{Exchange, Request};
use imajin_protocol::json_signature::MARKS;
use imajin_protocol::proof::ProofPayload;
use imajin_protocol::{
    Claims, Did, Head, HeadPayload, Kid, Proof, Scope, Tier, create_identity, generate_keypair,
    jcs, presence, token,
};
use serde_json::{Value, json};

/// The common shape of a kind's signature inputs.
enum Shape {
    /// The input begins with these bytes.
    Begins(&'static [u8]),
    /// A JWS of this type; its key is of a DID of this method, where two kinds share a type.
    Jws(&'static str, &'static str),
    /// A JSON object with these members, and at most these others.
    Closed(&'static [&'static str], &'static [&'static str]),
    /// A JSON object with these members and any others but the marks of another open kind.
    Open(&'static [&'static str]),
}
use Shape::{Begins, Closed, Jws, Open};

const TLS: &[u8] = b"                                                                TLS 1.3, server CertificateVerify\0";

const DOMAINS: [(&str, Shape); 31] = [
    ("challenge of a sign-in", Begins(b"imajin:auth:1:")),
    ("proof of a new key", Begins(b"imajin:upgrade:1:")),
    ("signed exchange", Begins(b"MJN1\n")),
    ("entry of a list of backups", Begins(b"imajin backup 1\n")),
    ("TLS handshake", Begins(TLS)),
    ("certificate of the node's key", Begins(&[0x30, 0x81])),
    ("certificate of the node's key, longer", Begins(&[0x30, 0x82])),
    ("proof of will", Jws("mjn:proof", "")),
    ("head", Jws("mjn:head", "")),
    ("receipt of a deletion", Jws("mjn:receipt", "")),
    ("refusal of a proof", Jws("mjn:refused", "")),
    ("session or app token", Jws("JWT", "did:imajin:")),
    ("relay token", Jws("JWT", "did:dfos:")),
    ("identity operation", Jws("did:dfos:identity-op", "")),
    ("content operation (anchors)", Jws("did:dfos:content-op", "")),
    ("artifact (public attestation)", Jws("did:dfos:artifact", "")),
    ("countersignature", Jws("did:dfos:countersign", "")),
    ("credential", Jws("did:dfos:credential", "")),
    ("credit claim", Jws("did:dfos:credit-claim", "")),
    ("revocation", Jws("did:dfos:revocation", "")),
    ("request for a signature", Jws("did:dfos:sign-request", "")),
    ("sign-in with DFOS", Jws("did:dfos:siwd", "")),
    ("registration", Closed(&["publicKey"], &["handle", "name", "scope", "subtype"])),
    (
        "attestation",
        Closed(&["subject_did", "type", "context_id", "context_type", "payload", "issued_at"], &[]),
    ),
    (
        "ticket",
        Closed(&["v", "ticket", "event", "holder", "type", "seat", "issue", "issuedAt"], &[]),
    ),
    (
        "list of a bundle's files",
        Closed(
            &["v", "did", "head", "counts", "files", "split", "exported_at", "node", "signer"],
            &[],
        ),
    ),
    (
        "readable view of a bundle",
        Closed(&["v", "did", "exported_at", "node", "sections", "signer"], &[]),
    ),
    ("message (of a node, of a release)", Open(&["from", "type", "timestamp", "payload"])),
    ("manifest of a work", Open(&["contributors"])),
    ("consent or settlement instruction", Open(&["consumer", "content", "version", "timestamp"])),
    ("receipt of a payment", Open(&["v", "type", "order", "division", "signer"])),
];

fn mark_of(must: &[&str]) -> Option<&'static str> {
    let mut kinds = MARKS.iter();
    let kind = kinds.find(|(_, marks)| marks.iter().any(|mark| must.contains(mark)));
    kind.map(|(name, _)| *name)
}

/// Returns whether nothing has both shapes.
fn are_apart(one: &Shape, other: &Shape) -> bool {
    // A JWS is letters, digits, `-`, `_` and `.`, and begins with the base64url of `{"`.
    let is_foreign = |start: &[u8]| !start.starts_with(b"{") && !start.starts_with(b"ey");
    let lacks = |must: &[&str], other: &[&str], may: &[&str]| {
        must.iter().any(|name| !other.contains(name) && !may.contains(name))
    };
    match (one, other) {
        (Begins(a), Begins(b)) => !a.starts_with(b) && !b.starts_with(a),
        (Begins(start), _) | (_, Begins(start)) => is_foreign(start),
        (Jws(a, method), Jws(b, other)) => {
            a != b || (!method.starts_with(other) && !other.starts_with(method))
        }
        (Jws(..), _) | (_, Jws(..)) => true,
        (Closed(a, may_a), Closed(b, may_b)) => lacks(a, b, may_b) || lacks(b, a, may_a),
        (Closed(closed, may), Open(open)) | (Open(open), Closed(closed, may)) => {
            lacks(open, closed, may)
        }
        // Verifiers take no document with the marks of two (`json_signature::has_one_meaning`).
        (Open(a), Open(b)) => {
            let marks = (mark_of(a), mark_of(b));
            marks.0.is_some() && marks.1.is_some() && marks.0 != marks.1
        }
    }
}

#[test]
fn no_signature_input_of_one_kind_can_be_one_of_another() {
    for (place, (name, shape)) in DOMAINS.iter().enumerate() {
        for (other, other_shape) in &DOMAINS[place + 1..] {
            assert!(are_apart(shape, other_shape), "{name} could be {other}");
        }
    }
}

fn has(shape: &Shape, input: &[u8]) -> bool {
    let text = std::str::from_utf8(input).unwrap_or_default();
    match shape {
        Begins(start) => input.starts_with(start),
        Jws(typ, method) => {
            let header = text.split('.').next().unwrap_or_default();
            let header = base64::decode_url(header).unwrap_or_default();
            let header: Value = serde_json::from_slice(&header).unwrap_or_default();
            let kid = header["kid"].as_str().unwrap_or_default();
            header["typ"] == *typ && kid.starts_with(method)
        }
        Closed(must, may) => members(text).is_some_and(|found| {
            let fits =
                |name: &String| must.contains(&name.as_str()) || may.contains(&name.as_str());
            must.iter().all(|name| found.iter().any(|have| have == name)) && found.iter().all(fits)
        }),
        Open(must) => members(text).is_some_and(|found| {
            let fits = must.iter().all(|name| found.iter().any(|have| have == name));
            let names: Vec<&str> = found.iter().map(String::as_str).collect();
            fits && !names.contains(&"subject_did") && mark_of(&names) == mark_of(must)
        }),
    }
}

fn members(text: &str) -> Option<Vec<String>> {
    let Ok(Value::Object(object)) = serde_json::from_str(text) else {
        return None;
    };
    Some(object.keys().cloned().collect())
}

/// Makes one signature input of each DFOS kind, with the code that signs it.
fn of_dfos() -> Vec<(&'static str, String)> {
    let key = SigningKey::from_bytes(&[1; 32]);
    let (start, end) = ("2026-11-20T10:00:00.000Z", "2026-11-20T10:05:00.000Z");
    let (at, until) = (Timestamp::parse(start).unwrap(), Timestamp::parse(end).unwrap());
    let identity = create_identity(&generate_keypair([1; 32]), at, Vec::new()).unwrap();
    let did = imajin_dfos::Did::from_genesis(&identity.genesis_cid);
    let target = identity.genesis_cid.to_string();
    let content_id = content::ContentId::from_genesis(&identity.genesis_cid);
    let document = json!({ "$schema": "x" });
    let artifact = artifact::Artifact {
        did: did.clone(),
        content: imajin_dfos::json::parse(document.to_string().as_bytes()).unwrap(),
        created_at: at,
    };
    let witnessed = countersign::Countersign {
        did: did.clone(),
        target: target.clone(),
        relation: None,
        created_at: at,
    };
    let granted = credential::Credential {
        issuer: did.clone(),
        audience: credential::Audience::Anyone,
        scope: vec![credential::Attenuation::new("chain:*", "read")],
        parent: None,
        issued_at_secs: at.as_secs(),
        expires_at_secs: until.as_secs(),
    };
    let claimed = credit::CreditClaim {
        content_id,
        did: did.clone(),
        role: "author".to_owned(),
        created_at: at,
        as_of_document: None,
    };
    let revoked = revocation::Revocation { did: did.clone(), credential: target, created_at: at };
    let request = sign_request::SignRequest {
        did: did.clone(),
        subject: did.clone(),
        payload_typ: "did:dfos:artifact".to_owned(),
        payload: b"x".to_vec(),
        created_at: at,
        expires_at: until,
    };
    let challenge = siwd::Challenge {
        domain: "imajin.local".to_owned(),
        nonce: "0f".repeat(16),
        timestamp: at,
        statement: None,
        did: None,
    };
    let claims = auth::Claims {
        issuer: did.clone(),
        audience: did.to_string(),
        issued_at_secs: at.as_secs(),
        expires_at_secs: until.as_secs(),
    };
    let id = "key_1";
    vec![
        ("artifact (public attestation)", artifact::sign(&artifact, id, &key).unwrap().token),
        ("countersignature", countersign::sign(&witnessed, id, &key).unwrap().token),
        ("credential", credential::sign(&granted, id, &key).unwrap().token),
        ("credit claim", credit::sign(&claimed, id, &key).unwrap().token),
        ("revocation", revocation::sign(&revoked, id, &key).unwrap().token),
        ("request for a signature", sign_request::sign(&request, id, &key).unwrap().token),
        ("sign-in with DFOS", siwd::sign(&challenge, &did, id, &key).unwrap()),
        ("relay token", auth::sign(&claims, id, &key).unwrap()),
    ]
}

fn input_of(compact: &str) -> String {
    compact.rsplit_once('.').unwrap().0.to_owned()
}

/// Returns real inputs, by the code that signs them.
fn samples() -> Vec<(&'static str, String)> {
    let key = SigningKey::from_bytes(&[1; 32]);
    let did = Did::from_key(key.verifying_key().as_bytes());
    let kid = Kid::of_bare_key(&did).unwrap();
    let at = Timestamp::parse("2026-11-20T10:00:00.000Z").unwrap();
    let identity = create_identity(&generate_keypair([1; 32]), at, Vec::new()).unwrap();
    let cid = identity.genesis_cid;
    let proof = ProofPayload {
        aud: did.clone(),
        did: did.clone(),
        service: "profile".to_owned(),
        op: "profile.update".to_owned(),
        reference: None,
        body: Some(cid),
        fact: None,
        to: Vec::new(),
        seen: None,
        after: None,
        chain: None,
        iat: 1,
        via: None,
    };
    let head = HeadPayload { at, cid, did: did.clone(), epoch: 1, seq: 0 };
    let session = Claims {
        sub: did.clone(),
        iss: did.clone(),
        aud: did.to_string(),
        iat: 1,
        exp: 2,
        jti: "x".to_owned(),
        scope: Scope::Actor,
        subtype: None,
        tier: Tier::Preliminary,
        extra: serde_json::Map::new(),
    };
    let exchange = Exchange::new(did.clone(), at, "0f".repeat(16));
    let request = Request { host: "imajin.local", method: "POST", target: "/", body: b"" };
    let session = token::sign(&key, &kid, &session).unwrap();
    let proof = Proof::sign(&key, kid.clone(), proof).unwrap();
    let head = Head::sign(&key, kid, head).unwrap();
    let dids = [did.as_str(); 2];
    let json = |document: Value| jcs::to_string(&document);
    vec![
        ("challenge of a sign-in", presence::challenge(&did, "imajin.local", &"0f".repeat(32))),
        ("proof of a new key", presence::upgrade(&did, &did, &cid)),
        ("signed exchange", exchange.text(&request)),
        ("session or app token", input_of(&session)),
        ("proof of will", input_of(&proof.to_compact())),
        ("head", input_of(&head.to_compact())),
        ("identity operation", input_of(&identity.genesis)),
        (
            "attestation",
            json(
                json!({"subject_did": dids[0], "type": "vouch", "context_id": null, "context_type": null,
                "payload": {"contributors": [], "from": dids[1]}, "issued_at": 1}),
            ),
        ),
        (
            "message (of a node, of a release)",
            json(
                json!({"from": dids[0], "type": "agent", "timestamp": 1, "payload": {"consumer": dids[1]}, "more": 1}),
            ),
        ),
        (
            "manifest of a work",
            json(
                json!({"id": "x", "version": "0.3.0", "contributors": [], "from": dids[0], "files": {}, "type": "x"}),
            ),
        ),
        (
            "registration",
            json!({"publicKey": "00", "handle": "ada", "name": "imajin:auth:1:"}).to_string(),
        ),
    ]
}

#[test]
fn a_real_signature_input_is_of_its_own_kind_alone() {
    let of_dfos = of_dfos().into_iter();
    let of_dfos = of_dfos.map(|(kind, token)| (kind, input_of(&token)));
    for (kind, input) in samples().into_iter().chain(of_dfos) {
        let domains: Vec<&str> = DOMAINS
            .iter()
            .filter(|(_, shape)| has(shape, input.as_bytes()))
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(domains, [kind], "{input}");
    }
}

#[test]
fn the_page_has_every_kind_of_signature() {
    let page = include_str!("../../../docs/threats.md");
    for (name, _) in DOMAINS.iter().filter(|(name, _)| !name.ends_with("longer")) {
        assert!(page.contains(&format!("| {name} |")), "{name} is not in docs/threats.md");
    }
}
