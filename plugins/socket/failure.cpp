#include "socket/failure.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace p2pc::socket {

namespace {

Errc code_of(int number, Errc otherwise) noexcept {
    switch (number) {
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
            return Errc::busy;
        case EADDRINUSE:
            return Errc::in_use;
        default:
            return otherwise;
    }
}

}  // namespace

Failure system_failure(int number, std::string_view what, Errc otherwise) noexcept {
    Failure failure;
    failure.code = code_of(number, otherwise);
    char reason[100];
    std::snprintf(failure.text.data(), failure.text.size(), "%.*s: %s", static_cast<int>(what.size()),
                  what.data(), ::strerror_r(number, reason, sizeof reason));
    return failure;
}

}  // namespace p2pc::socket
