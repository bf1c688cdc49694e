#include "commands/exit_codes.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace p2pc;
using namespace p2pc::commands;

TEST_CASE("every error has the exit code of the contract", "[commands][exit_codes]") {
    struct Row {
        Errc code;
        int exit;
    };
    const Row rows[] = {
        {Errc::internal, 1},        {Errc::usage, 2},         {Errc::not_logged_in, 3},
        {Errc::bad_credentials, 3}, {Errc::blocked, 3},       {Errc::no_such_user, 4},
        {Errc::peer_offline, 5},    {Errc::refused, 6},       {Errc::no_space, 6},
        {Errc::cannot_connect, 7},  {Errc::busy, 7},          {Errc::too_many_connections, 7},
        {Errc::no_path, 7},         {Errc::local_io, 8},      {Errc::in_use, 8},
        {Errc::source_changed, 8},  {Errc::integrity, 9},     {Errc::identity, 9},
        {Errc::interrupted, 10},    {Errc::stalled, 10},      {Errc::needs_answer, 12},
        {Errc::name_taken, 13},     {Errc::malformed, 1},     {Errc::unsupported, 1},
        {Errc::timed_out, 7},       {Errc::closed, 1},        {Errc::not_found, 1},
        {Errc::canceled, 1},        {Errc::corrupt, 8},       {Errc::limit, 1},
        {Errc::device_taken, 1},    {Errc::conflict, 1},      {Errc::weak_password, 2},
        {Errc::reader_gone, 10},    {Errc::plain_refused, 2}, {Errc::partly, 11},
        {Errc::account_blocked, 3}, {Errc::bad_token, 3},     {Errc::wrong_code, 9},
    };
    // Append-only and without holes, so the last one counts them.
    REQUIRE(std::size(rows) == static_cast<std::size_t>(Errc::wrong_code));
    std::set<std::string_view> words;
    for (const auto& row : rows) {
        CAPTURE(public_sentence(row.code));
        CHECK(exit_code_of(row.code) == row.exit);
        CHECK(words.insert(word_of(row.code)).second);
    }
}

TEST_CASE("a retry may help for 5, 7 and 10 alone", "[commands][exit_codes]") {
    for (int code = 0; code <= 13; ++code) {
        CAPTURE(code);
        CHECK(retry_may_help(code) == (code == 5 || code == 7 || code == 10));
    }
}

TEST_CASE("a server that is gone in the middle cannot be connected to", "[commands][exit_codes]") {
    for (const auto code :
         {Errc::interrupted, Errc::stalled, Errc::closed, Errc::timed_out, Errc::malformed}) {
        CHECK(exit_code_of(from_server(Error{code}).code()) == 7);
    }
    for (const auto code : {Errc::identity, Errc::blocked, Errc::name_taken, Errc::no_such_user}) {
        CHECK(from_server(Error{code}).code() == code);
    }
}
