// CapturedWrites: a descriptor that remembers each write() made to it as one piece.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

namespace p2pc::tests {

class CapturedWrites {
  public:
    // A sequenced-packet socket keeps the borders between writes.
    CapturedWrites() {
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_.data()) != 0) std::abort();
    }
    ~CapturedWrites() {
        for (int fd : ends_)
            ::close(fd);
    }
    CapturedWrites(const CapturedWrites&) = delete;
    CapturedWrites& operator=(const CapturedWrites&) = delete;

    int fd() const { return ends_[0]; }
    // The writes since the last call.
    std::vector<std::string> take() {
        std::vector<std::string> writes;
        std::string buffer(256 * 1024, '\0');
        while (true) {
            const auto got = ::recv(ends_[1], buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (got <= 0) return writes;
            writes.push_back(buffer.substr(0, static_cast<std::size_t>(got)));
        }
    }

  private:
    std::array<int, 2> ends_{};
};

}  // namespace p2pc::tests
