//! A UPnP router's description of itself: its control address, and its answers. Of its XML only the texts of a few elements
//! are read, which is all that it takes.

/// Services that map ports, best first (UPnP IGD:2 §2.3).
const SERVICES: [&str; 3] = [
    "urn:schemas-upnp-org:service:WANIPConnection:2",
    "urn:schemas-upnp-org:service:WANIPConnection:1",
    "urn:schemas-upnp-org:service:WANPPPConnection:1",
];

/// A service and its control path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) kind: &'static str,
    pub(super) path: String,
}

/// The first service that translates, in a device's description.
pub(super) fn service(description: &str) -> Option<Service> {
    let blocks = elements(description, "service");
    SERVICES.into_iter().find_map(|kind| {
        let block = blocks.iter().find(|block| text(block, "serviceType") == Some(kind))?;
        let path = text(block, "controlURL").filter(|path| !path.is_empty())?;
        Some(Service { kind, path: path.to_owned() })
    })
}

/// Parses the code and the description of a router's refusal.
pub(super) fn refusal(answer: &str) -> Option<(u16, String)> {
    let code = text(answer, "errorCode")?.parse().ok()?;
    let says = text(answer, "errorDescription").unwrap_or_default();
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || *c == ' ';
    Some((code, says.chars().filter(is_plain).take(60).collect()))
}

/// The text of the first element of a name.
pub(super) fn text<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    elements(xml, name).first().map(|text| text.trim())
}

/// The text of each element of a name; these elements don't nest.
fn elements<'x>(xml: &'x str, name: &str) -> Vec<&'x str> {
    let (begin, end) = (format!("<{name}>"), format!("</{name}>"));
    let mut contents = Vec::new();
    let mut rest = xml;
    while let Some((_, after)) = rest.split_once(&begin) {
        let Some((inside, behind)) = after.split_once(&end) else {
            break;
        };
        contents.push(inside);
        rest = behind;
    }
    contents
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESCRIPTION: &str = "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device>
        <serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
        <controlURL>/l3f</controlURL></service></serviceList><deviceList><device><serviceList>
        <service><serviceType> urn:schemas-upnp-org:service:WANIPConnection:1 </serviceType><controlURL>/ctl/IPConn</controlURL></service>
        </serviceList></device></deviceList></device></root>";

    #[test]
    fn the_service_that_translates_is_found() {
        let igd_service = service(DESCRIPTION).unwrap();
        assert_eq!((igd_service.kind, &*igd_service.path), (SERVICES[1], "/ctl/IPConn"));
        let newer = DESCRIPTION.replace("Connection:1 ", "Connection:2 ");
        assert_eq!(service(&newer).unwrap().kind, SERVICES[0]);
        for length in 0..DESCRIPTION.len() {
            let cut = DESCRIPTION.get(..length).unwrap_or_default();
            assert!(service(cut).is_none_or(|igd_service| igd_service.path == "/ctl/IPConn"));
        }
        assert_eq!(service(&DESCRIPTION.replace("/ctl/IPConn", "")), None);
    }

    #[test]
    fn a_refusal_is_a_code_and_plain_words() {
        let fault = "<UPnPError><errorCode>718</errorCode><errorDescription>Conflict<b>In Mapping</errorDescription></UPnPError>";
        assert_eq!(refusal(fault), Some((718, "ConflictbIn Mapping".to_owned())));
        assert_eq!(refusal("<errorCode>x</errorCode>"), None);
    }
}
