// What register, login and logout say of the account.
#pragma once

#include <fmt/format.h>

#include "commands/output.hpp"
#include "commands/records.hpp"

namespace p2pc::commands {

inline void print_account(Output& out, const AccountRecord& account, std::string_view what) {
    if (out.json()) return out.record(line_of(account, out.now()));
    out.line(fmt::format("{} {}/{} at {}", what, account.name, account.device, account.server));
}

}  // namespace p2pc::commands
