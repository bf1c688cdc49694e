// Records on standard input: what a program tells a chat.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/filter.hpp"
#include "commands/chat/action.hpp"

namespace p2pc::commands::chat {
namespace {

using nlohmann::json;

Error bad(std::string_view what) {
    return Error{Errc::usage, "standard input: " + std::string{what}};
}

Result<std::string> text_of(const json& record, const char* field) {
    const auto found = record.find(field);
    if (found == record.end() || !found->is_string())
        return bad(fmt::format("\"{}\" is missing or not a string", field));
    return found->get<std::string>();
}

// An id is taken as a number or as its digits; none means the only one there is.
Result<Which> id_of(const json& record) {
    const auto found = record.find("id");
    if (found == record.end() || found->is_null()) return Which{};
    std::string digits;
    if (found->is_string()) digits = found->get<std::string>();
    if (found->is_number_unsigned()) digits = std::to_string(found->get<std::uint64_t>());
    const auto number = parse_number(digits);
    if (!number) return bad("\"id\" is not the id of a call, an offer or a transfer");
    return Which{number};
}

template <class Command>
Result<Action> with_id(const json& record) {
    const auto id = id_of(record);
    if (!id) return id.error();
    return Action{Command{*id}};
}

Result<Action> message(const json& record) {
    auto text = text_of(record, "text");
    if (!text) return text.error();
    return Action{Say{std::move(*text)}};
}

Result<Action> send(const json& record) {
    auto path = text_of(record, "path");
    if (!path) return path.error();
    return Action{SendFiles{{std::move(*path)}}};
}

Result<Action> call(const json& record) {
    const auto to = text_of(record, "to");
    if (!to) return to.error();
    auto who = model::PeerName::parse(*to);
    if (!who) return who.error();
    return Action{CallUser{std::move(*who)}};
}

}  // namespace

Result<Action> parse_record(std::string_view line) {
    if (line.size() > longest_record) return bad("a line of more than 128 KiB");
    const auto record = json::parse(line, nullptr, false);
    if (!record.is_object()) return bad("not a JSON object: '" + base::escape_line(line.substr(0, 60)) + "'");
    const auto type = text_of(record, "type");
    if (!type) return type.error();
    if (*type == "message") return message(record);
    if (*type == "send") return send(record);
    if (*type == "call") return call(record);
    if (*type == "accept") return with_id<Accept>(record);
    if (*type == "decline") return with_id<Decline>(record);
    if (*type == "cancel") return with_id<Cancel>(record);
    if (*type == "close") return Action{CloseSession{}};
    return bad("no such type: '" + base::escape_line(type->substr(0, 60)) + "'");
}

}  // namespace p2pc::commands::chat
