// Log: one structured line an event, to stderr: time, level, event, key=value pairs.
//
//   2026-01-02T03:04:05.678Z info accepted user=alice from="192.0.2.7:4711"
//
// Values are escaped (a line stays a line, no control character gets through). No secret is ever a
// value: types that hold one have no formatter. Safe from any thread; a line is written with one write().
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace p2pc::base {

enum class LogLevel { debug, info, warning, error, off };

// "debug", "info", "warning", "error", "off"; false for anything else.
bool parse_log_level(std::string_view text, LogLevel& level);

class LogField {
  public:
    template <class T>
    LogField(std::string_view key, const T& value) : key_(key), value_(fmt::format("{}", value)) {}
    std::string_view key() const { return key_; }
    const std::string& value() const { return value_; }

  private:
    std::string_view key_;
    std::string value_;
};

class Log {
  public:
    Log(LogLevel level, int fd, const Clock& clock) : level_(level), fd_(fd), clock_(clock) {}
    virtual ~Log() = default;

    void debug(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    void info(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    void warning(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    void error(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    bool enabled(LogLevel level) const { return level >= level_ && level_ != LogLevel::off; }

  protected:
    virtual void emit(std::string_view line) const;

  private:
    void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const;

    LogLevel level_;
    int fd_;
    const Clock& clock_;
};

}  // namespace p2pc::base
