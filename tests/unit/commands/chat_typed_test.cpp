#include <catch2/catch.hpp>

#include "commands/chat/action.hpp"

namespace p2pc::commands::chat {
namespace {

// An action in words, so that a table can hold what is expected of a line.
struct InWords {
    static std::string of(const Which& which) { return which ? " " + std::to_string(*which) : ""; }
    std::string operator()(const Nothing&) const { return "nothing"; }
    std::string operator()(const Say& say) const { return "say <" + say.text + ">"; }
    std::string operator()(const ShowHelp&) const { return "help"; }
    std::string operator()(const ListPeople&) const { return "list"; }
    std::string operator()(const ShowUser& show) const { return "info " + show.user.text(); }
    std::string operator()(const CallUser& call) const { return "call " + call.who.text(); }
    std::string operator()(const Accept& accept) const { return "accept" + of(accept.which); }
    std::string operator()(const Decline& decline) const { return "decline" + of(decline.which); }
    std::string operator()(const SendFiles& send) const {
        std::string out = "send";
        for (const auto& path : send.paths)
            out += " <" + path + ">";
        return out;
    }
    std::string operator()(const Cancel& cancel) const { return "cancel" + of(cancel.which); }
    std::string operator()(const ShowTransfers&) const { return "files"; }
    std::string operator()(const CloseSession&) const { return "close"; }
    std::string operator()(const Quit&) const { return "quit"; }
};

std::string in_words(const Result<Action>& action) {
    if (action) return std::visit(InWords{}, *action);
    return action.error().code() == Errc::usage ? "usage" : "another error";
}

std::string typed(std::string_view line) {
    return in_words(parse_typed(line, "/h/alice"));
}

struct Row {
    std::string_view line;
    std::string_view meant;
};

}  // namespace

TEST_CASE("every command is known by our name and by that of the original service", "[commands][chat]") {
    const auto row = GENERATE(values<Row>({
        {"/help", "help"},
        {"\\help", "help"},
        {"\\HELP", "help"},
        {"/list", "list"},
        {"/LIST", "list"},
        {"\\GET_CLIENT_LIST", "list"},
        {"\\get_client_list", "list"},
        {"/info bob", "info bob"},
        {"\\GET_CLIENT_INFO bob", "info bob"},
        {"\\get_client_info   bob  ", "info bob"},
        {"/chat bob", "call bob"},
        {"/chat bob/laptop", "call bob/laptop"},
        {"/accept", "accept"},
        {"/accept 3", "accept 3"},
        {"/decline 12", "decline 12"},
        {"/send a.txt", "send <a.txt>"},
        {"/send 'a b' c\\ d \"e f\" ~/g", "send <a b> <c d> <e f> </h/alice/g>"},
        {"\\SEND_FILE /etc/hosts", "send </etc/hosts>"},
        {"\\send_file x", "send <x>"},
        {"/cancel", "cancel"},
        {"/cancel 2", "cancel 2"},
        {"/files", "files"},
        {"/close", "close"},
        {"\\CLOSE_SESSION", "close"},
        {"\\close_session ", "close"},
        {"/quit", "quit"},
        {"\\DISCONNECT_CLIENT", "quit"},
        {"\\Disconnect_Client", "quit"},
    }));
    INFO(row.line);
    CHECK(typed(row.line) == row.meant);
}

TEST_CASE("a wrong or unknown command is an error and never text", "[commands][chat]") {
    const auto line = GENERATE("/", "/ list", "/lits", "/helpme", "/get_client_list", "/help me", "/info",
                               "/info Bob", "/info bob eve", "/chat", "/chat -rf", "/accept x", "/accept -1",
                               "/accept 1 2", "/accept 99999999999", "/send", "/send 'a", "/send a\\",
                               "/quit now", "\\GET_CLIENT_INFO", "\\SEND_FILE", "\\CLOSE_SESSION now");
    INFO(line);
    CHECK(typed(line) == "usage");
}

TEST_CASE("everything else is text, byte for byte", "[commands][chat]") {
    const auto row = GENERATE(values<Row>({
        {"hello", "say <hello>"},
        {"  two blanks ", "say <  two blanks >"},
        {" /list", "say < /list>"},
        {"//list", "say </list>"},
        {"///", "say <//>"},
        {"\\\\help", "say <\\help>"},
        {"\\\\", "say <\\>"},
        {"\\list", "say <\\list>"},
        {"\\quit", "say <\\quit>"},
        {"\\o/", "say <\\o/>"},
        {"\\", "say <\\>"},
        {"", "nothing"},
        {"  \t ", "nothing"},
    }));
    INFO(row.line);
    CHECK(typed(row.line) == row.meant);
}

TEST_CASE("a record on standard input is an action or an error", "[commands][chat]") {
    const auto row = GENERATE(values<Row>({
        {R"({"type":"message","text":"hi"})", "say <hi>"},
        {R"({"type":"message","text":"/quit"})", "say </quit>"},
        {R"({"type":"message","text":"a\nb\u0000"})", ""},
        {R"({"type":"send","path":"a b"})", "send <a b>"},
        {R"({"type":"call","to":"bob/box"})", "call bob/box"},
        {R"({"type":"accept","id":"4"})", "accept 4"},
        {R"({"type":"accept","id":4})", "accept 4"},
        {R"({"type":"decline"})", "decline"},
        {R"({"type":"cancel","id":null})", "cancel"},
        {R"({"type":"close","more":[1]})", "close"},
        {"", "usage"},
        {"hello", "usage"},
        {"[]", "usage"},
        {"{}", "usage"},
        {R"({"type":5})", "usage"},
        {R"({"type":"quit"})", "usage"},
        {R"({"type":"message"})", "usage"},
        {R"({"type":"message","text":7})", "usage"},
        {"{\"type\":\"message\",\"text\":\"\xff\"}", "usage"},
        {R"({"type":"call","to":"../x"})", "usage"},
        {R"({"type":"accept","id":-1})", "usage"},
        {R"({"type":"accept","id":1.5})", "usage"},
        {R"({"type":"accept","id":"1x"})", "usage"},
        {R"({"type":"close"} {"type":"close"})", "usage"},
    }));
    INFO(row.line);
    const auto expected = row.meant.empty() ? std::string{"say <a\nb"} + '\0' + '>' : std::string{row.meant};
    CHECK(in_words(parse_record(row.line)) == expected);
}

TEST_CASE("records nested a hundred thousand deep are refused without harm", "[commands][chat]") {
    CHECK(in_words(parse_record(std::string(100'000, '['))) == "usage");
    CHECK(in_words(parse_record(R"({"type":"close","x":)" + std::string(60'000, '[') +
                                std::string(60'000, ']') + "}")) == "close");
    CHECK(in_words(parse_record(std::string(longest_record + 1, ' '))) == "usage");
}

TEST_CASE("a message is UTF-8 of at most 16 KiB", "[commands][chat]") {
    CHECK(check_text(""));
    CHECK(check_text(std::string(longest_text - 1, 'x')));
    CHECK(check_text(std::string(longest_text, 'x')));
    CHECK(check_text(std::string(longest_text + 1, 'x')).error().code() == Errc::limit);
    CHECK(check_text("\xc3").error().code() == Errc::usage);
}

TEST_CASE("the help names every command in both spellings", "[commands][chat]") {
    const auto help = help_text();
    for (const auto* word :
         {"/help", "/list", "/info USER", "/chat USER", "/accept", "/decline", "/send PATH...", "/cancel",
          "/files", "/close", "/quit", "\\help", "\\GET_CLIENT_LIST", "\\GET_CLIENT_INFO", "\\SEND_FILE",
          "\\CLOSE_SESSION", "\\DISCONNECT_CLIENT"}) {
        INFO(word);
        CHECK(help.find(word) != std::string::npos);
    }
}

}  // namespace p2pc::commands::chat
