//! What this crate asks of the packs, the register of people and the signatures, put as a trait that the wiring implements once.
//!
//! It keeps positions and pay free of the other domains: use cases take plain parameters, jobs and pages fetch them through `Asks`.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::Read;
use words::{Bilingual, Fault, Id, Node, Span};

use crate::pay::Ratio;
use crate::position::{Grades, Position};

/// The numbers and tables of the pack that rule positions and pay.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Part of the base that is paid during incubation (R-02: 70/100, half up).
    pub pay_ratio: Ratio,
    /// City → monthly minimum wage, fen.
    pub minimum_wage: BTreeMap<String, i64>,
    /// Longest retention from the first day away.
    pub hold_limit: Span,
    /// Window of return, its last day included.
    pub return_window: Span,
    /// Is either condition of R-06 enough?
    pub return_either: bool,
    /// Warnings that must have been sent before the right to return lapses.
    pub return_warnings: i64,
    /// Days to choose.
    pub choice_days: i32,
    /// Order of the grades.
    pub grades: Grades,
}

/// A person as payroll needs them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Face {
    /// Name.
    pub name: String,
    /// Staff or identity number, masked.
    pub masked_number: String,
}

/// Who signed what for a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signed {
    /// Incubation agreement, by the holder.
    pub incubation: bool,
    /// Agreement on the change of pay, by the holder (劳动合同法 §35).
    pub pay_variation: bool,
    /// Transfer, by the holder.
    pub transfer_member: bool,
    /// Transfer, by the unit that takes them on.
    pub transfer_unit: bool,
    /// Right to return, by the holder.
    pub return_right: bool,
}

/// How the venture of a project stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VentureState {
    /// There is none, or it has ended well.
    #[default]
    None,
    /// It goes on and may still fail.
    Running,
    /// It failed.
    Failed,
}

/// Looked up for jobs and pages. Implementations only look down.
pub trait Asks: 'static {
    /// The ledger's book as it stands.
    fn book(read: &Read) -> Result<Arc<ledger::Book>, Fault>;
    /// The numbers and tables of the pack as they stand for a unit today.
    fn terms(read: &Read, unit: &Node) -> Result<Terms, Fault>;
    /// Names and masked numbers of people.
    fn faces(read: &Read, people: &[Id]) -> Result<BTreeMap<Id, Face>, Fault>;
    /// Names of units.
    fn units(read: &Read, nodes: &[Node]) -> Result<BTreeMap<Node, Bilingual>, Fault>;
    /// What was signed for a position.
    fn signed(read: &Read, position: &Position) -> Result<Signed, Fault>;
    /// How the venture of a project stands.
    fn venture(read: &Read, project: &Id) -> Result<VentureState, Fault>;
    /// The unit that takes the result of a project on, once it is named.
    fn taker(read: &Read, project: &Id) -> Result<Option<Node>, Fault>;
}
