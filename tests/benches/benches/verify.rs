//! The checks under Criterion, whose history shows what a change of the blueprint does to each.

use benches::contenders::contenders;
use benches::instance::Instance;
use criterion::{Criterion, criterion_group, criterion_main};

fn verify(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _entered = runtime.enter();
    let contenders = runtime.block_on(async { contenders(&Instance::start().await).await });
    let mut group = criterion.benchmark_group("verify");
    for (name, check) in &contenders {
        group.bench_function(*name, |bencher| bencher.iter(check));
    }
    group.finish();
}

criterion_group!(benches, verify);
criterion_main!(benches);
