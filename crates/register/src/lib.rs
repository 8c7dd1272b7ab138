//! Typed records without a process, and the sourced facts of the plan.
