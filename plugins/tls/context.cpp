#include "tls/context.hpp"

#include <openssl/x509v3.h>

#include <mutex>
#include <string_view>

#include "tls/certificate.hpp"

namespace p2pc::tls {

namespace {

constexpr unsigned char protocol[] = {6, 'p', '2', 'p', 'c', '/', '1'};

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned int in_size, void*) {
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, protocol, sizeof protocol, in, in_size) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

// A key file with a pass phrase must not stop us at a prompt.
int no_pass_phrase(char*, int, int, void*) {
    return 0;
}

ContextPtr make_context(const SSL_METHOD* method) noexcept {
    static std::once_flag once;
    // Neither OPENSSL_CONF nor the system's openssl.cnf changes what we speak, nor costs time to read.
    std::call_once(once, [] { OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr); });
    ContextPtr context(SSL_CTX_new(method), &SSL_CTX_free);
    if (!context) return nullptr;
    auto* ctx = context.get();
    const bool good =
        SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
        SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 &&
        SSL_CTX_set_ciphersuites(
            ctx, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1 &&
        SSL_CTX_set1_groups_list(ctx, "X25519") == 1 && SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
        SSL_CTX_set_max_early_data(ctx, 0) == 1;
    if (!good) return nullptr;
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_default_passwd_cb(ctx, no_pass_phrase);
    return context;
}

}  // namespace

MadeContext connecting_context(const std::string& ca_file) noexcept {
    auto context = make_context(TLS_client_method());
    if (!context) return {nullptr, openssl_failure(Errc::internal, "TLS")};
    auto* ctx = context.get();
    SSL_CTX_set_alpn_protos(ctx, protocol, sizeof protocol);
    SSL_CTX_set_verify(ctx, ca_file.empty() ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    if (!ca_file.empty() && SSL_CTX_load_verify_file(ctx, ca_file.c_str()) != 1) {
        return {nullptr, openssl_failure(Errc::local_io, "CA file '" + ca_file + "'")};
    }
    return {std::move(context), {}};
}

MadeContext accepting_context(const std::string& certificate_file, const std::string& key_file) noexcept {
    auto context = make_context(TLS_server_method());
    if (!context) return {nullptr, openssl_failure(Errc::internal, "TLS")};
    auto* ctx = context.get();
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, nullptr);
    if (certificate_file.empty() != key_file.empty()) {
        return {nullptr, transport::make_failure(Errc::usage,
                                                 "a certificate needs its key, and a key its "
                                                 "certificate")};
    }
    if (certificate_file.empty()) {
        const auto own = make_certificate();
        if (!own.key || SSL_CTX_use_certificate(ctx, own.certificate.get()) != 1 ||
            SSL_CTX_use_PrivateKey(ctx, own.key.get()) != 1) {
            return {nullptr, openssl_failure(Errc::internal, "certificate")};
        }
        return {std::move(context), {}};
    }
    if (SSL_CTX_use_certificate_chain_file(ctx, certificate_file.c_str()) != 1) {
        return {nullptr, openssl_failure(Errc::local_io, "certificate '" + certificate_file + "'")};
    }
    if (SSL_CTX_use_PrivateKey_file(ctx, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        return {nullptr, openssl_failure(Errc::local_io, "key '" + key_file + "'")};
    }
    return {std::move(context), {}};
}

bool speaks_p2pc(const SSL* ssl) noexcept {
    const unsigned char* chosen = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl, &chosen, &size);
    return std::string_view{reinterpret_cast<const char*>(chosen), size} == "p2pc/1";
}

bool expect_host(SSL* ssl, const std::string& host) noexcept {
    auto* parameters = SSL_get0_param(ssl);
    if (host.empty()) return false;
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1) return true;
    ERR_clear_error();
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // The name is sent too: a server of several names picks its certificate by it.
    return SSL_set1_host(ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

}  // namespace p2pc::tls
