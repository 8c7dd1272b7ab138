//! Who hears whom: the side effects of the whole platform on one page. A change here is a change of behaviour; regenerate the file on purpose.

#[test]
fn the_map_of_reactions_is_the_one_on_file() {
    let mut lines: Vec<String> = hechuang::reactions::all().iter().map(|reaction| format!("{} → {}", reaction.on, reaction.name)).collect();
    lines.sort();
    let found = lines.join("\n") + "\n";
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/reactions.txt");
    if std::env::var_os("UPDATE_MAPS").is_some() {
        std::fs::write(file, &found).expect("the map is written");
    }
    assert_eq!(found, std::fs::read_to_string(file).unwrap_or_default(), "run with UPDATE_MAPS=1 if this change is meant");
}
