//! Times as a reader is told them: in their own zone, or in that of the event. Scripts change those without a zone into the zone of the browser.

use std::borrow::Cow;

use imajin_dfos::Timestamp;
use maud::{Markup, html};

use super::catalogue::Texts;
use super::zone::Zone;

impl Texts {
    /// The zone of times that belong to nothing else: the reader's, else the box's.
    fn zone(self) -> Zone {
        self.zone.unwrap_or_else(Zone::home)
    }

    /// "20 November 2026".
    pub fn date(self, at: Timestamp) -> String {
        self.lang.date(at, self.zone())
    }

    /// "20 Nov".
    pub fn short_date(self, at: Timestamp) -> String {
        self.lang.short_date(at, self.zone())
    }

    /// "20 November 2026, 10:02", and the zone where it may not be the reader's.
    pub fn date_time(self, at: Timestamp) -> String {
        self.date_time_in(at, self.zone())
    }

    /// A time in an event's zone, with its name unless the reader's clock shows the same.
    pub fn date_time_in(self, at: Timestamp, zone: Zone) -> String {
        let is_own = |own: Zone| own.offset(at) == zone.offset(at);
        if self.zone.is_some_and(is_own) {
            self.lang.clock(at, zone)
        } else {
            self.lang.date_time(at, zone)
        }
    }

    /// A sentence with its times, as programs write them, as this reader is told them.
    pub(super) fn with_times(self, sentence: Cow<'_, str>) -> Cow<'_, str> {
        const LAST: usize = "2026-11-29T02:11:33.123Z".len() - 1;
        let (mut told, mut said) = (String::new(), 0);
        for (end, _) in sentence.match_indices('Z') {
            let Some(start) = end.checked_sub(LAST).filter(|start| *start >= said) else {
                continue;
            };
            let (Some(before), Some(time)) = (sentence.get(said..start), sentence.get(start..=end))
            else {
                continue;
            };
            if let Ok(at) = Timestamp::parse(time) {
                told.push_str(before);
                told.push_str(&self.date_time(at));
                said = end + 1;
            }
        }
        if said == 0 {
            return sentence;
        }
        told.push_str(sentence.get(said..).unwrap_or_default());
        Cow::Owned(told)
    }

    /// A time that scripts make relative.
    pub fn time(self, at: Timestamp) -> Markup {
        let text = self.date_time(at);
        html! { time datetime=(at.to_string()) data-ago title=(text) { (text) } }
    }

    /// A time that is never relative.
    pub fn moment(self, at: Timestamp) -> Markup {
        html! { time datetime=(at.to_string()) data-at { (self.date_time(at)) } }
    }

    /// The element of a time in an event's zone.
    pub fn moment_in(self, at: Timestamp, zone: Zone) -> Markup {
        html! { time datetime=(at.to_string()) data-zone=(zone.name()) { (self.date_time_in(at, zone)) } }
    }

    /// A day.
    pub fn day(self, at: Timestamp) -> Markup {
        html! { time datetime=(at.to_string()) data-day { (self.date(at)) } }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Catalogue, Lang, Reader};
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn the_zone_is_named_where_the_readers_clock_may_show_something_else() {
        static TEXTS: Catalogue = Catalogue::new("times", ["", ""]);
        let at = at("2026-07-01T10:00:00.000Z");
        let zone = |name| Zone::find(name).unwrap();
        let unknown = TEXTS.for_reader(Lang::En);
        let reader = TEXTS.for_reader(Reader { lang: Lang::En, zone: Some(zone("Europe/Zurich")) });
        let here = Lang::En.date_time(at, Zone::home());
        assert_eq!(unknown.date_time(at), here, "the box's own, with its name");
        assert_eq!(reader.date_time(at), "1 July 2026, 12:00");
        assert_eq!(reader.date_time_in(at, zone("Europe/Berlin")), "1 July 2026, 12:00");
        let york = reader.date_time_in(at, zone("America/New_York"));
        assert_eq!(york, "1 July 2026, 06:00 (America/New York)");
    }
}
