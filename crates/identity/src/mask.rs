//! Personal data as it is shown to those who have not asked for it in the clear: `138****8000`, `陈**`.

/// `13812348000` → `138****8000`.
pub fn phone(text: &str) -> String {
    keep(text, 3, 4)
}

/// `330106199001011234` → `330***********1234`.
pub fn id_number(text: &str) -> String {
    keep(text, 3, 4)
}

/// `陈思远` → `陈**`; `Ada Lovelace` → `A** L*******`.
pub fn name(text: &str) -> String {
    text.split(' ').map(|word| keep(word, 1, 0)).collect::<Vec<_>>().join(" ")
}

/// `chen.siyuan@example.cn` → `c***@example.cn`.
pub fn email(text: &str) -> String {
    match text.split_once('@') {
        Some((who, domain)) => format!("{}***@{domain}", who.chars().next().map_or(String::new(), String::from)),
        None => "***".into(),
    }
}

/// Which mask a field takes; a field without one is hidden whole.
pub fn field(field: &str, text: &str) -> String {
    match field {
        "name" => name(text),
        "phone" => phone(text),
        "email" => email(text),
        "id_number" => id_number(text),
        _ => "***".into(),
    }
}

/// Keeps the ends, and nothing at all when the ends would meet.
fn keep(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    let (head, tail) = if length > head + tail { (head, tail) } else { (0, 0) };
    text.chars().enumerate().map(|(at, c)| if at < head || at >= length - tail { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_masked_keeps_enough_to_be_told_apart() {
        assert_eq!(phone("13800138000"), "138****8000");
        assert_eq!(id_number("330106199001011234"), "330***********1234");
        assert_eq!(name("陈思远"), "陈**");
        assert_eq!(name("Ada Lovelace"), "A** L*******");
        assert_eq!(email("chen.siyuan@example.cn"), "c***@example.cn");
    }

    #[test]
    fn short_and_broken_texts_show_nothing() {
        assert_eq!(phone("1380"), "****");
        assert_eq!(name("陈"), "*");
        assert_eq!(name(""), "");
        assert_eq!(email("nobody"), "***");
    }
}
