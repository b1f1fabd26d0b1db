//! Conversations played by honest and lying people and boxes, from one seed.

mod attacks;
mod honest;
mod hostile;
mod random;
mod story;
mod vectors;
mod world;
