// SSL contexts with the one set of parameters p2pc speaks (docs/decisions/0003-tls-driver.md).
#pragma once

#include <string>

#include "tls/openssl.hpp"

namespace p2pc::tls {

struct MadeContext {
    ContextPtr context;  // null: failure tells why
    transport::Failure failure;
};

// Trusts anyone when `ca_file` is empty: identity is proven above. Otherwise only chains of that file.
MadeContext connecting_context(const std::string& ca_file) noexcept;

// With a throw-away certificate when both names are empty.
MadeContext accepting_context(const std::string& certificate_file, const std::string& key_file) noexcept;

// Whether the handshake ended with our application protocol.
bool speaks_p2pc(const SSL* ssl) noexcept;

// Makes `ssl` check the certificate of the other side against the host as the user wrote it.
bool expect_host(SSL* ssl, const std::string& host) noexcept;

}  // namespace p2pc::tls
