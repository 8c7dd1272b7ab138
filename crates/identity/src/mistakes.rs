//! What is wrong with the fields of a form, all of it at once.

/// A complaint: JSON pointer of the field, code, arguments of the sentence.
pub type Complaint = (Option<String>, String, Vec<(&'static str, String)>);

/// Fields and what is wrong with each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mistakes(Vec<(&'static str, &'static str)>);

impl Mistakes {
    /// Notes that a field (its name, without the slash) is wrong.
    pub fn add(&mut self, field: &'static str, code: &'static str) {
        self.0.push((field, code));
    }

    /// The value, or the field is noted and there is none.
    pub fn take<T, E>(&mut self, field: &'static str, code: &'static str, value: Result<T, E>) -> Option<T> {
        if value.is_err() {
            self.add(field, code);
        }
        value.ok()
    }

    /// The draft if nothing is wrong.
    pub fn draft<T>(self, draft: Option<T>) -> Result<T, Self> {
        match draft {
            Some(draft) if self.0.is_empty() => Ok(draft),
            _ => Err(self),
        }
    }

    /// One mistake.
    pub fn one(field: &'static str, code: &'static str) -> Self {
        Self(vec![(field, code)])
    }

    /// Field and code of each.
    pub fn all(&self) -> &[(&'static str, &'static str)] {
        &self.0
    }

    /// The same as parts of a refusal.
    pub fn parts(&self) -> Vec<Complaint> {
        self.0.iter().map(|(field, code)| (Some(format!("/{field}")), (*code).to_owned(), Vec::new())).collect()
    }
}

/// A text that was filled in: trimmed, bounded; nothing if left empty.
pub fn filled(text: Option<&str>, longest: usize) -> Result<Option<String>, ()> {
    let text = text.unwrap_or_default().trim();
    if text.chars().count() > longest || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A text that must be filled in.
pub fn needed(text: &str, longest: usize) -> Result<String, ()> {
    filled(Some(text), longest)?.ok_or(())
}
