//! Small files of each kind, byte by byte: valid for other programs, too.

/// A segment of a JPEG.
pub(crate) fn segment(kind: u8, content: &[u8]) -> Vec<u8> {
    let len = u16::try_from(content.len() + 2).expect("a segment has at most 64 kB");
    [&[0xff, kind], &len.to_be_bytes()[..], content].concat()
}

/// A grey JPEG of 8×8 pixels with more segments after its first two bytes, and bytes after its end.
pub(crate) fn jpeg(segments: &[Vec<u8>], after: &[u8]) -> Vec<u8> {
    let mut table = vec![0];
    table.extend([1; 64]);
    // One Huffman code of one bit: "nothing".
    let code = |class: u8| [&[class, 1][..], &[0; 15], &[0]].concat();
    [
        &[0xff, 0xd8][..],
        &segments.concat(),
        &segment(0xdb, &table),
        &segment(0xc0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]),
        &segment(0xc4, &code(0x00)),
        &segment(0xc4, &code(0x10)),
        &segment(0xda, &[1, 1, 0, 0, 63, 0]),
        &[0x3f, 0xff, 0xd9],
        after,
    ]
    .concat()
}

/// The segment of JFIF, and one of Exif with nothing in it.
pub(crate) fn jfif() -> Vec<u8> {
    segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
}

/// Exif without a tag.
pub(crate) fn exif() -> Vec<u8> {
    segment(0xe1, b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0")
}

/// A segment with XMP.
pub(crate) fn jpeg_xmp(packet: &str) -> Vec<u8> {
    segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat())
}

pub(crate) fn png_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let len = u32::try_from(content.len()).expect("a short chunk");
    let body = [&kind[..], content].concat();
    let mut crc = u32::MAX;
    for byte in &body {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    [&len.to_be_bytes()[..], &body, &(!crc).to_be_bytes()].concat()
}

/// A grey PNG of one pixel, with chunks before and after the picture.
pub(crate) fn png(before: &[Vec<u8>], after: &[Vec<u8>]) -> Vec<u8> {
    let picture = [0x78, 0x01, 0x01, 0x02, 0, 0xfd, 0xff, 0, 0, 0, 0x02, 0, 0x01];
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &png_chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        &before.concat(),
        &png_chunk(b"IDAT", &picture),
        &after.concat(),
        &png_chunk(b"IEND", &[]),
    ]
    .concat()
}

/// A chunk with XMP.
pub(crate) fn png_xmp(packet: &str) -> Vec<u8> {
    let name = b"XML:com.adobe.xmp\0\0\0\0\0";
    png_chunk(b"iTXt", &[name, packet.as_bytes()].concat())
}

pub(crate) fn webp_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let len = u32::try_from(content.len()).expect("a short chunk");
    let mut chunk = [&name[..], &len.to_le_bytes(), content].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// A transparent lossless picture of one pixel.
pub(crate) fn webp_picture() -> Vec<u8> {
    let bits = [0x2f, 0, 0, 0, 0x10, 0x07, 0x10, 0x11, 0x11, 0x88, 0x88, 0xfe, 0x07];
    webp_chunk(b"VP8L", &bits)
}

/// The header of a WebP with more than a picture, of one pixel.
pub(crate) fn webp_header(flags: u8) -> Vec<u8> {
    webp_chunk(b"VP8X", &[flags, 0, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// A WebP of these chunks, and bytes after its end.
pub(crate) fn webp(chunks: &[Vec<u8>], after: &[u8]) -> Vec<u8> {
    let chunks = chunks.concat();
    let len = u32::try_from(chunks.len() + 4).expect("a short file");
    [b"RIFF", &len.to_le_bytes()[..], b"WEBP", &chunks, after].concat()
}

/// Silent frames of MPEG 1 layer III: 128 kbit/s, 44 100 Hz, each of 417 bytes.
pub(crate) fn sound(frames: usize) -> Vec<u8> {
    let mut frame = vec![0xff, 0xfb, 0x90, 0xc4];
    frame.resize(417, 0);
    frame.repeat(frames)
}

/// A frame of an ID3 tag of version 2.3; of 2.4, too, below 128 bytes.
pub(crate) fn id3_frame(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let len = u32::try_from(content.len()).expect("a short frame");
    [&name[..], &len.to_be_bytes(), &[0, 0], content].concat()
}

/// A tag with frames and padding.
pub(crate) fn id3(version: u8, flags: u8, frames: &[Vec<u8>], padding: usize) -> Vec<u8> {
    let mut body = frames.concat();
    body.resize(body.len() + padding, 0);
    let size = [21, 14, 7, 0].map(|shift| ((body.len() >> shift) & 0x7f) as u8);
    [&b"ID3"[..], &[version, 0, flags], &size, &body].concat()
}

/// The remaining objects of a PDF with one empty page.
#[derive(Debug, Clone, Default)]
pub(crate) struct PdfOptions {
    /// XMP of the document.
    pub(crate) xmp: Option<String>,
    /// Whether the length of the XMP is an indirect object.
    pub(crate) is_length_apart: bool,
    /// More members of the trailer.
    pub(crate) trailer: String,
    /// More members of the catalog.
    pub(crate) catalog: String,
    /// Bytes after the last line.
    pub(crate) after: String,
}

/// A PDF of one empty page with a classic table.
pub(crate) fn pdf(options: &PdfOptions) -> Vec<u8> {
    let metadata = if options.xmp.is_some() { " /Metadata 4 0 R" } else { "" };
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R{metadata}{} >>", options.catalog),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Resources << >> >>".to_owned(),
    ];
    if let Some(xmp) = &options.xmp {
        let len = if options.is_length_apart { "5 0 R".to_owned() } else { xmp.len().to_string() };
        objects.push(format!(
            "<< /Type /Metadata /Subtype /XML /Length {len} >>\nstream\n{xmp}\nendstream"
        ));
        if options.is_length_apart {
            objects.push(xmp.len().to_string());
        }
    }
    let mut text = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", text.len());
        text += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let startxref = text.len();
    let size = objects.len() + 1;
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R{} >>\n", options.trailer);
    let end = format!("startxref\n{startxref}\n%%EOF{}", options.after);
    [text, table, trailer, end].concat().into_bytes()
}

/// XMP of another program, with a title and some room.
pub(crate) fn xmp(title: &str, padding: usize) -> String {
    format!(
        "<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"uuid:7\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li>\
         </rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>{}<?xpacket end='w'?>",
        " ".repeat(padding)
    )
}
