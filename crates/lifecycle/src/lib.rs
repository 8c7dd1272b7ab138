//! Pure: a definition, a state and facts give an explanation and effects.
