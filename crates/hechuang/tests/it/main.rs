//! The whole program: what is lived is consistent, whatever is altered is noticed, and the side effects of the platform stand on one page.

mod ground;
mod lived;
mod reactions;
