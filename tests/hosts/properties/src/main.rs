//! A host whose tests throw bytes at the three parsers of the generated module, and check rules that need a whole request.

#[cfg(test)]
mod counting;
#[cfg(test)]
mod expiry;
#[cfg(test)]
mod guards;
#[cfg(test)]
mod members;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod mutate;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod refresh;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod server;

fn main() {
    println!("run `cargo test`");
}
