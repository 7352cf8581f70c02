macro_rules! nothing {
    () => {};
}
