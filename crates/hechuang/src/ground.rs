//! What the domains of floor 3.2 ask of packs, books and the register of people, answered in one place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use store::{Read, Tx};
use words::{Acting, Bilingual, Day, Failure, Fault, Id, Node, Span};

use crate::{ground_billing, ground_subscribed};

/// Answers the `Asks` of each domain.
pub struct Ground;

impl hemi::Asks for Ground {
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault> {
        programme::book(read)
    }

    fn terms(read: &Read) -> Result<hemi::Terms, Fault> {
        let programme = packs::current(read)?;
        let params = programme.params(&Node::group());
        let params = params.at(read.now().day());
        let on_failure = hemi::OnFailure::parse(params.text("hemi_on_failure")?).ok_or_else(|| Fault::new("hemi_on_failure"))?;
        let count = |key: &str| params.int(key).or_else(|_| params.money(key).map(|amount| amount.minor));
        Ok(hemi::Terms {
            grant_each: count("hemi_grant")?,
            multiplier: count("hemi_multiplier")?,
            on_failure,
            stake_min: 1,
            stake_max: count("hemi_stake_max")?,
        })
    }

    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }

    fn staff(read: &Read) -> Result<Vec<Id>, Fault> {
        identity::holders_below(read, "staff", &Node::group())
    }
}

impl people::Asks for Ground {
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault> {
        programme::book(read)
    }

    fn terms(read: &Read, unit: &Node) -> Result<people::Terms, Fault> {
        let programme = packs::current(read)?;
        let params = programme.params(unit);
        let today = read.now().day();
        let params = params.at(today);
        let (numerator, denominator) = params.ratio("pay_ratio")?;
        let part = |n: i64| u32::try_from(n).map_err(|_| Fault::new("pay_ratio is out of range"));
        let table = |key: &str| programme.table(unit, key, today).map(|table| table.rows.as_slice()).unwrap_or_default();
        let wage = |row: &packs::TableRow| Some((row.text("city")?.to_owned(), row.money("monthly")?.minor));
        let rank = |row: &packs::TableRow| Some((row.text("grade")?.to_owned(), row.int("rank")?));
        Ok(people::Terms {
            pay_ratio: people::pay::Ratio { numerator: part(numerator)?, denominator: part(denominator)?, rounding: words::Rounding::HalfUp },
            minimum_wage: table("minimum_wage").iter().filter_map(wage).collect(),
            hold_limit: params.span("hold_limit")?,
            return_window: params.span("return_window")?,
            return_either: params.flag("return_either").unwrap_or(true),
            return_warnings: params.int("return_warnings")?,
            choice_days: i32::try_from(params.int("choice_days")?).unwrap_or(30),
            grades: people::Grades(table("grades").iter().filter_map(rank).collect()),
        })
    }

    fn faces(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, people::Face>, Fault> {
        let names = identity::person_names(read, people)?;
        let numbers = read.personal_many(people, "staff_no")?;
        let face = |(person, name): (Id, String)| {
            let masked_number = numbers.get(&person).map(|number| identity::mask::field("staff_no", number)).unwrap_or_default();
            (person, people::Face { name, masked_number })
        };
        Ok(names.into_iter().map(face).collect())
    }

    fn units(read: &Read, nodes: &[Node]) -> Result<BTreeMap<Node, Bilingual>, Fault> {
        Ok(identity::nodes(read, nodes)?.into_iter().map(|(path, node)| (path, node.title)).collect())
    }

    /// What is signed for the project holds for the position too.
    fn signed(read: &Read, position: &people::Position) -> Result<people::Signed, Fault> {
        let mut all = desk::signatures(read, position.id.as_str())?;
        all.extend(desk::signatures(read, position.project.as_str())?);
        let by_holder = |kind: &str| all.iter().any(|signature| signature.kind == kind && signature.person == position.person);
        let by_other = |kind: &str| all.iter().any(|signature| signature.kind == kind && signature.person != position.person);
        Ok(people::Signed {
            incubation: by_holder("incubation_agreement"),
            pay_variation: by_holder("pay_variation_agreement"),
            transfer_member: by_holder("transfer"),
            transfer_unit: by_other("transfer"),
            return_right: by_holder("return_right"),
        })
    }

    fn venture(read: &Read, project: &Id) -> Result<people::VentureState, Fault> {
        let ventures = programme::children(read, project, Some("venture.company"))?;
        Ok(match ventures.last() {
            Some(venture) if venture.outcome.as_deref() == Some("failure") => people::VentureState::Failed,
            Some(venture) if !venture.concluded => people::VentureState::Running,
            _ => people::VentureState::None,
        })
    }

    fn taker(read: &Read, project: &Id) -> Result<Option<Node>, Fault> {
        Ok(programme::fact(read, project, "application_unit", None)?.and_then(|value| value.as_str().map(Node::at)))
    }
}

impl awards::Asks for Ground {
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault> {
        programme::book(read)
    }

    fn terms(read: &Read) -> Result<awards::Terms, Fault> {
        let programme = packs::current(read)?;
        let params = programme.params(&Node::group());
        let (top, today) = (Node::group(), read.now().day());
        let rows = programme.table(&top, "award_levels", today).map(|table| table.rows.as_slice()).unwrap_or_default();
        let level = |row: &packs::TableRow| {
            let name = Bilingual::new(row.text("zh")?, row.text("en")?);
            Some(awards::Level { min_score: row.int("min_score")?, key: row.text("level")?.to_owned(), name, amount_minor: row.money("amount")?.minor })
        };
        let cap_minor = params.at(today).money("award_cap")?.minor;
        Ok(awards::Terms { cap_minor, levels: rows.iter().filter_map(level).collect() })
    }

    fn schemes(read: &Read) -> Result<BTreeMap<String, Bilingual>, Fault> {
        let programme = packs::current(read)?;
        let field = programme.pack.form("award_case").and_then(|form| form.field("scheme"));
        let options = field.map(|field| field.options.as_slice()).unwrap_or_default();
        Ok(options.iter().map(|option| (option.key.clone(), Bilingual::new(&option.zh, &option.en))).collect())
    }

    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }
}

/// Price books with the hash of the pack that they were read from.
pub(crate) type KeptBooks = Mutex<Option<(String, Arc<rating::Books>)>>;

/// Those price books of the pack that are wanted by the names of their files; parsed once for each content of the pack.
pub(crate) fn books_of(read: &Read, kept: &KeptBooks, wanted: fn(&str) -> bool) -> Result<Arc<rating::Books>, Fault> {
    let pack = packs::current(read)?.pack.clone();
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((hash, books)) = kept.as_ref()
        && *hash == pack.hash
    {
        return Ok(books.clone());
    }
    let files: Vec<(&str, &str)> = pack.texts_under("books").filter(|(name, _)| wanted(name)).collect();
    let books = rating::Books::parse(&files).map_err(|mistakes| Fault::new(format!("the price books of the pack: {mistakes:?}")))?;
    let books = Arc::new(books);
    *kept = Some((pack.hash.clone(), books.clone()));
    Ok(books)
}

impl tariffs::Asks for Ground {
    /// Calls of capabilities are billed by the month and not quoted.
    fn books(read: &Read) -> Result<Arc<rating::Books>, Fault> {
        static KEPT: KeptBooks = Mutex::new(None);
        books_of(read, &KEPT, |name| !name.ends_with("capability.toml"))
    }

    fn stated(read: &Read, keys: &[String]) -> Result<Vec<tariffs::Stated>, Fault> {
        let pack = packs::current(read)?.pack.clone();
        let stated = |fact: &packs::Fact| tariffs::Stated {
            key: fact.key.clone(),
            name: Bilingual::new(&fact.zh, &fact.en),
            value: fact.value.clone(),
            number: fact.value.as_deref().and_then(|value| value.parse().ok()),
            unit: fact.unit.clone(),
            compare: fact.compare.and_then(|compare| serde_json::to_value(compare).ok()?.as_str().map(str::to_owned)),
            line: fact.source.line,
            quote: fact.source.quote.clone(),
            as_of: fact.source.as_of.clone(),
        };
        let find = |key: &String| pack.facts.plain().map(|(_, fact)| fact).find(|fact| fact.key == *key);
        Ok(keys.iter().filter_map(find).map(stated).collect())
    }

    fn line(read: &Read) -> Result<tariffs::LineTerms, Fault> {
        let programme = packs::current(read)?;
        let params = programme.params(&Node::group());
        let table = programme.pack.table("line_steps").ok_or_else(|| Fault::new("the pack has no table line_steps"))?;
        let mut steps: Vec<i64> = table.rows.iter().filter_map(|row| row.int("mbps")).collect();
        steps.sort_unstable();
        let from = programme.pack.param("line_floor").map(|param| param.effective).ok_or_else(|| Fault::new("the pack has no parameter line_floor"))?;
        let today = params.at(read.now().day());
        Ok(tariffs::LineTerms { steps, demo: table.head.demo, floor_mbps: today.int("line_floor")?, limit_mbps: today.int("line_upgrade_limit")?, from })
    }

    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }
}

impl capabilities::Asks for Ground {
    fn open_case(tx: &mut Tx, who: &Acting, case: capabilities::VersionCase) -> Result<Id, Fault> {
        let open = programme::OpenCase {
            definition: "capability.version".into(),
            title: case.title,
            base: case.node,
            parent: None,
            lead: case.owner,
            about: None,
            team: false,
        };
        programme::open_case(tx, who, open).map(|case| case.id).map_err(Failure::into_fault)
    }

    fn open_subscription(tx: &mut Tx, who: &Acting, case: capabilities::SubscriptionCase) -> Result<Id, Fault> {
        ground_subscribed::open(tx, who, case)
    }

    fn move_subscription(tx: &mut Tx, who: &Acting, id: &Id, name: &str, reason: &str) -> Result<bool, Fault> {
        ground_subscribed::step(tx, who, id, name, reason)
    }

    fn really_known(read: &Read, person: &Id) -> Result<bool, Fault> {
        identity::really_known(read, person)
    }

    fn discount(read: &Read, person: &Id, case: &Id) -> Result<Option<capabilities::Discount>, Fault> {
        ground_subscribed::discount(read, person, case)
    }

    fn incubating(read: &Read, person: &Id) -> Result<Vec<(Id, String, capabilities::Discount)>, Fault> {
        ground_subscribed::incubating(read, person)
    }

    fn names(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        identity::person_names(read, people)
    }

    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault> {
        programme::book(read)
    }

    fn plans(read: &Read) -> Result<Vec<capabilities::Plan>, Fault> {
        let programme = packs::current(read)?;
        let rows = programme.table(&Node::group(), "capability_plans", read.now().day()).map(|table| table.rows.as_slice()).unwrap_or_default();
        let plan = |row: &packs::TableRow| {
            // A pack from before has no such columns.
            let text = |column: &str| row.text(column).filter(|text| *text != "-");
            let both = |column: &str| Some(Bilingual::new(row.text(&format!("{column}_zh"))?, row.text(&format!("{column}_en"))?));
            Some(capabilities::Plan {
                key: row.text("plan")?.to_owned(),
                name: Bilingual::new(row.text("zh")?, row.text("en")?),
                environment: capabilities::Environment::parse(row.text("environment")?)?,
                per_second: row.int("per_second")?,
                burst: row.int("burst")?,
                per_month: row.int("per_month")?,
                capability: text("capability").map(str::to_owned),
                approval: text("approval").and_then(capabilities::Approval::parse).unwrap_or_default(),
                billing: text("billing").and_then(capabilities::Billing::parse).unwrap_or_default(),
                book: text("book").map(str::to_owned),
                price: both("price"),
                sla: both("sla"),
                support: both("support"),
            })
        };
        Ok(rows.iter().filter_map(plan).collect())
    }

    fn sunset(read: &Read) -> Result<Span, Fault> {
        packs::current(read)?.params(&Node::group()).at(read.now().day()).span("capability_sunset")
    }

    fn overlap_hours(read: &Read) -> Result<i64, Fault> {
        packs::current(read)?.params(&Node::group()).at(read.now().day()).int("key_overlap")
    }

    fn set_aside(tx: &mut Tx, app: &Id, meter: &str, calls: i64) -> Result<Result<i64, capabilities::Unpaid>, Fault> {
        ground_billing::set_aside(tx, app, meter, calls)
    }

    fn free_again(tx: &mut Tx, app: &Id, meter: &str, month: &str, calls: i64) -> Result<(), Fault> {
        ground_billing::free_again(tx, app, meter, month, calls)
    }

    fn set_aside_whole(tx: &mut Tx, app: &Id, meter: &str, units: i64) -> Result<Result<(), capabilities::Unpaid>, Fault> {
        ground_billing::set_aside_whole(tx, app, meter, units)
    }

    fn used_unasked(tx: &mut Tx, app: &Id, meter: &str, month: &str, units: i64) -> Result<(), Fault> {
        ground_billing::used_unasked(tx, app, meter, month, units)
    }

    fn earned(read: &Read, first: Day, last: Day) -> Result<Vec<(String, i64)>, Fault> {
        let earned = billing::earned_by_meters(read, billing::Month::of(first), billing::Month::of(last))?;
        // A subscription meters one capability, whose name its meters begin with.
        let slug = |meters: &[String]| meters.first().and_then(|meter| meter.split('.').next()).unwrap_or_default().to_owned();
        Ok(earned.into_iter().map(|(meters, fen)| (slug(&meters), fen)).collect())
    }

    fn listed(read: &Read) -> Result<capabilities::ListedPlan, Fault> {
        let pack = packs::current(read)?.pack.clone();
        let facts = || pack.facts.platforms.iter();
        let slug = |key: &str| key.strip_prefix("platform.").unwrap_or(key).to_owned();
        let platform = |fact: &packs::Fact| capabilities::ListedPlatform { slug: slug(&fact.key), name: Bilingual::new(&fact.zh, &fact.en) };
        let capability = |fact: &packs::Fact| {
            let source = capabilities::PlanSource { line: fact.source.line, quote: fact.source.quote.clone(), as_of: fact.source.as_of.clone() };
            let platform = slug(fact.parent.as_deref()?);
            Some(capabilities::Listed { key: fact.key.clone(), name: Bilingual::new(&fact.zh, &fact.en), about: fact.text.clone(), platform, source })
        };
        Ok(capabilities::ListedPlan {
            platforms: facts().filter(|fact| fact.group.as_deref() == Some("platform")).map(platform).collect(),
            capabilities: facts().filter(|fact| fact.group.as_deref() == Some("capability")).filter_map(capability).collect(),
        })
    }

    fn firms(read: &Read) -> Result<BTreeSet<Id>, Fault> {
        identity::acting_for_organisations(read)
    }
    fn is_unsettled(tx: &Tx, app: &Id) -> Result<bool, Fault> {
        billing::is_unsettled::<Ground>(tx, app.as_str())
    }

    fn paying(read: &Read, app: &Id) -> Result<capabilities::Paying, Fault> {
        ground_billing::paying(read, app)
    }

    fn all_paying(read: &Read) -> Result<BTreeMap<Id, capabilities::Paying>, Fault> {
        ground_billing::all_paying(read)
    }
}
