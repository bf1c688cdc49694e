// LinesIn: standard input as lines, with a bound on their length.
#pragma once

#include <optional>
#include <string>

#include "io/descriptor.hpp"

namespace p2pc::commands::chat {

class LinesIn {
  public:
    LinesIn(io::Loop& loop, int fd, std::size_t longest) : input_(loop, fd), longest_(longest) {}

    // The next line without its end; also one the input ended in. nullopt: that was all.
    //   Errc::limit      a line was longer; the whole of it was dropped
    //   Errc::local_io   Errc::canceled
    asio::awaitable<Result<std::optional<std::string>>> next();

  private:
    // What is whole in the buffer; nothing when more must be read.
    std::optional<Result<std::optional<std::string>>> take();

    io::Descriptor input_;
    std::size_t longest_;
    std::string buffer_;
    bool too_long_ = false;
    bool ended_ = false;
};

}  // namespace p2pc::commands::chat
