// Asio, compiled once (ASIO_SEPARATE_COMPILATION): header-only copies in a binary and a plugin crash.
#include <asio/impl/src.hpp>
