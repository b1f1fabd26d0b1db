//! Parser for conditions. SurveyJS reads every accepted condition in the same way.

use crate::condition::{Comparison, Condition, Literal, SIGNS, Sign, Test};

/// Maximum length of a condition in characters.
const CONDITION_CHARS_MAX: usize = 1_000;
/// Maximum length of a number in a condition, in characters.
const NUMBER_CHARS_MAX: usize = 16;
/// Sequences that SurveyJS rewrites anywhere in a condition, even inside quotes.
const REWRITTEN: [&str; 4] = ["=>", "=<", "<>", "equals"];

/// The characters that SurveyJS treats as spaces.
const SPACES: [char; 4] = [' ', '\t', '\n', '\r'];

impl Condition {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > CONDITION_CHARS_MAX {
            return Err(format!("at most {CONDITION_CHARS_MAX} characters"));
        }
        let mut reader = Reader { rest: text.trim_matches(SPACES) };
        let mut groups = vec![vec![reader.test()?]];
        while !reader.rest.is_empty() {
            let word = reader.word();
            if word.eq_ignore_ascii_case("or") {
                groups.push(Vec::new());
            } else if !word.eq_ignore_ascii_case("and") {
                let near = reader.near(word);
                return Err(format!("write “and” or “or” before “{near}”"));
            }
            let test = reader.test()?;
            if let Some(group) = groups.last_mut() {
                group.push(test);
            }
        }
        Ok(Self(groups))
    }
}

/// The unread rest of a condition; never begins with a space.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest.trim_start_matches(SPACES);
        taken
    }

    /// Takes the next letters if a space or the end follows; empty otherwise.
    fn word(&mut self) -> &'a str {
        let is_end = |c: char| !c.is_ascii_alphabetic();
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let rest = &self.rest[end..];
        let is_alone = rest.is_empty() || rest.starts_with(SPACES);
        self.take(if is_alone { end } else { 0 })
    }

    fn near(&self, word: &str) -> String {
        let rest: String = self.rest.chars().take(20).collect();
        format!("{word} {rest}").trim().to_owned()
    }

    fn test(&mut self) -> Result<Test, String> {
        let inner = self.rest.strip_prefix('{');
        let inner = inner.and_then(|rest| rest.split_once('}'));
        let Some((name, _)) = inner else {
            let near = self.near("");
            return Err(format!("write a question’s name in braces, {{name}}, before “{near}”"));
        };
        self.take(name.len() + 2);
        let comparison = self.comparison()?;
        let name = name.to_owned();
        Ok(Test { name, comparison })
    }

    fn comparison(&mut self) -> Result<Comparison, String> {
        let is_next =
            |(sign, _): &&(&'static str, Sign)| self.rest.starts_with(sign) && *sign != "contains";
        let word = match SIGNS.iter().find(is_next) {
            Some((sign, _)) => self.take(sign.len()).to_owned(),
            None => self.word().to_ascii_lowercase(),
        };
        match (word.as_str(), SIGNS.iter().find(|(sign, _)| *sign == word)) {
            ("empty", _) => Ok(Comparison::Empty),
            ("notempty", _) => Ok(Comparison::NotEmpty),
            (_, Some((_, sign))) => match (sign, self.literal()?) {
                (Sign::Less | Sign::Greater | Sign::Contains, Literal::Bool(_)) => {
                    Err("true and false are compared by = or <>".to_owned())
                }
                (sign, literal) => Ok(Comparison::With(*sign, literal)),
            },
            _ => {
                let near = self.near(&word);
                Err(format!("write one of = <> < > contains empty notempty before “{near}”"))
            }
        }
    }

    fn literal(&mut self) -> Result<Literal, String> {
        if let Some(inner) = self.rest.strip_prefix('\'') {
            let (text, _) = inner.split_once('\'').ok_or("a text ends with ’")?;
            let is_taken = |c: char| matches!(c, '"' | '\\' | '{' | '}') || c.is_control();
            if text.is_empty() {
                return Err("write empty or notempty instead of ''".to_owned());
            }
            if text == "undefined"
                || text.contains(is_taken)
                || REWRITTEN.iter().any(|sign| text.contains(sign))
            {
                return Err(format!(
                    "a text in a condition has no \" \\ {{ }} => =< <> or “equals”, and isn’t “undefined”: “{text}”"
                ));
            }
            self.take(text.len() + 2);
            return Ok(Literal::Text(text.to_owned()));
        }
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.')));
        let word = self.take(end.unwrap_or(self.rest.len()));
        match word {
            "true" => Ok(Literal::Bool(true)),
            "false" => Ok(Literal::Bool(false)),
            _ => match number(word) {
                Some(number) => Ok(Literal::Number(number)),
                None => Err(format!(
                    "write a 'text', a number, true or false instead of “{}”",
                    self.near(word)
                )),
            },
        }
    }
}

/// Parses a number like `-1.5`: no leading zeros, and digits on both sides of the point.
fn number(word: &str) -> Option<f64> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_plain = is_digits(whole) && is_digits(part) && (whole == "0" || !whole.starts_with('0'));
    (is_plain && word.len() <= NUMBER_CHARS_MAX).then(|| word.parse().ok())?
}
