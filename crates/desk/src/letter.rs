//! A message as an e-mail: headers that nothing can be smuggled into, text in both languages.
//!
//! Pure. Invariant: whatever comes from outside is encoded or checked; every line is short and ends with CRLF.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use words::{Instant, Lang};

use crate::letters;
use crate::message::InboxItem;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub id: String,
    pub to: String,
    pub item: InboxItem,
    pub at: Instant,
    pub from: String,
    pub from_name: String,
    pub site: String,
}

/// A plain address, as nearly all are; others get no mail.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let fine =
        |part: &str, also: &[u8]| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || also.contains(&b)) && !part.starts_with(['.', '-']);
    text.len() <= 254 && fine(local, b".!#$%&'*+/=?^_`{|}~-") && fine(domain, b".-") && !domain.ends_with('.') && !text.contains("..")
}

impl Letter {
    /// The whole of it, as it goes over the wire (dots are doubled by whoever sends).
    pub(crate) fn wire(&self) -> String {
        let domain = self.from.split_once('@').map_or("localhost", |(_, domain)| domain);
        let head = [
            format!("From: {} <{}>", encoded(&self.from_name), self.from),
            format!("To: <{}>", self.to),
            format!("Subject: {}", encoded(&format!("{} / {}", self.item.title.zh, self.item.title.en))),
            format!("Date: {}", date(self.at)),
            format!("Message-ID: <{}@{domain}>", self.id),
            "Auto-Submitted: auto-generated".into(),
            "MIME-Version: 1.0".into(),
            "Content-Type: text/plain; charset=utf-8".into(),
            "Content-Transfer-Encoding: base64".into(),
        ];
        format!("{}\r\n\r\n{}\r\n", head.join("\r\n"), in_lines(&STANDARD.encode(self.text())))
    }

    fn text(&self) -> String {
        [Lang::Zh, Lang::En].map(|lang| self.text_in(lang)).join("\r\n-- \r\n")
    }

    fn text_in(&self, lang: Lang) -> String {
        let item = &self.item;
        let word = |key| letters::plain(key).get(lang).to_owned();
        let mut lines = vec![item.title.get(lang).to_owned(), String::new(), item.body.get(lang).replace('\n', "\r\n"), String::new()];
        if let Some(due) = item.due_at {
            lines.push(format!("{} {}", word("due"), due.local_minute()));
        }
        lines.push(format!("{} {}{}", word("open"), self.site.trim_end_matches('/'), item.link));
        lines.push(format!("{} {}", word("why"), item.why.get(lang)));
        lines.join("\r\n")
    }
}

/// RFC 2047 words of at most 75 characters, cut between characters of the text.
fn encoded(text: &str) -> String {
    let mut words = Vec::new();
    let mut part = String::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        if part.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut part));
        }
        part.push(c);
    }
    words.push(part);
    let word = |part: &String| format!("=?utf-8?B?{}?=", STANDARD.encode(part));
    words.iter().map(word).collect::<Vec<_>>().join("\r\n ")
}

fn in_lines(base64: &str) -> String {
    base64.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line)).collect::<Vec<_>>().join("\r\n")
}

/// `22 Nov 2026 08:00:00 +0000`, of `2026-11-22T08:00:00Z`.
fn date(at: Instant) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = at.to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let month = part(5..7).parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1))).copied().unwrap_or("Jan");
    format!("{} {month} {} {} +0000", part(8..10), part(0..4), part(11..19))
}

#[cfg(test)]
mod tests {
    use super::*;
    use words::{Bilingual, Id};

    fn letter(title: &str) -> Letter {
        let both = |text: &str| Bilingual::new(text, text);
        let item = InboxItem {
            id: Id::fixed("eml_1"),
            kind: "k".into(),
            subject: "s".into(),
            title: both(title),
            body: both("第一行\n.第二行"),
            why: both("因为"),
            link: "/inbox".into(),
            due_at: Some(Instant::parse("2026-09-05T16:00:00Z").unwrap()),
            made_at: Instant::from_micros(0),
            read_at: None,
        };
        let at = Instant::parse("2026-11-22T08:00:00.123Z").unwrap();
        Letter { id: "eml_1".into(), to: "a@b.cn".into(), item, at, from: "no-reply@hc.cn".into(), from_name: "和创".into(), site: "https://hc.cn/".into() }
    }

    #[test]
    fn a_letter_is_plain_ascii_in_short_lines_and_nothing_gets_into_its_head() {
        let wire = letter(&format!("评审结果\r\nBcc: x@y.cn {}", "长".repeat(80))).wire();
        assert!(wire.is_ascii() && wire.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])), "{wire}");
        let head = wire.split_once("\r\n\r\n").unwrap().0;
        assert!(!head.contains("Bcc:") && head.contains("Date: 22 Nov 2026 08:00:00 +0000") && head.contains("Message-ID: <eml_1@hc.cn>"), "{head}");
    }

    #[test]
    fn the_text_says_where_until_when_and_why_in_both_languages() {
        let text = letter("t").text();
        assert!(text.contains("https://hc.cn/inbox") && text.contains("2026-09-06 00:00") && text.matches("因为").count() == 2, "{text}");
    }

    #[test]
    fn addresses() {
        for (text, fine) in [
            ("a.b+c@hc-1.com.cn", true),
            ("a@b\r\nRCPT", false),
            ("a b@c.cn", false),
            ("@c.cn", false),
            ("a@", false),
            ("a@@b", false),
            ("a@b..c", false),
            ("<a@b.c>", false),
        ] {
            assert_eq!(is_address(text), fine, "{text:?}");
        }
    }
}
