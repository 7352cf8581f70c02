pub fn shell() {}
