"""A throw-away certificate for a double that speaks TLS: self-signed by an Ed25519 key, in DER (RFC 5280, 8410)."""

ED25519 = bytes.fromhex("300506032b6570")  # the algorithm's identifier


def der(tag, *content):
    body = b"".join(content)
    size = len(body)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + body


def sequence(*content):
    return der(0x30, *content)


def bits(content):
    return der(0x03, b"\0" + content)


def self_signed(key):
    name = sequence(der(0x31, sequence(der(0x06, b"\x55\x04\x03"), der(0x0C, b"p2pc"))))
    validity = sequence(der(0x17, b"200101000000Z"), der(0x17, b"491231235959Z"))
    version = der(0xA0, der(0x02, b"\x02"))
    to_sign = sequence(version, der(0x02, b"\x01"), ED25519, name, validity, name, sequence(ED25519, bits(key.public)))
    return sequence(to_sign, ED25519, bits(key.sign(to_sign)))


def private(key):
    """As PKCS #8 has it."""
    return sequence(der(0x02, b"\0"), ED25519, der(0x04, der(0x04, key.seed)))
