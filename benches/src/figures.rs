//! The table that a bench prints, in the form in which it is pasted into the README.

/// Rows of figures under a title.
pub struct Figures {
    title: String,
    rows: Vec<[String; 4]>,
}

impl Figures {
    /// An empty table.
    pub fn of(title: impl Into<String>) -> Self {
        Self { title: title.into(), rows: vec![["what".into(), "figure".into(), "mark".into(), "load".into()]] }
    }

    /// Adds a row with the load average of this moment; `mark` is what was promised, empty if nothing was.
    pub fn row(&mut self, what: impl Into<String>, figure: impl Into<String>, mark: impl Into<String>) {
        let row = [what.into(), figure.into(), mark.into(), load()];
        eprintln!("  {}: {}", row[0], row[1]);
        self.rows.push(row);
    }

    /// Prints it.
    pub fn print(&self) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!("\n### {} ({cores} cores)\n", self.title);
        let width = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3].map(width);
        for (at, row) in self.rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            println!("| {} |", cells.join(" | "));
            if at == 0 {
                println!("|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"));
            }
        }
    }
}

/// Load average of the last minute; other work on the machine counts in it.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}
