//! Numbers, sizes, times and money as a language writes them. Pure. Scripts do the same with `Intl`.

use imajin_dfos::Timestamp;
use imajin_protocol::Currency;
use maud::{Markup, html};

use super::lang::Lang;

const MONTHS: [[&str; 12]; Lang::ALL.len()] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
];

/// Never broken at the end of a line.
const SPACE: char = '\u{a0}';

impl Lang {
    /// "12,345", "12.345".
    pub fn number(self, number: u64) -> String {
        grouped(self, i128::from(number))
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
            format!(
                "{}{}{}{SPACE}{name}",
                tenths / 10,
                self.point(),
                tenths % 10
            )
        }
    }

    /// "20 November 2026", "20. November 2026".
    pub fn date(self, at: Timestamp) -> String {
        let (day, month, year) = self.day(at);
        format!("{day} {month} {year}")
    }

    /// "20 Nov", "20. Nov": where there is little room.
    pub fn short_date(self, at: Timestamp) -> String {
        let (day, month, _) = self.day(at);
        let month: String = month.chars().take(3).collect();
        format!("{day}{SPACE}{month}")
    }

    /// The day of the month as the language writes it, the month's name, and the year.
    fn day(self, at: Timestamp) -> (String, &'static str, usize) {
        let text = at.to_string();
        let part = |range: std::ops::Range<usize>| {
            let digits = text.get(range).map(str::parse::<usize>);
            digits.and_then(Result::ok).unwrap_or(0)
        };
        let months = &MONTHS[self as usize];
        let month = months.get(part(5..7).wrapping_sub(1)).copied();
        let day = match self {
            Self::En => part(8..10).to_string(),
            Self::De => format!("{}.", part(8..10)),
        };
        (day, month.unwrap_or_default(), part(0..4))
    }

    /// "20 November 2026, 10:02 UTC".
    pub fn date_time(self, at: Timestamp) -> String {
        let text = at.to_string();
        let clock = text.get(11..16).unwrap_or_default();
        format!("{}, {clock} UTC", self.date(at))
    }

    /// A time: readable without scripts, and made relative and local by them.
    pub fn time(self, at: Timestamp) -> Markup {
        let said = self.date_time(at);
        html! { time datetime=(at.to_string()) data-ago title=(said) { (said) } }
    }

    /// "12.50 CHF", "12,50 CHF": an amount in minor units of a currency.
    pub fn amount(self, minor: i64, currency: Currency) -> String {
        self.money(minor, currency.digits().into(), currency.code())
    }

    /// "12.50 CHF", "12.50 %": a number of small units, with its last `decimals` digits after the point.
    pub fn money(self, minor: i64, decimals: u32, currency: &str) -> String {
        let sign = if minor < 0 { "−" } else { "" };
        let minor = i128::from(minor.unsigned_abs());
        let unit = 10_i128.pow(decimals.min(18));
        let whole = grouped(self, minor / unit);
        if decimals == 0 {
            return format!("{sign}{whole}{SPACE}{currency}");
        }
        let (point, rest, width) = (self.point(), minor % unit, decimals as usize);
        format!("{sign}{whole}{point}{rest:0width$}{SPACE}{currency}")
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
        assert_eq!(Lang::En.money(123_450, 2, "CHF"), "1,234.50\u{a0}CHF");
        assert_eq!(Lang::De.money(-5, 2, "EUR"), "−0,05\u{a0}EUR");
        assert_eq!(Lang::De.money(1500, 0, "JPY"), "1.500\u{a0}JPY");
    }

    #[test]
    fn dates_have_the_months_of_the_language() {
        let at = Timestamp::parse("2026-03-20T10:02:03.004Z").unwrap();
        assert_eq!(Lang::En.date_time(at), "20 March 2026, 10:02 UTC");
        assert_eq!(Lang::De.date(at), "20. März 2026");
        assert_eq!(Lang::De.short_date(at), "20.\u{a0}Mär");
    }
}
