//! Seasons: equal, once, and solvent.

use hemi::SeasonRefusal;
use words::{Failure, Id};

use crate::world::*;

#[test]
fn everyone_gets_the_same_once_and_the_pool_as_much() {
    let world = world();
    let season = granted(&world, 450);
    let again: Vec<Id> = (1..=451).map(person).collect();
    done(&world, move |tx| hemi::grant_season(tx, &office(), &season, &again));
    world.settle();
    assert_eq!((1..=451).map(|n| wallet(&world, n)).collect::<Vec<_>>(), vec![1000; 451]);
    assert_eq!(balance(&world, "hemi:pool"), 451_000);
    let view = world.db.read(|read| hemi::seasons_view(read, &office())).expect("seasons");
    assert_eq!((view.seasons.len(), view.seasons[0].granted, view.pool, view.pool_due), (1, 451, 451_000, 0));
    let pool = world.db.read(hemi::pool).expect("the pool");
    assert_eq!((pool.pool, pool.due, pool.possible_stakes), (451_000, 0, 451_000));
    world.assert_clean();
}

#[test]
fn seasons_do_not_overlap_and_only_the_office_opens_them() {
    let world = world();
    granted(&world, 1);
    let refusal = refused(&world, |tx| hemi::open_season(tx, &office(), &TERMS, season_draft("2026-11-30", "2027-02-28"))).unwrap_err();
    assert_eq!(refusal, Failure::Refused(SeasonRefusal::Overlaps { season: "2026-09-01 季".into() }));
    let refusal = refused(&world, |tx| hemi::open_season(tx, &office(), &TERMS, season_draft("2027-02-28", "2026-12-01"))).unwrap_err();
    assert_eq!(refusal, Failure::Refused(SeasonRefusal::Period));
    assert!(matches!(refused(&world, |tx| hemi::open_season(tx, &staff(1), &TERMS, season_draft("2026-12-01", "2027-02-28"))), Err(Failure::Denied(_))));
    done(&world, |tx| hemi::open_season(tx, &office(), &TERMS, season_draft("2026-12-01", "2027-02-28")));
    world.assert_clean();
}

/// Scenario 20: no template of the book takes money and gives 和米, or the other way round, or goes from wallet to wallet.
#[test]
fn hemi_cannot_be_bought_sold_or_passed_on() {
    let kinds: Vec<(String, String)> = BOOK.account_kinds().iter().map(|kind| (kind.path(), kind.asset.code.clone())).collect();
    assert!(kinds.iter().any(|(path, code)| path.starts_with("hemi:wallet") && code == "HEMI"));
    let ids: Vec<&str> = BOOK.templates().map(|template| template.id.as_str()).filter(|id| id.starts_with("hemi")).collect();
    assert_eq!(ids, ["hemi.grant", "hemi.settle.failure", "hemi.settle.success", "hemi.stake", "hemi.unstake"]);
    let crossing = r#"
[[template]]
id = "hemi.buy"
zh = "购买"
en = "Buy"
vars = { person = "id", amount = "amount" }
legs = [{ from = "fund:rd", to = "hemi:wallet:{person}", amount = "amount" }]
"#;
    let mut files = vec![("buy.toml", crossing)];
    files.extend([
        ("accounts.toml", include_str!("../../../../packs/shuangchuang/ledger/accounts.toml")),
        ("assets.toml", include_str!("../../../../packs/shuangchuang/ledger/assets.toml")),
    ]);
    let mistakes = ledger::Book::parse(&files).expect_err("a crossing");
    assert_eq!(mistakes.iter().map(|mistake| mistake.code).collect::<Vec<_>>(), ["ledger-book-crossing"]);
    let routes = hemi::Hemi::<Ground>::routes();
    let deeds: Vec<&str> = routes.table().iter().filter(|route| route.method != webkit::Method::Get).map(|route| route.id).collect();
    assert_eq!(deeds, ["hemi.stake.make", "hemi.stake.withdraw", "hemi.season.open"]);
}
