#include "bench/transport/raw.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace p2pc::bench {

namespace {

void require(bool good, const char* what) {
    if (good) return;
    std::perror(what);
    std::exit(1);
}

}  // namespace

RawPair::RawPair(Kind kind) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* address = reinterpret_cast<sockaddr*>(&at);
    require(::bind(listener, address, size) == 0 && ::listen(listener, 1) == 0, "listen");
    ::getsockname(listener, address, &size);
    client_ = ::socket(AF_INET, SOCK_STREAM, 0);
    // What the plugins set for bulk on loopback, so that only the code above the socket differs.
    ::setsockopt(client_, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
    require(::connect(client_, address, size) == 0, "connect");
    server_ = ::accept(listener, nullptr, nullptr);
    require(server_ >= 0, "accept");
    ::close(listener);
    if (kind == Kind::tls) start_tls();
}

void RawPair::start_tls() {
    SSL_CTX* const context = SSL_CTX_new(TLS_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const x509 = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key);
    X509_sign(x509, key, EVP_sha256());
    SSL_CTX_use_certificate(context, x509);
    SSL_CTX_use_PrivateKey(context, key);
    client_ssl_ = SSL_new(context);
    server_ssl_ = SSL_new(context);
    SSL_set_fd(client_ssl_, client_);
    SSL_set_fd(server_ssl_, server_);
    std::thread other([&] { require(SSL_accept(server_ssl_) == 1, "SSL_accept"); });
    require(SSL_connect(client_ssl_) == 1, "SSL_connect");
    other.join();
    X509_free(x509);
    EVP_PKEY_free(key);
    SSL_CTX_free(context);
}

RawPair::~RawPair() {
    SSL_free(client_ssl_);
    SSL_free(server_ssl_);
    ::close(client_);
    ::close(server_);
}

void RawPair::send(std::size_t total) {
    const std::vector<char> block(block_size, 7);
    for (std::size_t sent = 0; sent < total;) {
        const int size = static_cast<int>(std::min(block.size(), total - sent));
        const auto count = client_ssl_ != nullptr
                               ? SSL_write(client_ssl_, block.data(), size)
                               : ::send(client_, block.data(), static_cast<std::size_t>(size), 0);
        require(count > 0, "send");
        sent += static_cast<std::size_t>(count);
    }
}

void RawPair::receive(std::size_t total) {
    std::vector<char> block(block_size);
    for (std::size_t received = 0; received < total;) {
        const auto count = server_ssl_ != nullptr
                               ? SSL_read(server_ssl_, block.data(), static_cast<int>(block_size))
                               : ::recv(server_, block.data(), block_size, 0);
        require(count > 0, "receive");
        received += static_cast<std::size_t>(count);
    }
}

}  // namespace p2pc::bench
