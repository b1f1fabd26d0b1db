//! A certificate's file: one attestation with everything that verifies it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use imajin_log::format::regular::{self, FileKind};
use imajin_protocol::certificate::{Certificate, FILE_BYTES_MAX};
use serde_json::json;

use crate::output::Out;
use imajin_box::failure::{OrFail, Outcome};

/// The content of a file of JSON, which no log and no bundle is: both begin otherwise.
pub(super) fn look(path: &Path) -> Option<Vec<u8>> {
    if !matches!(regular::look(path), Ok(FileKind::File)) {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut bytes = vec![0];
    file.read_exact(&mut bytes).ok()?;
    let rest = u64::try_from(FILE_BYTES_MAX).ok()?;
    (bytes == b"{").then(|| file.take(rest).read_to_end(&mut bytes).ok())??;
    Some(bytes)
}

/// Verifies it, and says what it says.
pub(super) fn run(path: &Path, bytes: &[u8], as_json: bool) -> Outcome {
    let path = path.display();
    let certificate = Certificate::read(bytes).or_no(format_args!("{path}: not valid"))?;
    let attestation = certificate.signed.attestation();
    let answer = json!({
        "valid": true, "issuer": attestation.issuer.as_str(), "subject": attestation.subject.as_str(), "type": attestation.kind.as_str(),
        "context": attestation.context_id, "payload": attestation.payload, "at": attestation.issued_at.to_string(),
    });
    Out::answer(as_json, &answer, |out| {
        out.line("valid: a certificate")?;
        out.line(format_args!("  about      {}", attestation.subject))?;
        out.line(format_args!("  says       {}", attestation.kind))?;
        if let Some(context) = &attestation.context_id {
            out.line(format_args!("  of         {context}"))?;
        }
        for (name, value) in attestation.payload.iter().flatten() {
            out.line(format_args!("             {name}: {value}"))?;
        }
        out.line(format_args!("  at         {}", attestation.issued_at))?;
        out.line(format_args!("  signed by  {}", attestation.issuer))?;
        out.line("It proves who said this, not that it is true.")
    })
}
