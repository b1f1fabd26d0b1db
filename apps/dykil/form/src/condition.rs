//! Conditions: `{name} = 'text' and {other} notempty or …`, decided and printed; `read.rs` reads them.
//!
//! Always: `and` binds tighter than `or`.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use crate::answers::Value;
use crate::form::Kind;
use crate::operand::Operand;

/// When a question is visible: if all tests of one of the groups hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(pub(crate) Vec<Vec<Test>>);

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
pub(crate) const SIGNS: [(&str, Sign); 5] = [
    ("<>", Sign::Unlike),
    ("=", Sign::Equal),
    ("<", Sign::Less),
    (">", Sign::Greater),
    ("contains", Sign::Contains),
];

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
