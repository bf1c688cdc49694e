// Line: a blocking connection, over loopback unless said otherwise, plain or TLS; what every baseline is made
// of.
//
// One thread at a time. Ends the process on a failure to set up; once it stands, a failure is an end.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace p2pc::bench {

enum class Kind { tcp, tls };
// "tcp" or "tls", else the process ends.
Kind parse_kind(std::string_view text);

// Where somebody listens, in the host's byte order.
inline constexpr std::uint32_t loopback = 0x7f000001;
struct Place {
    std::uint32_t address;
    std::uint16_t port;
};
// "[ADDRESS:]PORT", IPv4; else the process ends.
Place parse_place(std::string_view text);
std::uint32_t parse_address(std::string_view text);

class Line {
  public:
    static Line connect(Kind kind, std::uint16_t port) { return connect(kind, Place{loopback, port}); }
    static Line connect(Kind kind, Place to);
    Line(Line&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), ssl_(std::exchange(other.ssl_, nullptr)) {}
    Line& operator=(Line&&) = delete;
    ~Line();

    // Up to `size` bytes; 0: the end, in order or not. Callers count what they got.
    std::size_t read_some(char* into, std::size_t size);
    // Whether all of them came.
    bool read_all(char* into, std::size_t size);
    bool write_all(const char* from, std::size_t size);
    // Says that nothing more comes.
    void finish();
    // The destructor sends a reset: a benchmark of thousands of connections leaves no TIME_WAIT behind.
    void reset_at_end();
    int fd() const noexcept { return fd_; }

  private:
    friend class Door;
    explicit Line(int fd) : fd_(fd) {}
    int fd_;
    SSL* ssl_ = nullptr;
};

// A listening socket on any free port.
class Door {
  public:
    explicit Door(Kind kind, std::uint32_t address = loopback);
    ~Door();
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;
    std::uint16_t port() const;
    // The next caller, handshake done; nothing when it went wrong. From any number of threads at once.
    std::optional<Line> accept() const;

  private:
    Kind kind_;
    int fd_;
};

}  // namespace p2pc::bench
