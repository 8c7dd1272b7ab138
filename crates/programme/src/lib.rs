//! Cases and forms: every project, challenge or venture is a case run by data.
