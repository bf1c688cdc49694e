// OpenSSL objects as owned pointers, and its error queue as a Failure.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <p2pc/transport/text.hpp>
#include <string>

namespace p2pc::tls {

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<&EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Deleter<&X509_free>>;
using SslPtr = std::unique_ptr<SSL, Deleter<&SSL_free>>;
// Shared by a listener, its streams that have no SSL object yet, and the transport.
using ContextPtr = std::shared_ptr<SSL_CTX>;

// "WHAT: reason of the oldest error in this thread's queue", which is emptied.
inline transport::Failure openssl_failure(Errc code, const std::string& what) {
    const unsigned long error = ERR_get_error();
    const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
    ERR_clear_error();
    return transport::make_failure(code, what + ": " + (reason != nullptr ? reason : "unknown reason"));
}

}  // namespace p2pc::tls
