//! Keys in every form in which they end up in variables, and keys that are refused.

use super::super::testing::TestIssuer;
use super::super::verify::keys::PublicKey;

/// A modulus of this many bits.
fn modulus(bits: usize) -> Vec<u8> {
    let bytes = bits.div_ceil(8);
    let mut number = vec![0xff; bytes];
    if let Some(first) = number.first_mut() {
        *first >>= bytes * 8 - bits;
    }
    number
}

fn jwk(bits: usize, exponent: &[u8]) -> Option<PublicKey> {
    PublicKey::from_numbers(&modulus(bits), exponent)
}

#[test]
fn a_pem_is_read_in_every_form() {
    let pem = TestIssuer::new().pem();
    let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let forms = [
        pem.clone(),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\\n"),
        pem.replace('\n', "\\r\\n"),
        pem.replace('\n', " "),
        format!("\"{}\"", pem.replace('\n', "\\n")),
        format!("'{pem}'"),
        format!("  {pem}\n\n"),
        bare.clone(),
        format!(" {bare} "),
    ];
    let key = PublicKey::from_pem(&pem);
    assert!(key.is_some());
    for form in &forms {
        assert!(PublicKey::from_pem(form) == key, "{form}");
    }
}

#[test]
fn anything_but_a_public_key_is_refused() {
    let pem = TestIssuer::new().pem();
    let forms = [
        String::new(),
        "sk_test_abc".to_owned(),
        pem.replace("PUBLIC", "PRIVATE"),
        pem.replace("-----END PUBLIC KEY-----", ""),
        pem.replace("MII", "MIJ"),
        pem.replacen("IIB", "", 1),
    ];
    for form in &forms {
        assert!(PublicKey::from_pem(form).is_none(), "{form}");
    }
}

#[test]
fn weak_keys_are_refused() {
    for (bits, exponent) in [
        (1024, &[1, 0, 1][..]),
        (2047, &[1, 0, 1]),
        (4097, &[1, 0, 1]),
        (2048, &[1]),
        (2048, &[4]),
        (2048, &[]),
        (2048, &[0, 3]),
    ] {
        assert!(jwk(bits, exponent).is_none(), "{bits} {exponent:?}");
    }
    for bits in [2048, 3072, 4096] {
        assert!(jwk(bits, &[3]).is_some(), "{bits}");
        assert!(jwk(bits, &[1, 0, 1]).is_some(), "{bits}");
    }
}
