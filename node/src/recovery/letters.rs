//! The letters of a sheet: 150 bytes as ten lines of 24 letters (base32 without i, l, o, u) and a check letter each, so
//! that a person who types from paper learns which line is wrong.

use super::{PREFIX, SEALED_BYTES};
use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LINES: usize = 10;
const LINE_BYTES: usize = 15;
const LINE_LETTERS: usize = 25;
const GROUP: usize = 5;
const CHECKSUM_BYTES: usize = LINES * LINE_BYTES - SEALED_BYTES;

/// A mistake in the letters.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum LetterError {
    #[error("line {line} of 10 is missing or too short: 25 letters are needed, {there} are there")]
    Short { line: usize, there: usize },
    #[error("line {0} of 10 has a letter that does not fit: compare it with the sheet")]
    Line(usize),
    #[error(
        "each line reads well, but they do not belong together: are all ten from the same sheet, in order?"
    )]
    Mixed,
}

/// The sealed bytes as text.
pub(super) fn write(sealed: &[u8]) -> String {
    let bytes = [sealed, &checksum(sealed)].concat();
    let mut text = String::from(PREFIX);
    for (line, part) in bytes.chunks(LINE_BYTES).enumerate() {
        // Fifteen bytes are three times forty bits, so three times eight letters without a remainder.
        for five in part.chunks(5) {
            let bits = five.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            for shift in (0..8).rev() {
                text.push(letter((bits >> (5 * shift)) as u8));
            }
        }
        text.push(check_letter(line, part));
    }
    text
}

/// The text as people see it: ten lines of five groups of capitals.
pub fn printed(text: &str) -> Vec<String> {
    let letters = text.strip_prefix(PREFIX).unwrap_or(text).to_ascii_uppercase();
    let letters: Vec<char> = letters.chars().collect();
    letters
        .chunks(LINE_LETTERS)
        .map(|line| {
            let groups: Vec<String> =
                line.chunks(GROUP).map(|group| group.iter().collect()).collect();
            groups.join(" ")
        })
        .collect()
}

/// The sealed bytes in whatever was scanned, typed or pasted.
pub(super) fn read(input: &str) -> Result<Vec<u8>, LetterError> {
    let text = letters(input);
    let mut bytes = Vec::with_capacity(LINES * LINE_BYTES);
    for line in 0..LINES {
        let letters: Vec<char> =
            text.iter().copied().skip(line * LINE_LETTERS).take(LINE_LETTERS).collect();
        if letters.len() < LINE_LETTERS {
            return Err(LetterError::Short { line: line + 1, there: letters.len() });
        }
        let (check, letters) = letters.split_last().ok_or(LetterError::Line(line + 1))?;
        let part = read_line(letters).ok_or(LetterError::Line(line + 1))?;
        if check_letter(line, &part) != *check {
            return Err(LetterError::Line(line + 1));
        }
        bytes.extend(part);
    }
    let sum = bytes.split_off(SEALED_BYTES);
    if checksum(&bytes)[..] == sum[..] { Ok(bytes) } else { Err(LetterError::Mixed) }
}

fn read_line(letters: &[char]) -> Option<Vec<u8>> {
    let mut part = Vec::with_capacity(LINE_BYTES);
    for eight in letters.chunks(8) {
        let mut bits = 0u64;
        for letter in eight {
            let value = ALPHABET.iter().position(|known| char::from(*known) == *letter)?;
            bits = bits << 5 | value as u64;
        }
        part.extend_from_slice(&bits.to_be_bytes()[3..]);
    }
    Some(part)
}

/// Extracts the letters: drops line numbers, spaces and dots, and replaces letters that look like digits.
fn letters(input: &str) -> Vec<char> {
    let lower = input.to_lowercase();
    let rest = lower.split_once(PREFIX).map_or(lower.as_str(), |(_, rest)| rest);
    rest.lines()
        .flat_map(|line| without_number(line).chars())
        .filter(|c| !c.is_whitespace() && *c != '·' && *c != '-')
        .map(|c| match c {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect()
}

/// A line without a leading "1." or "1)".
fn without_number(line: &str) -> &str {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = (1..=2).contains(&digits)
        && line[digits..].starts_with(['.', ')'])
        && line[digits + 1..].starts_with(char::is_whitespace);
    if numbered { &line[digits + 1..] } else { line }
}

fn letter(value: u8) -> char {
    char::from(ALPHABET[usize::from(value & 31)])
}

fn check_letter(line: usize, part: &[u8]) -> char {
    letter(Sha256::new().chain_update([line as u8]).chain_update(part).finalize()[0])
}

fn checksum(sealed: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let hash = Sha256::new().chain_update(PREFIX).chain_update(sealed).finalize();
    let mut sum = [0; CHECKSUM_BYTES];
    sum.copy_from_slice(&hash[..CHECKSUM_BYTES]);
    sum
}
