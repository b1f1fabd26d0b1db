//! Shared by the tests: this crate's child, files, and checks of previews.

use imajin_pictures::{PictureError, Pictures, Size};
use std::fs::File;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

pub(crate) const ALL: [Size; 4] = [Size::W200, Size::W400, Size::W800, Size::Og];
/// The colours of the quarters of [`crate::corpus::quarters`]: above left, above right, below left, below right.
pub(crate) const QUARTERS: [[u8; 3]; 4] =
    [[200, 40, 40], [40, 180, 60], [50, 60, 200], [230, 220, 60]];

pub(crate) fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_preview-child").into()
}

pub(crate) fn pictures() -> Pictures {
    Pictures::new(program())
}

pub(crate) fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

/// A program of a few lines of shell.
pub(crate) fn script(folder: &Path, lines: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("program");
    std::fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

pub(crate) fn render(
    pictures: &Pictures,
    bytes: &[u8],
    sizes: &[Size],
) -> Result<Vec<Vec<u8>>, PictureError> {
    pictures.render(file(bytes), sizes)
}

/// A decoded preview.
pub(crate) struct Bitmap {
    pub(crate) size: (u16, u16),
    pixels: Vec<u8>,
}

impl Bitmap {
    pub(crate) fn new(jpeg: &[u8]) -> Self {
        let mut decoder = jpeg_decoder::Decoder::new(jpeg);
        let pixels = decoder.decode().unwrap();
        let info = decoder.info().unwrap();
        assert_eq!(info.coding_process, jpeg_decoder::CodingProcess::DctSequential);
        assert_eq!(info.pixel_format, jpeg_decoder::PixelFormat::RGB24);
        Self { size: (info.width, info.height), pixels }
    }

    /// The colours in the middle of each quarter.
    pub(crate) fn quarters(&self) -> [[u8; 3]; 4] {
        let (width, height) = (usize::from(self.size.0), usize::from(self.size.1));
        [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| {
            let at = (height * y / 4 * width + width * x / 4) * 3;
            self.pixels[at..at + 3].try_into().unwrap()
        })
    }
}

pub(crate) fn assert_near(seen: [[u8; 3]; 4], expected: [[u8; 3]; 4], what: &str) {
    for (seen, expected) in seen.iter().flatten().zip(expected.iter().flatten()) {
        assert!(seen.abs_diff(*expected) <= 10, "{what}: {seen} is not {expected}");
    }
}
