//! Films and pictures in boxes, written by hand and full of what others are not to know.

use crate::corpus::telephone;

/// Words that no copy has.
pub(crate) const WORDS: [&[u8]; 7] =
    [b"secret", b"SERIAL-4711", b"Telephone", b"2025:01:01", b"-03:30", b"+48.8577", b"GoPr"];
/// A moment: seconds since 1904.
pub(crate) const MADE: u32 = 0xe2a8_1234;
/// The samples that every viewer sees and hears.
pub(crate) const PICTURES: &[u8] = b"one picture after the other";
pub(crate) const SOUND: &[u8] = b"a sound and its echo";
const XMP: &[u8] = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SERIAL-4711</x:xmpmeta>";

pub(crate) fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let len = u32::try_from(content.len() + 8).unwrap();
    [&len.to_be_bytes()[..], name, &content].concat()
}

/// A box with a length of 64 bits.
pub(crate) fn long_boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let len = content.len() as u64 + 16;
    [&[0, 0, 0, 1], &name[..], &len.to_be_bytes(), content].concat()
}

pub(crate) fn longs(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A matrix that leaves a film as it is, or turns it by a quarter.
fn matrix(is_turned: bool) -> Vec<u8> {
    const ONE: u32 = 0x0001_0000;
    let w = 0x4000_0000;
    longs(&if is_turned {
        [0, ONE, 0, ONE.wrapping_neg(), 0, 0, 0, 0, w]
    } else {
        [ONE, 0, 0, 0, ONE, 0, 0, 0, w]
    })
}

/// The header of a film of 2.5 seconds.
pub(crate) fn mvhd() -> Vec<u8> {
    let numbers = longs(&[0, MADE, MADE, 600, 1500, 0x0001_0000, 0x0100_0000, 0, 0]);
    boxed(b"mvhd", &[&numbers, &matrix(false), &[0; 24], &longs(&[9])])
}

pub(crate) fn hdlr(kind: &[u8; 4], name: &[u8]) -> Vec<u8> {
    boxed(b"hdlr", &[&[0; 4], b"mhlr", kind, b"GoPr", &[0; 8], name])
}

/// A track: its kind, how its samples are coded, where each is.
pub(crate) struct Track<'a> {
    pub(crate) id: u32,
    pub(crate) kind: &'a [u8; 4],
    pub(crate) entry: Vec<u8>,
    pub(crate) samples: Vec<(u64, u32)>,
}

impl Track<'_> {
    pub(crate) fn write(&self) -> Vec<u8> {
        self.with_tables(&self.tables())
    }

    /// One sample a chunk.
    fn tables(&self) -> Vec<u8> {
        let count = u32::try_from(self.samples.len()).unwrap();
        let sizes: Vec<u32> = self.samples.iter().map(|(_, len)| *len).collect();
        let places: Vec<u8> = self.samples.iter().flat_map(|(at, _)| at.to_be_bytes()).collect();
        [
            boxed(b"stts", &[&longs(&[0, 1, count, 100])]),
            boxed(b"stsc", &[&longs(&[0, 1, 1, 1, 1])]),
            boxed(b"stsz", &[&longs(&[0, 0, count]), &longs(&sizes)]),
            boxed(b"co64", &[&longs(&[0, count]), &places]),
        ]
        .concat()
    }

    pub(crate) fn with_tables(&self, tables: &[u8]) -> Vec<u8> {
        let size: [u32; 2] = match self.kind {
            b"vide" => [1920 << 16, 1080 << 16],
            _ => [0, 0],
        };
        let is_turned = self.kind == b"vide";
        let tkhd = boxed(
            b"tkhd",
            &[
                &longs(&[3, MADE, MADE, self.id, 0, 1500, 0, 0, 0, 0]),
                &matrix(is_turned),
                &longs(&size),
            ],
        );
        let mdhd = boxed(b"mdhd", &[&longs(&[0, MADE, MADE, 600, 1500, 0x55c4_0000])]);
        let url = boxed(b"url ", &[&longs(&[1]), b"file:///secret"]);
        let dinf = boxed(b"dinf", &[&boxed(b"dref", &[&longs(&[0, 1]), &url])]);
        let stsd = boxed(b"stsd", &[&longs(&[0, 1]), &self.entry]);
        let stbl = boxed(b"stbl", &[&stsd, tables]);
        let vmhd = boxed(b"vmhd", &[&longs(&[1, 0, 0])]);
        let data = hdlr(b"url ", b"\x0bGoPro secret");
        let minf = boxed(b"minf", &[&vmhd, &data, &dinf, &stbl]);
        let kind = hdlr(self.kind, b"\x09GoPro AVC");
        let mdia = boxed(b"mdia", &[&mdhd, &kind, &minf]);
        let edts = boxed(b"edts", &[&boxed(b"elst", &[&longs(&[0, 1, 1500, 0, 0x0001_0000])])]);
        let udta = boxed(b"udta", &[&boxed(b"name", &[b"secret"])]);
        let meta = boxed(b"meta", &[&[0; 4], &hdlr(b"mdta", b"secret")]);
        let uuid = boxed(b"uuid", &[&[7; 16], b"secret"]);
        boxed(b"trak", &[&tkhd, &edts, &mdia, &udta, &meta, &uuid])
    }
}

/// How H.264 is described, by a camera that says who it is.
pub(crate) fn avc1() -> Vec<u8> {
    let mut compressor = [0; 32];
    compressor[..18].copy_from_slice(b"\x11GoPro AVC encoder");
    boxed(
        b"avc1",
        &[
            &[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
            b"GoPr",
            &longs(&[0, 512, 1920 << 16 | 1080, 72 << 16, 72 << 16, 0]),
            &[0, 1],
            &compressor,
            &[0, 24, 255, 255],
            &boxed(b"avcC", &[b"\x01\x64\0\x28\xff\xe0\0"]),
            &boxed(b"colr", &[b"nclx\0\x01\0\x01\0\x01\0"]),
            &boxed(b"pasp", &[&longs(&[1, 1])]),
            &boxed(b"camX", &[b"secret"]),
        ],
    )
}

/// How AAC is described in QuickTime.
fn mp4a() -> Vec<u8> {
    let wave = boxed(
        b"wave",
        &[&boxed(b"frma", &[b"mp4a"]), &boxed(b"esds", &[&[0; 4]]), &[0, 0, 0, 8, 0, 0, 0, 0]],
    );
    boxed(
        b"mp4a",
        &[
            &[0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0],
            b"GoPr",
            &longs(&[2 << 16 | 16, 0, 44_100 << 16, 1024, 0, 0, 2]),
            &wave,
            // The end of a list.
            &[0; 4],
        ],
    )
}

fn gpmd() -> Vec<u8> {
    boxed(b"gpmd", &[&[0, 0, 0, 0, 0, 0, 0, 1], b"secret"])
}

/// Words of QuickTime: key and value.
pub(crate) fn words(words: &[(&str, &str)]) -> Vec<u8> {
    let keys: Vec<u8> =
        words.iter().flat_map(|(key, _)| boxed(b"mdta", &[key.as_bytes()])).collect();
    let values: Vec<u8> = (1_u32..)
        .zip(words)
        .flat_map(|(number, (_, value))| {
            let data = boxed(b"data", &[&longs(&[1, 0]), value.as_bytes()]);
            boxed(&number.to_be_bytes(), &[&data])
        })
        .collect();
    let count = u32::try_from(words.len()).unwrap();
    let keys = boxed(b"keys", &[&longs(&[0, count]), &keys]);
    boxed(b"meta", &[&hdlr(b"mdta", b""), &keys, &boxed(b"ilst", &[&values])])
}

/// Old words of QuickTime: a text with its length and language.
fn text(name: &[u8; 4], text: &str) -> Vec<u8> {
    let len = u16::try_from(text.len()).unwrap();
    boxed(name, &[&len.to_be_bytes(), &[0x15, 0xc7], text.as_bytes()])
}

fn udta() -> Vec<u8> {
    boxed(
        b"udta",
        &[
            &text(b"\xa9xyz", "+48.8577+002.2950/"),
            &text(b"\xa9mak", "Telephone"),
            &text(b"\xa9mod", "secret model"),
            &text(b"\xa9swr", "secret 17.4"),
            &boxed(b"XMP_", &[XMP]),
            &boxed(b"GPMF", &[b"secret"]),
            &boxed(b"CAME", &[b"SERIAL-4711"]),
            &[0; 4],
        ],
    )
}

pub(crate) fn apple_words() -> Vec<u8> {
    words(&[
        ("com.apple.quicktime.make", "Telephone"),
        ("com.apple.quicktime.location.ISO6709", "+48.8577+002.2950+035.0/"),
        ("com.apple.quicktime.model", "secret model"),
        ("com.apple.quicktime.creationdate", "2024-07-01T12:30:59+0200"),
    ])
}

/// The film of `ftyp` and samples that begin at `at`: pictures, sound, and positions in two pieces.
pub(crate) fn moov(at: u64, more: &[u8]) -> Vec<u8> {
    let len = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap();
    let sound_at = at + u64::from(len(PICTURES)) + 6;
    let pictures =
        Track { id: 1, kind: b"vide", entry: avc1(), samples: vec![(at, len(PICTURES))] };
    let sound =
        Track { id: 2, kind: b"soun", entry: mp4a(), samples: vec![(sound_at, len(SOUND))] };
    let positions = Track {
        id: 3,
        kind: b"meta",
        entry: gpmd(),
        samples: vec![(at + u64::from(len(PICTURES)), 6), (sound_at + u64::from(len(SOUND)), 11)],
    };
    boxed(
        b"moov",
        &[
            &mvhd(),
            &pictures.write(),
            &sound.write(),
            &positions.write(),
            &udta(),
            &apple_words(),
            more,
        ],
    )
}

/// Pictures, a position, sound, a position.
pub(crate) fn samples() -> Vec<u8> {
    [PICTURES, b"secret", SOUND, b"SERIAL-4711"].concat()
}

fn others() -> Vec<u8> {
    [
        boxed(b"uuid", &[&[9; 16], XMP]),
        boxed(b"free", &[b"secret"]),
        boxed(b"beam", &[b"secret"]),
        boxed(b"meta", &[&[0; 4], &boxed(b"xml ", &[b"SERIAL-4711"])]),
        long_boxed(b"skip", b"secret"),
    ]
    .concat()
}

/// As a telephone writes it: the samples come first, with a long length.
pub(crate) fn mov() -> Vec<u8> {
    let mut film = boxed(b"ftyp", &[b"qt  \0\0\0\0qt  "]);
    film.extend(boxed(b"wide", &[]));
    let at = film.len() as u64 + 16;
    film.extend(long_boxed(b"mdat", &samples()));
    film.extend(moov(at, &[]));
    film.extend(others());
    film
}

/// As it comes through a network: the samples come last, up to the end.
pub(crate) fn mp4() -> Vec<u8> {
    let mut film = boxed(b"ftyp", &[b"isom\0\0\0\0isomavc1"]);
    film.extend(others());
    let at = film.len() + moov(0, &[]).len() + 8;
    film.extend(moov(at as u64, &[]));
    film.extend(*b"\0\0\0\0mdat");
    film.extend(samples());
    film
}

/// A film in two fragments, with a message.
pub(crate) fn fragmented(id: u32) -> Vec<u8> {
    let pictures = Track { id: 1, kind: b"vide", entry: avc1(), samples: Vec::new() };
    let mvex = boxed(b"mvex", &[&boxed(b"trex", &[&longs(&[0, 1, 1, 0, 0, 0])])]);
    let mut film = boxed(b"ftyp", &[b"iso5\0\0\0\0iso5dash"]);
    film.extend(boxed(b"moov", &[&mvhd(), &mvex, &pictures.write(), &udta()]));
    for number in 1..3 {
        let traf = boxed(
            b"traf",
            &[
                &boxed(b"tfhd", &[&longs(&[0x0002_0000, id])]),
                &boxed(b"trun", &[&longs(&[0x201, 1, 100, 27])]),
                &boxed(b"uuid", &[&[7; 16], b"secret"]),
            ],
        );
        let mfhd = boxed(b"mfhd", &[&longs(&[0, number])]);
        film.extend(boxed(b"emsg", &[b"secret"]));
        film.extend(boxed(b"moof", &[&mfhd, &traf]));
        film.extend(boxed(b"mdat", &[PICTURES]));
    }
    film
}

/// Where an item of a picture is: its id, how it is found, its ranges.
pub(crate) type ItemLocation = (u16, u16, Vec<(u32, u32)>);

pub(crate) fn iloc(places: &[ItemLocation]) -> Vec<u8> {
    let mut content = vec![1, 0, 0, 0, 0x44, 0x00];
    content.extend(u16::try_from(places.len()).unwrap().to_be_bytes());
    for (id, method, ranges) in places {
        let count = u16::try_from(ranges.len()).unwrap();
        for number in [*id, *method, 0, count] {
            content.extend(number.to_be_bytes());
        }
        for (at, len) in ranges {
            content.extend(longs(&[*at, *len]));
        }
    }
    boxed(b"iloc", &[&content])
}

fn infe(id: u16, kind: &[u8; 4], rest: &[u8]) -> Vec<u8> {
    boxed(b"infe", &[&[2, 0, 0, 0], &id.to_be_bytes(), &[0, 0], kind, rest])
}

/// The Exif of a picture, as HEIC has it.
pub(crate) fn exif_item() -> Vec<u8> {
    [b"\0\0\0\x06Exif\0\0", &telephone(true, 6)[..]].concat()
}

/// An item of Exif with a thumbnail in its second directory.
pub(crate) fn exif_with_thumbnail(jpeg: &[u8]) -> Vec<u8> {
    let field = |tag: u16, value: u32| {
        let head = [tag.to_be_bytes(), [0, 4]].concat();
        [head, longs(&[1, value])].concat()
    };
    let length = u32::try_from(jpeg.len()).unwrap();
    let main = b"MM\0*\0\0\0\x08\0\0\0\0\0\x0e".to_vec();
    let fields = [field(0x0201, 44), field(0x0202, length)].concat();
    let second = [&[0, 2][..], &fields, &[0; 4]].concat();
    [b"\0\0\0\x06Exif\0\0", &main[..], &second, jpeg].concat()
}

/// The type and the bytes of an item.
pub(crate) type ItemOf = (&'static [u8; 4], Vec<u8>);

/// A HEIC with one HEVC picture and these items, turned by so many quarters against the clock.
pub(crate) fn heic_with(items: &[ItemOf], quarters: u8) -> Vec<u8> {
    let ftyp = boxed(b"ftyp", &[b"heic", &[0; 4], b"mif1heic"]);
    let all: Vec<ItemOf> =
        std::iter::once((b"hvc1", PICTURES.to_vec())).chain(items.to_vec()).collect();
    let ids = || (1..).zip(&all);
    let infos: Vec<u8> = ids().flat_map(|(id, (kind, _))| infe(id, kind, b"\0")).collect();
    let count = u16::try_from(all.len()).unwrap().to_be_bytes();
    let ipco = boxed(b"ipco", &[&boxed(b"irot", &[&[quarters]])]);
    let meta = |mut at: u32| {
        let places: Vec<ItemLocation> = ids()
            .map(|(id, (_, bytes))| {
                let start = at;
                at += len(bytes);
                (id, 0, vec![(start, len(bytes))])
            })
            .collect();
        let iinf = boxed(b"iinf", &[&[0; 4], &count, &infos]);
        let iprp = boxed(b"iprp", &[&ipco]);
        boxed(b"meta", &[&[0; 4], &iloc(&places), &iinf, &iprp])
    };
    let at = ftyp.len() + meta(0).len() + 8;
    let bytes: Vec<u8> = all.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    let mdat = boxed(b"mdat", &[&bytes]);
    [ftyp, meta(u32::try_from(at).unwrap()), mdat].concat()
}

fn len(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap()
}

/// The boxes next to the samples of a picture.
pub(crate) fn picture_meta(places: &[ItemLocation]) -> Vec<u8> {
    let items = [
        infe(1, b"hvc1", b"secret name\0"),
        infe(2, b"Exif", b"\0"),
        infe(3, b"mime", b"\0application/rdf+xml\0"),
        infe(4, b"uri ", b"\0tag:secret\0"),
    ];
    let iinf = boxed(b"iinf", &[&[0; 4], &[0, 4], &items.concat()]);
    let ipco = boxed(
        b"ipco",
        &[
            &boxed(b"udes", &[b"\0\0\0\0en\0secret\0"]),
            &boxed(b"ispe", &[&longs(&[0, 64, 48])]),
            &boxed(b"irot", &[&[3]]),
        ],
    );
    let ipma = boxed(b"ipma", &[&longs(&[0, 1]), &[0, 1, 3, 1, 0x82, 0x83]]);
    boxed(
        b"meta",
        &[
            &[0; 4],
            &hdlr(b"pict", b"secret\0"),
            &boxed(b"pitm", &[&[0, 0, 0, 0, 0, 1]]),
            &iloc(places),
            &iinf,
            &boxed(b"iref", &[&[0; 4], &boxed(b"cdsc", &[&[0, 2, 0, 1, 0, 1]])]),
            &boxed(b"iprp", &[&ipco, &ipma]),
            &boxed(b"idat", &[b"shown ", XMP]),
            &boxed(b"uuid", &[&[7; 16], b"secret"]),
        ],
    )
}

/// A picture in boxes, with Exif in two pieces, XMP next to the list of items, and a film behind it.
pub(crate) fn heic(brand: &[u8; 4]) -> Vec<u8> {
    let ftyp = boxed(b"ftyp", &[brand, &[0; 4], b"mif1", brand]);
    let exif = exif_item();
    let meta = |at: u32| {
        let behind = at + len(PICTURES);
        picture_meta(&[
            (1, 0, vec![(at, len(PICTURES))]),
            (2, 0, vec![(behind, 60), (behind + 60, len(&exif) - 60)]),
            (3, 1, vec![(6, len(XMP))]),
            (4, 0, vec![(behind + len(&exif), 6)]),
        ])
    };
    let at = ftyp.len() + meta(0).len() + 8;
    let mdat = boxed(b"mdat", &[PICTURES, &exif, b"secret"]);
    let film = boxed(b"mpvd", &[&mov()]);
    [ftyp, meta(u32::try_from(at).unwrap()), mdat, film].concat()
}
