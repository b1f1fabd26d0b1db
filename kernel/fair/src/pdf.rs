//! PDF: an appended update, which later tables of a PDF are by design. It puts the .fair into the document's XMP, and its last
//! lines say how long the file was before.
//!
//! Always: only files with classic cross-reference tables throughout are changed, none that is encrypted or signed.

mod objects;
pub(crate) mod syntax;

use crate::carrier::Carrier;
use crate::error::{Error, Obstacle};
use crate::fair::Fair;
use crate::recipe::Edit;
use crate::source::{Source, TEXT_BYTES_MAX, find_last};
use crate::xmp;
use objects::Objects;
use syntax::{Dict, Reference};

/// The first line of our update, and the beginning of the line that says where it begins.
const BEGIN: &[u8] = b"\n%imajin.fair\n";
const MARK: &str = "\n%imajin.fair ";
/// Our last lines are shorter.
const TAIL_BYTES_MAX: u64 = 128;

pub(crate) struct Pdf {
    bytes: u64,
    /// Where our update begins, if it is the last thing in the file.
    ours: Option<u64>,
    is_signed: bool,
    /// The structure, or why nothing can be added to it.
    body: Result<Body, Obstacle>,
}

struct Body {
    trailer: Dict,
    startxref: u64,
    root: Reference,
    catalog: Dict,
    metadata: Option<(Reference, String)>,
}

pub(crate) fn open(source: &mut Source<'_>) -> Result<Pdf, Error> {
    let body = match body(source) {
        Ok(body) => Ok(body),
        Err(Error::Obstacle(obstacle)) => Err(obstacle),
        Err(error) => return Err(error),
    };
    let ours = update(source)?;
    Ok(Pdf {
        bytes: source.len(),
        ours,
        is_signed: body.is_ok() && ours.is_none() && source.has(b"/ByteRange")?,
        body,
    })
}

fn body(source: &mut Source<'_>) -> Result<Body, Error> {
    let objects = Objects::open(source)?;
    let (trailer, startxref) = (objects.trailer.clone(), objects.startxref);
    let root = trailer.reference(b"Root").ok_or(Obstacle::Broken("the PDF names no catalog"))?;
    let (catalog, _) = objects.dict(source, root)?;
    if catalog.get(b"Perms").is_some() {
        return Err(Obstacle::Signed.into());
    }
    let mut metadata = None;
    if catalog.get(b"Metadata").is_some() {
        let reference = catalog.reference(b"Metadata").ok_or(Obstacle::Xmp)?;
        metadata = Some((reference, packet(source, &objects, reference)?));
    }
    Ok(Body { trailer, startxref, root, catalog, metadata })
}

/// The XMP of a metadata stream.
fn packet(
    source: &mut Source<'_>,
    objects: &Objects,
    reference: Reference,
) -> Result<String, Error> {
    let (dict, after) = objects.dict(source, reference)?;
    if dict.get(b"Filter").is_some() || dict.get(b"F").is_some() {
        return Err(Obstacle::Xmp.into());
    }
    let len = match dict.reference(b"Length") {
        Some(reference) => objects.number(source, reference)?,
        None => dict.number(b"Length").ok_or(Obstacle::Xmp)?,
    };
    let start = source.window(after, 16)?;
    let skip = syntax::stream_start(&start).ok_or(Obstacle::Xmp)?;
    if len > TEXT_BYTES_MAX {
        return Err(Obstacle::Xmp.into());
    }
    let text = source.bytes(after + skip as u64, len)?;
    Ok(String::from_utf8(text).map_err(|_| Obstacle::Xmp)?)
}

/// Where our update begins, if the file ends with one.
fn update(source: &mut Source<'_>) -> Result<Option<u64>, Error> {
    let from = source.len().saturating_sub(TAIL_BYTES_MAX);
    let tail = source.window(from, TAIL_BYTES_MAX)?;
    let Some(last) = find_last(&tail, MARK.as_bytes()).and_then(|at| tail.get(at..)) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(last);
    let mut numbers = text.split_ascii_whitespace().filter_map(|word| word.parse().ok());
    let (Some(begin), Some(table)) = (numbers.next(), numbers.next()) else {
        return Ok(None);
    };
    let is_ours = last == end(begin, table).as_bytes()
        && begin < source.len()
        && source.window(begin, BEGIN.len() as u64)? == BEGIN;
    Ok(is_ours.then_some(begin))
}

/// The last lines of an update.
fn end(begin: u64, table: u64) -> String {
    format!("{MARK}{begin}\nstartxref\n{table}\n%%EOF\n")
}

impl Carrier for Pdf {
    fn fair(&self) -> Result<Option<Fair>, Obstacle> {
        match &self.body {
            Ok(body) => body.metadata.as_ref().map_or(Ok(None), |(_, text)| xmp::read(text)),
            Err(obstacle) => Err(obstacle.clone()),
        }
    }

    fn embed(&self, fair: &Fair) -> Result<Vec<Edit>, Obstacle> {
        let body = self.body.as_ref().map_err(Clone::clone)?;
        if self.is_signed {
            return Err(Obstacle::Signed);
        }
        let update = body.update(self.bytes, fair)?;
        Ok(vec![Edit::insert(self.bytes, update)])
    }

    fn strip(&self) -> Result<Vec<Edit>, Obstacle> {
        let begin = self.ours.ok_or(Obstacle::Rewritten)?;
        Ok(vec![Edit::remove(begin..self.bytes)])
    }
}

impl Body {
    fn update(&self, begin: u64, fair: &Fair) -> Result<Vec<u8>, Obstacle> {
        let old = self.metadata.as_ref().map(|(_, text)| text.as_str());
        let packet = xmp::add(old, fair, xmp::TOOLKIT)?;
        let size = self.trailer.number(b"Size");
        let size = size.ok_or(Obstacle::Broken("the PDF's trailer has no Size"))?;
        let mut out = BEGIN.to_vec();
        let mut placed = Vec::new();
        let mut put = |out: &mut Vec<u8>, object: Reference, content: &[u8]| {
            placed.push((object, begin + out.len() as u64));
            let Reference { number, generation } = object;
            out.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            out.extend_from_slice(content);
            out.extend_from_slice(b"\nendobj\n");
        };
        let free = Reference { number: size, generation: 0 };
        let metadata = self.metadata.as_ref().map_or(free, |(reference, _)| *reference);
        if self.metadata.is_none() {
            let catalog = self.catalog.with_member(b"Metadata", &metadata.to_string());
            put(&mut out, self.root, &catalog.text());
        }
        let head = format!("<< /Type /Metadata /Subtype /XML /Length {} >>", packet.len());
        let stream = [head.as_str(), "\nstream\n", &packet, "\nendstream"].concat();
        put(&mut out, metadata, stream.as_bytes());
        let table = begin + out.len() as u64;
        out.extend_from_slice(b"xref\n");
        placed.sort_by_key(|(object, _)| object.number);
        for (Reference { number, generation }, at) in placed {
            // The table has ten digits for a place.
            if at > 9_999_999_999 {
                return Err(Obstacle::Room);
            }
            out.extend_from_slice(format!("{number} 1\n{at:010} {generation:05} n \n").as_bytes());
        }
        let next = size.max(metadata.number.saturating_add(1)).to_string();
        let trailer = self.trailer.with_member(b"Size", &next);
        let trailer = trailer.with_member(b"Prev", &self.startxref.to_string());
        out.extend_from_slice(b"trailer\n");
        out.extend_from_slice(&trailer.text());
        out.extend_from_slice(end(begin, table).as_bytes());
        Ok(out)
    }
}
