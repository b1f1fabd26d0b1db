//! Whether a newer version of the program waits for its owner, or did not come up.

use super::Check;
use crate::settings::BoxConfig;
use crate::versions::update_request;
use imajin_host::upkeep::Updates;
use imajin_registry::version::Version;
use std::path::Path;

/// The state of updates on this machine; without one under way, the running version.
pub(super) fn check(config: &BoxConfig) -> Check {
    let usb = &config.usb;
    judge(&update_request::standing(&usb.sticks(), Path::new(&usb.folder)))
}

fn judge(updates: &Updates) -> Check {
    const NAME: &str = "updates";
    let running = &updates.version;
    if let Some(why) = &updates.refused {
        let says = format!("version {running} runs; the last update was refused: {why}");
        return Check::warn(NAME, says, "bring another release on a stick");
    }
    let newer = |version: &String| {
        let (offered, own) = (version.parse::<Version>(), running.parse::<Version>());
        matches!((offered, own), (Ok(offered), Ok(own)) if own.is_before(&offered))
    };
    let offers = updates.offers.iter();
    let mut waiting = offers
        .filter(|offer| offer.problem.is_none())
        .filter_map(|offer| offer.version.as_ref())
        .filter(|version| newer(version));
    if let Some(version) = waiting.next().filter(|_| updates.is_possible && !updates.is_running) {
        let says = format!("version {running} runs; version {version} waits on a stick");
        return Check::warn(NAME, says, "begin the update on the page /health, under The program");
    }
    if let Some((version, Some(why))) = &updates.last {
        let says =
            format!("version {running} runs; the update to version {version} was given up: {why}");
        return Check::warn(NAME, says, "look at the node's log, or bring another release");
    }
    Check::good(NAME, format!("version {running} runs"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_host::upkeep::Offer;

    #[test]
    fn a_newer_release_on_a_stick_waits_and_an_older_or_foreign_one_does_not() {
        let offer = |version: &str, problem: Option<&str>| Offer {
            version: Some(version.to_owned()),
            problem: problem.map(str::to_owned),
            ..Offer::default()
        };
        let with = |offers: Vec<Offer>| Updates {
            version: "1.2.0".to_owned(),
            is_possible: true,
            offers,
            ..Updates::default()
        };
        assert!(judge(&with(Vec::new())).ok);
        assert!(judge(&with(vec![offer("1.2.0", None), offer("1.1.9", None)])).ok);
        assert!(judge(&with(vec![offer("1.3.0", Some("a stranger signed it"))])).ok);
        let waits = judge(&with(vec![offer("1.1.0", None), offer("1.10.0", None)]));
        assert!(waits.warning && waits.says.contains("1.10.0 waits"), "{waits:?}");
        let mut running = with(vec![offer("1.10.0", None)]);
        running.is_running = true;
        assert!(judge(&running).ok);
        let given_up = Updates {
            last: Some(("1.3.0".to_owned(), Some("it hung".to_owned()))),
            ..with(Vec::new())
        };
        assert!(judge(&given_up).says.contains("it hung"));
    }
}
