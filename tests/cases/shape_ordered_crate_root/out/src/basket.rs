/// What is in the basket.
pub struct Basket;

nothing!();
