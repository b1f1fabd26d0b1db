//! Files that carry a .fair: none makes it panic, what is taken out is no longer than the file, and what is put in comes out
//! again and leaves the file as it was.
#![no_main]
use imajin_fair::{Derived, Fair, embed, read, strip, work};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use std::sync::LazyLock;

static FAIR: LazyLock<Option<Fair>> = LazyLock::new(|| {
    let did = imajin_protocol::Did::from_key(&[7; 32]);
    let text =
        format!(r#"{{"id":"w","version":"0.3.0","contributors":[{{"id":"{did}","weight":1}}]}}"#);
    Fair::parse(text.as_bytes()).ok()
});

fuzz_target!(|data: &[u8]| {
    let mut file = Cursor::new(data);
    if let Ok(fair) = Fair::parse(data) {
        let again = Fair::parse(fair.to_json().as_bytes());
        assert_eq!(again.ok().as_ref(), Some(&fair), "it reads again as itself");
    }
    let _ = read(&mut file);
    if let Ok(Some(stripped)) = strip(&mut file) {
        assert!(stripped.recipe.bytes() <= data.len() as u64);
    }
    let Some(fair) = &*FAIR else { return };
    let Ok(with) = embed(&mut file, fair) else {
        return;
    };
    let mut derived = Derived::new(&with, &mut file);
    let Ok(Some(back)) = strip(&mut derived) else {
        panic!("what was put in comes out");
    };
    assert_eq!(&back.fair, fair);
    let original = work(&mut Derived::new(&back.recipe, &mut derived)).ok();
    assert_eq!(original, work(&mut Cursor::new(data)).ok(), "byte for byte");
});
