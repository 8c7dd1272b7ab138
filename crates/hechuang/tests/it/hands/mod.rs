//! What people do by hand, page by page: each function is one deed of one person, in the words of the page.

pub mod cases;
pub mod money;
pub mod office;
pub mod positions;
pub mod reviews;
pub mod way;

/// A text of at least forty characters.
pub fn long(text: &str) -> String {
    text.repeat(40usize.div_ceil(text.chars().count()))
}
