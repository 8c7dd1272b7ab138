//! Rounds, panels, draws, scores.
