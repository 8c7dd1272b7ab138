//! 统一社会信用代码: the 18 characters that name an organisation (GB 32100-2015), with their check character.

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A code whose form and check character are right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uscc(String);

/// A text that is no such code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsccMistake;

impl Uscc {
    /// Reads a code; small letters and blanks around it are forgiven.
    pub fn parse(text: &str) -> Result<Self, UsccMistake> {
        let text = text.trim().to_ascii_uppercase();
        let (last, body) = text.as_bytes().split_last().ok_or(UsccMistake)?;
        if body.len() != 17 || check_of(body)? != *last {
            return Err(UsccMistake);
        }
        Ok(Self(text))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Weights are the powers of three modulo 31.
fn check_of(body: &[u8]) -> Result<u8, UsccMistake> {
    let (mut sum, mut weight) = (0, 1);
    for byte in body {
        let value = ALPHABET.iter().position(|letter| letter == byte).ok_or(UsccMistake)?;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    Ok(ALPHABET[(31 - sum % 31) % 31])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_real_organisations_pass() {
        for code in ["9144030071526726XG", "914403001922038216", "91330100799655058B", " 91330100799655058b "] {
            assert!(Uscc::parse(code).is_ok(), "{code}");
        }
    }

    #[test]
    fn a_wrong_character_anywhere_is_noticed() {
        let code = "91330100799655058B";
        for at in 0..18 {
            let mut other = code.as_bytes().to_vec();
            other[at] = if other[at] == b'7' { b'2' } else { b'7' };
            assert_eq!(Uscc::parse(&String::from_utf8(other).unwrap()), Err(UsccMistake), "{at}");
        }
        for text in ["", "9133010079965505", "91330100799655058BB", "9133010079965505IO", "九一三三零一零零七九九六五五零五八"] {
            assert_eq!(Uscc::parse(text), Err(UsccMistake), "{text}");
        }
    }
}
