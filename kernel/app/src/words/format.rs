//! Numbers, sizes, times and money as a language writes them. Pure. Scripts do the same with `Intl`.

use std::fmt;

use imajin_dfos::Timestamp;
use imajin_protocol::Currency;

use super::lang::Lang;
use super::zone::Zone;

/// The months, from the first to the last.
const MONTHS: [&str; Lang::ALL.len()] = [
    "January February March April May June July August September October November December",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
];

/// Never broken at the end of a line.
const SPACE: char = '\u{a0}';

/// The currencies that are written with a symbol. A dollar, a yen or a franc may be one of several currencies: those have their codes.
const SYMBOLS: [(&str, &str); 2] = [("EUR", "€"), ("GBP", "£")];

/// An amount as a value of a sentence that the code says in English. It is written as English does; another language writes it its own way
/// ([`Lang::amount`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// Makes an amount of this many minor units of a currency.
    pub fn new(minor: impl Into<i64>, currency: Currency) -> Self {
        Self { minor: minor.into(), currency }
    }

    /// Reads what [`Money`] writes, and nothing else.
    pub(super) fn read(english: &str) -> Option<Self> {
        let bare = english.trim_start_matches('−');
        let (number, code) = match bare.split_once(SPACE) {
            Some(both) => both,
            None => SYMBOLS
                .iter()
                .find_map(|(code, symbol)| Some((bare.strip_prefix(symbol)?, *code)))?,
        };
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let units: i64 = digits.parse().ok()?;
        let money = Self {
            minor: if bare.len() < english.len() { -units } else { units },
            currency: Currency::parse(code).ok()?,
        };
        (money.to_string() == english).then_some(money)
    }

    /// The amount in a language.
    pub fn written(self, lang: Lang) -> String {
        lang.amount(self.minor, self.currency)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(Lang::En))
    }
}

impl Lang {
    /// "12,345", "12.345".
    pub fn number(self, number: u64) -> String {
        grouped(self, i128::from(number))
    }

    /// Writes a decimal number and its unit in an English sentence, "3.4 GB", as the language does: "3,4 GB". `None` for
    /// other texts.
    pub(super) fn measure(self, english: &str) -> Option<String> {
        const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "%", "°C"];
        let (number, unit) = english.split_once(' ')?;
        let (whole, decimals) = number.split_once('.')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let is_measure = is_number(whole) && is_number(decimals) && UNITS.contains(&unit);
        is_measure.then(|| format!("{whole}{}{decimals} {unit}", self.point()))
    }

    /// "3.4 GB", "3,4 GB": decimal, as cards and disks are sold.
    pub fn size(self, bytes: u64) -> String {
        let whole = match self {
            Self::En => "bytes",
            Self::De => "Byte",
        };
        let units = [whole, "kB", "MB", "GB", "TB"];
        let mut unit = 0;
        let mut tenths = u128::from(bytes) * 10;
        while tenths >= 10_000 && unit + 1 < units.len() {
            tenths /= 1000;
            unit += 1;
        }
        let name = units.get(unit).copied().unwrap_or_default();
        if unit == 0 || tenths >= 1000 {
            format!("{}{SPACE}{name}", tenths / 10)
        } else {
            format!("{}{}{}{SPACE}{name}", tenths / 10, self.point(), tenths % 10)
        }
    }

    /// "20 November 2026", "20. November 2026": the day in a zone.
    pub fn date(self, at: Timestamp, zone: Zone) -> String {
        let (day, month, year) = self.day(at, zone);
        format!("{day} {month} {year}")
    }

    /// "20 Nov", "20. Nov": where there is little room.
    pub fn short_date(self, at: Timestamp, zone: Zone) -> String {
        let (day, month, _) = self.day(at, zone);
        let month: String = month.chars().take(3).collect();
        format!("{day}{SPACE}{month}")
    }

    /// The day of the month as the language writes it, the month's name, and the year.
    fn day(self, at: Timestamp, zone: Zone) -> (String, &'static str, i16) {
        let date = zone.local(at).date();
        let month = usize::try_from(date.month() - 1).ok();
        let month = month.and_then(|month| MONTHS[self as usize].split(' ').nth(month));
        let day = match self {
            Self::En => date.day().to_string(),
            Self::De => format!("{}.", date.day()),
        };
        (day, month.unwrap_or_default(), date.year())
    }

    /// "20 November 2026, 10:02": what clocks in a zone show. An hour that they show twice says how far it is from UTC.
    pub(super) fn clock(self, at: Timestamp, zone: Zone) -> String {
        let time = zone.local(at).time();
        let mut text = format!("{}, {:02}:{:02}", self.date(at, zone), time.hour(), time.minute());
        if zone.is_shown_twice(at) {
            text.push_str(&format!(" UTC{}", zone.offset(at)));
        }
        text
    }

    /// "20 November 2026, 10:02 (Europe/Zurich)".
    pub fn date_time(self, at: Timestamp, zone: Zone) -> String {
        format!("{} ({})", self.clock(at, zone), zone.label())
    }

    /// "12.50 CHF" and "€12.50", "12,50 CHF" and "12,50 €": an amount in minor units of a currency. `js/money/amount.js` writes the same.
    pub fn amount(self, minor: i64, currency: Currency) -> String {
        let digits = currency.digits().into();
        let Some((_, symbol)) = SYMBOLS.iter().find(|(code, _)| *code == currency.code()) else {
            return format!("{}{SPACE}{currency}", self.decimal(minor, digits));
        };
        match self {
            Self::En => {
                let minus = if minor < 0 { "−" } else { "" };
                let number = self.decimal(minor, digits);
                format!("{minus}{symbol}{}", number.trim_start_matches('−'))
            }
            Self::De => format!("{}{SPACE}{symbol}", self.decimal(minor, digits)),
        }
    }

    /// "12.50 %", "12,50 %": a number of hundredths of a percent.
    pub fn percent(self, hundredths: i64) -> String {
        format!("{}{SPACE}%", self.decimal(hundredths, 2))
    }

    /// "1,234.50", "1.234,50": a number of small units, with its last `decimals` digits after the point.
    pub fn decimal(self, units: i64, decimals: u32) -> String {
        let sign = if units < 0 { "−" } else { "" };
        let units = i128::from(units.unsigned_abs());
        let unit = 10_i128.pow(decimals.min(18));
        let whole = grouped(self, units / unit);
        if decimals == 0 {
            return format!("{sign}{whole}");
        }
        let (point, rest, width) = (self.point(), units % unit, decimals as usize);
        format!("{sign}{whole}{point}{rest:0width$}")
    }

    const fn point(self) -> char {
        match self {
            Self::En => '.',
            Self::De => ',',
        }
    }
}

/// A whole number with its thousands apart.
pub(super) fn grouped(lang: Lang, number: i128) -> String {
    let separator = match lang {
        Lang::En => ',',
        Lang::De => '.',
    };
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 8);
    if number < 0 {
        out.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sizes_and_money_are_written_as_the_language_does() {
        assert_eq!(Lang::En.number(1_234_567), "1,234,567");
        assert_eq!(Lang::De.number(1_234_567), "1.234.567");
        assert_eq!(Lang::En.size(999), "999\u{a0}bytes");
        assert_eq!(Lang::En.size(3_400_000_000), "3.4\u{a0}GB");
        assert_eq!(Lang::De.size(3_400_000_000), "3,4\u{a0}GB");
        assert_eq!(Lang::De.size(512_000_000_000), "512\u{a0}GB");
        let amount = |lang: Lang, minor, code| lang.amount(minor, Currency::parse(code).unwrap());
        assert_eq!(amount(Lang::En, 123_450, "CHF"), "1,234.50\u{a0}CHF");
        assert_eq!(amount(Lang::En, 1250, "EUR"), "€12.50");
        assert_eq!(amount(Lang::En, -5, "GBP"), "−£0.05");
        assert_eq!(amount(Lang::De, 1250, "EUR"), "12,50\u{a0}€");
        assert_eq!(amount(Lang::De, -5, "EUR"), "−0,05\u{a0}€");
        assert_eq!(amount(Lang::De, 1500, "JPY"), "1.500\u{a0}JPY");
        assert_eq!(amount(Lang::De, 1, "KWD"), "0,001\u{a0}KWD");
        assert_eq!(Lang::De.percent(1250), "12,50\u{a0}%");
    }

    #[test]
    fn a_measure_of_an_english_sentence_is_known_again() {
        assert_eq!(Lang::De.measure("58.0 GB").as_deref(), Some("58,0 GB"));
        for other in ["0.1.0 MB", "1.5 files", "58 GB", ". GB", "1.5"] {
            assert_eq!(Lang::De.measure(other), None, "{other}");
        }
    }

    #[test]
    fn an_amount_of_an_english_sentence_is_known_again() {
        for code in ["CHF", "EUR", "GBP", "JPY", "KWD", "MJNX"] {
            let currency = Currency::parse(code).unwrap();
            for minor in [0, 5, -5, 1250, 1_234_567_890, -(1_i64 << 53)] {
                let money = Money::new(minor, currency);
                assert_eq!(Money::read(&money.to_string()), Some(money));
            }
        }
        for text in
            ["12.50", "12.5\u{a0}CHF", "12.50 CHF", "€1250", "1.50\u{a0}JPY", "−−1\u{a0}JPY"]
        {
            assert_eq!(Money::read(text), None, "{text}");
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn dates_have_the_months_of_the_language() {
        let at = at("2026-03-20T10:02:03.004Z");
        assert_eq!(Lang::En.date_time(at, Zone::UTC), "20 March 2026, 10:02 (UTC)");
        assert_eq!(Lang::De.date(at, Zone::UTC), "20. März 2026");
        assert_eq!(Lang::De.short_date(at, Zone::UTC), "20.\u{a0}Mär");
    }

    #[test]
    fn a_time_is_what_clocks_in_the_zone_show() {
        let (york, zurich) =
            (Zone::find("America/New_York").unwrap(), Zone::find("Europe/Zurich").unwrap());
        let night = at("2027-01-01T01:30:00.000Z");
        assert_eq!(Lang::En.date_time(night, york), "31 December 2026, 20:30 (America/New York)");
        assert_eq!(Lang::De.date(night, york), "31. Dezember 2026");
        // The clocks change to summer time: no clock shows the hour from two.
        for (text, clock) in
            [("2026-03-29T00:59:00.000Z", "01:59"), ("2026-03-29T01:00:00.000Z", "03:00")]
        {
            let date_time = format!("29 March 2026, {clock} (Europe/Zurich)");
            assert_eq!(Lang::En.date_time(at(text), zurich), date_time);
        }
        // The clocks change back: the hour comes twice, and each time names its offset.
        for (text, clock) in [
            ("2026-10-25T00:30:00.000Z", "02:30 UTC+02"),
            ("2026-10-25T01:30:00.000Z", "02:30 UTC+01"),
            ("2026-10-25T02:00:00.000Z", "03:00"),
        ] {
            let date_time = format!("25 October 2026, {clock} (Europe/Zurich)");
            assert_eq!(Lang::En.date_time(at(text), zurich), date_time);
        }
    }
}
