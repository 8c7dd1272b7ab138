//! A firm asked for the free upgrade of its leased line: its case is opened at the unit that handles them, with the application filled in.

use programme::{OpenCase, SaveAnswers};
use serde_json::json;
use store::{Event, Tx};
use tariffs::told::UpgradeAsked;
use words::{Acting, Failure, Fault, Node};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let asked: UpgradeAsked = event.data()?;
    let system = Acting::system("reaction");
    let programme = packs::current(tx)?;
    let params = programme.params(&Node::group());
    let unit = params.at(tx.now().day()).text("line_upgrade_unit")?.to_owned();
    let base = programme.pack.node_of(&unit).ok_or_else(|| Fault::new(format!("line_upgrade_unit {unit} is no unit of the pack")))?;
    let title = format!("{} {}M → {}M", asked.firm, asked.mbps, asked.to_mbps);
    let open = OpenCase { definition: "line.upgrade".into(), title, base, parent: None, lead: asked.person.clone(), about: None, team: false };
    let case = programme::open_case(tx, &system, open).map_err(Failure::into_fault)?;
    let answers = [
        ("firm", json!(asked.firm)),
        ("contract", json!(asked.contract)),
        ("contract_until", json!(asked.contract_until)),
        ("mbps", json!(asked.mbps)),
        ("to_mbps", json!(asked.to_mbps)),
    ];
    let answers = answers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let save = SaveAnswers { form: "line_upgrade".into(), ordinal: Some(0), answers, complete: true, revision: None };
    programme::save_answers(tx, &system, &case.id, save).map_err(Failure::into_fault)?;
    tariffs::note_case(tx, &system, &asked.upgrade, &case.id, &case.number).map(drop).map_err(Failure::into_fault)
}
