#include "tls/certificate.hpp"

namespace p2pc::tls {

Certificate make_certificate() noexcept {
    KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    CertificatePtr certificate(X509_new());
    if (!key || !certificate) return {};
    auto* x509 = certificate.get();
    auto* name = X509_get_subject_name(x509);
    const auto* text = reinterpret_cast<const unsigned char*>("p2pc");
    const bool made = X509_set_version(x509, X509_VERSION_3) == 1 &&
                      ASN1_INTEGER_set(X509_get_serialNumber(x509), 1) == 1 &&
                      // Fixed dates: neither our clock nor our age is a stranger's business.
                      ASN1_TIME_set_string(X509_getm_notBefore(x509), "20000101000000Z") == 1 &&
                      ASN1_TIME_set_string(X509_getm_notAfter(x509), "99991231235959Z") == 1 &&
                      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
                      X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, key.get()) == 1 &&
                      X509_sign(x509, key.get(), nullptr) > 0;
    if (!made) return {};
    return {std::move(key), std::move(certificate)};
}

}  // namespace p2pc::tls
