//! Conversations played by honest and lying people and boxes, from one seed.

mod attacks;
mod downgrade;
mod followed;
mod honest;
mod hostile;
mod judged;
mod own;
mod random;
mod size;
mod story;
mod vectors;
mod world;
