// A throw-away certificate: TLS wants one, our proof of identity does not.
#pragma once

#include "tls/openssl.hpp"

namespace p2pc::tls {

struct Certificate {
    KeyPtr key;
    CertificatePtr certificate;
};

// Self-signed, the same names and dates for everyone, a new key each time. Empty members on failure.
Certificate make_certificate() noexcept;

}  // namespace p2pc::tls
