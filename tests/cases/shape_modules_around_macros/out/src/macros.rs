macro_rules! greeting {
    () => {
        "hello"
    };
}
