//! Conditions: `{name} = 'text' and {other} notempty or …`, read, kept and printed in the words of SurveyJS.
//!
//! Always: `and` binds tighter than `or`; whatever is accepted here, SurveyJS reads in the same way.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use crate::answers::Value;
use crate::form::Kind;
use crate::operand::Operand;

/// Characters of a condition.
const CONDITION_CHARS_MAX: usize = 1_000;
/// Characters of a number in a condition.
const NUMBER_CHARS_MAX: usize = 16;
/// SurveyJS rewrites these anywhere in a condition, also between quotes.
const REWRITTEN: [&str; 4] = ["=>", "=<", "<>", "equals"];

/// When a question is visible: if all tests of one of the groups hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(Vec<Vec<Test>>);

/// What is asked of one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The question.
    pub name: String,
    /// What its answer is compared with.
    pub comparison: Comparison,
}

/// What is asked of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// There is none.
    Empty,
    /// There is one.
    NotEmpty,
    /// How it compares with a literal.
    With(Sign, Literal),
}

/// How an answer compares with a literal, as SurveyJS sees it: a text that reads as a number is that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Equal; texts without regard to case and outer spaces.
    Equal,
    /// Not equal, or no answer.
    Unlike,
    /// Less; texts by their letters' codes.
    Less,
    /// Greater.
    Greater,
    /// The text is a part of the answer, or the answer's list has an item equal to it.
    Contains,
}

/// `<>` before `<`, with which it begins.
const SIGNS: [(&str, Sign); 5] = [
    ("<>", Sign::Unlike),
    ("=", Sign::Equal),
    ("<", Sign::Less),
    (">", Sign::Greater),
    ("contains", Sign::Contains),
];

/// What SurveyJS takes for a space.
const SPACES: [char; 4] = [' ', '\t', '\n', '\r'];

/// What an answer is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `'text'`.
    Text(String),
    /// `-1.5`.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
}

impl Condition {
    /// Groups of which one must hold, and the tests that must all hold in it.
    pub fn groups(&self) -> &[Vec<Test>] {
        &self.0
    }

    pub(crate) fn tests(&self) -> impl Iterator<Item = &Test> {
        self.0.iter().flatten()
    }

    /// Whether the condition holds for answers by name.
    pub(crate) fn holds<'a>(&self, value: impl Fn(&str) -> Option<&'a Value>) -> bool {
        let holds = |test: &Test| test.comparison.holds(Operand::of(value(&test.name)));
        self.0.iter().any(|group| group.iter().all(holds))
    }

    /// Reads a condition.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > CONDITION_CHARS_MAX {
            return Err(format!("at most {CONDITION_CHARS_MAX} characters"));
        }
        let mut reader = Reader {
            rest: text.trim_matches(SPACES),
        };
        let mut groups = vec![vec![reader.test()?]];
        while !reader.rest.is_empty() {
            let word = reader.word();
            if word.eq_ignore_ascii_case("or") {
                groups.push(Vec::new());
            } else if !word.eq_ignore_ascii_case("and") {
                return Err(format!(
                    "write “and” or “or” before “{}”",
                    reader.near(word)
                ));
            }
            let test = reader.test()?;
            if let Some(group) = groups.last_mut() {
                group.push(test);
            }
        }
        Ok(Self(groups))
    }
}

impl Comparison {
    /// Whether the comparison makes sense for answers of this kind; SurveyJS has an outcome also where it makes none.
    pub(crate) fn suits(&self, kind: &Kind) -> bool {
        let is_number = matches!(kind, Kind::Number { .. } | Kind::Rating { .. });
        match self {
            Self::Empty | Self::NotEmpty => true,
            Self::With(Sign::Equal | Sign::Unlike, _) => !kind.is_list(),
            Self::With(Sign::Less | Sign::Greater, _) => !kind.is_list() && *kind != Kind::Boolean,
            Self::With(Sign::Contains, _) => !is_number && *kind != Kind::Boolean,
        }
    }

    fn holds(&self, answer: Operand<'_>) -> bool {
        let (sign, literal) = match self {
            Self::Empty => return answer.is_empty(),
            Self::NotEmpty => return !answer.is_empty(),
            Self::With(sign, literal) => (sign, literal.operand()),
        };
        match sign {
            Sign::Equal => answer.equals(&literal),
            Sign::Unlike => !answer.equals(&literal),
            Sign::Less => answer.order(&literal) == Some(Ordering::Less),
            Sign::Greater => answer.order(&literal) == Some(Ordering::Greater),
            Sign::Contains => answer.contains(&literal),
        }
    }
}

impl Literal {
    fn operand(&self) -> Operand<'_> {
        match self {
            Self::Text(text) => Operand::Text(text),
            Self::Number(number) => Operand::Number(*number),
            Self::Bool(is) => Operand::Bool(*is),
        }
    }
}

/// What is left of a condition; never begins with a space.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest.trim_start_matches(SPACES);
        taken
    }

    /// The letters that come next; none unless a space or the end follows.
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
        let inner = self
            .rest
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'));
        let Some((name, _)) = inner else {
            let near = self.near("");
            return Err(format!(
                "write a question’s name in braces, {{name}}, before “{near}”"
            ));
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
                Err(format!(
                    "write one of = <> < > contains empty notempty before “{near}”"
                ))
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
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.')));
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

/// `-1.5`: digits without a zero before them, and digits on both sides of a point.
fn number(word: &str) -> Option<f64> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_plain = is_digits(whole) && is_digits(part) && (whole == "0" || !whole.starts_with('0'));
    (is_plain && word.len() <= NUMBER_CHARS_MAX).then(|| word.parse().ok())?
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (place, group) in self.0.iter().enumerate() {
            let before = if place > 0 { " or " } else { "" };
            for (place, test) in group.iter().enumerate() {
                let before = if place > 0 { " and " } else { before };
                write!(f, "{before}{test}")?;
            }
        }
        Ok(())
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}} ", self.name)?;
        let (sign, literal) = match &self.comparison {
            Comparison::Empty => return f.write_str("empty"),
            Comparison::NotEmpty => return f.write_str("notempty"),
            Comparison::With(sign, literal) => (sign, literal),
        };
        let word = SIGNS
            .iter()
            .find(|(_, own)| own == sign)
            .map_or("", |(word, _)| word);
        match literal {
            Literal::Text(text) => write!(f, "{word} '{text}'"),
            Literal::Number(number) => write!(f, "{word} {number}"),
            Literal::Bool(is) => write!(f, "{word} {is}"),
        }
    }
}
