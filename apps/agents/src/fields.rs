//! The fields of operations.

use imajin_app::text_type;
use imajin_dfos::cid::{CODEC_DAG_CBOR, dag_cbor_cid, parse_cid};
use imajin_protocol::naming;
use serde_json::json;

text_type!(
    /// The CID of a delegation: of the entry that gave it.
    DelegationCid,
    is_delegation_cid,
    "must be the CID of a delegation (bafyrei…)",
    json!({ "type": "string", "pattern": "^bafyrei" }),
    |_| dag_cbor_cid(b"a delegation").to_string()
);

text_type!(
    /// The name of a service.
    ServiceName,
    naming::is_service,
    "must be the name of a service",
    json!({ "type": "string", "pattern": "^[a-z][a-z0-9]{0,15}$" }),
    |_| "service"
);

fn is_delegation_cid(text: &str) -> bool {
    parse_cid(text).is_ok_and(|cid| cid.codec() == CODEC_DAG_CBOR && cid.to_string() == text)
}
