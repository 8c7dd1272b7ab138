//! Why a data set is not hosted. Each code has two sentences in `locales/`.

use words::Refusal;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatasetRefusal {
    /// Something that must be said is not.
    Needed {
        /// The field.
        field: &'static str,
    },
    /// A line of the schema is no column.
    Column {
        /// From 1.
        line: usize,
    },
    /// Two columns have one name.
    ColumnTwice {
        /// Name.
        name: String,
    },
    /// No column is left, or there are too many.
    Columns {
        /// Most.
        most: usize,
    },
    /// The name in addresses is none, or is taken by a capability.
    Slug {
        /// As it was given.
        slug: String,
    },
    /// The file is too large.
    Large {
        /// Most, MiB.
        most_mib: usize,
    },
    /// The file is neither CSV nor XLSX.
    Unreadable,
    /// The file has no rows.
    Empty,
    /// The file has too many rows or columns.
    Rows {
        /// Most.
        most: usize,
    },
    /// A column of the schema is not in the file.
    Missing {
        /// Column.
        name: String,
    },
    /// A column of the file is not in the schema.
    Unknown {
        /// Its heading.
        title: String,
    },
    /// A cell is not of its column's type.
    Cell {
        /// Row of the file.
        row: usize,
        /// Column.
        name: String,
        /// Type.
        kind: &'static str,
    },
    /// A cell holds what names a person.
    Personal {
        /// Row of the file.
        row: usize,
        /// Column.
        name: String,
    },
}

impl Refusal for DatasetRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Needed { .. } => "datasets-needed",
            Self::Column { .. } => "datasets-column",
            Self::ColumnTwice { .. } => "datasets-column-twice",
            Self::Columns { .. } => "datasets-columns",
            Self::Slug { .. } => "datasets-slug",
            Self::Large { .. } => "datasets-large",
            Self::Unreadable => "datasets-unreadable",
            Self::Empty => "datasets-empty",
            Self::Rows { .. } => "datasets-rows",
            Self::Missing { .. } => "datasets-missing",
            Self::Unknown { .. } => "datasets-unknown-column",
            Self::Cell { .. } => "datasets-cell",
            Self::Personal { .. } => "datasets-personal",
        }
    }

    fn field(&self) -> Option<String> {
        Some(match self {
            Self::Needed { field } => (*field).to_owned(),
            Self::Column { .. } | Self::ColumnTwice { .. } | Self::Columns { .. } => "/columns".into(),
            Self::Slug { .. } => "/slug".into(),
            _ => "/file".into(),
        })
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Column { line } => vec![("line", line.to_string())],
            Self::ColumnTwice { name } | Self::Missing { name } => vec![("name", name.clone())],
            Self::Columns { most } | Self::Rows { most } => vec![("most", most.to_string())],
            Self::Slug { slug } => vec![("slug", slug.clone())],
            Self::Large { most_mib } => vec![("most", most_mib.to_string())],
            Self::Unknown { title } => vec![("name", title.clone())],
            Self::Cell { row, name, kind } => vec![("row", row.to_string()), ("name", name.clone()), ("kind", (*kind).to_owned())],
            Self::Personal { row, name } => vec![("row", row.to_string()), ("name", name.clone())],
            Self::Needed { .. } | Self::Unreadable | Self::Empty => Vec::new(),
        }
    }
}

/// Why rows are not handed out: what they cost cannot be paid. Codes are those of a gateway that refuses a call for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsRefusal {
    /// What is owed was not paid.
    Suspended,
    /// The wallet cannot pay all of them.
    WalletShort,
    /// All of them would pass the spending limit.
    LimitReached,
}

impl RowsRefusal {
    /// Codes, in the order of the checks.
    pub const CODES: &'static [&'static str] = &["gateway-suspended", "gateway-limit-reached", "gateway-wallet-short"];
}

impl Refusal for RowsRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Suspended => "gateway-suspended",
            Self::WalletShort => "gateway-wallet-short",
            Self::LimitReached => "gateway-limit-reached",
        }
    }

    fn status(&self) -> u16 {
        402
    }
}
