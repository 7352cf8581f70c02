//! Counts what one check allocates: name, number and bytes, one line each, for `ratios` to read.
//! In a program of its own, so that counting slows nobody in the measurement of time.

use benches::{contenders, instance::Instance};

#[tokio::main]
async fn main() {
    for (name, check) in contenders::contenders(&Instance::start().await).await {
        check();
        let counted = allocation_counter::measure(&check);
        println!("{name}\t{}\t{}", counted.count_total, counted.bytes_total);
    }
}
