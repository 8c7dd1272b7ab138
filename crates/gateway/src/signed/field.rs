//! `Signature-Input`, `Signature` and `Content-Digest` taken apart: as much of structured fields (RFC 9651) as RFC 9421 and RFC 9530 need, and not more. Pure.
//!
//! Invariant: what is read has one meaning: one signature a request, no name twice, no parameter that is not known. The rest is no signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Most components of a signature.
const COMPONENTS: usize = 50;

/// What a signature covers, and its parameters (RFC 9421 §2.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Input {
    /// `sig1`: its name in both fields.
    pub label: String,
    /// `@method`, `content-digest`, …; those that have parameters of their own are not understood.
    pub components: Vec<String>,
    /// Seconds.
    pub created: Option<i64>,
    /// Seconds.
    pub expires: Option<i64>,
    pub alg: Option<String>,
    pub keyid: Option<String>,
    /// All of it as it is signed: `("@method");created=1;keyid="a"`.
    pub text: String,
}

/// Reads `Signature-Input`; it names one signature.
pub(crate) fn input(bytes: &[u8]) -> Option<Input> {
    let mut at = Cursor(bytes);
    let mut input = Input { label: at.key()?.to_owned(), ..Input::default() };
    at.eat(b'=')?;
    components(&mut at, &mut input)?;
    let mut seen: Vec<&str> = Vec::new();
    while at.eat(b';').is_some() {
        at.spaces();
        let name = at.key()?;
        at.eat(b'=')?;
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        parameter(&mut at, name, &mut input)?;
    }
    at.0.is_empty().then_some(input)
}

/// `("@method" "date")`.
fn components(at: &mut Cursor<'_>, input: &mut Input) -> Option<()> {
    at.eat(b'(')?;
    at.spaces();
    while at.eat(b')').is_none() {
        let name = at.string()?;
        // Behind a name there is a space or the end: no parameters.
        if !matches!(at.0.first(), Some(b' ' | b')')) || input.components.contains(&name) || input.components.len() >= COMPONENTS {
            return None;
        }
        at.spaces();
        input.components.push(name);
    }
    let names: Vec<String> = input.components.iter().map(|name| quoted(name)).collect();
    input.text = format!("({})", names.join(" "));
    Some(())
}

fn parameter(at: &mut Cursor<'_>, name: &str, input: &mut Input) -> Option<()> {
    match name {
        "created" | "expires" => {
            let seconds = at.integer()?;
            input.text.push_str(&format!(";{name}={seconds}"));
            *(if name == "created" { &mut input.created } else { &mut input.expires }) = Some(seconds);
        }
        "nonce" | "alg" | "keyid" | "tag" => {
            let text = at.string()?;
            input.text.push_str(&format!(";{name}={}", quoted(&text)));
            match name {
                "alg" => input.alg = Some(text),
                "keyid" => input.keyid = Some(text),
                // They are covered like all else, and mean nothing to us.
                _ => {}
            }
        }
        _ => return None,
    }
    Some(())
}

/// Reads `Signature`: the bytes under this label, and nothing beside them.
pub(crate) fn signature(bytes: &[u8], label: &str) -> Option<Vec<u8>> {
    let mut at = Cursor(bytes);
    (at.key()? == label).then_some(())?;
    at.eat(b'=')?;
    at.bytes().filter(|_| at.0.is_empty())
}

/// Reads `Content-Digest` (RFC 9530 §2): the SHA-256 among its members. Other algorithms may stand beside it.
pub(crate) fn sha256(bytes: &[u8]) -> Option<[u8; 32]> {
    let mut at = Cursor(bytes);
    let (mut seen, mut found) = (Vec::new(), None);
    loop {
        let name = at.key()?;
        at.eat(b'=')?;
        let value = at.bytes()?;
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        if name == "sha-256" {
            found = Some(value.try_into().ok()?);
        }
        at.spaces();
        if at.eat(b',').is_none() {
            return found.filter(|_| at.0.is_empty());
        }
        at.spaces();
    }
}

/// A string as structured fields write it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What is still to be read.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn eat(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    fn spaces(&mut self) {
        while self.eat(b' ').is_some() {}
    }

    fn take(&mut self, fits: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.0.iter().position(|byte| !fits(*byte)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    /// `sig1`: a lower-case letter or `*` first.
    fn key(&mut self) -> Option<&'a str> {
        let name = self.take(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte));
        let fine = name.first().is_some_and(|first| first.is_ascii_lowercase() || *first == b'*');
        std::str::from_utf8(name).ok().filter(|_| fine)
    }

    fn string(&mut self) -> Option<String> {
        self.eat(b'"')?;
        let mut text = String::new();
        loop {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            match *first {
                b'"' => return Some(text),
                b'\\' => {
                    let (escaped, rest) = self.0.split_first().filter(|(escaped, _)| matches!(escaped, b'"' | b'\\'))?;
                    self.0 = rest;
                    text.push(char::from(*escaped));
                }
                plain @ 0x20..=0x7e => text.push(char::from(plain)),
                _ => return None,
            }
        }
    }

    /// At most fifteen digits.
    fn integer(&mut self) -> Option<i64> {
        let minus = self.eat(b'-').is_some();
        let digits = self.take(|byte| byte.is_ascii_digit());
        let number: i64 = std::str::from_utf8(digits).ok().filter(|digits| digits.len() <= 15)?.parse().ok()?;
        Some(if minus { -number } else { number })
    }

    /// `:YmFzZTY0:`
    fn bytes(&mut self) -> Option<Vec<u8>> {
        self.eat(b':')?;
        let text = self.take(|byte| byte != b':');
        self.eat(b':')?;
        STANDARD.decode(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_input_is_read_and_written_as_it_is_signed() {
        let read = input(br#"sig1=(  "@method" "content-digest"  ); created=1618884473;expires=-5;keyid="a\"b";alg="hmac-sha256";nonce="n";tag="t""#).unwrap();
        assert_eq!((read.label.as_str(), read.components.as_slice()), ("sig1", &["@method".to_owned(), "content-digest".to_owned()][..]));
        assert_eq!(
            (read.created, read.expires, read.keyid.as_deref(), read.alg.as_deref()),
            (Some(1_618_884_473), Some(-5), Some("a\"b"), Some("hmac-sha256"))
        );
        let text = r#"("@method" "content-digest");created=1618884473;expires=-5;keyid="a\"b";alg="hmac-sha256";nonce="n";tag="t""#;
        assert_eq!(read.text, text);
        assert_eq!(input(b"s=()").map(|input| input.text), Some("()".into()));
    }

    #[test]
    fn what_has_not_one_meaning_is_no_signature_input() {
        for text in [
            "",
            "sig1",
            "sig1=",
            "Sig1=()",
            "sig1=(\"@method\"",
            "sig1=(\"@method\" \"@method\")",
            "sig1=(\"@method\"\"date\")",
            "sig1=(\"@method\";req)",
            "sig1=(\"@query-param\";name=\"a\")",
            "sig1=(@method)",
            "sig1=();created=1;created=2",
            "sig1=();created=\"1\"",
            "sig1=();created=1.5",
            "sig1=();created",
            "sig1=();keyid=a",
            "sig1=();other=1",
            "sig1=();created=1, sig2=();created=1",
            "sig1=();keyid=\"a",
            "sig1=();keyid=\"a\\x\"",
            "sig1=();created=1234567890123456",
            "sig1=() ;created=1",
        ] {
            assert_eq!(input(text.as_bytes()), None, "{text}");
        }
        assert_eq!(input("sig1=();keyid=\"é\"".as_bytes()), None);
    }

    #[test]
    fn a_signature_is_the_only_one_and_under_its_label() {
        assert_eq!(signature(b"sig1=:aGk=:", "sig1"), Some(b"hi".to_vec()));
        for text in ["sig2=:aGk=:", "sig1=:aGk=:, sig2=:aGk=:", "sig1=:aGk:", "sig1=aGk=", "sig1=:aGk=", "sig1=:aGk=:;a=1", "sig1=:a Gk=:"] {
            assert_eq!(signature(text.as_bytes(), "sig1"), None, "{text}");
        }
    }

    #[test]
    fn a_digest_is_the_sha_256_among_others() {
        // RFC 9530, appendix D: {"hello": "world"} and a line feed.
        let text = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
        let found = sha256(text.as_bytes()).unwrap();
        assert_eq!(hex::encode(found), hex::encode(ring::digest::digest(&ring::digest::SHA256, b"{\"hello\": \"world\"}\n")));
        assert_eq!(sha256(format!("sha-512=:aGk=:, {text}").as_bytes()), Some(found));
        for wrong in [format!("{text}, {text}"), "sha-512=:aGk=:".into(), "sha-256=:aGk=:".into(), format!("{text},"), format!("{text};a"), String::new()] {
            assert_eq!(sha256(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
