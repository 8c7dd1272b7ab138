//! A capability: something to call, under a name in the address. Pure.

use words::{Id, Instant, Node};

use crate::refusal::CapabilityRefusal;

/// A capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capability {
    /// Id.
    pub id: Id,
    /// Its name in addresses: `echo`.
    pub slug: String,
    /// Where it belongs.
    pub node: Node,
    /// Who answers for it; `sys_setup` for what the program brings.
    pub owner: Id,
    /// Platform of the plan it counts to: `comms`.
    pub platform: Option<String>,
    /// The capability of the plan that it makes available: `cap.sms`.
    pub fact: Option<String>,
    /// Name, Chinese.
    pub zh: String,
    /// Name, English.
    pub en: String,
    /// What it does, Chinese.
    pub about_zh: String,
    /// What it does, English.
    pub about_en: String,
    /// Registered at.
    pub made_at: Instant,
}

impl Capability {
    /// Does the program itself bring it?
    pub fn is_builtin(&self) -> bool {
        self.owner.as_str().starts_with("sys_")
    }
}

/// A capability to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapabilityDraft {
    /// Its name in addresses.
    pub slug: String,
    /// Where it belongs.
    pub node: Node,
    /// Platform of the plan.
    pub platform: Option<String>,
    /// Capability of the plan.
    pub fact: Option<String>,
    /// Name, Chinese.
    pub zh: String,
    /// Name, English.
    pub en: String,
    /// What it does, Chinese.
    pub about_zh: String,
    /// What it does, English.
    pub about_en: String,
}

impl CapabilityDraft {
    /// Is it fit to be registered?
    pub fn admit(&self) -> Result<(), CapabilityRefusal> {
        if !is_slug(&self.slug) {
            return Err(CapabilityRefusal::SlugShape);
        }
        if self.zh.trim().is_empty() || self.en.trim().is_empty() { Err(CapabilityRefusal::NameNeeded) } else { Ok(()) }
    }
}

/// 3 to 40 of `a-z 0-9 -`, a letter first, no dash last.
fn is_slug(text: &str) -> bool {
    (3..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_address_is_plain() {
        for (text, fine) in
            [("echo", true), ("sms-2", true), ("ab", false), ("2sms", false), ("sms-", false), ("SMS", false), ("s/m", false), ("短信服务", false)]
        {
            assert_eq!(is_slug(text), fine, "{text}");
        }
        assert!(!is_slug(&"a".repeat(41)));
    }
}
