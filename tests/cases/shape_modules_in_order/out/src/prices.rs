pub const FREE: u32 = 0;
