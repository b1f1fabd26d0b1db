//! The tags of a bookmark file, and the text between them: the part of HTML that browsers write there. A full HTML
//! parser, with its two thousand named characters, would take more space in the program than the whole service of
//! links.
//!
//! Always: any text gives tokens, in time that is linear in its length.

/// Maximum length of a `&…;` reference to a character.
const REFERENCE_MAX: usize = 10;

/// A part of a file.
pub(super) enum Token {
    /// Text between two tags.
    Text(String),
    /// A start tag in lower case, and its address, if it has one.
    Start(String, Option<String>),
    End(String),
}

pub(super) struct Tokens<'f> {
    rest: &'f str,
}

impl<'f> Tokens<'f> {
    pub(super) fn new(file: &'f str) -> Self {
        Self { rest: file }
    }

    /// Takes the text before `end` and skips `end`; takes all that is left if there is none.
    fn until(&mut self, end: &str) -> &'f str {
        let (before, after) = self.rest.split_once(end).unwrap_or((self.rest, ""));
        self.rest = after;
        before
    }

    fn text(&mut self) -> Token {
        // A `<` that begins no tag is a letter as any other.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let end = self.rest[first..].find('<').map(|at| at + first);
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Token::Text(decoded(text))
    }

    fn take_while(&mut self, is_part: impl Fn(char) -> bool) -> &'f str {
        let end = self.rest.find(|letter| !is_part(letter));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// Takes an attribute's name and value; `None` where the tag ends.
    fn attribute(&mut self) -> Option<(&'f str, &'f str)> {
        self.take_while(|letter| letter.is_ascii_whitespace() || letter == '/');
        let name = self.take_while(|letter| !is_end(letter) && !matches!(letter, '=' | '/'));
        self.take_while(|letter| letter.is_ascii_whitespace());
        let Some(rest) = self.rest.strip_prefix('=') else {
            return (!name.is_empty()).then_some((name, ""));
        };
        self.rest = rest;
        self.take_while(|letter| letter.is_ascii_whitespace());
        let quote = self.rest.chars().next();
        let value = match quote.filter(|quote| matches!(quote, '"' | '\'')) {
            Some(quote) => {
                self.rest = &self.rest[1..];
                self.until(if quote == '"' { "\"" } else { "'" })
            }
            None => self.take_while(|letter| !is_end(letter)),
        };
        Some((name, value))
    }

    /// Takes a tag whose `<` or `</` is taken; `None` if the file ends in it.
    fn tag(&mut self) -> Option<(String, Option<String>)> {
        let name = self.take_while(|letter| !is_end(letter) && letter != '/');
        let mut href = None;
        while let Some((name, value)) = self.attribute() {
            if href.is_none() && name.eq_ignore_ascii_case("href") {
                href = Some(decoded(value));
            }
        }
        self.rest = self.rest.strip_prefix('>')?;
        Some((name.to_ascii_lowercase(), href))
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let after = self.rest.strip_prefix('<');
            let is_name =
                |text: &str| text.starts_with(|letter: char| letter.is_ascii_alphabetic());
            match after {
                _ if self.rest.is_empty() => return None,
                Some(after) if is_name(after) => {
                    self.rest = after;
                    return self.tag().map(|(name, href)| Token::Start(name, href));
                }
                Some(after) if after.strip_prefix('/').is_some_and(is_name) => {
                    self.rest = &after[1..];
                    return self.tag().map(|(name, _)| Token::End(name));
                }
                Some(after) if after.starts_with("!--") => {
                    self.rest = &after[3..];
                    self.until("-->");
                }
                Some(after) if after.starts_with(['!', '?', '/']) => {
                    self.until(">");
                }
                _ => return Some(self.text()),
            }
        }
    }
}

/// Whether an unquoted name or value ends at this letter.
fn is_end(letter: char) -> bool {
    letter.is_ascii_whitespace() || letter == '>'
}

/// Replaces `&…;` references by their characters. Unknown references stay as they are.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let reference = part.split_once(';').filter(|(name, _)| name.len() <= REFERENCE_MAX);
        match reference.and_then(|(name, rest)| Some((character(name)?, rest))) {
            Some((letter, rest)) => {
                out.push(letter);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    out
}

fn character(name: &str) -> Option<char> {
    let number = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "nbsp" => return Some('\u{a0}'),
        _ => name.strip_prefix('#')?,
    };
    let hex = number.strip_prefix(['x', 'X']);
    let number = match hex {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    let number = number.ok()?;
    let letter = char::from_u32(number).filter(|letter| *letter != '\0');
    // A number that is not a character is shown as the replacement character.
    Some(letter.unwrap_or(char::REPLACEMENT_CHARACTER))
}
