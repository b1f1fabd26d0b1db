//! PDF: its information (title, author, programs, times), its XMP, the thumbnails of its pages and the metadata of its photos become
//! blank, in each version that the file contains, so that every place in it stays what it is.
//!
//! Always: a PDF that is encrypted, or would lose a signature, has no copy, nor has one whose parts can't be read.

use super::{Overwritten, Source, in_order, jpeg};
use crate::boxes::{damage, is_damage};
use imajin_fair::Edit;
use imajin_fair::pdf_syntax::{Dict, is_space, number, stream_start};
use memchr::memmem;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// Bytes that are searched at once, and bytes of the longest word with what belongs to it.
const BLOCK_BYTES: u64 = 64 << 10;
const WORD_BYTES: usize = 64;
/// Bytes of an object up to its stream: of nearly all, and of any.
const SHORT_BYTES: u64 = 4 << 10;
const LONG_BYTES: u64 = 64 << 10;
/// Bytes before `obj` in which the object's number is.
const NUMBER_BYTES: u64 = 32;
/// Objects of one file: a scanned book has some thousands.
const OBJECTS_MAX: usize = 1 << 18;
const EDITS_MAX: usize = 1 << 14;
/// Bytes of objects that are packed together, unpacked: programs pack 100 or 200.
const PACK_BYTES_MAX: usize = 16 << 20;
/// Bytes of an XMP packet that become spaces; longer ones become zeros.
const XMP_BYTES_MAX: u64 = 1 << 20;
/// The level of compression of a pack: it has to fit in its old place.
const LEVEL: u8 = 10;
/// An empty packet of XMP.
const XMP: &[u8] = b"<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";

pub(super) fn edits<R: Read + Seek>(file: &mut R) -> io::Result<Option<Vec<Edit>>> {
    let mut source = Source::new(file)?;
    let mut words = Words::find(&mut source)?;
    if words.is_encrypted {
        return Ok(None);
    }
    for at in &words.objects {
        if let Some(object) = Object::read(&mut source, *at)?
            && object.is(b"Type", b"/ObjStm")
        {
            let pack = Pack::read(&mut source, &object)?;
            add_references(&pack.bytes, b"/Thumb", &mut words.thumbnails);
        }
    }
    let mut blank = Blank { source, words: &words, edits: Vec::new(), photos: Vec::new() };
    for at in &words.direct {
        blank.direct_information(*at)?;
    }
    for at in &words.objects {
        blank.object(*at)?;
    }
    let Blank { mut edits, photos, .. } = blank;
    for photo in photos {
        blank_photo(file, photo, &mut edits)?;
        if edits.len() > EDITS_MAX {
            return Err(damage());
        }
    }
    if words.is_signed && !edits.is_empty() { Ok(None) } else { in_order(edits).map(Some) }
}

/// The words of a file that lead to its metadata, wherever they stand.
#[derive(Default)]
struct Words {
    /// Places of `obj`.
    objects: Vec<u64>,
    /// Numbers of the objects with the document's information, and of thumbnails.
    information: BTreeSet<u64>,
    thumbnails: BTreeSet<u64>,
    /// Places behind `/Info` that name no object.
    direct: Vec<u64>,
    is_encrypted: bool,
    is_signed: bool,
}

impl Words {
    fn find<R: Read + Seek>(source: &mut Source<'_, R>) -> io::Result<Self> {
        let (mut words, mut from) = (Self::default(), 0);
        while from < source.len {
            source.go_to(from)?;
            let block = source.bytes(BLOCK_BYTES)?;
            let is_last = from + block.len() as u64 >= source.len;
            let own = if is_last { block.len() } else { block.len().saturating_sub(WORD_BYTES) };
            if own == 0 {
                return Err(damage());
            }
            words.add(&block, own, from);
            if words.objects.len() > OBJECTS_MAX || words.direct.len() > EDITS_MAX {
                return Err(damage());
            }
            from += own as u64;
        }
        Ok(words)
    }

    /// Adds the words that begin within the first bytes of a block.
    fn add(&mut self, block: &[u8], own: usize, from: u64) {
        let objects = memmem::find_iter(block, b"obj").take_while(|at| *at < own);
        let is_object = |at: &usize| match at.checked_sub(1).and_then(|at| block.get(at)) {
            Some(before) => is_space(*before) || before.is_ascii_digit(),
            // At the beginning of a block, what is before it tells.
            None => true,
        };
        self.objects.extend(objects.filter(is_object).map(|at| from + at as u64));
        for at in names(block, b"/Info").take_while(|at| *at < own) {
            let behind = at + b"/Info".len();
            if let Some(number) = reference(block, behind) {
                self.information.insert(number);
            } else {
                self.direct.push(from + behind as u64);
            }
        }
        add_references(block, b"/Thumb", &mut self.thumbnails);
        self.is_encrypted |= names(block, b"/Encrypt").next().is_some();
        self.is_signed |= names(block, b"/ByteRange").next().is_some();
    }
}

/// Places of a name, and not of one that only begins like it.
fn names<'a>(bytes: &'a [u8], name: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    memmem::find_iter(bytes, name).filter(move |at| {
        let next = bytes.get(at + name.len());
        next.is_none_or(|next| is_space(*next) || b"()<>[]{}/%".contains(next))
    })
}

/// The number of the object that is named here: `1 0 R`.
fn reference(bytes: &[u8], from: usize) -> Option<u64> {
    let (first, rest) = number(bytes, from)?;
    let (_, rest) = number(bytes, rest)?;
    let rest = bytes.get(rest..)?.trim_ascii_start();
    rest.starts_with(b"R").then_some(first)
}

fn add_references(bytes: &[u8], name: &[u8], numbers: &mut BTreeSet<u64>) {
    numbers.extend(names(bytes, name).filter_map(|at| reference(bytes, at + name.len())));
}

/// An object that is a dictionary, maybe with a stream.
struct Object {
    number: u64,
    dict: Dict,
    /// The dictionary, with its brackets.
    range: Range<u64>,
    /// The offset of its stream.
    stream: Option<u64>,
}

impl Object {
    /// Reads the object that a word `obj` begins; `None` if the word begins none.
    fn read<R: Read + Seek>(source: &mut Source<'_, R>, at: u64) -> io::Result<Option<Self>> {
        let Some(number) = object_number(source, at)? else {
            return Ok(None);
        };
        let content = at + b"obj".len() as u64;
        for bytes in [SHORT_BYTES, LONG_BYTES] {
            source.go_to(content)?;
            let window = source.bytes(bytes)?;
            let Some((dict, end)) = Dict::read(&window, 0) else {
                continue;
            };
            let begin = memmem::find(&window, b"<<").unwrap_or_default();
            let rest = window.get(end..).unwrap_or_default();
            // The word may be cut off at the end of this window.
            if rest.len() < WORD_BYTES && bytes == SHORT_BYTES {
                continue;
            }
            let stream = stream_start(rest).map(|start| content + (end + start) as u64);
            return Ok(Some(Self {
                number,
                dict,
                range: content + begin as u64..content + end as u64,
                stream,
            }));
        }
        Ok(None)
    }

    fn is(&self, key: &[u8], value: &[u8]) -> bool {
        self.dict.get(key) == Some(value)
    }

    /// The bytes of its stream. Of those without a length here, up to the word that ends it.
    fn stream<R: Read + Seek>(&self, source: &mut Source<'_, R>) -> io::Result<Range<u64>> {
        const END: &[u8] = b"endstream";
        let start = self.stream.ok_or_else(damage)?;
        let end = self.dict.number(b"Length").and_then(|length| start.checked_add(length));
        if let Some(end) = end.filter(|end| *end <= source.len) {
            source.go_to(end)?;
            if source.bytes(WORD_BYTES as u64)?.trim_ascii_start().starts_with(END) {
                return Ok(start..end);
            }
        }
        let mut from = start;
        loop {
            source.go_to(from)?;
            let block = source.bytes(BLOCK_BYTES)?;
            if let Some(at) = memmem::find(&block, END) {
                return Ok(start..from + at as u64);
            }
            let next = block.len().checked_sub(END.len()).filter(|next| *next > 0);
            from += next.ok_or_else(damage)? as u64;
        }
    }
}

/// The number of the object that a word `obj` begins, if it begins one.
fn object_number<R: Read + Seek>(source: &mut Source<'_, R>, at: u64) -> io::Result<Option<u64>> {
    let start = at.saturating_sub(NUMBER_BYTES);
    source.go_to(start)?;
    Ok(number_before(&source.bytes(at - start)?))
}

/// The number in front of ` 0 obj`.
fn number_before(before: &[u8]) -> Option<u64> {
    let before = before.trim_ascii_end();
    let digits = |bytes: &[u8]| bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let generation = digits(before);
    let before = before.get(..before.len() - generation)?;
    let rest = before.trim_ascii_end();
    let number = rest.get(rest.len() - digits(rest)..)?;
    let is_number = generation > 0 && rest.len() < before.len();
    let text = std::str::from_utf8(number).ok().filter(|_| is_number)?;
    text.parse().ok()
}

/// Objects that are packed together (ISO 32000-1, 7.5.7).
struct Pack {
    bytes: Vec<u8>,
    stream: Range<u64>,
    is_compressed: bool,
    first: usize,
    count: u64,
}

impl Pack {
    /// Unpacks them.
    fn read<R: Read + Seek>(source: &mut Source<'_, R>, object: &Object) -> io::Result<Self> {
        let stream = object.stream(source)?;
        let bytes = source.range(&stream, PACK_BYTES_MAX as u64)?;
        let filter = object.dict.get(b"Filter").map(without_list);
        let is_compressed = filter == Some(b"/FlateDecode");
        if (filter.is_some() && !is_compressed) || object.dict.get(b"DecodeParms").is_some() {
            return Err(damage());
        }
        let bytes = if is_compressed {
            decompress_to_vec_zlib_with_limit(&bytes, PACK_BYTES_MAX).map_err(|_| damage())?
        } else {
            bytes
        };
        let first = object.dict.number(b"First").ok_or_else(damage)?;
        Ok(Self {
            bytes,
            stream,
            is_compressed,
            first: usize::try_from(first).map_err(|_| damage())?,
            count: object.dict.number(b"N").ok_or_else(damage)?,
        })
    }

    /// Blanks the dictionaries of these objects. True if one was there.
    fn blank(&mut self, numbers: &BTreeSet<u64>) -> io::Result<bool> {
        let (mut at, mut is_changed) = (0, false);
        for _ in 0..self.count {
            let (name, rest) = number(&self.bytes, at).ok_or_else(damage)?;
            let (offset, rest) = number(&self.bytes, rest).ok_or_else(damage)?;
            at = rest;
            if !numbers.contains(&name) {
                continue;
            }
            let offset = usize::try_from(offset).ok();
            let start = offset.and_then(|offset| self.first.checked_add(offset));
            let start = start.ok_or_else(damage)?;
            let (_, end) = Dict::read(&self.bytes, start).ok_or_else(damage)?;
            let object = self.bytes.get_mut(start..end).ok_or_else(damage)?;
            let begin = memmem::find(object, b"<<").ok_or_else(damage)? + 2;
            let end = object.len() - 2;
            object.get_mut(begin..end).ok_or_else(damage)?.fill(b' ');
            is_changed = true;
        }
        Ok(is_changed)
    }

    /// Packs them again, to as many bytes as they had.
    /// Errors: the changes do not fit.
    fn write(self) -> io::Result<(Range<u64>, Option<Vec<u8>>)> {
        let mut bytes =
            if self.is_compressed { compress_to_vec_zlib(&self.bytes, LEVEL) } else { self.bytes };
        let room = usize::try_from(self.stream.end - self.stream.start).map_err(|_| damage())?;
        if bytes.len() > room {
            return Err(damage());
        }
        bytes.resize(room, 0);
        Ok((self.stream, Some(bytes)))
    }
}

/// The only value of a list, or a value that is in none.
fn without_list(value: &[u8]) -> &[u8] {
    let inside = value.strip_prefix(b"[").and_then(|value| value.strip_suffix(b"]"));
    inside.unwrap_or(value).trim_ascii()
}

/// The ranges of a file that are overwritten, as they are found.
struct Blank<'a, R> {
    source: Source<'a, R>,
    words: &'a Words,
    edits: Overwritten,
    /// The streams that are JPEGs.
    photos: Vec<Range<u64>>,
}

impl<R: Read + Seek> Blank<'_, R> {
    fn object(&mut self, at: u64) -> io::Result<()> {
        let words = self.words;
        let Some(object) = Object::read(&mut self.source, at)? else {
            let number = object_number(&mut self.source, at)?;
            let tells = number.is_some_and(|number| words.information.contains(&number));
            return if tells { Err(damage()) } else { Ok(()) };
        };
        if words.information.contains(&object.number) {
            return self.information(&object.range);
        }
        if object.stream.is_none() {
            return Ok(());
        }
        if object.is(b"Type", b"/Metadata") || object.is(b"Subtype", b"/XML") {
            return self.xmp(&object);
        }
        if object.is(b"Type", b"/ObjStm") {
            let mut pack = Pack::read(&mut self.source, &object)?;
            if pack.blank(&words.information)? {
                let (stream, packed) = pack.write()?;
                self.overwrite(stream, packed)?;
            }
            return Ok(());
        }
        if words.thumbnails.contains(&object.number) {
            let stream = object.stream(&mut self.source)?;
            return self.overwrite(stream, None);
        }
        let filter = object.dict.get(b"Filter").unwrap_or_default();
        let is_photo = names(filter, b"/DCTDecode").chain(names(filter, b"/DCT")).next();
        match (is_photo, without_list(filter)) {
            (None, _) => Ok(()),
            (Some(_), b"/DCTDecode" | b"/DCT") => {
                let stream = object.stream(&mut self.source)?;
                self.photos.push(stream);
                Ok(())
            }
            // A photo that is packed once more.
            _ => Err(damage()),
        }
    }

    /// Blanks information that a trailer contains itself.
    fn direct_information(&mut self, at: u64) -> io::Result<()> {
        self.source.go_to(at)?;
        let window = self.source.bytes(LONG_BYTES)?;
        match Dict::read(&window, 0) {
            Some((_, end)) => {
                let begin = memmem::find(&window, b"<<").unwrap_or_default();
                self.information(&(at + begin as u64..at + end as u64))
            }
            // A name that means something else here.
            None => Ok(()),
        }
    }

    fn information(&mut self, dict: &Range<u64>) -> io::Result<()> {
        let inside = dict.start + 2..dict.end.saturating_sub(2);
        let len = inside.end.saturating_sub(inside.start);
        let spaces = vec![b' '; usize::try_from(len).unwrap_or_default()];
        self.overwrite(inside, Some(spaces))
    }

    fn xmp(&mut self, object: &Object) -> io::Result<()> {
        let stream = object.stream(&mut self.source)?;
        let room = stream.end - stream.start;
        let Some(room) = usize::try_from(room).ok().filter(|_| room <= XMP_BYTES_MAX) else {
            return self.overwrite(stream, None);
        };
        let (mut packet, fill) = match object.dict.get(b"Filter").map(without_list) {
            None => (XMP.to_vec(), b' '),
            Some(b"/FlateDecode") => (compress_to_vec_zlib(XMP, LEVEL), 0),
            Some(_) => (Vec::new(), 0),
        };
        if packet.len() > room {
            packet.clear();
        }
        packet.resize(room, fill);
        self.overwrite(stream, Some(packet))
    }

    fn overwrite(&mut self, range: Range<u64>, by: Option<Vec<u8>>) -> io::Result<()> {
        if self.edits.len() >= EDITS_MAX {
            return Err(damage());
        }
        if !range.is_empty() {
            self.edits.push((range, by));
        }
        Ok(())
    }
}

/// Blanks a photo's metadata and what follows it; of one that isn't whole as far as programs show it.
fn blank_photo<R: Read + Seek>(
    file: &mut R,
    photo: Range<u64>,
    edits: &mut Overwritten,
) -> io::Result<()> {
    const HEADER_BYTES: u64 = 4;
    let (start, len) = (photo.start, photo.end - photo.start);
    let mut part = Part { inner: file, range: photo, at: 0 };
    let mut parts = Vec::new();
    match jpeg::replace(&mut Source::new(&mut part)?, &mut parts) {
        Err(error) if !is_damage(&error) => return Err(error),
        _ => {}
    }
    for (range, _) in parts {
        let inside = if range.end == len { range } else { range.start + HEADER_BYTES..range.end };
        if !inside.is_empty() {
            edits.push((start + inside.start..start + inside.end, None));
        }
    }
    Ok(())
}

/// A part of a file, as a file.
struct Part<'a, R> {
    inner: &'a mut R,
    range: Range<u64>,
    at: u64,
}

impl<R: Read + Seek> Read for Part<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let from = self.range.start.saturating_add(self.at);
        let left = self.range.end.saturating_sub(from);
        self.inner.seek(SeekFrom::Start(from))?;
        let count = self.inner.by_ref().take(left).read(out)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Read + Seek> Seek for Part<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let len = self.range.end - self.range.start;
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
