//! What is wrong with a sheet that came in: row by row, or with the sheet as a whole.

use schemars::JsonSchema;
use serde::Serialize;
use words::Refusal;

use crate::mistakes::Complaint;
use crate::sheet::{Column, SheetMistake};

/// Columns of a sheet of people.
pub const PEOPLE_COLUMNS: &[Column] = &[
    ("name", &["姓名", "full name"]),
    ("staff_no", &["工号", "员工编号", "staff number"]),
    ("phone", &["手机", "手机号", "联系电话", "mobile"]),
    ("email", &["邮箱", "电子邮箱", "e-mail"]),
    ("id_number", &["身份证号", "id number"]),
    ("unit", &["单位", "所属单位", "unit path"]),
    ("from_on", &["起始日期", "入职日期", "from"]),
    ("grade", &["职级"]),
    ("position", &["岗位"]),
    ("login", &["登录名", "登录账号"]),
];

/// Columns of a sheet of units.
pub const UNIT_COLUMNS: &[Column] = &[
    ("parent", &["上级", "上级路径", "上级单位"]),
    ("name", &["代码", "编码", "code"]),
    ("kind", &["类型", "类别"]),
    ("zh", &["中文名称", "中文名", "chinese name"]),
    ("en", &["英文名称", "英文名", "english name"]),
    ("city", &["城市", "所在城市"]),
];

/// Something wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RowMistake {
    /// Number of the row in the sheet; the header is 1.
    pub row: usize,
    /// Column: the field's name.
    pub column: String,
    /// Code; its sentence is `problem-<code>`.
    pub code: String,
}

impl RowMistake {
    pub(crate) fn new(row: usize, column: &str, code: &str) -> Self {
        Self { row, column: column.into(), code: code.into() }
    }
}

/// Why a sheet is not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportRefusal {
    /// The sheet as a whole.
    Sheet(SheetMistake),
    /// These rows; nothing of the sheet was taken in.
    Rows(Vec<RowMistake>),
}

impl Refusal for ImportRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Sheet(SheetMistake::Unreadable) => "identity-sheet-unreadable",
            Self::Sheet(SheetMistake::Empty) => "identity-sheet-empty",
            Self::Sheet(SheetMistake::TooMany) => "identity-sheet-too-many",
            Self::Sheet(SheetMistake::ColumnMissing(_)) => "identity-sheet-column",
            Self::Rows(_) => "identity-sheet-rows",
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::Sheet(_)).then(|| "/sheet".into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Sheet(SheetMistake::ColumnMissing(column)) => vec![("column", (*column).into())],
            Self::Sheet(SheetMistake::TooMany) => vec![("most", crate::sheet::ROWS_MAX.to_string())],
            Self::Rows(rows) => vec![("count", rows.len().to_string())],
            Self::Sheet(_) => Vec::new(),
        }
    }

    fn parts(&self) -> Vec<Complaint> {
        match self {
            Self::Rows(rows) => rows.iter().take(200).map(|row| (Some(format!("/rows/{}/{}", row.row, row.column)), row.code.clone(), Vec::new())).collect(),
            Self::Sheet(_) => Vec::new(),
        }
    }
}
