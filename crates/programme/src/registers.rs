//! The registers and the sourced facts of a pack, for the crate that keeps them.
//!
//! Asks register. Invariant: what is wrong with them is said before a pack is installed; what people wrote stays.

use packs::{Fact, Pack, PackMistake, Source};
use register::FactDraft;
use store::Tx;
use words::{Acting, Bilingual, Failure, Fault};

/// What the source of the facts is called.
const PLAN: &str = "双创示范基地工作方案";

/// What is wrong with the registers of a pack.
pub(crate) fn mistakes(pack: &Pack) -> Vec<PackMistake> {
    let texts: Vec<(&str, &str)> = pack.texts_under("registers/").collect();
    let wrong = |file: &str, what: &str| PackMistake::new(file, None, "register-wrong", &[("what", what)]);
    match register::read_catalogue(&texts) {
        Ok(catalogue) => {
            let lost = catalogue.iter().flat_map(|kind| &kind.records).filter(|record| pack.node_of(&record.place).is_none());
            let file = |kind: &str| texts.iter().map(|(name, _)| *name).find(|name| name.ends_with(&format!("/{kind}.toml"))).unwrap_or("registers");
            lost.map(|record| wrong(file(&record.draft.kind), &format!("{}: {}", record.draft.key, record.place))).collect()
        }
        Err(mistakes) => mistakes.iter().map(|told| told.split_once(": ").map_or_else(|| wrong("registers", told), |(file, what)| wrong(file, what))).collect(),
    }
}

/// Brings kinds, records and facts of a pack in; what people wrote stays.
pub fn install_registers(tx: &mut Tx, pack: &Pack) -> Result<(), Fault> {
    let texts: Vec<(&str, &str)> = pack.texts_under("registers/").collect();
    let catalogue = register::read_catalogue(&texts).map_err(|mistakes| Fault::new(mistakes.join("; ")))?;
    // Not as whoever installs: a record would then count as written by hand, and they need not keep registers.
    let who = &Acting::system("packs");
    register::install_catalogue(tx, who, &catalogue, |key| pack.node_of(key)).map_err(Failure::into_fault)?;
    register::install_facts(tx, who, &facts(pack)).map_err(Failure::into_fault)
}

fn facts(pack: &Pack) -> Vec<FactDraft> {
    let plain = pack.facts.plain().map(|(_, fact)| plain(fact));
    let figures = pack.facts.bases.iter().flat_map(|base| {
        base.figures.iter().enumerate().map(|(n, figure)| FactDraft {
            scope: base.short.zh.clone(),
            value: figure.value.clone(),
            title: Bilingual::new(format!("{}：{}", base.short.zh, figure.zh), format!("{}: {}", base.short.en, figure.en)),
            ..said(format!("base.{}.{}", base.key, n + 1), &figure.source)
        })
    });
    let readings = pack.facts.contradictions.iter().flat_map(|it| {
        it.readings.iter().map(|reading| FactDraft {
            value: reading.zh.clone(),
            title: Bilingual::new(&it.zh, &it.en),
            ..said(it.key.clone(), &reading.source)
        })
    });
    told_apart(plain.chain(figures).chain(readings).collect())
}

/// Two readings of one line stand side by side all the same.
fn told_apart(mut drafts: Vec<FactDraft>) -> Vec<FactDraft> {
    let mut seen = std::collections::BTreeMap::new();
    for draft in &mut drafts {
        let times = seen.entry((draft.key.clone(), draft.scope.clone(), draft.as_of.clone(), draft.place.clone())).or_insert(0);
        *times += 1;
        if *times > 1 {
            draft.place = format!("{} ({times})", draft.place);
        }
    }
    drafts
}

/// A fact of the pack; one without a number says what its text or its name says.
fn plain(fact: &Fact) -> FactDraft {
    let text = fact.text.as_ref().map_or(&fact.zh, |text| &text.zh);
    FactDraft {
        scope: fact.scope.as_ref().map(|scope| scope.zh.clone()).unwrap_or_default(),
        value: fact.value.clone().unwrap_or_else(|| text.clone()),
        unit: fact.unit.as_ref().map(|unit| unit.zh.clone()).unwrap_or_default(),
        title: Bilingual::new(&fact.zh, &fact.en),
        ..said(fact.key.clone(), &fact.source)
    }
}

fn said(key: String, source: &Source) -> FactDraft {
    FactDraft { key, as_of: source.as_of.clone(), source: PLAN.into(), place: format!("L{}", source.line), quote: source.quote.clone(), ..FactDraft::default() }
}
