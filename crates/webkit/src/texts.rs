//! Sentences in two languages: Fluent files of all crates, looked up by key.
//!
//! Invariant: a key is defined once, in both languages, with the same arguments; [`Texts::check`] says where this fails.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use unic_langid::langid;
use words::Lang;

/// The two Fluent files of a crate.
#[derive(Debug, Clone, Copy)]
pub struct Texts {
    /// `locales/zh.ftl`
    pub zh: &'static str,
    /// `locales/en.ftl`
    pub en: &'static str,
}

impl Texts {
    /// What is wrong: syntax, keys or arguments that exist in one language only. Empty if all is well.
    pub fn check(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        for (lang, source) in [("zh", self.zh), ("en", self.en)] {
            if let Err((_, mistakes)) = FluentResource::try_new(source.to_owned()) {
                complaints.extend(mistakes.iter().map(|mistake| format!("{lang}: {mistake}")));
            }
            complaints.extend(twice(source).into_iter().map(|key| format!("{lang}: {key} is there twice")));
        }
        let (zh, en) = (arguments(self.zh), arguments(self.en));
        for key in zh.keys().chain(en.keys()).collect::<BTreeSet<_>>() {
            match (zh.get(key), en.get(key)) {
                (Some(_), None) => complaints.push(format!("{key} is missing in en")),
                (None, Some(_)) => complaints.push(format!("{key} is missing in zh")),
                (Some(zh), Some(en)) if zh != en => complaints.push(format!("{key}: arguments {zh:?} in zh, {en:?} in en")),
                _ => {}
            }
        }
        complaints
    }

    /// All keys.
    pub fn keys(&self) -> Vec<String> {
        arguments(self.zh).into_keys().collect()
    }
}

/// Keys at the start of a line, each with the `$arguments` of its text.
fn arguments(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in source.lines() {
        if let Some(key) = key_of(line) {
            found.entry(key.to_owned()).or_default();
            current = Some(key.to_owned());
        } else if line.starts_with('#') || line.starts_with('-') {
            current = None;
        }
        if let Some(args) = current.as_ref().and_then(|key| found.get_mut(key)) {
            args.extend(line.split('$').skip(1).map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '-').collect()));
        }
    }
    found
}

fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    let fine = key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    fine.then_some(key)
}

fn twice(source: &str) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    source.lines().filter_map(key_of).filter(|key| !seen.insert(*key)).collect()
}

/// All texts of the program.
pub(crate) struct Tongues {
    zh: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
    arguments: BTreeMap<String, BTreeSet<String>>,
    /// Texts without arguments, in Chinese and in English: most of a page, so they are put together once.
    fixed: HashMap<String, [String; 2]>,
}

impl Tongues {
    /// Loads the files of all crates, or says what is wrong with them.
    pub(crate) fn of(texts: &[Texts]) -> Result<Self, Vec<String>> {
        let mut all = Self { zh: bundle(Lang::Zh), en: bundle(Lang::En), arguments: BTreeMap::new(), fixed: HashMap::new() };
        let mut complaints = Vec::new();
        for text in texts {
            complaints.extend(text.check());
            all.arguments.extend(arguments(text.zh));
            for (bundle, source) in [(&mut all.zh, text.zh), (&mut all.en, text.en)] {
                let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
                if let Err(mistakes) = bundle.add_resource(resource) {
                    complaints.extend(mistakes.iter().map(ToString::to_string));
                }
            }
        }
        all.fixed = all.arguments.keys().filter_map(|key| Some((key.clone(), [all.fixed(Lang::Zh, key)?, all.fixed(Lang::En, key)?]))).collect();
        if complaints.is_empty() { Ok(all) } else { Err(complaints) }
    }

    /// The text, or nothing if there is no such key. A missing argument shows its name.
    pub(crate) fn text(&self, lang: Lang, key: &str, args: &[(String, String)]) -> Option<String> {
        match self.fixed.get(key) {
            Some([zh, en]) => Some(if lang == Lang::Zh { zh } else { en }.clone()),
            None => self.put_together(lang, key, args),
        }
    }

    fn put_together(&self, lang: Lang, key: &str, args: &[(String, String)]) -> Option<String> {
        let (text, mistakes) = self.formatted(lang, key, args)?;
        if !mistakes.is_empty() {
            tracing::warn!(key, ?mistakes, "text lacks an argument");
        }
        Some(text)
    }

    /// The text if it is always the same: neither it nor a text that it names takes an argument.
    fn fixed(&self, lang: Lang, key: &str) -> Option<String> {
        self.formatted(lang, key, &[]).filter(|(_, mistakes)| mistakes.is_empty()).map(|(text, _)| text)
    }

    fn formatted(&self, lang: Lang, key: &str, args: &[(String, String)]) -> Option<(String, Vec<FluentError>)> {
        let bundle = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        let message = bundle.get_message(key)?;
        let args: FluentArgs = args.iter().map(|(name, value)| (name.as_str(), fluent(value))).collect();
        let mut mistakes = Vec::new();
        let text = bundle.format_pattern(message.value()?, Some(&args), &mut mistakes).into_owned();
        Some((text, mistakes))
    }

    /// Is there such a key?
    pub(crate) fn has(&self, key: &str) -> bool {
        self.arguments.contains_key(key)
    }

    /// Names of the arguments of a text.
    pub(crate) fn arguments(&self, key: &str) -> impl Iterator<Item = &String> {
        self.arguments.get(key).into_iter().flatten()
    }

    /// Codes of all problems that have a text, in order.
    pub(crate) fn problem_codes(&self) -> impl Iterator<Item = &str> {
        let keys = self.arguments.keys().filter_map(|key| key.strip_prefix("problem-"));
        keys.filter(|code| !(code.ends_with("-detail") && self.has(&format!("problem-{}", code.trim_end_matches("-detail")))))
    }
}

/// Sentences for those who answer without the door: the gateway, the command line.
pub struct Sentences(Tongues);

impl Sentences {
    /// Loads these files, or says what is wrong with them.
    pub fn of(texts: &[Texts]) -> Result<Self, Vec<String>> {
        Tongues::of(texts).map(Self)
    }

    /// The text; the key itself if there is none.
    pub fn text(&self, lang: Lang, key: &str) -> String {
        self.0.text(lang, key, &[]).unwrap_or_else(|| key.to_owned())
    }
}

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let id = match lang {
        Lang::Zh => langid!("zh-CN"),
        Lang::En => langid!("en"),
    };
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    bundle
}

/// Whole numbers are numbers (plural forms), all else is text.
fn fluent(value: &str) -> FluentValue<'_> {
    match value.parse::<i64>() {
        Ok(number) if number.to_string() == value && number.unsigned_abs() < (1 << 53) => FluentValue::from(number),
        _ => FluentValue::from(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_arguments_are_compared() {
        let texts = Texts { zh: "a = 甲 { $n }\nb = 乙\nd = 丁\n    二 { $x }\n", en: "a = A { $m }\nc = C\nd = D { $x }\n" };
        let complaints = texts.check();
        assert_eq!(complaints.len(), 3, "{complaints:?}");
        assert!(complaints[0].starts_with("a: arguments"));
        assert_eq!(&complaints[1..], ["b is missing in en", "c is missing in zh"]);
    }

    #[test]
    fn numbers_choose_plural_forms() {
        let both = "days = { $n ->\n    [one] { $n } day\n   *[other] { $n } days\n }\n";
        let tongues = Tongues::of(&[Texts { zh: both, en: both }]).ok().unwrap();
        let day = |n: &str| tongues.text(Lang::En, "days", &[("n".into(), n.into())]).unwrap();
        assert_eq!((day("1"), day("5")), ("1 day".into(), "5 days".into()));
        assert_eq!(tongues.text(Lang::En, "none", &[]), None);
    }

    #[test]
    fn a_text_that_names_one_with_an_argument_is_not_fixed() {
        let both = "missing = still missing: { $what }\nother = { missing }\nplain = plain\n";
        let tongues = Tongues::of(&[Texts { zh: both, en: both }]).ok().unwrap();
        let text = |key: &str| tongues.text(Lang::Zh, key, &[("what".into(), "a signature".into())]).unwrap();
        assert_eq!((text("other"), text("plain")), ("still missing: a signature".into(), "plain".into()));
    }
}
