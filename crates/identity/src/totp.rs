//! One-time codes of six digits that change every thirty seconds (RFC 6238, HMAC-SHA1), as authenticator apps make them.

use ring::hmac;
use words::Instant;

const STEP_SECONDS: i64 = 30;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Bytes of a secret: the length of a SHA-1 block's output, as the RFC asks.
pub const SECRET_BYTES: usize = 20;

/// Number of the step a moment falls into.
pub fn step_at(now: Instant) -> i64 {
    now.micros().div_euclid(1_000_000 * STEP_SECONDS)
}

/// The code of a step, with leading zeros.
pub fn code(secret: &[u8], step: i64, digits: u32) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes[bytes.len() - 1] & 15);
    let number = bytes[at..at + 4].iter().fold(0u32, |sum, &byte| sum << 8 | u32::from(byte)) & 0x7fff_ffff;
    format!("{:0width$}", number % 10u32.pow(digits), width = digits as usize)
}

/// The step whose code this is: now, just before or just after, and later than the last one used, so that no code works twice.
pub fn accept(secret: &[u8], typed: &str, now: Instant, last_step: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let here = step_at(now);
    (here - 1..=here + 1).find(|&step| step > last_step && crate::secret::same(code(secret, step, 6).as_bytes(), typed.as_bytes()))
}

/// The secret as people type it into an app: base 32 without padding.
pub fn base32(secret: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut count) = (0u32, 0);
    for &byte in secret {
        bits = bits << 8 | u32::from(byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(BASE32[(bits >> count & 31) as usize] as char);
        }
    }
    if count > 0 {
        text.push(BASE32[(bits << (5 - count) & 31) as usize] as char);
    }
    text
}

/// The address that an authenticator app reads.
pub fn address(login: &str, secret: &[u8]) -> String {
    let login: String = login.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect();
    format!("otpauth://totp/Hechuang:{login}?secret={}&issuer=Hechuang&algorithm=SHA1&digits=6&period=30", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn vectors_of_rfc_6238() {
        let table = [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ];
        for (seconds, expected) in table {
            assert_eq!(code(SECRET, step_at(at(seconds)), 8), expected, "{seconds}");
        }
    }

    #[test]
    fn a_code_works_a_step_early_or_late_and_only_once() {
        let now = at(1_234_567_890);
        let step = step_at(now);
        let typed = code(SECRET, step, 6);
        assert_eq!(accept(SECRET, &typed, now, 0), Some(step));
        assert_eq!(accept(SECRET, &format!(" {} {}", &typed[..3], &typed[3..]), now.plus_seconds(30), 0), Some(step));
        assert_eq!(accept(SECRET, &typed, now.plus_seconds(90), 0), None);
        assert_eq!(accept(SECRET, &typed, now, step), None);
        assert_eq!(accept(SECRET, "", now, 0), None);
    }

    #[test]
    fn base32_as_in_rfc_4648() {
        for (text, expected) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(text.as_bytes()), expected);
        }
    }
}
