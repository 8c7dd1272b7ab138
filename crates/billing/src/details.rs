//! What a tax invoice (发票) needs to know of a customer, and where a payee is paid. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Details of a customer or payee.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Details {
    /// Title: the full name of the firm, or the name of a person.
    #[schemars(length(min = 1, max = 100))]
    pub title: String,
    /// 统一社会信用代码, eighteen characters; a person has none.
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub tax_number: String,
    /// Address and telephone.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub address: String,
    /// Bank.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub bank: String,
    /// Account.
    #[serde(default)]
    #[schemars(length(max = 40))]
    pub account: String,
}

const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Is it a unified social credit code (GB 32100-2015): eighteen signs, the last proves the others?
pub fn is_credit_code(text: &str) -> bool {
    let values: Option<Vec<usize>> = text.bytes().map(|b| SIGNS.iter().position(|sign| *sign == b)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..17] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    values[17] == (31 - sum % 31) % 31
}

impl Details {
    /// Without blanks around, the tax number in capitals.
    pub fn tidy(&self) -> Self {
        let trim = |text: &str| text.trim().to_owned();
        Self {
            title: trim(&self.title),
            tax_number: trim(&self.tax_number).to_ascii_uppercase(),
            address: trim(&self.address),
            bank: trim(&self.bank),
            account: self.account.chars().filter(|c| !c.is_whitespace()).collect(),
        }
    }

    /// An account with only its last four digits.
    pub fn masked_account(&self) -> String {
        let count = self.account.chars().count();
        let last: String = self.account.chars().skip(count.saturating_sub(4)).collect();
        if count > 4 { format!("****{last}") } else { last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_code_proves_itself() {
        // 91350100M000100Y43 is the example of the standard.
        assert!(is_credit_code("91350100M000100Y43"));
        for wrong in ["91350100M000100Y44", "91350100M000100Y4", "91350100I000100Y43", "", "91350100m000100y43"] {
            assert!(!is_credit_code(wrong), "{wrong}");
        }
        let details = Details { tax_number: " 91350100m000100y43 ".into(), account: "6222 0000 1234".into(), ..Details::default() }.tidy();
        assert_eq!((details.tax_number.as_str(), details.masked_account()), ("91350100M000100Y43", "****1234".into()));
    }
}
