//! Loads, checks, versions and diffs packs: everything configurable is a text file.
