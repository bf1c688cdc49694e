#include "commands/config.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "commands/arguments.hpp"

namespace p2pc::commands {
namespace {

constexpr std::size_t largest_file = 1024 * 1024;

// Flags that make no sense in the file: it has been found by then.
bool is_key(const Flag& flag) {
    return flag.has_long() && flag.name != "config" && flag.name != "home" && flag.name != "help" &&
           flag.name != "version";
}

class Reader {
  public:
    Reader(std::string_view name, Given& given) : name_(name), given_(given) {}

    Status read(const toml::table& top, const Command& command) {
        for (const auto& [key, node] : top) {
            const Command* const named = find_command(key.str());
            const bool is_table = named != nullptr && named->name == key.str() && node.is_table();
            const auto done = is_table ? read_table(*node.as_table(), *named, command)
                                       : read_key(key.str(), node, global_flags(), Applies::yes);
            if (!done) return done;
        }
        return {};
    }

  private:
    enum class Applies { yes, no };  // no: the table of another command, only judged

    Status read_table(const toml::table& table, const Command& named, const Command& command) {
        for (const auto& [key, node] : table) {
            const auto applies = named.name == command.name ? Applies::yes : Applies::no;
            const auto done = read_key(key.str(), node, named.flags(), applies);
            if (!done) return done;
        }
        return {};
    }

    Status read_key(std::string_view key, const toml::node& node, std::span<const Flag> flags,
                    Applies applies) {
        const Flag* const flag = find_long(flags, key);
        if (flag == nullptr || !is_key(*flag)) return bad(node, fmt::format("unknown key '{}'", key));
        std::vector<std::string> values;
        auto taken = take(node, *flag, values);
        if (!taken) return taken;
        if (applies == Applies::yes && !values.empty()) {
            given_.add_configured(flag->name, std::move(values), where(node));
        }
        return {};
    }

    Status take(const toml::node& node, const Flag& flag, std::vector<std::string>& values) {
        if (flag.takes == Takes::nothing || flag.takes == Takes::maybe_value) {
            if (const auto yes = node.value_exact<bool>()) {
                if (*yes) values.emplace_back(flag.takes == Takes::nothing ? "true" : no_value);
                return {};
            }
            if (flag.takes == Takes::nothing) return bad(node, fmt::format("{} is true or false", flag.name));
        }
        if (flag.takes == Takes::values && node.is_array()) {
            for (const auto& item : *node.as_array()) {
                const auto one = take_scalar(item, flag, values);
                if (!one) return one;
            }
            return {};
        }
        return take_scalar(node, flag, values);
    }

    Status take_scalar(const toml::node& node, const Flag& flag, std::vector<std::string>& values) {
        if (const auto text = node.value_exact<std::string>()) {
            values.push_back(*text);
        } else if (const auto number = node.value_exact<std::int64_t>()) {
            values.push_back(fmt::format("{}", *number));
        } else {
            return bad(node, fmt::format("{} takes {}", flag.name, flag.value));
        }
        return {};
    }

    std::string where(const toml::node& node) const {
        return fmt::format("{}:{}", name_, node.source().begin.line);
    }
    Error bad(const toml::node& node, std::string_view what) const {
        return Error{Errc::usage, fmt::format("{}: {}", where(node), what)};
    }

    std::string_view name_;
    Given& given_;
};

// Nothing: no such file.
Result<std::optional<std::string>> read_file(const std::filesystem::path& file) {
    const auto trouble = [&file] {
        return Error{Errc::local_io,
                     fmt::format("cannot read '{}': {}", file.string(), std::strerror(errno))};
    };
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) return std::optional<std::string>{};
    if (fd < 0) return trouble();
    std::string text;
    std::array<char, 4096> piece;
    ssize_t got = 0;
    while ((got = ::read(fd, piece.data(), piece.size())) > 0 && text.size() <= largest_file)
        text.append(piece.data(), static_cast<std::size_t>(got));
    const auto failed = got < 0 ? std::optional<Error>{trouble()} : std::nullopt;
    ::close(fd);
    if (failed) return *failed;
    if (text.size() > largest_file)
        return Error{Errc::usage, fmt::format("'{}' is too large", file.string())};
    return std::optional<std::string>{std::move(text)};
}

}  // namespace

Status read_config_text(std::string_view text, std::string_view name, const Command& command, Given& given) {
    try {
        const auto top = toml::parse(text);
        return Reader{name, given}.read(top, command);
    } catch (const toml::parse_error& error) {
        return Error{Errc::usage,
                     fmt::format("{}:{}: {}", name, error.source().begin.line, error.description())};
    }
}

Status read_config(const std::filesystem::path& file, WhenMissing when_missing, const Command& command,
                   Given& given) {
    const auto text = read_file(file);
    if (!text) return text.error();
    if (*text) return read_config_text(**text, file.string(), command, given);
    if (when_missing == WhenMissing::nothing) return {};
    return Error{Errc::local_io, fmt::format("cannot read '{}': there is no such file", file.string())};
}

}  // namespace p2pc::commands
