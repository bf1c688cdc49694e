// What the trust commands say of one pin.
#pragma once

#include <string>
#include <vector>

#include "commands/output.hpp"
#include "commands/records.hpp"

namespace p2pc::commands {

// The cells of one line for a person; a pin of another server than `here` names it.
std::vector<std::string> cells_of(const PinRecord& pin, const model::PublicKey& here);
// All of it, a line a field.
void print_details(Output& out, const PinRecord& pin);
// One line, "WHAT bob: FINGERPRINT (pinned)".
void print_change(Output& out, const PinRecord& pin, std::string_view what);
// The 60 digits as two lines, the lesser name's first.
std::string digit_lines(std::string_view digits);

}  // namespace p2pc::commands
