//! The boxes that stay in the shared copy of a film or picture. All others become free space.
//!
//! Always: a box is named here only if players or decoders need it, and says nothing of place, device or owner, nor of time but when the film was taken.

/// The treatment of a box.
#[derive(Clone, Copy)]
pub(super) enum Then {
    /// Kept unchanged.
    Keep,
    /// Kept, with samples in it.
    Data,
    /// Kept, with zeros after this many bytes.
    Blank(u64),
    /// A container: its rules apply to the boxes in it.
    Holds(&'static [Rule]),
    /// Begins with two times, which are blanked.
    Times,
    /// Its first field, a time, stays; the second goes.
    MovieTimes,
    /// The film.
    Movie,
    /// A track of the film, which goes if it is neither picture nor sound.
    Track,
    /// The coding of a track's samples.
    Descriptions,
    /// The locations of a track's samples: only in this file.
    References,
    /// To which track a fragment belongs.
    FragmentHeader,
    /// The items of a picture; in a film, metadata.
    Items,
    /// The properties of a picture's items.
    Properties,
}

/// The names of boxes, and what happens with these.
pub(super) type Rule = (&'static [&'static [u8; 4]], Then);

use Then::{
    Blank, Data, Descriptions, FragmentHeader, Holds, Items, Keep, Movie, MovieTimes, Properties,
    References, Times, Track,
};

/// Boxes of a file.
pub(super) const FILE: &[Rule] = &[
    (&[b"ftyp", b"styp", b"pdin", b"sidx", b"ssix", b"mfra"], Keep),
    (&[b"mdat"], Data),
    (&[b"moov"], Movie),
    (&[b"moof"], Holds(MOOF)),
    (&[b"meta"], Items),
];

pub(super) const MOOV: &[Rule] = &[
    (&[b"mvhd"], MovieTimes),
    (&[b"trak"], Track),
    (&[b"mvex"], Holds(&[(&[b"mehd", b"trex", b"leva"], Keep)])),
];

/// A track of pictures or sound. References to other tracks go, as these may.
pub(super) const TRAK: &[Rule] = &[
    (&[b"tkhd"], Times),
    (&[b"edts"], Holds(&[(&[b"elst"], Keep)])),
    (&[b"tapt"], Keep),
    (&[b"mdia"], Holds(MDIA)),
];

const MDIA: &[Rule] =
    &[(&[b"mdhd"], Times), (&[b"hdlr"], HANDLER), (&[b"elng"], Keep), (&[b"minf"], Holds(MINF))];

/// Behind its kind, a handler has the name of its maker or of the device.
const HANDLER: Then = Blank(12);

const MINF: &[Rule] = &[
    (&[b"vmhd", b"smhd"], Keep),
    (&[b"hdlr"], HANDLER),
    (&[b"dinf"], DINF),
    (&[b"stbl"], Holds(STBL)),
];

const DINF: Then = Holds(&[(&[b"dref"], References)]);

const STBL: &[Rule] = &[
    (&[b"stsd"], Descriptions),
    (&[b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss"], Keep),
    (&[b"stps", b"stsh", b"padb", b"stdp"], Keep),
    OF_SAMPLES,
];

/// The groups and the side data of samples, in the tables of a film and in its fragments.
const OF_SAMPLES: Rule = (&[b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio"], Keep);

/// The setup of a codec, its colours, its pixels and its channels.
pub(super) const ENTRY: &[Rule] = &[
    (&[b"avcC", b"hvcC", b"lhvC", b"vvcC", b"av1C", b"vpcC", b"apvC", b"dvcC", b"dvvC"], Keep),
    (&[b"dvwC", b"hvcE", b"avcE", b"d263", b"glbl", b"esds"], Keep),
    (&[b"colr", b"pasp", b"clap", b"btrt", b"fiel", b"gama", b"chrm", b"mdcv", b"clli"], Keep),
    (&[b"cclv", b"SmDm", b"CoLL", b"amve", b"ccst", b"auxi", b"vexu", b"st3d"], Keep),
    // Its first box names the program that made the file.
    (&[b"sv3d"], Holds(&[(&[b"svhd"], Blank(4)), (&[b"proj"], Keep)])),
    (&[b"wave", b"chan", b"chnl", b"srat", b"pcmC", b"dmlp", b"dac3", b"dec3", b"dac4"], Keep),
    (&[b"damr", b"dapa", b"dOps", b"dfLa", b"alac", b"mhaC", b"SA3D"], Keep),
];

const MOOF: &[Rule] = &[
    (&[b"mfhd"], Keep),
    (&[b"traf"], Holds(&[(&[b"tfhd"], FragmentHeader), (&[b"tfdt", b"trun"], Keep), OF_SAMPLES])),
];

/// The boxes of a picture. The entries of `iinf` have names, which the walk of the items overwrites.
pub(super) const META: &[Rule] = &[
    (&[b"hdlr"], HANDLER),
    (&[b"pitm", b"iloc", b"iinf", b"iref", b"grpl"], Keep),
    (&[b"idat"], Data),
    (&[b"dinf"], DINF),
    (&[b"iprp"], Holds(&[(&[b"ipco"], Properties), (&[b"ipma"], Keep)])),
];

/// Properties that say how to show a picture. Others keep their places, as properties are named by these.
pub(super) const PROPERTIES: &[&[u8; 4]] = &[
    b"ispe", b"pixi", b"hvcC", b"lhvC", b"avcC", b"vvcC", b"av1C", b"j2kH", b"colr", b"pasp",
    b"clap", b"irot", b"imir", b"auxC", b"clli", b"mdcv", b"cclv", b"amve", b"ndwt", b"reve",
    b"a1op", b"a1lx", b"lsel", b"rloc", b"oinf", b"tols", b"iscl", b"rref",
];

/// Items that are pictures, or made of such. The items of all other kinds are removed: Exif, XMP, and unknown types.
pub(super) const PICTURES: &[&[u8; 4]] = &[
    b"hvc1", b"hev1", b"lhv1", b"avc1", b"vvc1", b"av01", b"j2k1", b"grid", b"iovl", b"iden",
    b"tmap",
];
