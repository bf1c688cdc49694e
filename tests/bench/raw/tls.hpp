// The baseline's TLS: OpenSSL with the parameters of the tls plugin (docs/decisions/0003-tls-driver.md), so
// that only the code around it differs.
#pragma once

#include <openssl/ssl.h>

namespace p2pc::bench {

// TLS 1.3 alone, X25519, AES-128-GCM, no tickets; the accepting one has a throw-away Ed25519 certificate.
// Made at the first call, kept until the process ends; safe from any thread. Ends the process on failure.
SSL_CTX* connecting_context();
SSL_CTX* accepting_context();

}  // namespace p2pc::bench
