//! Usage that nobody understands: whoever owns the capability is asked to look at it, and no more once they have.

use serde_json::json;

use crate::ground::House;

fn todos(house: &House) -> Option<String> {
    let sql = "select cast(count(*) as text) as it from desk_todo where state = 'open' and owner_person = $1 and link = '/capabilities/hydrant/quarantine'";
    house.first(sql, &[house.world.persons["lead"].as_str()])
}

#[test]
fn the_owner_of_a_capability_is_asked_to_look_at_usage_that_waits() {
    let house = House::peopled();
    let mut lead = house.client("lead");
    lead.post_json("/capabilities", &json!({ "slug": "hydrant", "zh": "消防栓", "en": "Hydrants" })).expect(201);
    let document = json!({ "openapi": "3.1.0", "info": { "title": "Hydrants", "version": "1" }, "x-hechuang-meters": { "megabytes": { "zh": "流量", "en": "Megabytes" } },
        "paths": { "/hydrants": { "get": { "responses": { "200": { "description": "Hydrants" } } } } } });
    let version =
        json!({ "sandbox_upstream": "http://127.0.0.1:9", "live_upstream": "", "document": document.to_string(), "timeout_ms": 1_000, "body_limit": 1_024 });
    lead.post_json("/capabilities/hydrant/versions", &version).expect(201);
    let event = |id: &str| json!({ "specversion": "1.0", "id": id, "source": "push", "type": "hydrant.megabytes", "subject": "app_nosuch", "time": house.temp.clock.now(), "data": { "units": 3 } });
    let told = lead.post_json("/capabilities/hydrant/events", &json!([event("1"), event("2")])).expect(200).json();
    assert_eq!(told["quarantined"].as_i64(), Some(2), "{told}");
    house.temp.settle();
    assert_eq!(todos(&house).as_deref(), Some("1"), "once for all that waits");
    let waits = lead.get_json("/capabilities/hydrant/quarantine").expect(200).json();
    for nth in [0, 1] {
        assert_eq!(todos(&house).as_deref(), Some("1"));
        let id = waits["events"][nth]["id"].as_str().expect("an id");
        lead.post_json(&format!("/quarantine/{id}/discarding"), &json!({ "note": "没有这个应用" })).expect(200);
        house.temp.settle();
    }
    assert_eq!(todos(&house).as_deref(), Some("0"), "and no more");
    house.temp.assert_clean();
}
