#include "bench/raw/tls.hpp"

#include "bench/raw/require.hpp"

namespace p2pc::bench {
namespace {

SSL_CTX* make_context(const SSL_METHOD* method) {
    // As the plugin: openssl.cnf is not read, which takes longer than a handshake.
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
    SSL_CTX* const context = SSL_CTX_new(method);
    require(context != nullptr && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
                SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") == 1 &&
                SSL_CTX_set1_groups_list(context, "X25519") == 1 && SSL_CTX_set_num_tickets(context, 0) == 1,
            "TLS context");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return context;
}

void give_certificate(SSL_CTX* context) {
    EVP_PKEY* const key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    X509* const certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    X509_set_pubkey(certificate, key);
    require(X509_sign(certificate, key, nullptr) > 0 && SSL_CTX_use_certificate(context, certificate) == 1 &&
                SSL_CTX_use_PrivateKey(context, key) == 1,
            "certificate");
    X509_free(certificate);
    EVP_PKEY_free(key);
}

}  // namespace

SSL_CTX* connecting_context() {
    static SSL_CTX* const context = make_context(TLS_client_method());
    return context;
}

SSL_CTX* accepting_context() {
    static SSL_CTX* const context = [] {
        SSL_CTX* const made = make_context(TLS_server_method());
        give_certificate(made);
        return made;
    }();
    return context;
}

}  // namespace p2pc::bench
