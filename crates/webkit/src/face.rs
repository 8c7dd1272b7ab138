//! Which face a caller sees: page or JSON, language, theme, size.
//!
//! Pure. Invariant: a choice in the URL wins over the cookie, the cookie over the profile, the profile over the browser.

use words::Lang;

/// Theme named by a text, if it is one.
pub(crate) fn theme(text: &str) -> Option<&'static str> {
    ["auto", "light", "dark"].into_iter().find(|known| *known == text)
}

/// Size named by a text, if it is one.
pub(crate) fn scale(text: &str) -> Option<&'static str> {
    ["normal", "large"].into_iter().find(|known| *known == text)
}

/// The first of our languages that the browser asks for.
pub(crate) fn accepted_language(header: &str) -> Option<Lang> {
    let mut wishes: Vec<(f32, Lang)> = header.split(',').filter_map(wish).collect();
    wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
    wishes.first().map(|(_, lang)| *lang)
}

fn wish(piece: &str) -> Option<(f32, Lang)> {
    let (tag, rest) = piece.trim().split_once(';').unwrap_or((piece.trim(), ""));
    let quality = rest.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(1.0);
    Some((quality, Lang::parse(tag)?))
}

/// Page or JSON? `/api/v1` is always JSON; a browser asks for `text/html`; who sends JSON and does not care gets JSON.
pub(crate) fn wants_html(api: bool, accept: &str, content_type: &str) -> bool {
    if api {
        return false;
    }
    if accept.contains("text/html") {
        return true;
    }
    let json = accept.contains("json") || (content_type.contains("json") && (accept.is_empty() || accept.contains("*/*")));
    !json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_weighed() {
        assert_eq!(accepted_language("fr, en-GB;q=0.8, zh;q=0.9"), Some(Lang::Zh));
        assert_eq!(accepted_language("en"), Some(Lang::En));
        assert_eq!(accepted_language("fr"), None);
    }

    #[test]
    fn faces_are_told_apart() {
        assert!(wants_html(false, "text/html,*/*", ""));
        assert!(wants_html(false, "*/*", ""));
        assert!(!wants_html(false, "*/*", "application/json"));
        assert!(!wants_html(false, "application/json", ""));
        assert!(!wants_html(false, "application/problem+json", ""));
        assert!(!wants_html(true, "text/html", ""));
    }
}
