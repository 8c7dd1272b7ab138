//! When X then Y: the side effects of the whole platform, one file each, named as a sentence. Each runs as an idempotent job, once for each event.

mod when_a_component_is_withdrawn_end_its_requests;
mod when_a_firm_has_news_tell_its_people;
mod when_a_member_leaves_take_them_off_the_team;
mod when_a_message_text_is_submitted_open_its_case;
mod when_a_message_text_is_withdrawn_end_its_case;
mod when_a_panel_needs_the_office_ask_it;
mod when_a_seat_is_over_close_its_todo;
mod when_a_subscription_begins_bill_it;
mod when_a_subscription_ends_bill_it_no_more;
mod when_a_version_changes_tell_its_subscribers;
mod when_another_pays_for_an_app_forget_its_limit;
mod when_app_closed_end_its_subscriptions;
mod when_award_case_moved_carry_it_out;
mod when_award_case_opened_open_the_award;
mod when_award_graded_tell_the_case;
mod when_backing_round_moved_move_it;
mod when_backing_round_opened_make_it;
mod when_callbacks_are_paused_tell_their_owner;
mod when_incubation_goes_on_look_at_its_discounts;
mod when_message_text_case_moved_decide_it;
mod when_panel_drawn_tell_the_experts;
mod when_pay_asked_settle_the_deferred;
mod when_position_case_moved_carry_it_out;
mod when_position_changed_move_its_case;
mod when_position_frozen_tell_the_cases;
mod when_project_concluded_open_the_choice;
mod when_quota_is_used_tell_the_developer;
mod when_real_name_checked_go_on;
mod when_review_signed_close_the_todo;
mod when_shares_agreed_tell_the_case;
mod when_somebody_develops_no_more_for_a_firm_hand_over_their_apps;
mod when_somebody_is_erased_close_their_apps;
mod when_somebody_leaves_close_their_apps;
mod when_somebody_leaves_move_their_todos;
mod when_somebody_may_not_pay_tell_the_gateways;
mod when_something_of_a_developer_happens_call_back;
mod when_stake_made_note_the_relation;
mod when_subscription_case_moved_carry_it_out;
mod when_the_pack_changes_tell_the_gateways;
mod when_upgrade_asked_open_its_case;
mod when_upgrade_case_moved_carry_it_out;
mod when_usage_waits_ask_the_owner;
mod when_version_case_moved_carry_it_out;

use store::{Reaction, Read, Tell};
use words::{Bilingual, Failure, Fault, Id};

pub(crate) use when_something_of_a_developer_happens_call_back::callback_kinds;

/// All of them.
pub fn all() -> Vec<Reaction> {
    let mut all = vec![
        Reaction { name: "when_backing_round_opened_make_it", on: programme::told::CaseOpened::KIND, run: when_backing_round_opened_make_it::run },
        Reaction { name: "when_backing_round_moved_move_it", on: programme::told::CaseMoved::KIND, run: when_backing_round_moved_move_it::run },
        Reaction { name: "when_stake_made_note_the_relation", on: hemi::told::StakeMade::KIND, run: when_stake_made_note_the_relation::run },
        Reaction { name: "when_position_case_moved_carry_it_out", on: programme::told::CaseMoved::KIND, run: when_position_case_moved_carry_it_out::run },
        Reaction {
            name: "when_a_member_leaves_take_them_off_the_team",
            on: programme::told::CaseMoved::KIND,
            run: when_a_member_leaves_take_them_off_the_team::run,
        },
        Reaction { name: "when_project_concluded_open_the_choice", on: programme::told::CaseConcluded::KIND, run: when_project_concluded_open_the_choice::run },
        Reaction { name: "when_pay_asked_settle_the_deferred", on: programme::told::EffectAsked::KIND, run: when_pay_asked_settle_the_deferred::run },
        Reaction { name: "when_award_case_opened_open_the_award", on: programme::told::CaseOpened::KIND, run: when_award_case_opened_open_the_award::run },
        Reaction { name: "when_award_graded_tell_the_case", on: awards::told::AwardGraded::KIND, run: when_award_graded_tell_the_case::run },
        Reaction { name: "when_award_case_moved_carry_it_out", on: programme::told::CaseMoved::KIND, run: when_award_case_moved_carry_it_out::run },
        Reaction { name: "when_somebody_leaves_move_their_todos", on: identity::told::PersonLeft::KIND, run: when_somebody_leaves_move_their_todos::run },
        Reaction {
            name: "when_somebody_is_erased_close_their_apps",
            on: identity::told::PersonErased::KIND,
            run: when_somebody_is_erased_close_their_apps::run,
        },
        Reaction { name: "when_somebody_leaves_close_their_apps", on: identity::told::PersonLeft::KIND, run: when_somebody_leaves_close_their_apps::run },
        Reaction { name: "when_version_case_moved_carry_it_out", on: programme::told::CaseMoved::KIND, run: when_version_case_moved_carry_it_out::run },
        Reaction {
            name: "when_subscription_case_moved_carry_it_out",
            on: programme::told::CaseMoved::KIND,
            run: when_subscription_case_moved_carry_it_out::run,
        },
        Reaction {
            name: "when_incubation_goes_on_look_at_its_discounts",
            on: programme::told::CaseMoved::KIND,
            run: when_incubation_goes_on_look_at_its_discounts::run,
        },
        Reaction {
            name: "when_a_version_changes_tell_its_subscribers",
            on: capabilities::told::VersionNews::KIND,
            run: when_a_version_changes_tell_its_subscribers::run,
        },
        Reaction { name: "when_app_closed_end_its_subscriptions", on: capabilities::told::AppClosed::KIND, run: when_app_closed_end_its_subscriptions::run },
        Reaction { name: "when_quota_is_used_tell_the_developer", on: capabilities::told::QuotaUsed::KIND, run: when_quota_is_used_tell_the_developer::run },
        Reaction { name: "when_real_name_checked_go_on", on: identity::told::RealNameChecked::KIND, run: when_real_name_checked_go_on::run },
        Reaction { name: "when_review_signed_close_the_todo", on: review::told::ReviewSigned::KIND, run: when_review_signed_close_the_todo::run },
        Reaction { name: "when_upgrade_asked_open_its_case", on: tariffs::told::UpgradeAsked::KIND, run: when_upgrade_asked_open_its_case::run },
        Reaction { name: "when_upgrade_case_moved_carry_it_out", on: programme::told::CaseMoved::KIND, run: when_upgrade_case_moved_carry_it_out::run },
    ];
    let ended = capabilities::told::SubscriptionEnded::KIND;
    all.push(Reaction { name: "when_a_subscription_ends_bill_it_no_more", on: ended, run: when_a_subscription_ends_bill_it_no_more::run });
    let began = when_a_subscription_begins_bill_it::KINDS;
    all.extend(began.map(|on| Reaction { name: "when_a_subscription_begins_bill_it", on, run: when_a_subscription_begins_bill_it::run }));
    let paying = when_somebody_may_not_pay_tell_the_gateways::KINDS;
    all.extend(paying.map(|on| Reaction { name: "when_somebody_may_not_pay_tell_the_gateways", on, run: when_somebody_may_not_pay_tell_the_gateways::run }));
    let paused = callbacks::told::EndpointPaused::KIND;
    all.push(Reaction { name: "when_callbacks_are_paused_tell_their_owner", on: paused, run: when_callbacks_are_paused_tell_their_owner::run });
    let happened = when_something_of_a_developer_happens_call_back::KINDS;
    all.extend(happened.map(|on| Reaction {
        name: "when_something_of_a_developer_happens_call_back",
        on,
        run: when_something_of_a_developer_happens_call_back::run,
    }));
    let drawn = when_panel_drawn_tell_the_experts::KINDS;
    all.extend(drawn.map(|on| Reaction { name: "when_panel_drawn_tell_the_experts", on, run: when_panel_drawn_tell_the_experts::run }));
    let over = when_a_seat_is_over_close_its_todo::KINDS;
    all.extend(over.map(|on| Reaction { name: "when_a_seat_is_over_close_its_todo", on, run: when_a_seat_is_over_close_its_todo::run }));
    let waiting = when_a_panel_needs_the_office_ask_it::KINDS;
    all.extend(waiting.map(|on| Reaction { name: "when_a_panel_needs_the_office_ask_it", on, run: when_a_panel_needs_the_office_ask_it::run }));
    let changed = when_position_changed_move_its_case::KINDS;
    all.extend(changed.map(|on| Reaction { name: "when_position_changed_move_its_case", on, run: when_position_changed_move_its_case::run }));
    let frozen = when_position_frozen_tell_the_cases::KINDS;
    all.extend(frozen.map(|on| Reaction { name: "when_position_frozen_tell_the_cases", on, run: when_position_frozen_tell_the_cases::run }));
    let packs = when_the_pack_changes_tell_the_gateways::KINDS;
    all.extend(packs.map(|on| Reaction { name: "when_the_pack_changes_tell_the_gateways", on, run: when_the_pack_changes_tell_the_gateways::run }));
    let (submitted, withdrawn) = (messages::told::TextSubmitted::KIND, messages::told::TextWithdrawn::KIND);
    all.push(Reaction { name: "when_a_message_text_is_submitted_open_its_case", on: submitted, run: when_a_message_text_is_submitted_open_its_case::run });
    all.push(Reaction { name: "when_a_message_text_is_withdrawn_end_its_case", on: withdrawn, run: when_a_message_text_is_withdrawn_end_its_case::run });
    let moved = programme::told::CaseMoved::KIND;
    all.push(Reaction { name: "when_message_text_case_moved_decide_it", on: moved, run: when_message_text_case_moved_decide_it::run });
    all.push(Reaction { name: "when_a_component_is_withdrawn_end_its_requests", on: moved, run: when_a_component_is_withdrawn_end_its_requests::run });
    let usage = when_usage_waits_ask_the_owner::KINDS;
    all.extend(usage.map(|on| Reaction { name: "when_usage_waits_ask_the_owner", on, run: when_usage_waits_ask_the_owner::run }));
    let shared = when_shares_agreed_tell_the_case::KINDS;
    all.extend(shared.map(|on| Reaction { name: "when_shares_agreed_tell_the_case", on, run: when_shares_agreed_tell_the_case::run }));
    let firm = when_a_firm_has_news_tell_its_people::KINDS;
    all.extend(firm.map(|on| Reaction { name: "when_a_firm_has_news_tell_its_people", on, run: when_a_firm_has_news_tell_its_people::run }));
    let gone = when_somebody_develops_no_more_for_a_firm_hand_over_their_apps::KINDS;
    all.extend(gone.map(|on| Reaction {
        name: "when_somebody_develops_no_more_for_a_firm_hand_over_their_apps",
        on,
        run: when_somebody_develops_no_more_for_a_firm_hand_over_their_apps::run,
    }));
    let paid = capabilities::told::PayerChosen::KIND;
    all.push(Reaction { name: "when_another_pays_for_an_app_forget_its_limit", on: paid, run: when_another_pays_for_an_app_forget_its_limit::run });
    all
}

/// What people call the gate of a case that a round belongs to.
fn gate_name(read: &Read, subject: &str, gate: &str) -> Result<Bilingual, Fault> {
    let case = programme::case(read, &Id::fixed(subject)).map_err(Failure::into_fault)?;
    let definition = programme::definition(read, &case.definition, case.version)?;
    Ok(definition.state(gate).map_or_else(|| Bilingual::new(gate, gate), |state| state.label.clone()))
}

/// The billing subscription of a stretch of a subscription with one set of terms.
fn billed_as(subscription: &Id, revision: i64) -> Id {
    let digest = store::sha256(&format!("{subscription}/{revision}"));
    let mut bytes = [0; 10];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digest[2 * at..2 * at + 2], 16).unwrap_or(0);
    }
    Id::new("sub", 0, bytes)
}

/// Key of an expert's to-do.
fn seat_key(seat: &Id) -> String {
    format!("review/{seat}")
}

/// Key of the office's to-do to widen the list of a round.
fn pool_key(round: &Id) -> String {
    format!("round/{round}/pool")
}
