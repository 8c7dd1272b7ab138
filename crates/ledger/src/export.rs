//! The journal for other eyes: hledger, beancount, CSV. Posted value only; holds move nothing.
//!
//! Invariant: names are mapped one to one, so two accounts never become one.

use std::collections::BTreeMap;
use std::io::{self, Write};

use store::Read;
use words::{Amount, Asset, Day, Fault};

use crate::sql;
use crate::transfer::{Transfer, posting_of};

/// A form of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Plain text for hledger (and ledger).
    Hledger,
    /// Plain text for beancount.
    Beancount,
    /// RFC 4180 with a header line: every transfer, holds too.
    Csv,
}

/// Writes the whole journal in the order of the ids.
pub fn export(read: &Read, format: Format, to: &mut dyn Write) -> Result<(), Fault> {
    if format == Format::Csv {
        to.write_all(CSV_HEAD.as_bytes()).map_err(disk)?;
    }
    if format == Format::Beancount {
        beancount_opens(read, to)?;
    }
    let mut rest: Vec<Transfer> = Vec::new();
    let mut after = String::new();
    loop {
        let page = sql::transfers_after(read, &after, 2_000)?;
        let done = page.len() < 2_000;
        after = page.last().map_or(after, |last| last.id.clone());
        rest.extend(page);
        // The last posting of a page may go on in the next.
        let cut = if done { rest.len() } else { last_whole(&rest) };
        let later = rest.split_off(cut);
        for legs in rest.chunk_by(|a, b| posting_of(&a.id).0 == posting_of(&b.id).0) {
            one(format, legs, to).map_err(disk)?;
        }
        rest = later;
        if done {
            return Ok(());
        }
    }
}

fn disk(error: io::Error) -> Fault {
    Fault::new(format!("export: {error}"))
}

fn last_whole(list: &[Transfer]) -> usize {
    let last = list.last().map(|one| posting_of(&one.id).0).unwrap_or_default();
    list.iter().position(|one| posting_of(&one.id).0 == last).unwrap_or(list.len())
}

fn one(format: Format, legs: &[Transfer], to: &mut dyn Write) -> io::Result<()> {
    let moved: Vec<&Transfer> = legs.iter().filter(|one| one.posted != 0).collect();
    match format {
        Format::Csv => legs.iter().try_for_each(|one| csv_line(one, to)),
        Format::Hledger => hledger_posting(&moved, to),
        Format::Beancount => beancount_posting(&moved, to),
    }
}

fn decimal(minor: i64, asset: &str) -> String {
    let asset = Asset::parse(asset).unwrap_or_else(|| Asset { code: asset.to_owned(), scale: 0 });
    Amount { minor, asset }.to_string().replace(',', "")
}

fn code(asset: &str) -> &str {
    asset.split_once('/').map_or(asset, |(code, _)| code)
}

/// A note on one line, without what starts a comment.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == ';' || c == '|' || c == '"' || c == '\\' { ' ' } else { c }).collect()
}

fn hledger_posting(legs: &[&Transfer], to: &mut dyn Write) -> io::Result<()> {
    let Some(first) = legs.first() else { return Ok(()) };
    let (posting, _) = posting_of(&first.id);
    let note = line(first.note.as_deref().unwrap_or_default());
    writeln!(to, "{} * ({posting}) {} {note}\n    ; cause:{} {}", first.effective, first.template, line(&first.cause_kind), line(&first.cause_id))?;
    for leg in legs {
        let unit = code(&leg.asset);
        writeln!(
            to,
            "    {}    {} \"{unit}\"\n    {}    {} \"{unit}\"",
            leg.debit.path,
            decimal(leg.posted, &leg.asset),
            leg.credit.path,
            decimal(-leg.posted, &leg.asset)
        )?;
    }
    writeln!(to)
}

/// `fund:rd` → `Equity:Xfund:Xrd`: letters and digits stay, every other byte becomes `-` and its two hexadecimal digits.
fn beancount_account(path: &str) -> String {
    let part = |part: &str| {
        let mut name = String::from("X");
        for byte in part.bytes() {
            if byte.is_ascii_alphanumeric() { name.push(char::from(byte)) } else { name.push_str(&format!("-{byte:02x}")) }
        }
        name
    };
    let parts: Vec<String> = path.split(':').map(part).collect();
    format!("Equity:{}", parts.join(":"))
}

fn beancount_unit(asset: &str) -> String {
    code(asset).replace(':', ".")
}

/// beancount wants every account opened on or before its first day.
fn beancount_opens(read: &Read, to: &mut dyn Write) -> Result<(), Fault> {
    let mut first: BTreeMap<String, (Day, String)> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = sql::transfers_after(read, &after, 2_000)?;
        let Some(last) = page.last() else { break };
        after = last.id.clone();
        for one in page.iter().filter(|one| one.posted != 0) {
            for path in [&one.debit.path, &one.credit.path] {
                let day = first.entry(path.clone()).or_insert_with(|| (one.effective, beancount_unit(&one.asset)));
                day.0 = day.0.min(one.effective);
            }
        }
    }
    first.iter().try_for_each(|(path, (day, unit))| writeln!(to, "{day} open {} {unit}", beancount_account(path))).map_err(disk)?;
    writeln!(to).map_err(disk)
}

fn beancount_posting(legs: &[&Transfer], to: &mut dyn Write) -> io::Result<()> {
    let Some(first) = legs.first() else { return Ok(()) };
    let note = line(first.note.as_deref().unwrap_or_default());
    writeln!(to, "{} * \"{}\" \"{note}\"\n  posting: \"{}\"", first.effective, first.template, posting_of(&first.id).0)?;
    writeln!(to, "  cause: \"{} {}\"", line(&first.cause_kind), line(&first.cause_id))?;
    for leg in legs {
        let unit = beancount_unit(&leg.asset);
        let (debit, credit) = (beancount_account(&leg.debit.path), beancount_account(&leg.credit.path));
        writeln!(to, "  {debit}  {} {unit}\n  {credit}  {} {unit}", decimal(leg.posted, &leg.asset), decimal(-leg.posted, &leg.asset))?;
    }
    writeln!(to)
}

const CSV_HEAD: &str = "id,posting,kind,refers,template,debit,credit,asset,amount,held_change,effective,made_at,cause_kind,cause_id,made_by,key,note\r\n";

fn csv_line(one: &Transfer, to: &mut dyn Write) -> io::Result<()> {
    let (posted, pending) = (decimal(one.posted, &one.asset), decimal(one.pending, &one.asset));
    let (effective, made_at) = (one.effective.to_string(), one.made_at.to_string());
    let empty = |field: &Option<String>| field.clone().unwrap_or_default();
    let (refers, key, note) = (empty(&one.refers), empty(&one.key), empty(&one.note));
    let fields = [
        &one.id,
        posting_of(&one.id).0,
        one.verb.code(),
        &refers,
        &one.template,
        &one.debit.path,
        &one.credit.path,
        code(&one.asset),
        &posted,
        &pending,
        &effective,
        &made_at,
        &one.cause_kind,
        &one.cause_id,
        &one.made_by,
        &key,
        &note,
    ];
    let quoted: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
    write!(to, "{}\r\n", quoted.join(","))
}

fn csv_field(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_mapped_one_to_one() {
        assert_eq!(beancount_account("fund:rd"), "Equity:Xfund:Xrd");
        assert_ne!(beancount_account("unit:a-b:budget"), beancount_account("unit:a_b:budget"));
        assert_ne!(beancount_account("unit:a-2d:budget"), beancount_account("unit:a--:budget"));
        assert_eq!(csv_field("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(decimal(-200_000_005, "CNY/2"), "-2000000.05");
    }
}
