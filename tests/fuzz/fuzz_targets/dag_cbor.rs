//! Strict dag-cbor: what decodes has exactly one encoding, and survives the way through JSON.
#![no_main]
use imajin_dfos::cbor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(value) = cbor::decode(data) {
        assert_eq!(cbor::encode(&value), data, "one value, one encoding");
        if let Ok(json) = cbor::to_dag_json(&value)
            && let Ok(back) = cbor::from_dag_json(&json)
        {
            assert_eq!(back, value, "through JSON and back");
        }
    }
});
