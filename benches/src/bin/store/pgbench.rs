//! The peer: PostgreSQL's own load generator with the statements that the store sends.

use std::process::Command;

use benches::{Ask, Done, Ground};
use words::Fault;

/// Two updates, an entry, an event, serializable; ids that grow with time as ours do.
const SCRIPT: &str = r#"\set a random(0, 9999)
\set b (:a + random(1, 9999)) % 10000
\set n random(1, 9)
begin isolation level serializable;
update bench_account set balance = balance - :n where id = 'account_' || lpad((:a)::text, 5, '0');
update bench_account set balance = balance + :n where id = 'account_' || lpad((:b)::text, 5, '0');
insert into bench_entry (id, debit, credit, amount) values (to_hex((extract(epoch from clock_timestamp()) * 1000000)::bigint) || '_' || :client_id, 'account_' || :a, 'account_' || :b, :n);
insert into store_event (id, seq, at, kind, actor, on_behalf_of, node, subject, data, rows, cause)
  values (to_hex((extract(epoch from clock_timestamp()) * 1000000)::bigint) || '_' || :client_id, null, 1, 'bench.moved', 'sys_bench', null, 'group',
    to_hex((extract(epoch from clock_timestamp()) * 1000000)::bigint) || '_' || :client_id,
    '{"entry":"ent_00000000000000000000000000","debit":"account_00000","credit":"account_00000","amount": 1}', '', null);
commit;
"#;

/// Transactions a second.
pub(crate) fn run(ask: &Ask, ground: &Ground, url: &str, clients: usize) -> Done<f64> {
    let script = ground.folder("deed.pgbench");
    std::fs::write(&script, SCRIPT).map_err(Fault::new)?;
    let seconds = ask.time.as_secs().max(1).to_string();
    let mut command = Command::new(&ask.pgbench);
    command.args(["--no-vacuum", "--protocol=prepared", "--max-tries=12", "--jobs=2", "--time", &seconds, "--client", &clients.to_string(), "--file"]);
    let out = command.arg(&script).arg(url).output().map_err(|error| Fault::new(format!("{}: {error} (name it with --pgbench)", ask.pgbench)))?;
    let text = String::from_utf8_lossy(&out.stdout);
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.ok_or_else(|| Fault::new(format!("pgbench: {text}{}", String::from_utf8_lossy(&out.stderr))))
}
