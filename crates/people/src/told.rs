//! What this crate tells upstairs. One struct a kind; fields are only ever added. No amounts of single people, no personal data.

use store::told;
use words::{Day, Id, Node};

told! {
    /// Grade and base pay are frozen.
    PositionFrozen = "people.position_frozen", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Unit that keeps it.
        home: Node,
    };
    /// A grade or a base that was mistyped was put right.
    PositionCorrected = "people.position_corrected", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Unit that keeps it.
        home: Node,
        /// Why.
        reason: String,
    };
    /// The holder is away from today; the part of the ratio is paid.
    PositionSeconded = "people.position_seconded", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Unit that keeps it.
        home: Node,
        /// First day.
        on: Day,
    };
    /// A pay run is prepared; finance is to confirm it.
    RunPrepared = "people.run_prepared", run, |told| told.unit.clone(), {
        /// Which.
        run: Id,
        /// Unit.
        unit: Node,
        /// `2026-10`
        month: String,
        /// Lines.
        lines: i64,
    };
    /// A prepared run was dropped.
    RunDiscarded = "people.run_discarded", run, |told| told.unit.clone(), {
        /// Which.
        run: Id,
        /// Unit.
        unit: Node,
    };
    /// A run is confirmed and posted.
    RunConfirmed = "people.run_confirmed", run, |told| told.unit.clone(), {
        /// Which.
        run: Id,
        /// Unit.
        unit: Node,
        /// `withhold`, `release`, `extinguish`, `leave`.
        kind: String,
        /// `2026-10`
        month: String,
        /// Due in all, fen.
        due: i64,
        /// Paid in all, fen.
        paid: i64,
        /// Change of deferred pay in all, fen.
        deferred: i64,
    };
    /// The payroll file was handed over.
    RunExported = "people.run_exported", run, |told| told.unit.clone(), {
        /// Which.
        run: Id,
        /// Unit.
        unit: Node,
        /// SHA-256 of its lines.
        hash: String,
    };
    /// A run was taken back.
    RunReversed = "people.run_reversed", run, |told| told.unit.clone(), {
        /// Which.
        run: Id,
        /// Unit.
        unit: Node,
        /// Why.
        reason: String,
    };
    /// Deferred pay of a project was made up or extinguished.
    DeferredSettled = "people.deferred_settled", project, |told| told.node.clone(), {
        /// Project.
        project: Id,
        /// Where.
        node: Node,
        /// The run, if anything moved.
        run: Option<Id>,
        /// `release` or `extinguish`.
        kind: String,
        /// Fen in all.
        amount: i64,
    };
    /// A member left the team early.
    MemberLeft = "people.member_left", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Unit that keeps it.
        home: Node,
        /// Last day.
        on: Day,
    };
    /// The holder may choose.
    ChoiceOpened = "people.choice_opened", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Unit that keeps it.
        home: Node,
        /// `internal`, `venture`, `failure`, `left`.
        outcome: String,
        /// Last day.
        choose_by: Day,
    };
    /// The holder chose, or return was noted when the day had passed.
    ChoiceMade = "people.choice_made", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Unit that keeps it.
        home: Node,
        /// `return`, `transfer`, `venture`.
        choice: String,
        /// Noted when the day had passed.
        by_default: bool,
    };
    /// The holder is back at the home unit, not below the frozen grade.
    PositionRestored = "people.position_restored", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Unit.
        home: Node,
    };
    /// The holder went with the result.
    PositionTransferred = "people.position_transferred", position, |told| told.to.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Home unit.
        home: Node,
        /// New unit.
        to: Node,
    };
    /// The holder went out with the venture and may come back until a day.
    LeaveBegun = "people.leave_begun", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Home unit.
        home: Node,
        /// Last day of the window, included.
        return_ends_on: Day,
    };
    /// The holder asks to come back.
    ReturnAsked = "people.return_asked", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Home unit.
        home: Node,
    };
    /// The holder never left their post after all.
    PositionKept = "people.position_kept", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Home unit.
        home: Node,
    };
    /// The window passed without a request, or the holder renounced; the personnel relation ends.
    PositionSeparated = "people.position_separated", position, |told| told.home.clone(), {
        /// Which.
        position: Id,
        /// Holder.
        person: Id,
        /// Project.
        project: Id,
        /// Home unit.
        home: Node,
    };
}
