//! Forms and answers to them: what is read is printed as the same form, and answers never panic.
#![no_main]
use imajin_form::Form;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (form, answers) =
        data.split_at(data.iter().position(|byte| *byte == 0).unwrap_or(data.len()));
    let Ok(form) = serde_json::from_slice(form) else {
        return;
    };
    let Ok(form) = Form::parse(&form) else {
        return;
    };
    let again = Form::parse(&form.to_json());
    assert_eq!(
        again.ok().map(|again| again.to_json()),
        Some(form.to_json()),
        "a printed form is a form"
    );
    if let Ok(answers) = serde_json::from_slice(answers.get(1..).unwrap_or_default()) {
        let _ = form.check(&answers);
    }
});
