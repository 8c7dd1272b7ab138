//! The program: configuration, wiring, commands, reactions, the lived simulation.
