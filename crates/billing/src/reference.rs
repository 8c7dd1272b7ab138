//! What people write on a transfer so that it is found again: `HC` with ten digits and two that prove them. Pure.

/// The reference of a number.
pub fn reference(number: i64) -> String {
    let digits = format!("{:010}", number.rem_euclid(10_000_000_000));
    format!("HC{digits}{:02}", proof(&digits))
}

/// 98 less the remainder by 97, so that a digit that is wrong or two that changed places are noticed (ISO 7064).
fn proof(digits: &str) -> u64 {
    98 - (digits.parse::<u64>().unwrap_or(0) * 100) % 97
}

/// The references that a text holds, whatever stands around them, in the order of the text. Spaces and hyphens inside are left out; what does not prove itself is none.
pub fn references(text: &str) -> Vec<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    let mut found = Vec::new();
    for (at, _) in plain.match_indices("HC") {
        let Some(digits) = plain.get(at + 2..at + 14).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit())) else { continue };
        let (number, check) = digits.split_at(10);
        let reference = format!("HC{digits}");
        if format!("{:02}", proof(number)) == check && !found.contains(&reference) {
            found.push(reference);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_found_in_what_people_write() {
        let one = reference(42);
        assert_eq!(one.len(), 14);
        assert_eq!(references(&format!("货款 {} 谢谢", one.to_lowercase())), vec![one.clone()]);
        assert_eq!(references(&format!("{}-{} {}", &one[..6], &one[6..10], &one[10..])), vec![one.clone()]);
        assert_eq!(references(&format!("{one}{}", reference(43))), vec![one.clone(), reference(43)]);
        let mut wrong = one.clone().into_bytes();
        wrong[11] = if wrong[11] == b'9' { b'8' } else { wrong[11] + 1 };
        assert_eq!(references(std::str::from_utf8(&wrong).expect("text")), Vec::<String>::new());
        assert_eq!(references("HC HC12 合同"), Vec::<String>::new());
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        for number in [1, 42, 9_999_999_999, 1_234_567_890] {
            let right = reference(number);
            for at in 2..14 {
                for digit in b'0'..=b'9' {
                    let mut bytes = right.clone().into_bytes();
                    if bytes[at] == digit {
                        continue;
                    }
                    bytes[at] = digit;
                    assert!(references(std::str::from_utf8(&bytes).expect("text")).is_empty(), "{number} {at} {digit}");
                }
            }
        }
    }
}
