//! The objects of a PDF, by its cross-reference tables, the newest first.

use super::syntax::{self, Dict, Reference, is_space};
use crate::error::{Error, Obstacle};
use crate::source::{Source, find_last};

/// Bytes of a trailer, or of an object up to its stream, at most.
const DICT_BYTES_MAX: u64 = 64 * 1024;
/// The last table's place stands within the last bytes of a file.
const TAIL_BYTES_MAX: u64 = 2048;
/// Tables, and parts of tables, at most: a file gets a table whenever it is saved.
const TABLES_MAX: usize = 1024;
const SECTIONS_MAX: usize = 65_536;
const ENTRY_BYTES: u64 = 20;

/// A part of a table: consecutive numbers.
struct Section {
    first: u64,
    count: u64,
    entries_at: u64,
}

pub(super) struct Objects {
    /// The newest trailer.
    pub(super) trailer: Dict,
    /// The place of the newest table.
    pub(super) startxref: u64,
    sections: Vec<Section>,
}

impl Objects {
    pub(super) fn open(source: &mut Source<'_>) -> Result<Self, Error> {
        let startxref = startxref(source)?;
        let mut sections = Vec::new();
        let trailer = table(source, startxref, &mut sections)?;
        let (mut older, mut seen) = (trailer.number(b"Prev"), vec![startxref]);
        while let Some(at) = older {
            if seen.contains(&at) || seen.len() >= TABLES_MAX {
                return Err(Obstacle::Broken("the PDF's tables go round in a circle").into());
            }
            seen.push(at);
            older = table(source, at, &mut sections)?.number(b"Prev");
        }
        Ok(Self { trailer, startxref, sections })
    }

    /// The dictionary of an object, and the place after it.
    pub(super) fn dict(
        &self,
        source: &mut Source<'_>,
        reference: Reference,
    ) -> Result<(Dict, u64), Error> {
        let (window, content, at) = self.content(source, reference)?;
        let dict = Dict::parse(&window, content);
        let (dict, after) = dict.ok_or(Obstacle::Broken("a PDF object has no dictionary"))?;
        Ok((dict, at + after as u64))
    }

    pub(super) fn number(
        &self,
        source: &mut Source<'_>,
        reference: Reference,
    ) -> Result<u64, Error> {
        let (window, content, _) = self.content(source, reference)?;
        let number = syntax::number(&window, content);
        Ok(number.ok_or(Obstacle::Broken("a PDF object is no number"))?.0)
    }

    /// The bytes of an object, where its content begins in them, and their place.
    fn content(
        &self,
        source: &mut Source<'_>,
        reference: Reference,
    ) -> Result<(Vec<u8>, usize, u64), Error> {
        let at = self.place(source, reference)?;
        let window = source.window(at, DICT_BYTES_MAX)?;
        let content = syntax::object_start(&window, reference);
        let content = content.ok_or(Obstacle::Broken("a PDF object isn't in its place"))?;
        Ok((window, content, at))
    }

    fn place(&self, source: &mut Source<'_>, reference: Reference) -> Result<u64, Error> {
        let number = reference.number;
        let has =
            |section: &&Section| section.first <= number && number - section.first < section.count;
        let lost = Obstacle::Broken("a PDF object is in no table");
        let section = self.sections.iter().find(has).ok_or(lost.clone())?;
        let entry = section.entries_at + (number - section.first) * ENTRY_BYTES;
        let entry = source.bytes(entry, ENTRY_BYTES)?;
        let (place, rest) = syntax::number(&entry, 0).ok_or(lost.clone())?;
        let (generation, rest) = syntax::number(&entry, rest).ok_or(lost.clone())?;
        let is_used = entry.get(rest..).is_some_and(|rest| rest.starts_with(b" n"));
        if is_used && generation == reference.generation { Ok(place) } else { Err(lost.into()) }
    }
}

/// The place of the newest table.
fn startxref(source: &mut Source<'_>) -> Result<u64, Error> {
    const WORD: &[u8] = b"startxref";
    let from = source.len().saturating_sub(TAIL_BYTES_MAX);
    let tail = source.window(from, TAIL_BYTES_MAX)?;
    let at = find_last(&tail, WORD).and_then(|at| syntax::number(&tail, at + WORD.len()));
    Ok(at.ok_or(Obstacle::Broken("the PDF doesn't say where its table is"))?.0)
}

/// Reads a table's sections, and its trailer.
fn table(source: &mut Source<'_>, at: u64, sections: &mut Vec<Section>) -> Result<Dict, Error> {
    let mut at = at;
    let start = source.window(at, 8)?;
    if !start.starts_with(b"xref") {
        return Err(Obstacle::NotClassic.into());
    }
    at += 4;
    while sections.len() < SECTIONS_MAX {
        let line = source.window(at, 64)?;
        let begin = line.iter().position(|byte| !is_space(*byte)).unwrap_or(line.len());
        if line.get(begin..).is_some_and(|rest| rest.starts_with(b"trailer")) {
            let window = source.window(at + begin as u64 + 7, DICT_BYTES_MAX)?;
            return trailer(&window);
        }
        let both = syntax::number(&line, begin)
            .and_then(|(first, rest)| Some((first, syntax::number(&line, rest)?)));
        let (first, (count, rest)) = both.ok_or(Obstacle::NotClassic)?;
        let space = line.get(rest..).unwrap_or_default();
        let space = space.iter().take_while(|byte| is_space(**byte)).count();
        let entries_at = at + (rest + space) as u64;
        let end = count.checked_mul(ENTRY_BYTES).and_then(|bytes| entries_at.checked_add(bytes));
        let end = end.filter(|end| *end <= source.len());
        at = end.ok_or(Obstacle::Broken("a PDF table ends too early"))?;
        sections.push(Section { first, count, entries_at });
    }
    Err(Obstacle::Broken("the PDF has too many tables").into())
}

fn trailer(window: &[u8]) -> Result<Dict, Error> {
    let (dict, _) = Dict::parse(window, 0).ok_or(Obstacle::NotClassic)?;
    if dict.get(b"Encrypt").is_some() {
        return Err(Obstacle::Encrypted.into());
    }
    if dict.get(b"XRefStm").is_some() { Err(Obstacle::NotClassic.into()) } else { Ok(dict) }
}
