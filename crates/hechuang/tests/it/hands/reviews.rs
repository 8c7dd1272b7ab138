//! A panel: its experts come in one by one, accept, declare, read, score and sign; the office counts.

use testkit::Sight::Css;

use crate::served::Served;

/// Everybody who was drawn judges with this part of the full marks; then the office counts. `size`: seats the definition says.
#[track_caller]
pub fn panel(s: &Served, case: &str, size: usize, part: i64) {
    s.wait_days(1);
    s.enter("office");
    s.go(&format!("/cases/{case}"));
    let round = s.link("section[aria-labelledby=rounds] a", "评审中");
    s.go(&round);
    let drawn = drawn(s);
    assert_eq!(drawn.len(), size, "the panel as the definition says: {drawn:?}");
    for expert in &drawn {
        s.enter(expert);
        judge(s, part);
    }
    s.enter("office");
    s.go(&round);
    s.press(Css("main form[action$='/closing'] button"));
}

/// Who sits, as the round's page shows the office.
fn drawn(s: &Served) -> Vec<String> {
    let panel = s.browser.text(Css("section[aria-labelledby=panel]"));
    let experts = s.house.world.pack.personas.iter().filter(|persona| persona.key.starts_with("expert-"));
    experts.filter(|persona| panel.contains(&persona.zh)).map(|persona| persona.key.clone()).collect()
}

/// The next open seat of whoever is signed in.
#[track_caller]
fn judge(s: &Served, part: i64) {
    s.go("/reviews");
    s.browser.click(Css("main .phead a.btn.pri"));
    s.browser.wait_for_url("/reviews/");
    assert_eq!(s.browser.count(Css("#material")), 0, "nothing is read before the declaration");
    s.press(Css("main form[action$='/acceptance'] button"));
    s.browser.answer("no_conflict", "true");
    s.press(Css("main form[action$='/declaration'] button"));
    s.browser.wait_for(Css("#material"));
    let fields = s.browser.script("return [...document.querySelectorAll('[name$=\"[points]\"]')].map(e => [e.id, Number(e.min), Number(e.max)])");
    for field in fields.as_array().into_iter().flatten() {
        let (min, max) = (field[1].as_i64().unwrap_or(0), field[2].as_i64().unwrap_or(100));
        let (points, id) = (min + (max - min) * part / 100, field[0].as_str().unwrap_or_default());
        s.browser.fill(&format!("[id='{id}']"), &points.to_string());
        s.browser.fill(&format!("[id='{}']", id.replace("points", "comment")), "验证充分");
    }
    s.press(Css("main button[formaction$='/signature']"));
    s.sees("已签");
}
