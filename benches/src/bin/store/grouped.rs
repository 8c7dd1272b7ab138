//! Tried, not built: several use cases in one PostgreSQL transaction, each in a savepoint, over a few connections.
//!
//! A lane takes what waits (up to a number), runs it, commits, answers. A serialization failure runs the whole group again.

use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use benches::{Crowd, Dice, Done, Timing};
use postgres::{Client, NoTls, Statement};
use words::Fault;

use crate::deed::{ACCOUNTS, ENTER, GIVE, TAKE, account};

const EVENT: &str = "insert into store_event (id, seq, at, kind, actor, on_behalf_of, node, subject, data, rows, cause)
     values ($1, null, 1, 'bench.moved', 'sys_bench', null, 'group', $2, $3, '', null)";

struct Asked {
    from: usize,
    to: usize,
    amount: i64,
    answer: std::sync::mpsc::SyncSender<()>,
}

type Queue = Arc<Mutex<Receiver<Asked>>>;

/// Use cases of a crowd over so many lanes, with at most `group` in one transaction.
pub(crate) fn run(url: &str, lanes: usize, group: usize, crowd: Crowd) -> Done<Timing> {
    let (ask, queue) = channel::<Asked>();
    let queue: Queue = Arc::new(Mutex::new(queue));
    let lanes = (0..lanes).map(|n| Lane::open(url, n, group, queue.clone())).collect::<Done<Vec<_>>>()?;
    std::thread::scope(|scope| {
        for lane in lanes {
            scope.spawn(move || lane.work());
        }
        let ask = Mutex::new(ask);
        let timing = crowd.run(|dice| one(&ask, dice));
        drop(ask);
        timing
    })
}

fn one(ask: &Mutex<Sender<Asked>>, dice: &mut Dice) -> Done {
    let ((from, to), amount) = (dice.pair(ACCOUNTS), 1 + dice.below(9) as i64);
    let (answer, answered) = sync_channel(1);
    let asked = Asked { from, to, amount, answer };
    ask.lock().unwrap_or_else(PoisonError::into_inner).send(asked).map_err(|_| Fault::new("no lane"))?;
    answered.recv().map_err(|_| Fault::new("a lane broke"))
}

struct Lane {
    client: Client,
    sql: [Statement; 4],
    group: usize,
    queue: Queue,
    prefix: String,
    count: u64,
}

impl Lane {
    fn open(url: &str, n: usize, group: usize, queue: Queue) -> Done<Self> {
        let mut client = Client::connect(url, NoTls).map_err(Fault::new)?;
        let mut prepare = |sql: &str| client.prepare(sql).map_err(Fault::new);
        let sql = [prepare(TAKE)?, prepare(GIVE)?, prepare(ENTER)?, prepare(EVENT)?];
        let moment = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_micros());
        Ok(Self { client, sql, group, queue, prefix: format!("grp_{moment}_{n}"), count: 0 })
    }

    fn work(mut self) {
        while let Some(group) = self.take() {
            let mut tries = 0;
            while let Err(error) = self.commit(&group) {
                let _ = self.client.batch_execute("rollback");
                tries += 1;
                if tries > 50 {
                    eprintln!("a group failed for good: {error}");
                    return;
                }
            }
            for asked in group {
                let _ = asked.answer.send(());
            }
        }
    }

    fn take(&self) -> Option<Vec<Asked>> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let mut group = vec![queue.recv().ok()?];
        while group.len() < self.group
            && let Ok(more) = queue.try_recv()
        {
            group.push(more);
        }
        Some(group)
    }

    fn commit(&mut self, group: &[Asked]) -> Result<(), postgres::Error> {
        self.client.batch_execute("begin isolation level serializable")?;
        for asked in group {
            self.client.batch_execute("savepoint one")?;
            self.transfer(asked)?;
            self.client.batch_execute("release one")?;
        }
        self.client.batch_execute("commit")
    }

    fn transfer(&mut self, asked: &Asked) -> Result<(), postgres::Error> {
        self.count += 1;
        let entry = format!("{}_{:09}", self.prefix, self.count);
        let (debit, credit) = (account(asked.from), account(asked.to));
        let data = format!(r#"{{"entry":"{entry}","debit":"{debit}","credit":"{credit}","amount":{}}}"#, asked.amount);
        let [take, give, enter, event] = self.sql.clone();
        self.client.execute(&take, &[&debit, &asked.amount])?;
        self.client.execute(&give, &[&credit, &asked.amount])?;
        self.client.execute(&enter, &[&entry, &debit, &credit, &asked.amount])?;
        self.client.execute(&event, &[&entry, &entry, &data]).map(drop)
    }
}
