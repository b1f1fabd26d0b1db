//! The first hundred bytes of the file, read before SQLite sees it.

use std::io::Read;
use std::path::Path;

use super::{LogForm, UntrustedError};
use crate::format::regular;
use crate::rules::{Code, Fault, fail};
use crate::space::Space;

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER_BYTES: usize = 100;

/// Refuses a file that is not SQLite, is truncated, or, in a bundle, is not in rollback mode.
pub(super) fn check(path: &Path, form: LogForm) -> Result<(), UntrustedError> {
    let unusable = |error| UntrustedError::Unusable { path: path.to_owned(), error };
    let file = regular::open(path).map_err(unusable)?;
    let bytes = file.metadata().map_err(unusable)?.len();
    if bytes > Space::bytes_max(path).map_err(unusable)? {
        let message = "the file is longer than the disk that it is on";
        return fail(Code::File, message);
    }
    let mut header = Vec::with_capacity(HEADER_BYTES);
    file.take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(unusable)?;
    judge(&header, bytes, form)?;
    Ok(())
}

fn judge(header: &[u8], bytes: u64, form: LogForm) -> Result<(), Fault> {
    let fault = |message: &str| fail(Code::File, message);
    if header.len() < HEADER_BYTES || !header.starts_with(MAGIC) {
        return fault("not an SQLite file");
    }
    let page = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        page if page >= 512 && page.is_power_of_two() => page,
        _ => return fault("not an SQLite file: impossible page size"),
    };
    let (write_version, read_version) = (header[18], header[19]);
    if form == LogForm::Bundle {
        if (write_version, read_version) != (1, 1) {
            return fault("the log of a bundle must be in rollback mode (no WAL)");
        }
        let pages = u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]));
        if pages * page != bytes {
            return fault("the file is not as long as it says");
        }
    }
    Ok(())
}
