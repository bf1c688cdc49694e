// Action: what whoever uses a chat wants, however it was said: a typed line, a line of a pipe, a record.
//
// Pure functions on text, safe from any thread.
#pragma once

#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/names.hpp"
#include "wire/frame.hpp"

namespace p2pc::commands::chat {

// What is shown beside a call, an offer or a transfer, so that an answer can name it.
using Number = unsigned;
using Which = std::optional<Number>;  // none: the only one there is

struct Nothing {};
struct Say {
    std::string text;
};
struct ShowHelp {};
struct ListPeople {};
struct ShowUser {
    model::UserName user;
};
struct CallUser {
    model::PeerName who;
};
struct Accept {
    Which which;
};
struct Decline {
    Which which;
};
struct SendFiles {
    std::vector<std::string> paths;
};
struct Cancel {
    Which which;
};
struct ShowTransfers {};
struct CloseSession {};
struct Quit {};

using Action = std::variant<Nothing, Say, ShowHelp, ListPeople, ShowUser, CallUser, Accept, Decline,
                            SendFiles, Cancel, ShowTransfers, CloseSession, Quit>;

// A line typed at a terminal (docs/cli.md, "chat"): a command, or text. `home` is what ~ means.
//   Errc::usage   an unknown command, or one used wrongly; nothing is to be sent
Result<Action> parse_typed(std::string_view line, std::string_view home);

// A line of --json's standard input: {"type":"message","text":"..."} and so on.
//   Errc::usage   not such an object
Result<Action> parse_record(std::string_view line);

// The longest line of a record: a text of 16 KiB with every byte escaped, and its fields.
constexpr std::size_t longest_record = 128 * 1024;

// Decimal digits and nothing else.
std::optional<Number> parse_number(std::string_view text);

// The commands, for a person.
std::string help_text();

// Whether it may travel as one message.
//   Errc::limit   over 16 KiB        Errc::usage   not UTF-8
Status check_text(std::string_view text);
constexpr std::size_t longest_text = wire::max_text;

}  // namespace p2pc::commands::chat
