#include "commands/records.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "commands/output.hpp"

using namespace p2pc;
using namespace p2pc::commands;
using Json = nlohmann::ordered_json;

namespace {

constexpr WallTime at{std::chrono::milliseconds{1'767'323'045'678}};

std::string keys_of(const Json& record) {
    std::string keys;
    for (const auto& [key, value] : record.items())
        keys += key + " ";
    return keys;
}

}  // namespace

TEST_CASE("each record has its fields in the order of the contract, absent ones null",
          "[commands][records]") {
    CHECK(line_of(UserRecord{}, at).starts_with(R"({"type":"user","at":"2026-01-02T03:04:05.678Z",)"));
    const auto user = Json::parse(line_of(UserRecord{}, at));
    CHECK(keys_of(user) == "type at name online since fingerprint devices trust ");
    CHECK(user["since"].is_null());
    CHECK(user["devices"] == Json::array());
    CHECK(user["trust"] == "new");
    const auto account = Json::parse(line_of(AccountRecord{}, at));
    CHECK(keys_of(account) == "type at name device server fingerprint failed_attempts last_failed ");
    CHECK(account["failed_attempts"].is_null());
    AccountRecord tried;
    tried.failed = rendezvous::FailedAttempts{2, at};
    CHECK(Json::parse(line_of(tried, at))["failed_attempts"] == 2);
    CHECK(Json::parse(line_of(tried, at))["last_failed"] == "2026-01-02T03:04:05.678Z");
    identity::Pin pin{*model::UserName::parse("bob"), {}, {}, 7, at};
    CHECK(keys_of(Json::parse(line_of(PinRecord{pin}, at))) ==
          "type at name server fingerprint trust first_seen shown digits ");
    CHECK(Json::parse(line_of(PinRecord{pin}, at))["trust"] == "pinned");
    pin.verified = true;
    CHECK(Json::parse(line_of(PinRecord{pin}, at))["trust"] == "verified");
    const auto invite = Json::parse(line_of(InviteRecord{"48213906570", at, std::nullopt}, at));
    CHECK(keys_of(invite) == "type at code expires user ");
    CHECK(invite["expires"] == invite["at"]);
    CHECK(invite["user"].is_null());
    const auto session = Json::parse(line_of(SessionRecord{}, at));
    CHECK(keys_of(session) ==
          "type at id peers device role state started ended reason path bytes_in bytes_out trust ");
    CHECK(session["bytes_in"].is_null());
    CHECK(session["trust"].is_null());
    auto seen = SessionRecord{};
    seen.trust = identity::Trust::verified;
    CHECK(Json::parse(line_of(seen, at))["trust"] == "verified");
    CHECK(keys_of(Json::parse(line_of(CallRecord{}, at))) == "type at id from device trust ");
    CHECK(keys_of(Json::parse(line_of(OfferRecord{}, at))) == "type at id session from files total trust ");
    CHECK(keys_of(Json::parse(line_of(MessageRecord{}, at))) == "type at id session from to text state ");
    CHECK(keys_of(Json::parse(line_of(FileRecord{}, at))) ==
          "type at id session from to device name path size algorithm digest state error_code error ");
    CHECK(keys_of(Json::parse(line_of(ProgressRecord{}, at))) ==
          "type at id session direction name done total files_done files_total rate ");
    CHECK(keys_of(Json::parse(line_of(ListeningRecord{}, at))) == "type at server endpoints fingerprint ");
    CHECK(Json::parse(line_of(ServerChange::lost, at))["state"] == "lost");
    CHECK(Json::parse(line_of(ServerChange::back, at))["state"] == "back");
    const auto done = Json::parse(result_line("bob/box", Status{}, at));
    CHECK(keys_of(done) == "type at to code what message retry ");
    CHECK(done["to"] == "bob/box");
    CHECK(done["code"] == 0);
    CHECK(done["what"].is_null());
    const auto failed = Json::parse(result_line("bob", Errc::peer_offline, at));
    CHECK(keys_of(failed) == keys_of(done));
    CHECK(failed["code"] == 5);
    CHECK(failed["what"] == "peer_offline");
    CHECK(failed["retry"] == true);
    const auto error = Json::parse(error_line(7, "busy", "too many requests", at));
    CHECK(keys_of(error) == "type at code what message retry ");
    CHECK(error["code"] == 7);
    CHECK(error["retry"] == true);
}

TEST_CASE("a user's devices and key are shown as text", "[commands][records]") {
    UserRecord user;
    user.name = "bob";
    user.online = true;
    user.since = at;
    user.account_key = model::PublicKey{};
    user.devices.push_back({"laptop", {"tls://192.0.2.1:5"}});
    const auto json = Json::parse(line_of(user, at));
    CHECK(json["since"] == "2026-01-02T03:04:05.678Z");
    CHECK(json["fingerprint"].get<std::string>().size() == 52);
    CHECK(json["devices"][0]["name"] == "laptop");
    CHECK(json["devices"][0]["endpoints"][0] == "tls://192.0.2.1:5");
}

TEST_CASE("whatever bytes a name has, its record is one line of valid JSON", "[commands][records]") {
    FileRecord file;
    file.name = "caf\xe9 \"x\"\n\x1b[31m\\";
    file.state = "sent";
    auto line = line_of(file, at);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1b') == std::string::npos);
    auto json = Json::parse(line);
    CHECK(json["name"] == "caf\xef\xbf\xbd \"x\"\n\x1b[31m\\");
    CHECK(json["path_b64"] == json["name_b64"]);
    CHECK(json["path"].is_null());

    file.path = "/in/caf\xe9";
    json = Json::parse(line_of(file, at));
    CHECK(json["path_b64"] == "L2luL2NhZuk=");

    file.name = file.path.emplace("caf\xc3\xa9");
    json = Json::parse(line_of(file, at));
    CHECK_FALSE(json.contains("path_b64"));
    CHECK(json["path"] == "caf\xc3\xa9");
}

TEST_CASE("a failed file says why, with the exit code", "[commands][records]") {
    FileRecord file;
    file.state = "failed";
    file.error = Error{Errc::local_io, "x: no space"};
    set_digest(file, "xxh3-1m:0123");
    const auto json = Json::parse(line_of(file, at));
    CHECK(json["error_code"] == 8);
    CHECK(json["error"].get<std::string>().find("no space") != std::string::npos);
    CHECK(json["algorithm"] == "xxh3-1m");
    CHECK(json["digest"] == "0123");
}

TEST_CASE("an error is one line, safe to show, with its hint in brackets", "[commands][output]") {
    CHECK(error_text(Error{Errc::no_such_user, "'bob'"}, "") ==
          "no such user: 'bob' (p2pc list --all shows who there is)");
    CHECK(error_text(Error{Errc::usage, "unknown option '\x1b]0;x'"}, "").find('\x1b') == std::string::npos);
    CHECK(error_text(Error{Errc::usage, "a\nb"}, "hint") == "a\\nb (hint)");
}
