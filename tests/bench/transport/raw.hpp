// The baseline: blocking sockets, and blocking OpenSSL on them, 256 KiB at a time.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>

namespace p2pc::bench {

constexpr std::size_t block_size = 256 * 1024;

class RawPair {
  public:
    enum class Kind { plain, tls };
    explicit RawPair(Kind kind);
    ~RawPair();
    RawPair(const RawPair&) = delete;
    RawPair& operator=(const RawPair&) = delete;
    void send(std::size_t total);
    void receive(std::size_t total);

  private:
    void start_tls();

    int client_ = -1;
    int server_ = -1;
    SSL* client_ssl_ = nullptr;
    SSL* server_ssl_ = nullptr;
};

}  // namespace p2pc::bench
