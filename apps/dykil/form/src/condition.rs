//! Conditions, `{name} = 'text' and {other} notempty or …`: evaluation and printing. `condition_parser.rs` parses them.
//!
//! Always: `and` binds tighter than `or`.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use crate::operand::Operand;
use crate::value::Value;

/// A condition for the visibility of a question: all tests of at least one group must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(pub(crate) Vec<Vec<Test>>);

/// A test of one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The name of the question.
    pub name: String,
    /// The comparison with its answer.
    pub comparison: Comparison,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// The question is unanswered.
    Empty,
    /// The question is answered.
    NotEmpty,
    /// The answer compares with a literal.
    With(Sign, Literal),
}

/// A comparison operator. As in SurveyJS, a text that reads as a number is compared as that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Equal; texts ignore case and outer spaces.
    Equal,
    /// Not equal, or no answer.
    Unlike,
    /// Less; texts are compared by UTF-16 code units.
    Less,
    /// Greater.
    Greater,
    /// The answer contains the text, or the answer's list has an item equal to the literal.
    Contains,
}

/// The operators as written. `<>` comes before `<`, its prefix.
pub(crate) const SIGNS: [(&str, Sign); 5] = [
    ("<>", Sign::Unlike),
    ("=", Sign::Equal),
    ("<", Sign::Less),
    (">", Sign::Greater),
    ("contains", Sign::Contains),
];

/// A literal to compare an answer with.
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
    /// Returns the groups, of which at least one must hold, each with tests that must all hold.
    pub fn groups(&self) -> &[Vec<Test>] {
        &self.0
    }

    pub(crate) fn tests(&self) -> impl Iterator<Item = &Test> {
        self.0.iter().flatten()
    }

    /// Whether the condition holds for answers by name.
    pub(crate) fn holds<'a>(&self, value: impl Fn(&str) -> Option<&'a Value>) -> bool {
        let holds = |test: &Test| test.comparison.holds(Operand::from_value(value(&test.name)));
        self.0.iter().any(|group| group.iter().all(holds))
    }
}

impl Comparison {
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
        let word = SIGNS.iter().find(|(_, own)| own == sign);
        let word = word.map_or("", |(word, _)| word);
        match literal {
            Literal::Text(text) => write!(f, "{word} '{text}'"),
            Literal::Number(number) => write!(f, "{word} {number}"),
            Literal::Bool(is) => write!(f, "{word} {is}"),
        }
    }
}
