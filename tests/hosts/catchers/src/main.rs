//! Rocket apps that catch refusals in different ways. Their tests ask them over HTTP.

#[cfg(test)]
mod asked;

fn main() {
    let _ = rocket::build();
    println!("run `cargo test`");
}
