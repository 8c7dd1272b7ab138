//! From text to tokens. Asks nothing, tells nothing. Invariant: at most 512 bytes are read, and every token knows its place.

use super::mistake::{GuardFault, GuardMistake};
use super::value::Dec;

/// Longest guard or effect, in bytes.
pub const MAX_BYTES: usize = 512;

/// Place in the source, in bytes: from (included) to (excluded).
pub type Place = (u16, u16);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Name(String),
    Text(String),
    Number(Dec),
    Sign(&'static str),
}

const SIGNS: [&str; 18] = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "(", ")", "[", "]", ",", "."];

pub(crate) fn lex(source: &str) -> Result<Vec<(Token, Place)>, GuardMistake> {
    if source.len() > MAX_BYTES {
        return Err(GuardMistake::new(GuardFault::TooLong, (0, 0), MAX_BYTES));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        if first.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (token, length) = next(&source[at..], first, at)?;
        tokens.push((token, place(at, at + length)));
        at += length;
    }
    Ok(tokens)
}

fn next(rest: &str, first: char, at: usize) -> Result<(Token, usize), GuardMistake> {
    if first.is_ascii_alphabetic() || first == '_' {
        let length = run(rest, |c| c.is_ascii_alphanumeric() || c == '_');
        return Ok((word(&rest[..length]), length));
    }
    if first.is_ascii_digit() {
        return number(rest, at);
    }
    if first == '\'' || first == '"' {
        let body = &rest[1..];
        let end = body.find(first).ok_or_else(|| GuardMistake::new(GuardFault::UnclosedText, place(at, at + rest.len()), ""))?;
        return Ok((Token::Text(body[..end].to_owned()), end + 2));
    }
    match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        Some(sign) => Ok((Token::Sign(sign), sign.len())),
        None => Err(GuardMistake::new(GuardFault::BadCharacter, place(at, at + first.len_utf8()), first)),
    }
}

fn word(text: &str) -> Token {
    match text {
        "and" => Token::Sign("&&"),
        "or" => Token::Sign("||"),
        "not" => Token::Sign("not"),
        "in" => Token::Sign("in"),
        _ => Token::Name(text.to_owned()),
    }
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), GuardMistake> {
    let whole = run(rest, |c| c.is_ascii_digit());
    let part = rest[whole..].strip_prefix('.').map_or(0, |part| run(part, |c| c.is_ascii_digit()));
    let length = if part > 0 { whole + 1 + part } else { whole };
    match Dec::parse(&rest[..length]) {
        Some(number) => Ok((Token::Number(number), length)),
        None => Err(GuardMistake::new(GuardFault::NumberTooLarge, place(at, at + length), "")),
    }
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Sources are at most 512 bytes long, so places always fit.
fn place(from: usize, to: usize) -> Place {
    (from.min(MAX_BYTES) as u16, to.min(MAX_BYTES) as u16)
}
