//! Finance: runs of months, invoices, reminders, titles for tax invoices, bank statements and what nobody claims.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Grid, GridMistake, Nothing, Problem, Reply, Sheet, Upload};
use words::{Amount, Day, Fault, Id, Instant, Never, Outcome};

use super::form::{AssignForm, FileForm, ListQuery, MonthForm};
use super::mine::{InvoiceCard, Party, card, party};
use crate::asks::Asks;
use crate::charge::{InvoiceState, Run, Trouble, hash};
use crate::month::Month;
use crate::ops::put_details::details_of;
use crate::ops::take_statement::{PAYER, look};
use crate::receipt::{MOST_ROWS, ReadRow, RowResult, rows};
use crate::refusal::ReceiptRefusal;
use crate::value::cny;
use crate::{StatementDraft, rights, sql, sql_invoice, sql_receipt};

const PAGE: i64 = 100;
/// Rows that are taken in at once.
const CHUNK: usize = 200;

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct RunView {
    /// Month.
    pub month: Month,
    /// Is it done?
    pub done: bool,
    /// Customers billed.
    pub customers: i64,
    /// Invoices made.
    pub invoices: i64,
    /// Charged in all.
    pub total: Amount,
    /// When the grace is over.
    pub final_at: Instant,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// What could not be charged.
    pub problems: Vec<Trouble>,
}

fn run_view(run: Run) -> RunView {
    RunView {
        month: run.month,
        done: run.done,
        customers: run.customers,
        invoices: run.invoices,
        total: cny(run.total_minor),
        final_at: run.final_at,
        done_at: run.done_at,
        problems: run.problems,
    }
}

/// What finance looks after.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OfficeView {
    /// Runs, newest month first.
    pub runs: Vec<RunView>,
    /// The last month that is over.
    pub last_month: Month,
    /// State that is listed.
    pub state: Option<InvoiceState>,
    /// Month that is listed.
    pub month: Option<Month>,
    /// Invoices, newest first.
    pub invoices: Vec<InvoiceCard>,
    /// Invoices that are overdue, the oldest first.
    pub overdue: Vec<InvoiceCard>,
    /// Customers that a lot can be given to.
    pub customers: Vec<Party>,
    /// May whoever looks bill?
    pub may_run: bool,
}

pub(crate) fn show<A: Asks>(call: &Call, query: ListQuery) -> Answer<OfficeView> {
    let who = call.acting()?;
    let (mut view, next) = call.read(|read| office::<A>(read, &query))?;
    view.may_run = who.can(rights::RUN, &words::Node::group());
    let row = |one: &InvoiceCard| {
        let state = call.text(&format!("billing-state-{}", one.state.as_str()));
        vec![
            (&one.number).into(),
            (&one.customer.name).into(),
            one.period.to_string().into(),
            one.total.clone().into(),
            one.open.clone().into(),
            one.due_on.into(),
            state.into(),
        ]
    };
    let columns = ["billing-number", "billing-customer", "billing-month", "billing-total", "billing-open", "billing-due-on", "billing-state"];
    let sheet = Sheet::new("invoices", &columns).rows(view.invoices.iter().map(row));
    Ok(Reply::page("billing/office.html", view).next(next).sheet(sheet))
}

fn office<A: Asks>(read: &Read, query: &ListQuery) -> Outcome<(OfficeView, Option<String>), Never> {
    let today = read.now().day();
    let listed = sql_invoice::list(read, query.state, query.month, query.cursor.as_deref().unwrap_or("~"), PAGE)?;
    let overdue = sql_invoice::overdue(read, today, 50)?;
    let all = sql::customers(read)?;
    let shown = listed.iter().chain(&overdue).map(|one| one.document.customer.clone());
    let names = A::names(read, &shown.chain(all.iter().cloned()).collect::<Vec<_>>())?;
    let next = listed.last().filter(|_| listed.len() as i64 == PAGE).map(|last| last.id.to_string());
    let view = OfficeView {
        runs: sql::runs(read)?.into_iter().map(run_view).collect(),
        last_month: Month::of(today).back(1),
        state: query.state,
        month: query.month,
        invoices: listed.iter().map(|one| card(one, &names, today)).collect(),
        overdue: overdue.iter().map(|one| card(one, &names, today)).collect(),
        customers: all.iter().map(|one| party(&names, one)).collect(),
        may_run: false,
    };
    Ok((view, next))
}

/// A run that began.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunBegun {
    /// Month.
    pub month: Month,
    /// When its invoices are made.
    pub final_at: Instant,
}

pub(crate) fn begin<A: Asks>(call: &Call, form: MonthForm) -> Answer<RunBegun> {
    let who = call.acting()?;
    call.write("billing.begin_run", move |tx| {
        let run = crate::begin_run::<A>(tx, &who, form.month)?;
        Ok(Reply::done("/billing/office", RunBegun { month: run.month, final_at: run.final_at }).say("billing-said-begun"))
    })
}

/// A row for the tax invoice of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct TitleView {
    /// Invoice.
    pub invoice: InvoiceCard,
    /// Without tax.
    pub net: Amount,
    /// Tax.
    pub tax: Amount,
    /// Rates of tax.
    pub rates: String,
    /// Details of the customer, if they gave any.
    pub details: Option<crate::Details>,
}

/// The export for tax invoices of a month.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TitlesView {
    /// Month.
    pub month: Month,
    /// Rows.
    pub rows: Vec<TitleView>,
}

pub(crate) fn titles<A: Asks>(call: &Call, query: ListQuery) -> Answer<TitlesView> {
    let view = call.read(|read| titles_of::<A>(read, query.month.unwrap_or(Month::of(read.now().day()).back(1))))?;
    let row = |one: &TitleView| {
        let (card, none) = (&one.invoice, crate::Details::default());
        let details = one.details.as_ref().unwrap_or(&none);
        vec![
            (&card.number).into(),
            (&details.title).into(),
            (&details.tax_number).into(),
            (&details.address).into(),
            (&details.bank).into(),
            (&details.account).into(),
            (&one.rates).into(),
            one.net.clone().into(),
            one.tax.clone().into(),
            card.total.clone().into(),
        ]
    };
    let columns = [
        "billing-number",
        "billing-details-title",
        "billing-tax-number",
        "billing-address",
        "billing-bank",
        "billing-account",
        "billing-tax-rate",
        "billing-net",
        "billing-tax",
        "billing-total",
    ];
    let sheet = Sheet::new(format!("fapiao-{}", view.month), &columns).rows(view.rows.iter().map(row));
    Ok(Reply::page("billing/titles.html", view).sheet(sheet))
}

fn titles_of<A: Asks>(read: &Read, month: Month) -> Outcome<TitlesView, Never> {
    let (today, mut before, mut rows) = (read.now().day(), "~".to_owned(), Vec::new());
    loop {
        let some = sql_invoice::list(read, None, Some(month), &before, 500)?;
        let Some(last) = some.last() else { return Ok(TitlesView { month, rows }) };
        before = last.id.to_string();
        let customers: Vec<Id> = some.iter().map(|one| one.document.customer.clone()).collect();
        let (names, details) = (A::names(read, &customers)?, details_of(read, &customers)?);
        for one in some.iter().filter(|one| one.state != InvoiceState::Credited) {
            let rates: Vec<String> = one.document.taxes.iter().map(|tax| tax.of.rate.to_string()).collect();
            let money = one.document.money;
            let details = details.get(&one.document.customer).filter(|details| !details.title.is_empty()).cloned();
            rows.push(TitleView { invoice: card(one, &names, today), net: cny(money.net), tax: cny(money.tax), rates: rates.join(" "), details });
        }
    }
}

/// A receipt that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ReceiptView {
    /// Id.
    pub id: Id,
    /// Number of the bank.
    pub number: String,
    /// Day.
    pub paid_on: Day,
    /// Not assigned.
    pub left: Amount,
    /// Who paid.
    pub payer: String,
    /// What they wrote.
    pub memo: String,
}

/// A bank statement that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ImportView {
    /// Name.
    pub name: String,
    /// Rows.
    pub rows: i64,
    /// New ones.
    pub taken: i64,
    /// Of them, listed for a person.
    pub listed: i64,
    /// When.
    pub made_at: Instant,
}

/// Bank statements and what nobody claims.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReceiptsView {
    /// Receipts that wait, the oldest first.
    pub listed: Vec<ReceiptView>,
    /// Statements, newest first.
    pub imports: Vec<ImportView>,
    /// What became, or would become, of the rows of the file that was sent.
    pub results: Vec<RowResult>,
    /// Was it a dry run?
    pub dry: bool,
    /// Customers whose wallet a receipt may be for.
    pub customers: Vec<Party>,
}

pub(crate) fn receipts<A: Asks>(call: &Call, query: ListQuery) -> Answer<ReceiptsView> {
    let (view, next) = call.read(|read| receipts_of::<A>(read, query.cursor.as_deref(), Vec::new(), false))?;
    Ok(Reply::page("billing/receipts.html", view).next(next))
}

fn receipts_of<A: Asks>(read: &Read, cursor: Option<&str>, results: Vec<RowResult>, dry: bool) -> Outcome<(ReceiptsView, Option<String>), Never> {
    let listed = sql_receipt::listed(read, cursor.unwrap_or(""), PAGE)?;
    let payers: BTreeMap<Id, String> = read.personal_many(&listed.iter().map(|one| one.id.clone()).collect::<Vec<_>>(), PAYER)?;
    let next = listed.last().filter(|_| listed.len() as i64 == PAGE).map(|last| last.id.to_string());
    let view = |one: crate::Receipt| {
        let payer = payers.get(&one.id).cloned().unwrap_or_default();
        ReceiptView { id: one.id, number: one.number, paid_on: one.paid_on, left: cny(one.left_minor), payer, memo: one.memo }
    };
    let import = |one: crate::receipt::Imported| ImportView { name: one.name, rows: one.rows, taken: one.taken, listed: one.listed, made_at: one.made_at };
    let imports = sql_receipt::imports(read)?.into_iter().map(import).collect();
    let all = sql::customers(read)?;
    let names = A::names(read, &all)?;
    let customers = all.iter().map(|one| party(&names, one)).collect();
    Ok((ReceiptsView { listed: listed.into_iter().map(view).collect(), imports, results, dry, customers }, next))
}

/// The file as rows; those that cannot be read with their column.
fn read_file(upload: &Upload<FileForm>) -> Result<(StatementDraft, Vec<ReadRow>), Problem> {
    let missing = |missing: &str| Problem::from(words::Failure::Refused(ReceiptRefusal::Unreadable { missing: missing.to_owned() }));
    let file = upload.file("file").ok_or_else(|| missing("文件"))?;
    let grid = Grid::read(&file.bytes, MOST_ROWS).map_err(|mistake| match mistake {
        GridMistake::TooMany => Problem::from(words::Failure::Refused(ReceiptRefusal::TooMany { most: MOST_ROWS })),
        _ => missing("CSV / XLSX"),
    })?;
    let rows = rows(&grid).map_err(|names| missing(&names))?;
    let text = grid.to_csv();
    let draft = StatementDraft { name: file.name.clone(), hash: hash(&text), rows: i64::try_from(rows.len()).unwrap_or(0) };
    Ok((draft, rows))
}

pub(crate) fn take<A: Asks>(call: &Call, upload: Upload<FileForm>) -> Answer<ReceiptsView> {
    let who = call.acting()?;
    let (draft, rows) = read_file(&upload)?;
    let (mut results, mut fine) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Ok(row) => fine.push(row),
            Err(wrong) => results.push(*wrong),
        }
    }
    if upload.fields.dry {
        let looked =
            call.read::<_, Never>(|read| Ok(fine.iter().map(|row| look(read, row).map(|(result, _)| result)).collect::<Result<Vec<_>, Fault>>()?))?;
        results.extend(looked);
    } else {
        for some in fine.chunks(CHUNK) {
            let (who, draft, some) = (who.clone(), draft.clone(), some.to_vec());
            let taken = call.db().write("billing.take_statement", move |tx| crate::take_statement::<A>(tx, &who, &draft, &some));
            results.extend(taken?);
        }
    }
    results.sort_by_key(|result| result.row);
    let (view, _) = call.read(|read| receipts_of::<A>(read, None, results, upload.fields.dry))?;
    Ok(Reply::page("billing/receipts.html", view))
}

/// A receipt that was assigned.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReceiptAssigned {
    /// Not assigned yet.
    pub left: Amount,
}

pub(crate) fn assign<A: Asks>(call: &Call, form: AssignForm) -> Answer<ReceiptAssigned> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.write("billing.assign_receipt", move |tx| {
        let receipt = crate::assign_receipt::<A>(tx, &who, &id, &form.assignment(), &form.reason)?;
        Ok(Reply::done("/billing/office/receipts", ReceiptAssigned { left: cny(receipt.left_minor) }).say("billing-said-assigned"))
    })
}

pub(crate) fn template<A: Asks>(call: &Call, _: Nothing) -> Answer<ReceiptsView> {
    let (view, _) = call.read(|read| receipts_of::<A>(read, None, Vec::new(), false))?;
    let sheet = Sheet::new("bank-statement", &["交易日期", "流水号", "金额", "对方户名", "对方账号", "附言"]);
    Ok(Reply::page("billing/receipts.html", view).sheet(sheet))
}
