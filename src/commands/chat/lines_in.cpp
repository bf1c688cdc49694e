#include "commands/chat/lines_in.hpp"

#include <array>
#include <p2pc/base/bytes.hpp>

namespace p2pc::commands::chat {

std::optional<Result<std::optional<std::string>>> LinesIn::take() {
    using Line = Result<std::optional<std::string>>;
    const auto end = buffer_.find('\n');
    if (end == std::string::npos && !ended_) {
        if (buffer_.size() <= longest_) return std::nullopt;
        too_long_ = true;
        buffer_.clear();
        return std::nullopt;
    }
    if (end == std::string::npos && buffer_.empty() && !too_long_) return Line{std::optional<std::string>{}};
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end == std::string::npos ? end : end + 1);
    const bool dropped = std::exchange(too_long_, false) || line.size() > longest_;
    if (dropped)
        return Line{Error{Errc::limit, "a line of more than " + std::to_string(longest_ / 1024) + " KiB"}};
    return Line{std::optional<std::string>{std::move(line)}};
}

asio::awaitable<Result<std::optional<std::string>>> LinesIn::next() {
    std::array<std::byte, 16 * 1024> piece;
    for (;;) {
        auto line = take();
        if (line) co_return std::move(*line);
        auto got = co_await input_.read_some(piece);
        if (!got) co_return got.error();
        if (*got == 0) ended_ = true;
        buffer_.append(as_text(BytesView{piece}.first(*got)));
    }
}

}  // namespace p2pc::commands::chat
