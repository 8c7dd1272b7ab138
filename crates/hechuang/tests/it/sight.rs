//! Boards and lists ask the database which cases somebody sees; that is the same as asking the rule for one case, case by case.

use std::collections::BTreeSet;

use programme::CaseQuery;
use words::Id;

use crate::authorisation::ENDINGS;
use crate::ground::lived;

#[test]
fn a_board_shows_what_may_be_seen_one_by_one() {
    let (_temp, world) = lived(&ENDINGS);
    let everything = CaseQuery { limit: 1_000, ..CaseQuery::default() };
    let cases = world.read(|read| Ok(programme::find_cases(read, &everything)?)).expect("the cases");
    let (mut shown, mut hidden) = (0, 0);
    for persona in &world.pack.personas {
        let who = world.acting_as(&persona.key).expect("somebody");
        let lanes = world.read(|read| Ok(programme::lanes(read, &who, &everything, 1_000)?)).expect("a board");
        assert!(lanes.iter().all(|lane| lane.count as usize == lane.cases.len()), "{}: every case of a lane has its card", persona.key);
        let listed: BTreeSet<Id> = lanes.into_iter().flat_map(|lane| lane.cases).map(|case| case.id).collect();
        for case in &cases {
            let sees = world.read(|read| Ok(programme::may_see::<words::Never>(read, &who, case).is_ok())).expect("an answer");
            // Whoever signs for a unit that takes a result finds the position through the to-do.
            let other_side = sees && case.about.is_some() && who.grants.iter().any(|grant| grant.role == "application_unit");
            assert!(
                listed.contains(&case.id) == sees || other_side,
                "{}: {} {} is {}listed",
                persona.key,
                case.definition,
                case.number,
                if sees { "not " } else { "" }
            );
            if sees { shown += 1 } else { hidden += 1 }
        }
    }
    assert!(shown > 100 && hidden > 100, "{shown} shown, {hidden} hidden: too few to compare");
}
