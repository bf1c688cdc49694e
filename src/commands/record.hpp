// Record: one line of --json, built field by field: {"type":"user","at":"...","name":"bob",...}.
//
// Fields stand in the order in which they are added; text of any bytes becomes valid JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/strong.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace p2pc::commands {

class Record {
  public:
    Record(std::string_view type, WallTime at);

    // What is not UTF-8 has U+FFFD in it.
    Record& text(std::string_view key, std::string_view value);
    Record& maybe(std::string_view key, const std::optional<std::string>& value);  // absent: null
    // A path or a file's name: not UTF-8, it has its bytes in KEY_b64 beside it.
    Record& path(std::string_view key, const std::optional<std::string>& value);
    Record& number(std::string_view key, std::optional<std::uint64_t> value);
    Record& number(std::string_view key, std::optional<ByteCount> value);
    Record& seconds(std::string_view key, double value);  // with milliseconds
    Record& yes_no(std::string_view key, bool value);
    Record& time(std::string_view key, std::optional<WallTime> value);  // RFC 3339
    Record& texts(std::string_view key, const std::vector<std::string>& values);
    Record& texts(std::string_view key, const std::optional<std::vector<std::string>>& values);
    Record& none(std::string_view key);

    struct Device {
        std::string name;
        std::vector<std::string> endpoints;
    };
    Record& devices(std::string_view key, const std::vector<Device>& values);

    // Without a newline.
    std::string str() const { return line_ + "}"; }

  private:
    Record& raw(std::string_view key, std::string_view json);
    std::string line_;
};

}  // namespace p2pc::commands
