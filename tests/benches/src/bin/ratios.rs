//! Times everybody in turn, in slices of two milliseconds of this thread's CPU time, and prints each as a ratio
//! to the raw check in the same round, beside the allocations that `allocations` wrote to standard input.
//! Ratios of neighbours in time hold on a machine that is shared and changes its speed.

use std::time::Duration;

use benches::contenders::{Contender, contenders};
use benches::instance::Instance;
use cpu_time::ThreadTime;

const ROUNDS: usize = 301;
const SLICE: Duration = Duration::from_millis(2);

#[tokio::main]
async fn main() {
    let counts: Vec<String> = std::io::stdin().lines().map_while(Result::ok).collect();
    let contenders = contenders(&Instance::start().await).await;
    let repeats: Vec<u32> = contenders.iter().map(repeats_of_a_slice).collect();
    let mut times = vec![Vec::new(); contenders.len()];
    let mut ratios = vec![Vec::new(); contenders.len()];
    for _ in 0..ROUNDS {
        let round: Vec<f64> = contenders.iter().zip(&repeats).map(|(one, count)| nanoseconds(one, *count)).collect();
        for (index, time) in round.iter().enumerate() {
            times[index].push(*time);
            ratios[index].push(time / round[0]);
        }
    }
    println!("| check of one token | CPU ns | of the raw check | allocations | bytes |\n|---|---|---|---|---|");
    for (index, (name, _)) in contenders.iter().enumerate() {
        let (time, ratio) = (median(&mut times[index]), median(&mut ratios[index]));
        let count = counts.iter().find_map(|line| line.strip_prefix(name)).unwrap_or("\t–\t–");
        println!(
            "| {name} | {time:.0} | {ratio:.3} {}|",
            count.replace('\t', " | ").trim_start_matches(' ').to_owned() + " "
        );
    }
}

fn repeats_of_a_slice(contender: &Contender) -> u32 {
    let sample = nanoseconds(contender, 200);
    (SLICE.as_nanos() as f64 / sample).ceil() as u32
}

fn nanoseconds((_, check): &Contender, repeats: u32) -> f64 {
    let start = ThreadTime::now();
    for _ in 0..repeats {
        check();
    }
    start.elapsed().as_nanos() as f64 / f64::from(repeats)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
