#include "commands/trust_output.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "identity/digits.hpp"
#include "terminal/table.hpp"

namespace p2pc::commands {
namespace {

using terminal::Table;

std::string time_text(const std::optional<WallTime>& time) {
    return time ? base::local_text(*time) : "-";
}

std::string key_text(const std::optional<model::PublicKey>& key) {
    return key ? model::fingerprint(*key) : "-";
}

}  // namespace

std::vector<std::string> cells_of(const PinRecord& pin, const model::PublicKey& here) {
    return {pin.name, std::string{identity::trust_text(pin.trust)}, key_text(pin.account_key),
            time_text(pin.first_seen),
            pin.founding_key == here ? "" : "at server " + model::fingerprint(pin.founding_key)};
}

void print_details(Output& out, const PinRecord& pin) {
    if (out.json()) return out.record(line_of(pin, out.now()));
    Table table{std::vector(2, Table::Align::left)};
    table.add({"name", pin.name});
    table.add({"trust", std::string{identity::trust_text(pin.trust)}});
    table.add({"pinned", key_text(pin.account_key)});
    table.add({"shown now", key_text(pin.shown)});
    table.add({"first seen", time_text(pin.first_seen)});
    if (pin.digits) {
        const auto half = identity::digits_of_account;
        table.add({"digits", identity::grouped(pin.digits->substr(0, half))});
        table.add({"", identity::grouped(pin.digits->substr(half))});
    }
    out.text(table.str());
}

void print_change(Output& out, const PinRecord& pin, std::string_view what) {
    if (out.json()) return out.record(line_of(pin, out.now()));
    out.line(fmt::format("{} {}: {} ({})", what, pin.name, key_text(pin.account_key),
                         identity::trust_text(pin.trust)));
}

std::string digit_lines(std::string_view digits) {
    const auto half = identity::digits_of_account;
    return fmt::format("  {}\n  {}\n", identity::grouped(digits.substr(0, half)),
                       identity::grouped(digits.substr(half)));
}

}  // namespace p2pc::commands
