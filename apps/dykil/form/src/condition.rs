//! Conditions: `{name} = 'text' and {other} notempty or …`, read, kept and printed in the words of SurveyJS.
//!
//! Always: `and` binds tighter than `or`; whatever is accepted here, SurveyJS reads in the same way.

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

/// A comparison of an answer with a literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// There is no answer.
    Empty,
    /// There is an answer.
    NotEmpty,
    /// Equal, as SurveyJS sees it: texts without regard to case and outer spaces, a text that reads as a number as that number.
    Equal(Literal),
    /// Not equal, or no answer.
    Unlike(Literal),
    /// Less; texts by their letters' codes.
    Less(Literal),
    /// Greater.
    Greater(Literal),
    /// The text is a part of the answer, or the answer's list has an item equal to it.
    Contains(Literal),
}

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
        let mut reader = Reader { rest: text.trim() };
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
        match self {
            Self::Empty | Self::NotEmpty => true,
            Self::Equal(_) | Self::Unlike(_) => !kind.is_list(),
            Self::Less(_) | Self::Greater(_) => !kind.is_list() && *kind != Kind::Boolean,
            Self::Contains(_) => !matches!(
                kind,
                Kind::Number { .. } | Kind::Rating { .. } | Kind::Boolean
            ),
        }
    }

    fn holds(&self, answer: Operand<'_>) -> bool {
        match self {
            Self::Empty => answer.is_empty(),
            Self::NotEmpty => !answer.is_empty(),
            Self::Equal(literal) => answer.equals(&literal.operand()),
            Self::Unlike(literal) => !answer.equals(&literal.operand()),
            Self::Less(literal) => answer.order(&literal.operand()).is_some_and(|o| o.is_lt()),
            Self::Greater(literal) => answer.order(&literal.operand()).is_some_and(|o| o.is_gt()),
            Self::Contains(literal) => answer.contains(&literal.operand()),
        }
    }

    fn parts(&self) -> (&'static str, Option<&Literal>) {
        match self {
            Self::Empty => ("empty", None),
            Self::NotEmpty => ("notempty", None),
            Self::Equal(literal) => ("=", Some(literal)),
            Self::Unlike(literal) => ("<>", Some(literal)),
            Self::Less(literal) => ("<", Some(literal)),
            Self::Greater(literal) => (">", Some(literal)),
            Self::Contains(literal) => ("contains", Some(literal)),
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
        self.rest = rest.trim_start();
        taken
    }

    /// The letters that come next; none unless a space, a name or the end follows.
    fn word(&mut self) -> &'a str {
        let is_end = |c: char| !c.is_ascii_alphabetic();
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let is_alone = self.rest[end..]
            .chars()
            .next()
            .is_none_or(char::is_whitespace);
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
        for (sign, make) in [
            ("<>", Comparison::Unlike as fn(Literal) -> Comparison),
            ("=", Comparison::Equal),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ] {
            if self.rest.starts_with(sign) {
                self.take(sign.len());
                let literal = self.literal()?;
                if matches!((sign, &literal), ("<" | ">", Literal::Bool(_))) {
                    return Err("true and false are compared by = or <>".to_owned());
                }
                return Ok(make(literal));
            }
        }
        match self.word().to_ascii_lowercase().as_str() {
            "empty" => Ok(Comparison::Empty),
            "notempty" => Ok(Comparison::NotEmpty),
            "contains" => match self.literal()? {
                Literal::Bool(_) => Err("write a text or a number after contains".to_owned()),
                literal => Ok(Comparison::Contains(literal)),
            },
            word => {
                let near = self.near(word);
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
        let (word, literal) = self.comparison.parts();
        write!(f, "{{{}}} {word}", self.name)?;
        match literal {
            None => Ok(()),
            Some(Literal::Text(text)) => write!(f, " '{text}'"),
            Some(Literal::Number(number)) => write!(f, " {number}"),
            Some(Literal::Bool(is)) => write!(f, " {is}"),
        }
    }
}
