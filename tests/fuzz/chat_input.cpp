// What a chat is told to do: a typed line, or a record of --json.
#include "base/unicode.hpp"
#include "commands/chat/action.hpp"
#include "fuzz/fuzz.hpp"
#include "terminal/words.hpp"

using namespace p2pc;
namespace chat = commands::chat;

namespace {

void check_error(const Error& error) {
    MUST(error.code() == Errc::usage);
    // For a terminal, as it is.
    for (std::string_view rest = error.detail(); !rest.empty();) {
        const auto next = base::decode_utf8(rest);
        MUST(next.valid && base::is_printable(next.code));
        rest.remove_prefix(next.bytes);
    }
}

void check_typed(std::string_view line) {
    const auto action = chat::parse_typed(line, "home");
    if (!action) return check_error(action.error());
    const auto* const say = std::get_if<chat::Say>(&*action);
    const bool command = line.starts_with('/') || line.starts_with('\\');
    MUST(command || say != nullptr || std::holds_alternative<chat::Nothing>(*action));
    // An unknown /word is never sent.
    if (line.starts_with('/') && !line.starts_with("//")) MUST(say == nullptr);
    if (say != nullptr) MUST(say->text == line || (say->text == line.substr(1) && command));
    if (const auto* const send = std::get_if<chat::SendFiles>(&*action)) MUST(!send->paths.empty());
}

// A word that comes out, quoted again, is that word.
void check_words(std::string_view line) {
    const auto words = terminal::split_words(line, "");
    if (!words) return check_error(words.error());
    std::string quoted;
    for (const auto& word : *words) {
        quoted += " '";
        for (const char c : word)
            c == '\'' ? quoted.append("'\\''") : quoted.append(1, c);
        quoted += "'";
    }
    const auto again = terminal::split_words(quoted, "home");
    MUST(again.ok() && *again == *words);
}

void check_record(std::string_view line) {
    const auto action = chat::parse_record(line);
    if (!action) return check_error(action.error());
    if (const auto* const say = std::get_if<chat::Say>(&*action)) MUST(base::is_valid_utf8(say->text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto line = fuzz::text_of(data, size);
    check_typed(line);
    check_words(line);
    check_record(line);
    const auto number = chat::parse_number(line);
    if (number) MUST(std::ranges::all_of(line, [](char c) { return c >= '0' && c <= '9'; }));
    return 0;
}
