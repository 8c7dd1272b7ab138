//! The shape of a book's TOML files, before any check.

use std::collections::BTreeMap;

use serde::Deserialize;
use words::Rounding;

use super::{AssetKind, Standing};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub(super) asset: Vec<Asset>,
    #[serde(default)]
    pub(super) account: Vec<Account>,
    #[serde(default)]
    pub(super) template: Vec<Template>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asset {
    pub(super) code: String,
    pub(super) kind: AssetKind,
    pub(super) zh: String,
    pub(super) en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub(super) path: String,
    pub(super) asset: String,
    pub(super) zh: String,
    pub(super) en: String,
    #[serde(default)]
    pub(super) flags: Vec<Flag>,
    #[serde(default)]
    pub(super) standing: Standing,
    pub(super) opens_with: Option<Opening>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Flag {
    DebitsMustNotExceedCredits,
    CreditsMustNotExceedDebits,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    pub(super) from: String,
    pub(super) amount: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Template {
    pub(super) id: String,
    pub(super) zh: String,
    pub(super) en: String,
    #[serde(default)]
    pub(super) vars: BTreeMap<String, VarType>,
    #[serde(default)]
    pub(super) checks: Vec<String>,
    #[serde(default)]
    pub(super) legs: Vec<Leg>,
    #[serde(default)]
    pub(super) limits: Vec<Limit>,
    #[serde(default)]
    pub(super) opens: Vec<String>,
    #[serde(default)]
    pub(super) ends_at_zero: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum VarType {
    Named(String),
    OneOf(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leg {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) each: Option<String>,
    pub(super) amount: Quantity,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Quantity {
    Var(String),
    Fixed(i64),
    Ratio(RatioOf),
    Rest(RestOf),
    Share(ShareOf),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RatioOf {
    pub(super) of: String,
    pub(super) ratio: String,
    #[serde(default)]
    pub(super) rounding: Rounding,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RestOf {
    pub(super) rest_of: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShareOf {
    pub(super) share_of: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limit {
    pub(super) quota: String,
    pub(super) used: String,
    /// Uses up as much as this leg moves …
    pub(super) guards: Option<usize>,
    /// … or so much each time.
    pub(super) fixed: Option<i64>,
}
