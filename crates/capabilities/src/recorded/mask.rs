//! What is secret or personal in what a call says, struck out: by the name that it stands under, by how a credential begins, and where digits run on as in a
//! number of somebody. Pure; the work is in proportion to the text.
//!
//! Invariant: where names cannot be told from values, nothing is given back.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::TOKEN_PREFIX;
use crate::key::{CLIENT_PREFIXES, KEY_PREFIXES, SIGNING_PREFIXES};

/// What stands for what is not told.
pub(super) const MASK: &str = "***";
/// A run of so many digits is a mobile, identity or card number, as likely as not: what is behind its first three is masked.
const DIGITS: usize = 11;
/// A name hides what stands under it if one of these is in it, in lower case and without marks.
const IN_NAMES: &[&str] = &[
    "password",
    "passwd",
    "passcode",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
    "assertion",
    "credential",
    "cookie",
    "session",
    "signature",
    "captcha",
    "verifycode",
    "verificationcode",
    "smscode",
    "phone",
    "mobile",
    "msisdn",
    "email",
    "mailbox",
    "address",
    "latitude",
    "longitude",
    "birth",
    "idcard",
    "idnumber",
    "idno",
    "identity",
    "passport",
    "bankcard",
    "cardnumber",
    "cardno",
    "bankaccount",
    "accountnumber",
    "accountno",
    "realname",
    "fullname",
    "username",
    "firstname",
    "lastname",
    "nickname",
    "forwarded",
    "realip",
    "clientip",
    "connectingip",
    "密码",
    "口令",
    "密钥",
    "验证码",
    "手机",
    "电话",
    "邮箱",
    "证件",
    "身份证",
    "银行卡",
    "卡号",
    "姓名",
    "地址",
    "生日",
    "出生",
];
/// So does one of these that is all of it: inside other words they say nothing.
const WHOLE_NAMES: &[&str] = &["auth", "cvv", "ip", "jwt", "key", "otp", "pin", "sid", "sign", "tel"];

fn is_hidden(name: &str) -> bool {
    let plain: String = name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    WHOLE_NAMES.contains(&plain.as_str()) || IN_NAMES.iter().any(|word| plain.contains(word))
}

/// Is one of these names, as they stand in an address or a sentence, hidden, or all of them together?
fn one_is_hidden(names: &str) -> bool {
    is_hidden(names) || names.split(|one: char| one.is_whitespace() || "?&#;,/".contains(one)).any(is_hidden)
}

/// The value of a header line.
pub(super) fn header(name: &str, value: &str) -> String {
    // An address in a header, as in `location`, has a query too.
    if is_hidden(name) { MASK.to_owned() } else { address(value) }
}

/// An address, or the pairs of a form: each field of the query and of the fragment by its name.
pub(super) fn address(text: &str) -> String {
    let one = |part: &str| {
        let end = part.trim_end_matches(['?', '&', '#']).len();
        format!("{}{}", pair(&part[..end]), &part[end..])
    };
    text.split_inclusive(['?', '&', '#']).map(one).collect()
}

/// `token=***`. A piece is shown as it was sent unless something of it is struck out.
fn pair(sent: &str) -> String {
    let spaced = sent.replace('+', " ");
    let read = percent_decode_str(&spaced).decode_utf8_lossy();
    let json = read.split_once('=').filter(|(name, _)| !is_hidden(name)).and_then(|(name, value)| Some(format!("{}={}", words(name), inside(value)?)));
    let shown = json.unwrap_or_else(|| line(&read));
    if shown == read { sent.to_owned() } else { shown }
}

/// A body; nothing if it cannot be told what in it is secret or personal.
pub(super) fn body(kind: &str, text: &str) -> Option<String> {
    match kind {
        _ if kind == "application/json" || kind.ends_with("+json") => {
            let mut value: Value = serde_json::from_str(text).ok()?;
            hide(&mut value);
            serde_json::to_string_pretty(&value).ok()
        }
        "application/x-www-form-urlencoded" => Some(address(text)),
        "text/plain" => Some(free(text)),
        _ => None,
    }
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| if is_hidden(name) { *value = MASK.into() } else { hide(value) }),
        Value::Array(all) => all.iter_mut().for_each(hide),
        Value::String(text) => *text = free(text),
        Value::Number(number) => {
            let (sent, shown) = (number.to_string(), digits(&number.to_string()));
            if shown != sent {
                *value = shown.into();
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// A text without a kind, as in a string of JSON: it may be JSON, an address or a query by itself, or lines.
fn free(text: &str) -> String {
    match inside(text) {
        Some(shown) => shown,
        None if !text.contains(char::is_whitespace) && text.contains(['=', '?']) => address(text),
        None => text.split_inclusive('\n').map(line).collect(),
    }
}

/// A text that is JSON with fields.
fn inside(text: &str) -> Option<String> {
    let mut value: Value = text.trim_start().starts_with(['{', '[']).then(|| serde_json::from_str(text).ok())??;
    hide(&mut value);
    Some(value.to_string())
}

/// A line of a text: what stands behind a name is struck out up to its end.
fn line(text: &str) -> String {
    let mut end = 0;
    for part in text.split_inclusive([':', '=', '：', '＝']) {
        end += part.len();
        if end < text.len() && one_is_hidden(part) {
            let tail = if text.ends_with('\n') { "\n" } else { "" };
            return format!("{}{MASK}{tail}", words(&text[..end]));
        }
    }
    words(text)
}

/// What is struck out wherever it stands: credentials, and long runs of digits.
fn words(text: &str) -> String {
    digits(&credentials(text))
}

/// Credentials of this house, secrets of callbacks and tokens (JWT) are known by how they begin.
fn credentials(text: &str) -> String {
    let begins = || [KEY_PREFIXES, SIGNING_PREFIXES, CLIENT_PREFIXES].into_iter().flatten().chain([TOKEN_PREFIX, "whsec_", "eyJ"]);
    let is_end = |one: char| !(one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | '.'));
    let one = |word: &str| match begins().find(|begin| word.starts_with(begin)) {
        Some(begin) => format!("{begin}{MASK}{}", &word[word.trim_end_matches(is_end).len()..]),
        None => word.to_owned(),
    };
    text.split_inclusive(is_end).map(one).collect()
}

/// Long runs of digits, struck out behind their beginning; one blank or hyphen between two digits does not end a run.
fn digits(text: &str) -> String {
    let is_digit = |one: char| one.is_ascii_digit() || ('０'..='９').contains(&one);
    let (mut out, mut run, mut count) = (String::with_capacity(text.len()), String::new(), 0);
    // The last character is no digit, so that the last run ends too.
    for one in text.chars().chain(['\0']) {
        if is_digit(one) || matches!(one, ' ' | '-') && run.ends_with(is_digit) {
            count += usize::from(is_digit(one));
            run.push(one);
            continue;
        }
        if count < DIGITS {
            out.push_str(&run);
        } else {
            let tail = &run[run.trim_end_matches([' ', '-']).len()..];
            out.extend(run.chars().take(3));
            out.extend([MASK, tail]);
        }
        run.clear();
        count = 0;
        out.push(one);
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_struck_out_by_their_names_wherever_they_stand() {
        let sent = r#"{"to":{"Mobile-No":"1"},"text":"call 13812345678 now","n":110101199001011234,"api_key":["a"],"list":[{"password":{"a":1}}],"k":1.5,
            "raw":"{\"pin\":1,\"b\":2}","next":"https://a.cn/b?access_token=c&d=1","query":"city=gz&token=c","note":"电话：1\nPIN code pin: 2","at":"10:00"}"#;
        let read: Value = serde_json::from_str(&body("application/json", sent).unwrap()).unwrap();
        let wanted = serde_json::json!({ "to": { "Mobile-No": "***" }, "text": "call 138*** now", "n": "110***", "api_key": "***", "list": [{ "password": "***" }],
            "k": 1.5, "raw": "{\"pin\":\"***\",\"b\":2}", "next": "https://a.cn/b?access_token=***&d=1", "query": "city=gz&token=***", "note": "电话：***\nPIN code pin:***", "at": "10:00" });
        assert_eq!(read, wanted);
        for (kind, text, wanted) in [
            ("application/x-www-form-urlencoded", "a=1&client_secret=x&to=13812345678&b=2", "a=1&client_secret=***&to=138***&b=2"),
            ("application/x-www-form-urlencoded", "p%61ssword=x&%E6%89%8B%E6%9C%BA=1&c=%20&d=138%201234+5678", "password=***&手机=***&c=%20&d=138***"),
            ("text/plain", "no. 12345678901\npassword: x y\nb", "no. 123***\npassword:***\nb"),
            ("application/x-www-form-urlencoded", "data=%7B%22pwd%22:%22x%22%7D&e=1", "data={\"pwd\":\"***\"}&e=1"),
            ("text/plain", "a=1&token=x", "a=1&token=***"),
            ("text/plain", "{\"token\":\"x\"}", "{\"token\":\"***\"}"),
            ("text/plain", "姓名：张三", "姓名：***"),
            ("text/plain", "the token is gone", "the token is gone"),
            ("application/problem+json", "[1]", "[\n  1\n]"),
        ] {
            assert_eq!(body(kind, text).as_deref(), Some(wanted), "{kind} {text}");
        }
        for (kind, text) in [("application/json", "{\"a\":"), ("application/json", ""), ("application/xml", "<a/>"), ("", "x"), ("text/html", "x")] {
            assert_eq!(body(kind, text), None, "{kind}");
        }
    }

    #[test]
    fn wherever_a_text_ends_it_is_read_and_its_secrets_are_struck_out() {
        let text = "{\"双\": [\"a=1&口令=s3cret%20s3cret#x\\n\", \"token：s3cret\"], \"n\": 138 0013-8000 0}\r\nhcs_s3cret eyJs3cret １３８００１３８０００ %E6%89 ?&#== - ";
        for (end, _) in text.char_indices() {
            for kind in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
                let shown = body(kind, &text[..end]).unwrap_or_default() + &header("x", &text[..end]);
                assert!(!["s3cret", "0013-8000", "００１３８０００"].iter().any(|secret| shown.contains(secret)), "{kind} {end}: {shown}");
            }
        }
    }

    #[test]
    fn header_lines_and_addresses_are_struck_out() {
        for (name, value, wanted) in [
            ("Set-Cookie", "a=1", "***"),
            ("x-api-key", "hcs_a", "***"),
            ("Signature", "a=:b:", "***"),
            ("X-Forwarded-For", "203.0.113.9", "***"),
            ("location", "https://a.cn/b?access_token=c&d=1#id_token=e", "https://a.cn/b?access_token=***&d=1#id_token=***"),
            ("location", "/in?next=https%3A%2F%2Fa.cn%3Ftoken%3Dc&d=1", "/in?next=https://a.cn?token=***&d=1"),
            ("x-note", "a=1; token=c", "a=1; token=***"),
            ("x-note", "token:abc=", "token:***"),
            ("location", "/people/138%201234%205678/x", "/people/138***/x"),
            ("content-type", "text/plain; charset=utf-8", "text/plain; charset=utf-8"),
            ("x-trace", "7", "7"),
            ("x-note", "by hcs_00000000111111112222222233333333, eyJhbGciOiJub25lIn0.e30.", "by hcs_***, eyJ***"),
        ] {
            assert_eq!(header(name, value), wanted, "{name}");
        }
        assert_eq!(address("GET /keys?key=k&monkey=2&q=a%20b"), "GET /keys?key=***&monkey=2&q=a%20b");
    }

    #[test]
    fn numbers_of_people_are_struck_out_and_others_are_not() {
        for (text, wanted) in [
            ("+86 138 1234 5678, please", "+86 ***, please"),
            ("138-1234-5678 -", "138*** -"),
            ("１３８１２３４５６７８", "１３８***"),
            ("2026-11-30 10:00:00.123456", "2026-11-30 10:00:00.123456"),
            ("1234567890", "1234567890"),
            ("no. 7 - 8", "no. 7 - 8"),
            ("双创 110101199001011234", "双创 110***"),
        ] {
            assert_eq!(digits(text), wanted);
        }
    }
}
