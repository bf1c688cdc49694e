// The schema, as numbered steps. A step that was ever released is never edited: a change is a new step.
//
// The database says in `user_version` how many steps it has had, and in `application_id` that it is ours.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <span>

namespace p2pc::storage {

constexpr std::uint32_t application_id = 0x70327063;  // "p2pc"

std::span<const char* const> migrations() noexcept;

// Runs the steps the database has not had, each in its own transaction together with its number.
// Throws SQLite::Exception; the steps before the failing one stay.
// REQUIRES: the database has had no more steps than there are.
void migrate(SQLite::Database& database, std::span<const char* const> steps);

}  // namespace p2pc::storage
