#include "base/log.hpp"

#include <unistd.h>

#include <array>

namespace p2pc::base {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

void append_value(std::string& line, std::string_view value) {
    const bool plain = !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos;
    if (!plain) line.push_back('"');
    for (unsigned char c : value) {
        if (c == '"' || c == '\\') {
            line.push_back('\\');
            line.push_back(static_cast<char>(c));
        } else if (c < 0x20 || c >= 0x7f) {
            // Bytes above ASCII too: a log is read by programs and by terminals we know nothing of.
            line.append(fmt::format("\\x{:02x}", c));
        } else {
            line.push_back(static_cast<char>(c));
        }
    }
    if (!plain) line.push_back('"');
}

}  // namespace

bool parse_log_level(std::string_view text, LogLevel& level) {
    for (std::size_t i = 0; i < level_names.size(); ++i) {
        if (text == level_names[i]) {
            level = static_cast<LogLevel>(i);
            return true;
        }
    }
    if (text != "off") return false;
    level = LogLevel::off;
    return true;
}

void Log::debug(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::debug, event, fields);
}
void Log::info(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::info, event, fields);
}
void Log::warning(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::warning, event, fields);
}
void Log::error(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::error, event, fields);
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const {
    if (!enabled(level)) return;
    std::string line = rfc3339(clock_.wall());
    line.append(" ").append(level_names[static_cast<std::size_t>(level)]).append(" ").append(event);
    for (const auto& field : fields) {
        line.append(" ").append(field.key()).append("=");
        append_value(line, field.value());
    }
    line.push_back('\n');
    emit(line);
}

void Log::emit(std::string_view line) const {
    // A full pipe or a closed stderr must not stop the server: the line is lost, nothing else.
    [[maybe_unused]] const auto written = ::write(fd_, line.data(), line.size());
}

}  // namespace p2pc::base
