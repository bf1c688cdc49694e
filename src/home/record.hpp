// Record: one line of a state file, a name and its fields: "pin user=bob serial=3".
//
// Values are any bytes; those outside 0x21..0x7e, and '%', are written %xx. What a record held is wiped with
// it, since some hold keys. Every getter gives Errc::corrupt when the field is missing or is not one.
#pragma once

#include <cstdint>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/signing.hpp"
#include "model/ids.hpp"
#include "model/names.hpp"
#include "model/url.hpp"

namespace p2pc::home {

class Record {
  public:
    explicit Record(std::string_view name) : name_(name) {}
    Record(Record&&) noexcept = default;
    Record& operator=(Record&&) noexcept = default;
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;
    ~Record();

    const std::string& name() const noexcept { return name_; }

    // Fields are written in the order in which they were set. REQUIRES: each key once, of a-z and '_'.
    Record& text(std::string_view key, std::string_view value);
    Record& number(std::string_view key, std::uint64_t value);
    Record& bytes(std::string_view key, BytesView value);  // in base32
    Record& time(std::string_view key, WallTime value);    // RFC 3339 is for people; milliseconds since 1970
    Record& yes_no(std::string_view key, bool value);
    Record& seed(std::string_view key, const crypto::SigningKey& value);

    Result<std::string_view> text(std::string_view key) const;
    Result<std::uint64_t> number(std::string_view key) const;
    Result<Bytes> bytes(std::string_view key) const;
    Result<WallTime> time(std::string_view key) const;
    Result<bool> yes_no(std::string_view key) const;
    Result<crypto::SigningKey> seed(std::string_view key) const;
    Result<model::UserName> user(std::string_view key) const;
    Result<model::DeviceName> device(std::string_view key) const;
    Result<model::ServerUrl> server(std::string_view key) const;
    template <class Id>
    Result<Id> id(std::string_view key) const {
        auto raw = bytes(key);
        if (!raw) return raw.error();
        auto made = Id::from(*raw);
        if (!made) return missing(key);
        return *made;
    }

    // One line with its newline.
    std::string encode() const;
    // `line` without its newline. Errc::corrupt
    static Result<Record> decode(std::string_view line);

  private:
    static Error missing(std::string_view key);
    std::string name_;
    std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace p2pc::home
