//! The texts of scripts: compiles the messages `js-…` of a Fluent file to ES modules for `texts.js`. Terms are expanded
//! here.

use std::error::Error;
use std::fmt::Write;

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, VariantKey,
};
use fluent_syntax::parser;

/// A message for scripts.
pub(crate) struct Message {
    /// The id, such as `js-removed`.
    pub(crate) id: String,
    /// The text as an expression of JavaScript.
    expression: String,
}

/// Returns the messages for scripts of a file.
pub(crate) fn messages(source: &str) -> Result<Vec<Message>, Box<dyn Error>> {
    let file = parser::parse(source).map_err(|(_, errors)| format!("{errors:?}"))?;
    let mut messages = Vec::new();
    for entry in &file.body {
        if let Entry::Message(message) = entry
            && message.id.name.starts_with("js-")
            && let Some(value) = &message.value
        {
            messages.push(Message {
                id: message.id.name.to_owned(),
                expression: pattern(&file, value)?,
            });
        }
    }
    Ok(messages)
}

/// Returns the module of some messages, which also has those of the module at `base`.
pub(crate) fn module(messages: &[Message], base: Option<&str>) -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    if let Some(base) = base {
        writeln!(out, "import base from {};", quoted(base))?;
    }
    out.push_str("export default {\n");
    if base.is_some() {
        out.push_str("  ...base,\n");
    }
    for Message { id, expression } in messages {
        writeln!(out, "  {}: {expression},", quoted(id))?;
    }
    out.push_str("};\n");
    Ok(out)
}

fn pattern(file: &Resource<&str>, said: &Pattern<&str>) -> Result<String, Box<dyn Error>> {
    let mut parts: Vec<String> = Vec::new();
    let mut text = String::new();
    for element in &said.elements {
        let expression = match element {
            PatternElement::TextElement { value } => {
                text.push_str(value);
                continue;
            }
            PatternElement::Placeable { expression } => expression,
        };
        match expression {
            Expression::Inline(InlineExpression::StringLiteral { value }) => text.push_str(value),
            Expression::Inline(InlineExpression::TermReference { id, .. }) => {
                text.push_str(&term(file, id.name)?);
            }
            Expression::Inline(InlineExpression::VariableReference { id }) => {
                push_text(&mut parts, &mut text);
                parts.push(format!("{{ v: {} }}", quoted(id.name)));
            }
            Expression::Select { selector, variants } => {
                push_text(&mut parts, &mut text);
                let InlineExpression::VariableReference { id } = selector else {
                    return Err("a script's message can only choose by an argument".into());
                };
                let (mut of, mut other) = (String::new(), "");
                for variant in variants {
                    let (VariantKey::Identifier { name: key }
                    | VariantKey::NumberLiteral { value: key }) = variant.key;
                    let branch = pattern(file, &variant.value)?;
                    write!(of, "{}: {branch}, ", quoted(key))?;
                    if variant.default {
                        other = key;
                    }
                }
                let (name, other) = (quoted(id.name), quoted(other));
                parts.push(format!("{{ v: {name}, of: {{ {of}}}, else: {other} }}"));
            }
            Expression::Inline(_) => {
                return Err(
                    "a script's message has arguments, plurals, terms and texts only".into()
                );
            }
        }
    }
    if parts.is_empty() {
        return Ok(quoted(&text));
    }
    push_text(&mut parts, &mut text);
    Ok(format!("[{}]", parts.join(", ")))
}

fn push_text(parts: &mut Vec<String>, text: &mut String) {
    if !text.is_empty() {
        parts.push(quoted(text));
        text.clear();
    }
}

/// A term, which is plain text.
fn term(file: &Resource<&str>, name: &str) -> Result<String, Box<dyn Error>> {
    let definition = file.body.iter().find_map(|entry| match entry {
        Entry::Term(term) if term.id.name == name => Some(term),
        _ => None,
    });
    let definition = definition.ok_or_else(|| format!("there is no term -{name}"))?;
    match definition.value.elements.as_slice() {
        [PatternElement::TextElement { value }] => Ok((*value).to_owned()),
        _ => Err(format!("the term -{name} is more than a text").into()),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            // Ends a line in older engines.
            '\u{2028}' | '\u{2029}' => out.push(' '),
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}
