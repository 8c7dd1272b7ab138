//! Bank statements: rows of a sheet, and what they are for. Pure.
//!
//! Columns, in any order, in Chinese or English: 交易日期 date · 流水号 number · 金额 amount · 附言 memo; 对方户名 payer and 对方账号 account may be missing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use webkit::Grid;
use words::{Amount, Asset, Day, Id, Instant};

/// Most rows of a statement.
pub const MOST_ROWS: usize = 5_000;

/// A row of a bank statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankRow {
    /// Number of the row as a person counts it.
    pub row: usize,
    /// Number that the bank gave it: known only once.
    pub number: String,
    /// Day.
    pub day: Day,
    /// Fen that came in.
    pub amount_minor: i64,
    /// Who paid.
    pub payer: String,
    /// From which account.
    pub account: String,
    /// What they wrote.
    pub memo: String,
}

/// What became, or would become, of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowEnd {
    /// Pays an invoice.
    Invoice,
    /// Becomes a lot.
    TopUp,
    /// Listed for a person.
    Listed,
    /// Known from before.
    Known,
    /// Nothing came in by it.
    Outgoing,
    /// It cannot be read.
    Wrong,
}

/// A row with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RowResult {
    /// Number of the row as a person counts it.
    pub row: usize,
    /// Number of the bank.
    pub number: String,
    /// Fen.
    pub amount: Option<Amount>,
    /// What they wrote.
    pub memo: String,
    /// What became of it.
    pub end: RowEnd,
    /// What it is for: the number of an invoice, the reference of a top-up.
    pub target: Option<String>,
    /// What of it is more than is owed.
    pub over: Option<Amount>,
    /// Column that is wrong.
    pub column: Option<String>,
}

const COLUMNS: &[(&str, &[&str], bool)] = &[
    ("date", &["交易日期", "date"], true),
    ("number", &["流水号", "number"], true),
    ("amount", &["金额", "amount"], true),
    ("memo", &["附言", "memo"], true),
    ("payer", &["对方户名", "payer"], false),
    ("account", &["对方账号", "account"], false),
];

/// A row that can be read, or what is wrong with it.
pub type ReadRow = Result<BankRow, Box<RowResult>>;

/// Rows that can be read, and the others with the column that is wrong; or the columns that are missing.
pub fn rows(grid: &Grid) -> Result<Vec<ReadRow>, String> {
    let place = |names: &[&str]| grid.head.iter().position(|head| names.iter().any(|name| head.trim().eq_ignore_ascii_case(name)));
    let places: Vec<Option<usize>> = COLUMNS.iter().map(|(_, names, _)| place(names)).collect();
    let missing: Vec<&str> =
        COLUMNS.iter().zip(&places).filter(|((_, _, needed), place)| *needed && place.is_none()).map(|((_, names, _), _)| names[0]).collect();
    if !missing.is_empty() {
        return Err(missing.join(" "));
    }
    Ok(grid.rows.iter().map(|(row, cells)| one(*row, cells, &places)).collect())
}

fn one(row: usize, cells: &[String], places: &[Option<usize>]) -> ReadRow {
    let cell =
        |at: usize| places[at].and_then(|place| cells.get(place)).map(|text| text.trim().trim_start_matches(['\t', '\'']).to_owned()).unwrap_or_default();
    let (date, number, amount, memo) = (cell(0), cell(1), cell(2), cell(3));
    let wrong = |column: &str| {
        Box::new(RowResult {
            row,
            number: number.clone(),
            amount: None,
            memo: memo.clone(),
            end: RowEnd::Wrong,
            target: None,
            over: None,
            column: Some(column.to_owned()),
        })
    };
    let day = day(&date).ok_or_else(|| wrong(COLUMNS[0].1[0]))?;
    if number.is_empty() || number.chars().count() > 64 {
        return Err(wrong(COLUMNS[1].1[0]));
    }
    let amount_minor = Amount::parse(&amount, &Asset::cny()).map_err(|_| wrong(COLUMNS[2].1[0]))?.minor;
    let memo = memo.chars().take(200).collect();
    Ok(BankRow { row, number, day, amount_minor, payer: cell(4), account: cell(5), memo })
}

/// `2026-09-30`, `2026/9/30`, `20260930`, with or without a time behind.
fn day(text: &str) -> Option<Day> {
    let text = text.split([' ', 'T']).next().unwrap_or_default().replace(['/', '.'], "-");
    let digits = |text: &str| text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    if digits(&text) {
        return Day::parse(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])).ok();
    }
    let parts: Vec<u32> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = parts[..] else { return None };
    Day::parse(&format!("{year:04}-{month:02}-{day:02}")).ok()
}

/// State of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// Nothing, or not all of it, is assigned.
    Listed,
    /// All of it is assigned.
    Assigned,
}

impl ReceiptState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Assigned => "assigned",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Listed, Self::Assigned].into_iter().find(|state| state.as_str() == text)
    }
}

/// A receipt: a row that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Id.
    pub id: Id,
    /// Statement it came with.
    pub statement: Id,
    /// Number of the bank.
    pub number: String,
    /// Day.
    pub paid_on: Day,
    /// Fen.
    pub amount_minor: i64,
    /// Not assigned, fen.
    pub left_minor: i64,
    /// What they wrote.
    pub memo: String,
    /// State.
    pub state: ReceiptState,
    /// Why a person assigned it so.
    pub reason: String,
    /// Who.
    pub assigned_by: Option<Id>,
    /// When.
    pub assigned_at: Option<Instant>,
}

/// A bank statement that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Id.
    pub id: Id,
    /// Name of the file.
    pub name: String,
    /// SHA-256 of the file.
    pub hash: String,
    /// Rows.
    pub rows: i64,
    /// New ones.
    pub taken: i64,
    /// Of them, listed for a person.
    pub listed: i64,
    /// By whom.
    pub made_by: Id,
    /// When.
    pub made_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_or_name_their_wrong_column() {
        let text =
            "交易日期,流水号,金额,对方户名,附言\n2026/9/3,A1,\"1,000.50\",甲,HC1\n20260904,A2,-5,乙,x\n3 Sept,A3,1,,\n2026-09-05,,1,,\n2026-09-05,A5,1.234,,\n";
        let rows = rows(&Grid::read(text.as_bytes(), MOST_ROWS).expect("a sheet")).expect("its columns");
        let read: Vec<_> = rows
            .iter()
            .map(|row| {
                row.as_ref().map(|row| (row.number.as_str(), row.day.to_string(), row.amount_minor)).map_err(|wrong| wrong.column.clone().unwrap_or_default())
            })
            .collect();
        assert_eq!(
            read,
            vec![
                Ok(("A1", "2026-09-03".into(), 100_050)),
                Ok(("A2", "2026-09-04".into(), -500)),
                Err("交易日期".into()),
                Err("流水号".into()),
                Err("金额".into())
            ]
        );
        let other = Grid::read(b"date,amount\n2026-09-01,1\n", 10).expect("a sheet");
        assert_eq!(super::rows(&other), Err("流水号 附言".into()));
    }
}
