//! Requests to a signer: an understood one has exactly the bytes that it came with.
#![no_main]
use imajin_dfos::Did;
use imajin_dfos::sign_request::Target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(subject) = Did::parse("did:dfos:2346789acdefhknrtvz2346789acdef") else {
        return;
    };
    for typ in ["did:dfos:credit-claim", "did:dfos:siwd"] {
        if let Ok(target) = Target::parse(typ, data, &subject) {
            assert_eq!(target.to_text().as_bytes(), data, "one text for one target");
        }
    }
});
