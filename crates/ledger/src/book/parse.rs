//! Reads a book and finds every mistake in it.

use std::collections::{BTreeMap, BTreeSet};

use words::{Asset, Bilingual};

use super::{AccountKind, AssetDef, AssetKind, Book, Equation, Leg, Mistake, Pattern, Quantity, Ratio, Template, VarType, raw};

/// Legs a template may have, so that a posting stays one short chain.
const LEGS: usize = 32;

struct Reading {
    book: Book,
    mistakes: Vec<Mistake>,
    file: String,
}

pub(super) fn book(files: &[(&str, &str)]) -> Result<Book, Vec<Mistake>> {
    let mut reading = Reading { book: Book::default(), mistakes: Vec::new(), file: String::new() };
    let parsed: Vec<(&str, raw::File)> = files.iter().filter_map(|(name, text)| reading.syntax(name, text)).collect();
    reading.each(&parsed, |reading, file| file.asset.iter().for_each(|asset| reading.asset(asset)));
    reading.each(&parsed, |reading, file| file.account.iter().for_each(|account| reading.account(account)));
    reading.each(&parsed, |reading, file| file.account.iter().for_each(|account| reading.opening(account)));
    reading.each(&parsed, |reading, file| file.template.iter().for_each(|template| reading.template(template)));
    if reading.mistakes.is_empty() { Ok(reading.book) } else { Err(reading.mistakes) }
}

impl Reading {
    fn syntax<'a>(&mut self, name: &'a str, text: &str) -> Option<(&'a str, raw::File)> {
        self.file = name.to_owned();
        match toml::from_str(text) {
            Ok(file) => Some((name, file)),
            Err(error) => {
                self.wrong(name, "ledger-book-toml", error.to_string());
                None
            }
        }
    }

    fn each(&mut self, files: &[(&str, raw::File)], read: impl Fn(&mut Self, &raw::File)) {
        for (name, file) in files {
            self.file = (*name).to_owned();
            read(self, file);
        }
    }

    fn wrong(&mut self, place: &str, code: &'static str, what: impl Into<String>) {
        self.mistakes.push(Mistake { file: self.file.clone(), place: place.to_owned(), code, what: what.into() });
    }

    fn asset(&mut self, raw: &raw::Asset) {
        let place = format!("asset {}", raw.code);
        let plain = |asset: &Asset| {
            asset.code.len() <= 20
                && asset.code.starts_with(|c: char| c.is_ascii_uppercase())
                && !asset.code.ends_with(':')
                && asset.code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b':')
        };
        let Some(asset) = Asset::parse(&raw.code).filter(plain) else {
            return self.wrong(&place, "ledger-book-asset", &raw.code);
        };
        let def = AssetDef { kind: raw.kind, name: Bilingual::new(&raw.zh, &raw.en), asset: asset.clone() };
        if self.book.assets.insert(asset.code, def).is_some() {
            self.wrong(&place, "ledger-book-duplicate", &raw.code);
        }
    }

    fn account(&mut self, raw: &raw::Account) {
        let place = format!("account {}", raw.path);
        let Some(pattern) = Pattern::parse(&raw.path).filter(|pattern| pattern.0.len() > 1) else {
            return self.wrong(&place, "ledger-book-path", &raw.path);
        };
        let known = Asset::parse(&raw.asset).filter(|asset| self.book.assets.get(&asset.code).is_some_and(|def| def.asset == *asset));
        let Some(asset) = known else {
            return self.wrong(&place, "ledger-book-asset", &raw.asset);
        };
        if let Some(other) = self.book.kinds.iter().find(|kind| kind.pattern.meets(&pattern)) {
            let other = other.path();
            return self.wrong(&place, "ledger-book-overlap", other);
        }
        self.book.kinds.push(AccountKind {
            pattern,
            asset,
            name: Bilingual::new(&raw.zh, &raw.en),
            debits_bound: raw.flags.contains(&raw::Flag::DebitsMustNotExceedCredits),
            credits_bound: raw.flags.contains(&raw::Flag::CreditsMustNotExceedDebits),
            standing: raw.standing,
            opens_with: raw.opens_with.as_ref().map(|opening| (opening.from.clone(), opening.amount)),
        });
    }

    /// An account is opened from a single account of the same asset that is not opened so itself.
    fn opening(&mut self, raw: &raw::Account) {
        let Some(opening) = &raw.opens_with else { return };
        let place = format!("account {}", raw.path);
        let source = Pattern::parse(&opening.from).filter(|from| from.holes().next().is_none());
        let source = source.and_then(|from| self.book.kind_of(&from)).filter(|kind| kind.opens_with.is_none());
        let fine = source.is_some_and(|kind| kind.asset.to_string() == raw.asset) && opening.amount > 0;
        if !fine {
            self.wrong(&place, "ledger-book-opening", &opening.from);
        }
    }

    fn template(&mut self, raw: &raw::Template) {
        let place = format!("template {}", raw.id);
        if raw.id.is_empty() || !raw.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b)) {
            self.wrong(&place, "ledger-book-path", &raw.id);
        }
        let vars = self.vars(&place, raw);
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut legs: Vec<Leg> = Vec::new();
        for (at, leg) in raw.legs.iter().enumerate() {
            legs.extend(self.leg(&format!("{place}, leg {at}"), leg, &vars, &mut used));
        }
        for (at, limit) in raw.limits.iter().enumerate() {
            legs.extend(self.limit(&format!("{place}, limit {at}"), limit, &raw.legs, &vars, &mut used));
        }
        let mistakes = self.mistakes.len();
        let opens = self.patterns(&place, &raw.opens, &vars, &mut used);
        let ends_at_zero = self.patterns(&place, &raw.ends_at_zero, &vars, &mut used);
        let checks = raw.checks.iter().filter_map(|text| self.equation(&place, text, &vars, &mut used)).collect();
        self.crossing(&place, &legs, &vars);
        self.all_is_bound(&place, &legs, &vars);
        if let (Some(name), true) = (vars.keys().find(|name| !used.contains(*name)), mistakes == self.mistakes.len()) {
            self.wrong(&place, "ledger-book-unused", name);
        }
        if legs.len() > LEGS || (raw.legs.is_empty() && raw.opens.is_empty()) {
            self.wrong(&place, "ledger-book-legs", legs.len().to_string());
        }
        let template = Template { id: raw.id.clone(), name: Bilingual::new(&raw.zh, &raw.en), vars, checks, legs, opens, ends_at_zero };
        if self.book.templates.insert(raw.id.clone(), template).is_some() {
            self.wrong(&place, "ledger-book-duplicate", &raw.id);
        }
    }

    fn vars(&mut self, place: &str, raw: &raw::Template) -> BTreeMap<String, VarType> {
        let mut vars = BTreeMap::new();
        for (name, declared) in &raw.vars {
            let of_type = match declared {
                raw::VarType::OneOf(words) if !words.is_empty() && words.iter().all(|word| super::is_part(word)) => Some(VarType::OneOf(words.clone())),
                raw::VarType::OneOf(_) => None,
                raw::VarType::Named(named) => match named.as_str() {
                    "id" => Some(VarType::Id),
                    "amount" => Some(VarType::Amount),
                    "amount?" => Some(VarType::AmountOrAll),
                    "shares" => Some(VarType::Shares),
                    "parts" => Some(VarType::Parts),
                    _ => None,
                },
            };
            match of_type.filter(|_| !["each", "part"].contains(&name.as_str())) {
                Some(of_type) => drop(vars.insert(name.clone(), of_type)),
                None => self.wrong(place, "ledger-book-variable", name),
            }
        }
        vars
    }

    fn leg(&mut self, place: &str, raw: &raw::Leg, vars: &BTreeMap<String, VarType>, used: &mut BTreeSet<String>) -> Option<Leg> {
        let listed = raw.each.as_ref().is_none_or(|name| matches!(vars.get(name), Some(VarType::Shares | VarType::Parts)));
        if !listed {
            self.wrong(place, "ledger-book-variable", raw.each.clone().unwrap_or_default());
        }
        used.extend(raw.each.clone());
        let each = raw.each.is_some();
        let from = self.pattern(place, &raw.from, vars, each, used);
        let to = self.pattern(place, &raw.to, vars, each, used);
        let quantity = self.quantity(place, raw, vars, used);
        let (from, to) = (from?, to?);
        if from == to {
            self.wrong(place, "ledger-book-same-account", &raw.from);
        }
        Some(Leg { from, to, each: raw.each.clone(), quantity: quantity?, guards: None })
    }

    fn quantity(&mut self, place: &str, raw: &raw::Leg, vars: &BTreeMap<String, VarType>, used: &mut BTreeSet<String>) -> Option<Quantity> {
        let list = raw.each.as_ref().and_then(|name| vars.get(name));
        let (quantity, name) = match &raw.amount {
            raw::Quantity::Var(word) if word == "part" => return self.fits(place, list == Some(&VarType::Parts), Quantity::Part, word),
            raw::Quantity::Fixed(minor) => return self.fits(place, *minor > 0, Quantity::Fixed(*minor), &minor.to_string()),
            raw::Quantity::Var(name) => (Some(Quantity::Var(name.clone())), name),
            raw::Quantity::Ratio(ratio) => (read_ratio(ratio).map(|read| Quantity::Ratio(ratio.of.clone(), read)), &ratio.of),
            raw::Quantity::Rest(rest) => (Some(Quantity::Rest(rest.rest_of.clone())), &rest.rest_of),
            raw::Quantity::Share(share) => ((list == Some(&VarType::Shares)).then(|| Quantity::ShareOf(share.share_of.clone())), &share.share_of),
        };
        used.insert(name.clone());
        let counted = matches!(vars.get(name), Some(VarType::Amount | VarType::AmountOrAll));
        let fine = counted && quantity.is_some();
        self.fits(place, fine, quantity.unwrap_or(Quantity::Part), name)
    }

    fn fits(&mut self, place: &str, fine: bool, quantity: Quantity, what: &str) -> Option<Quantity> {
        if !fine {
            self.wrong(place, "ledger-book-amount", what);
        }
        fine.then_some(quantity)
    }

    fn limit(&mut self, place: &str, raw: &raw::Limit, legs: &[raw::Leg], vars: &BTreeMap<String, VarType>, used: &mut BTreeSet<String>) -> Option<Leg> {
        let quantity = match (raw.guards, raw.fixed) {
            (Some(at), None) if legs.get(at).is_some_and(|leg| leg.each.is_none()) => Some(Quantity::Leg(at)),
            (None, Some(minor)) if minor > 0 => Some(Quantity::Fixed(minor)),
            _ => None,
        };
        if quantity.is_none() {
            self.wrong(place, "ledger-book-limit", &raw.quota);
        }
        let from = self.pattern(place, &raw.quota, vars, false, used)?;
        let to = self.pattern(place, &raw.used, vars, false, used)?;
        let asset = self.asset_of(&from, vars);
        if asset.and_then(|asset| self.book.asset_kind(&asset)) != Some(AssetKind::Quota) {
            self.wrong(place, "ledger-book-limit", &raw.quota);
        }
        Some(Leg { from, to, each: None, quantity: quantity?, guards: raw.guards })
    }

    fn patterns(&mut self, place: &str, raw: &[String], vars: &BTreeMap<String, VarType>, used: &mut BTreeSet<String>) -> Vec<Pattern> {
        raw.iter().filter_map(|text| self.pattern(place, text, vars, false, used)).collect()
    }

    fn pattern(&mut self, place: &str, text: &str, vars: &BTreeMap<String, VarType>, each: bool, used: &mut BTreeSet<String>) -> Option<Pattern> {
        let Some(pattern) = Pattern::parse(text) else {
            self.wrong(place, "ledger-book-path", text);
            return None;
        };
        let strange = |name: &&str| !(matches!(vars.get(*name), Some(VarType::Id | VarType::OneOf(_))) || (each && *name == "each"));
        if let Some(name) = pattern.holes().find(strange) {
            let name = name.to_owned();
            self.wrong(place, "ledger-book-variable", name);
            return None;
        }
        used.extend(pattern.holes().map(str::to_owned));
        if self.asset_of(&pattern, vars).is_none() {
            self.wrong(place, "ledger-book-account", text);
            return None;
        }
        Some(pattern)
    }

    /// The asset of every account that the pattern can mean: one, or none.
    fn asset_of(&self, pattern: &Pattern, vars: &BTreeMap<String, VarType>) -> Option<Asset> {
        let assets: Option<Vec<Asset>> = meanings(pattern, vars).iter().map(|meaning| self.book.kind_of(meaning).map(|kind| kind.asset.clone())).collect();
        let assets: BTreeSet<Asset> = assets?.into_iter().collect();
        (assets.len() == 1).then(|| assets.into_iter().next()).flatten()
    }

    fn equation(&mut self, place: &str, text: &str, vars: &BTreeMap<String, VarType>, used: &mut BTreeSet<String>) -> Option<Equation> {
        let names: Option<(String, Vec<String>)> =
            text.split_once('=').map(|(left, right)| (left.trim().to_owned(), right.split('+').map(|name| name.trim().to_owned()).collect()));
        let sums = |name: &String| matches!(vars.get(name), Some(VarType::Amount | VarType::Parts));
        let Some((left, right)) = names.filter(|(left, right)| sums(left) && right.iter().all(sums)) else {
            self.wrong(place, "ledger-book-check", text);
            return None;
        };
        used.insert(left.clone());
        used.extend(right.iter().cloned());
        Some(Equation { text: text.to_owned(), left, right })
    }

    /// A leg keeps its asset, and a template moves one asset, with quotas beside it.
    fn crossing(&mut self, place: &str, legs: &[Leg], vars: &BTreeMap<String, VarType>) {
        let mut moved: BTreeSet<String> = BTreeSet::new();
        for leg in legs {
            let (Some(from), Some(to)) = (self.asset_of(&leg.from, vars), self.asset_of(&leg.to, vars)) else { continue };
            if from != to {
                self.wrong(place, "ledger-book-crossing", format!("{from} → {to}"));
            } else if self.book.asset_kind(&from) != Some(AssetKind::Quota) {
                moved.insert(from.to_string());
            }
        }
        if moved.len() > 1 {
            self.wrong(place, "ledger-book-crossing", moved.into_iter().collect::<Vec<_>>().join(", "));
        }
    }

    /// "All there is" must be readable from one account by the first leg that needs it.
    fn all_is_bound(&mut self, place: &str, legs: &[Leg], vars: &BTreeMap<String, VarType>) {
        for (name, _) in vars.iter().filter(|(_, of_type)| **of_type == VarType::AmountOrAll) {
            let first = legs.iter().find(|leg| match &leg.quantity {
                Quantity::Var(of) | Quantity::Ratio(of, _) | Quantity::Rest(of) | Quantity::ShareOf(of) => of == name,
                Quantity::Part | Quantity::Fixed(_) | Quantity::Leg(_) => false,
            });
            let readable =
                first.is_some_and(|leg| matches!(leg.quantity, Quantity::Var(_) | Quantity::ShareOf(_)) && !leg.from.holes().any(|hole| hole == "each"));
            if !readable {
                self.wrong(place, "ledger-book-amount", name);
            }
        }
    }
}

/// The pattern with every choice of its lists.
fn meanings(pattern: &Pattern, vars: &BTreeMap<String, VarType>) -> Vec<Pattern> {
    let mut meanings = vec![pattern.clone()];
    for name in pattern.holes() {
        if let Some(VarType::OneOf(words)) = vars.get(name) {
            meanings = meanings.iter().flat_map(|meaning| words.iter().map(|word| meaning.with(&BTreeMap::from([(name, word.as_str())])))).collect();
        }
    }
    meanings
}

fn read_ratio(raw: &raw::RatioOf) -> Option<Ratio> {
    let (numerator, denominator) = raw.ratio.split_once('/')?;
    let (numerator, denominator) = (numerator.trim().parse().ok()?, denominator.trim().parse().ok()?);
    (denominator > 0).then_some(Ratio { numerator, denominator, rounding: raw.rounding })
}
