// Rows to records and back, where a table is read in more than one place.
#pragma once

#include "storage/records.hpp"
#include "storage/sqlite/connection.hpp"

namespace p2pc::storage {

// The columns of session_active and session_log as read_session() takes them.
extern const std::string columns_of_active;
extern const std::string columns_of_log;
SessionRecord read_session(Query& row);

DeviceRecord read_device(Query& row);

// Unsigned numbers keep their bits in SQLite's signed ones.
constexpr std::int64_t to_column(std::uint64_t value) noexcept {
    return static_cast<std::int64_t>(value);
}
constexpr std::uint64_t from_column(std::int64_t value) noexcept {
    return static_cast<std::uint64_t>(value);
}

}  // namespace p2pc::storage
