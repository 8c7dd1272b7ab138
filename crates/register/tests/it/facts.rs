//! Facts stand side by side, each with its source.

use register::{FactDraft, FactRefusal, fact_groups, facts, remove_fact, save_fact};
use store::testing::Temp;
use words::{Acting, Bilingual, Failure, Outcome};

use crate::place::{keeper, place, read, write};

pub fn fact(key: &str, value: &str, place: &str) -> FactDraft {
    FactDraft {
        key: key.into(),
        as_of: "2017-07".into(),
        value: value.into(),
        unit: "亿户".into(),
        source: "双创示范基地工作方案".into(),
        place: place.into(),
        quote: format!("客户总数{value}亿户"),
        title: Bilingual::new("客户数", "Number of customers"),
        ..FactDraft::default()
    }
}

pub fn save(temp: &Temp, draft: FactDraft) -> Outcome<register::Fact, FactRefusal> {
    write(temp, move |tx| save_fact(tx, &Acting::system("setup"), &draft))
}

#[test]
fn contradicting_facts_stand_side_by_side() {
    let temp = place();
    save(&temp, fact("customers", "8.93", "L8")).unwrap();
    assert!(!read(&temp, |r| Ok(facts(r, "customers")?)).unwrap().conflicting);
    save(&temp, fact("customers", "8.6", "L414")).unwrap();
    save(&temp, FactDraft { contradicts: Some("customers".into()), ..fact("customers_2016", "8.5", "L500") }).unwrap();
    save(&temp, fact("staff", "50", "L9")).unwrap();
    let group = read(&temp, |r| Ok(facts(r, "customers")?)).unwrap();
    let mut values: Vec<&str> = group.facts.iter().map(|fact| fact.value.as_str()).collect();
    values.sort();
    assert_eq!((group.conflicting, values), (true, vec!["8.5", "8.6", "8.93"]));
    let all = read(&temp, |r| Ok(fact_groups(r, false)?));
    assert_eq!(all.iter().map(|group| group.key.as_str()).collect::<Vec<_>>(), ["customers", "staff"]);
    assert_eq!(read(&temp, |r| Ok(fact_groups(r, true)?)).len(), 1);
    assert_eq!(read(&temp, |r| Ok(facts(r, "nothing")?)), None);
    temp.assert_clean();
}

#[test]
fn saving_again_corrects_one_and_removing_needs_a_reason() {
    let temp = place();
    let first = save(&temp, fact("customers", "8.39", "L8")).unwrap();
    assert_eq!(save(&temp, fact("customers", "8.93", "L8")).unwrap().id, first.id, "the same place of the same source is corrected");
    let events = || {
        temp.settle();
        read(&temp, |r| Ok(r.events_of("fact/customers", 0, 10)?)).len()
    };
    assert_eq!(events(), 2);
    save(&temp, fact("customers", "8.93", "L8")).unwrap();
    assert_eq!(events(), 2, "the same changes nothing");
    for (draft, pointer) in
        [(FactDraft { source: String::new(), ..fact("a", "1", "") }, "/source"), (FactDraft { as_of: "2017-13-01".into(), ..fact("a", "1", "") }, "/as_of")]
    {
        assert_eq!(save(&temp, draft).err(), Some(Failure::Refused(FactRefusal::Field { pointer })));
    }
    let denied = write(&temp, |tx| save_fact(tx, &keeper(), &fact("a", "1", "")));
    assert!(matches!(denied, Err(Failure::Denied(_))), "facts are the group's");
    let remove = |reason: &'static str| {
        let id = first.id.clone();
        write(&temp, move |tx| remove_fact(tx, &Acting::system("setup"), &id, reason))
    };
    assert_eq!(remove(""), Err(Failure::Refused(FactRefusal::ReasonNeeded)));
    remove("录入错误").unwrap();
    assert!(read(&temp, |r| Ok(fact_groups(r, false)?)).is_empty());
    temp.assert_clean();
}
