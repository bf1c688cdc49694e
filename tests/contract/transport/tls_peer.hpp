// Plain OpenSSL at the other end: first flights of clients we do not want, and certificate files.
#pragma once

#include <filesystem>
#include <p2pc/base/bytes.hpp>
#include <string>

namespace p2pc::testing {

// The ClientHello OpenSSL sends with these versions as the least and the most (TLS1_2_VERSION ...).
Bytes client_hello(int least, int most);

// A self-signed certificate for `host` and its key, as PEM files in a folder that goes away.
class CertificateFiles {
  public:
    explicit CertificateFiles(const std::string& host);
    ~CertificateFiles();
    CertificateFiles(const CertificateFiles&) = delete;
    CertificateFiles& operator=(const CertificateFiles&) = delete;
    std::string certificate() const { return (folder_ / "cert.pem").string(); }
    std::string key() const { return (folder_ / "key.pem").string(); }
    std::string absent() const { return (folder_ / "absent.pem").string(); }

  private:
    std::filesystem::path folder_;
};

}  // namespace p2pc::testing
