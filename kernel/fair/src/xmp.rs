//! The XMP packet. Ours is one `rdf:Description`, put before the end of the packet's RDF; everything else stays as it is.
//!
//! Always: [`remove`] takes out exactly what [`add`] put in. A packet that another program rewrote is recognised by the
//! namespace, and left alone.

use crate::error::Obstacle;
use crate::fair::Fair;
use imajin_protocol::jcs;

/// The namespace of `manifest` and `agreed`.
const NAMESPACE: &str = "https://imajin.ai/ns/fair/";
/// PLUS, whose `DataMining` says in a word what the manifest's terms say about training.
const PLUS: &str = "http://ns.useplus.org/ldf/xmp/1.0/";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const RESERVED: &str = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING";
const FREE: &str = "http://ns.useplus.org/ldf/vocab/DMI-ALLOWED";

/// Who made a packet in a file that had none.
pub(crate) const TOOLKIT: &str = "Imajin .fair";
/// Who made one in a WebP file that got its chunk VP8X with the packet, so that both go together.
pub(crate) const TOOLKIT_VP8X: &str = "Imajin .fair with VP8X";

const BEGIN: &str = "<rdf:Description xmlns:fair=\"https://imajin.ai/ns/fair/\"";
const END: &str = "</rdf:Description>\n";
const RDF_END: &str = "</rdf:RDF>";
/// Longest `rdf:about` that is taken over from a packet: all descriptions of one packet have the same.
const ABOUT_BYTES_MAX: usize = 256;

/// A packet with a .fair: the given one, or a new one.
pub(crate) fn add(packet: Option<&str>, fair: &Fair, toolkit: &str) -> Result<String, Obstacle> {
    let fresh = empty(toolkit);
    let packet = packet.unwrap_or(&fresh);
    let declares_rdf = packet.contains(&format!("xmlns:rdf=\"{RDF}\""))
        || packet.contains(&format!("xmlns:rdf='{RDF}'"));
    let (before, after) = packet
        .rfind(RDF_END)
        .filter(|_| declares_rdf)
        .and_then(|at| packet.split_at_checked(at))
        .ok_or(Obstacle::Xmp)?;
    let block = block(fair, rdf_about(packet), !packet.contains("DataMining"));
    Ok([before, &block, after].concat())
}

pub(crate) fn read(packet: &str) -> Result<Option<Fair>, Obstacle> {
    let Some((_, block, _)) = cut(packet)? else {
        return Ok(None);
    };
    let manifest = member(block, "manifest")?.ok_or(Obstacle::Rewritten)?;
    let agreed = member(block, "agreed")?;
    Ok(Some(Fair::of_texts(&manifest, agreed.as_deref())?))
}

/// A packet without its .fair; `None` if it was made for that alone.
pub(crate) fn remove(packet: &str) -> Result<Option<String>, Obstacle> {
    let (before, _, after) = cut(packet)?.ok_or(Obstacle::Rewritten)?;
    let rest = [before, after].concat();
    let is_ours = [TOOLKIT, TOOLKIT_VP8X].iter().any(|toolkit| rest == empty(toolkit));
    Ok((!is_ours).then_some(rest))
}

/// Whether a packet came into a WebP file together with its chunk VP8X.
pub(crate) fn came_with_vp8x(packet: &str) -> bool {
    packet.starts_with(empty(TOOLKIT_VP8X).trim_end_matches(AFTER))
}

const AFTER: &str = "</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>";

/// A packet that says nothing.
fn empty(toolkit: &str) -> String {
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"{toolkit}\">\n\
         <rdf:RDF xmlns:rdf=\"{RDF}\">\n{AFTER}"
    )
}

/// The text before our description, the description, and the text after it.
fn cut(packet: &str) -> Result<Option<(&str, &str, &str)>, Obstacle> {
    if !packet.contains(NAMESPACE) {
        return Ok(None);
    }
    let (before, rest) = packet.split_once(BEGIN).ok_or(Obstacle::Rewritten)?;
    let (block, after) = rest.split_once(END).ok_or(Obstacle::Rewritten)?;
    if before.contains(NAMESPACE) || after.contains(NAMESPACE) {
        Err(Obstacle::Rewritten)
    } else {
        Ok(Some((before, block, after)))
    }
}

fn block(fair: &Fair, about: &str, says_plus: bool) -> String {
    let mut text = format!("{BEGIN} xmlns:plus=\"{PLUS}\" rdf:about=\"{about}\">\n");
    let mut put = |name: &str, value: &str| {
        text.push_str(&format!("<{name}>{}</{name}>\n", escaped(value)));
    };
    put("fair:manifest", &jcs::to_string(fair.manifest.document()));
    if !fair.agreed.is_empty() {
        put("fair:agreed", &jcs::to_string(&fair.agreed.to_value()));
    }
    if says_plus {
        let train = if fair.manifest.is_free_to_train() { FREE } else { RESERVED };
        put("plus:DataMining", train);
    }
    text + END
}

/// Returns the packet's `rdf:about`, as written there.
fn rdf_about(packet: &str) -> &str {
    let value = packet.split_once("rdf:about=\"").and_then(|(_, rest)| rest.split_once('"'));
    let value = value.map(|(value, _)| value);
    value.filter(|value| value.len() <= ABOUT_BYTES_MAX && !value.contains('<')).unwrap_or_default()
}

/// The text of an element of our description.
fn member(block: &str, name: &str) -> Result<Option<String>, Obstacle> {
    let Some((_, rest)) = block.split_once(&format!("<fair:{name}>")) else {
        return Ok(None);
    };
    let (text, _) = rest.split_once(&format!("</fair:{name}>")).ok_or(Obstacle::Rewritten)?;
    plain(text).map(Some)
}

/// JSON as XML text. XML can't hold U+FFFE and U+FFFF; in JSON they only appear in strings, which have an escape for them.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '\u{fffe}' => text.push_str("\\ufffe"),
            '\u{ffff}' => text.push_str("\\uffff"),
            // These XML 1.0 allows, and programs disagree about.
            '\u{7f}'..='\u{9f}' => text.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => text.push(other),
        }
    }
    text
}

fn plain(text: &str) -> Result<String, Obstacle> {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';').ok_or(Obstacle::Rewritten)?;
        plain.push_str(match name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            _ => return Err(Obstacle::Rewritten),
        });
        plain.push_str(rest);
    }
    Ok(plain)
}
