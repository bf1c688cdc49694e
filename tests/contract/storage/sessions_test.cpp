#include "contract/storage/stores.hpp"

using namespace p2pc;
using namespace p2pc::storage;
using model::EndReason;
using model::SessionState;

namespace {

Result<SessionRecord> report_of(DirectoryStore& store, std::string_view who, std::string_view id,
                                const EndReport& told) {
    return store.report_end(session_id(id), user(who), device_id(who), told);
}

}  // namespace

TEMPLATE_TEST_CASE("a session opens active, once", "[storage][sessions]", InMemory, InSqlite) {
    TestType at_hand;
    good(at_hand.store->open_session(call("s1")));
    CHECK(code(at_hand.store->open_session(call("s1"))) == Errc::conflict);
    const auto found = good(at_hand.store->find_session(session_id("s1")));
    CHECK(found.caller == call("s1").caller);
    CHECK(found.callee == call("s1").callee);
    CHECK(found.started == at(5000));
    CHECK(found.state == SessionState::active);
    CHECK_FALSE(
        (found.last_seen || found.reason || found.ended || found.caller_report || found.callee_report));
    CHECK(code(at_hand.store->find_session(session_id("s2"))) == Errc::not_found);

    good(at_hand.store->end_session(session_id("s1"), EndReason::refused, at(6000)));
    CHECK(code(at_hand.store->open_session(call("s1"))) == Errc::conflict);
}

TEMPLATE_TEST_CASE("an unconfirmed session remembers when it was last seen until it is confirmed",
                   "[storage][sessions]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    for (auto id : {"s1", "s2", "s3"})
        good(store.open_session(call(id)));
    good(store.mark_unconfirmed(session_id("s1"), at(6000)));
    good(store.mark_unconfirmed(session_id("s1"), at(7000)));
    good(store.end_session(session_id("s3"), EndReason::closed, at(6500)));
    CHECK(good(store.mark_all_unconfirmed(at(8000))) == 1);
    CHECK(good(store.find_session(session_id("s1"))).last_seen == at(6000));
    CHECK(good(store.find_session(session_id("s2"))).last_seen == at(8000));
    CHECK(good(store.find_session(session_id("s2"))).state == SessionState::unconfirmed);

    good(store.confirm(session_id("s1")));
    CHECK(good(store.find_session(session_id("s1"))).state == SessionState::active);
    CHECK(good(store.find_session(session_id("s1"))).last_seen == std::nullopt);
    for (auto gone : {"s3", "s4"}) {
        CHECK(code(store.confirm(session_id(gone))) == Errc::not_found);
        CHECK(code(store.mark_unconfirmed(session_id(gone), at(9000))) == Errc::not_found);
    }
}

TEMPLATE_TEST_CASE("each end's report stands beside the other's", "[storage][sessions]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.open_session(call("s1")));
    const auto alice = report(EndReason::closed, 0, UINT64_MAX, 7000);
    const auto bob = report(EndReason::lost, 12, 0, 7100);
    CHECK(good(report_of(store, "alice", "s1", alice)).caller_report == alice);
    CHECK(good(report_of(store, "bob", "s1", bob)).callee_report == bob);
    const auto found = good(store.find_session(session_id("s1")));
    CHECK(found.state == SessionState::active);
    CHECK(found.caller_report == alice);
    CHECK(found.callee_report == bob);
    CHECK(found.reason == std::nullopt);
}

TEMPLATE_TEST_CASE("a device's first report stands", "[storage][sessions]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.open_session(call("s1")));
    const auto first = report(EndReason::lost, 1, 2, 7000);
    good(report_of(store, "alice", "s1", first));
    const auto before = good(store.find_session(session_id("s1")));
    CHECK(good(report_of(store, "alice", "s1", first)) == before);
    CHECK(good(report_of(store, "alice", "s1", report(EndReason::closed, 3, 4, 8000))) == before);
    CHECK(good(store.find_session(session_id("s1"))) == before);
}

TEMPLATE_TEST_CASE("only the two devices of a session may report its end", "[storage][sessions]", InMemory,
                   InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.open_session(call("s1")));
    const auto told = report(EndReason::closed, 1, 2, 7000);
    CHECK(code(report_of(store, "eve", "s1", told)) == Errc::refused);
    // Another device of alice, and bob's device in eve's name.
    CHECK(code(store.report_end(session_id("s1"), user("alice"), device_id("box"), told)) == Errc::refused);
    CHECK(code(store.report_end(session_id("s1"), user("eve"), device_id("bob"), told)) == Errc::refused);
    CHECK(code(report_of(store, "alice", "s2", told)) == Errc::not_found);
    CHECK(good(store.find_session(session_id("s1"))).caller_report == std::nullopt);
}

TEMPLATE_TEST_CASE("within one device two reports that differ are the two ends'", "[storage][sessions]",
                   InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    auto own = call("s1");
    own.callee = own.caller;
    good(store.open_session(own));
    const auto sent = report(EndReason::closed, 0, 9, 7000);
    const auto received = report(EndReason::closed, 9, 0, 7001);
    good(report_of(store, "alice", "s1", sent));
    CHECK(good(report_of(store, "alice", "s1", sent)).callee_report == std::nullopt);
    const auto both = good(report_of(store, "alice", "s1", received));
    CHECK(both.caller_report == sent);
    CHECK(both.callee_report == received);
}

TEMPLATE_TEST_CASE("an ended session leaves the active ones and stays in the log", "[storage][sessions]",
                   InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.open_session(call("s2", 6000)));
    good(store.open_session(call("s1", 5000)));
    good(store.open_session(call("s3", 6000)));
    good(report_of(store, "bob", "s2", report(EndReason::lost, 1, 2, 6900)));
    good(store.mark_unconfirmed(session_id("s2"), at(6800)));
    good(store.end_session(session_id("s2"), EndReason::lost, at(7000)));

    const auto active = good(store.active_sessions());
    REQUIRE(active.size() == 2);
    CHECK(active[0].id == session_id("s1"));
    CHECK(active[1].id == session_id("s3"));
    const auto ended = good(store.find_session(session_id("s2")));
    CHECK(ended.state == SessionState::ended);
    CHECK(ended.reason == EndReason::lost);
    CHECK(ended.ended == at(7000));
    CHECK(ended.last_seen == std::nullopt);
    CHECK(ended.callee_report == report(EndReason::lost, 1, 2, 6900));
    CHECK(ended.caller == call("s2").caller);

    good(store.end_session(session_id("s2"), EndReason::expired, at(9000)));
    CHECK(good(store.find_session(session_id("s2"))) == ended);
    CHECK(code(store.end_session(session_id("s4"), EndReason::lost, at(9000))) == Errc::not_found);
}

TEMPLATE_TEST_CASE("a session is closed when either end said so, before its end or after",
                   "[storage][sessions]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.open_session(call("s1")));
    good(report_of(store, "bob", "s1", report(EndReason::closed, 0, 0, 6000)));
    good(store.end_session(session_id("s1"), EndReason::lost, at(7000)));
    CHECK(good(store.find_session(session_id("s1"))).reason == EndReason::closed);
    CHECK(good(store.find_session(session_id("s1"))).ended == at(7000));

    // Ended by our guess; then the report that waited in alice's home comes in.
    good(store.open_session(call("s2")));
    good(store.end_session(session_id("s2"), EndReason::lost, at(7000)));
    const auto amended = good(report_of(store, "alice", "s2", report(EndReason::closed, 5, 6, 7500)));
    CHECK(amended.reason == EndReason::closed);
    CHECK(amended.ended == at(7500));
    CHECK(good(store.find_session(session_id("s2"))) == amended);
    good(report_of(store, "bob", "s2", report(EndReason::lost, 6, 5, 8000)));
    CHECK(good(store.find_session(session_id("s2"))).ended == at(7500));
    CHECK(good(store.find_session(session_id("s2"))).reason == EndReason::closed);
    CHECK(good(store.find_session(session_id("s2"))).callee_report->bytes_in == ByteCount{6});
}

TEMPLATE_TEST_CASE("a late report of a lost session that is earlier than its end does not move it",
                   "[storage][sessions]", InMemory, InSqlite) {
    TestType at_hand;
    good(at_hand.store->open_session(call("s1")));
    good(at_hand.store->end_session(session_id("s1"), EndReason::lost, at(7000)));
    good(report_of(*at_hand.store, "alice", "s1", report(EndReason::lost, 5, 6, 6500)));
    const auto found = good(at_hand.store->find_session(session_id("s1")));
    CHECK(found.ended == at(7000));
    CHECK(found.reason == EndReason::lost);
}

TEMPLATE_TEST_CASE("a user's sessions come newest first, active or ended, up to the limit",
                   "[storage][sessions]", InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    good(store.open_session(call("s1", 1000)));
    good(store.open_session(call("s2", 3000)));
    good(store.open_session(call("s3", 2000)));
    auto other = call("s4", 4000);
    other.caller.user = user("carol");
    good(store.open_session(other));
    good(store.end_session(session_id("s3"), EndReason::closed, at(9000)));

    const auto ids = [&](std::string_view who, std::size_t limit) {
        std::vector<std::string> found;
        for (const auto& session : good(store.sessions_of(user(who), limit)))
            found.push_back(session.id.str().substr(0, 2));
        return found;
    };
    CHECK(ids("alice", SIZE_MAX) == std::vector<std::string>{"s2", "s3", "s1"});
    CHECK(ids("bob", 3) == std::vector<std::string>{"s4", "s2", "s3"});
    CHECK(ids("bob", 4).size() == 4);
    CHECK(ids("bob", 0).empty());
    CHECK(ids("dave", 10).empty());
}

TEMPLATE_TEST_CASE("the log forgets what ended before a time, and nothing active", "[storage][sessions]",
                   InMemory, InSqlite) {
    TestType at_hand;
    auto& store = *at_hand.store;
    for (auto id : {"s1", "s2", "s3"})
        good(store.open_session(call(id, 100)));
    good(store.end_session(session_id("s1"), EndReason::closed, at(6999)));
    good(store.end_session(session_id("s2"), EndReason::closed, at(7000)));
    CHECK(good(store.prune_log(at(7000))) == 1);
    CHECK(good(store.prune_log(at(7000))) == 0);
    CHECK(code(store.find_session(session_id("s1"))) == Errc::not_found);
    CHECK(good(store.find_session(session_id("s2"))).state == SessionState::ended);
    CHECK(good(store.find_session(session_id("s3"))).state == SessionState::active);
}

TEMPLATE_TEST_CASE("a report's path is stored and compared literally", "[storage][sessions]", InMemory,
                   InSqlite) {
    TestType at_hand;
    const std::vector<std::string> texts{"",
                                         "'; DROP TABLE session_active; --",
                                         "\" OR 1=1 --",
                                         "%_?1:name@name$name",
                                         std::string{"nul\0inside", 10},
                                         "\x01\x1b[31m\xff\xfe",
                                         std::string(70'000, '\'')};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto id = "s" + std::to_string(i);
        good(at_hand.store->open_session(call(id)));
        auto told = report(EndReason::lost, 1, 2, 3);
        told.path = texts[i];
        good(report_of(*at_hand.store, "alice", id, told));
        good(at_hand.store->end_session(session_id(id), EndReason::lost, at(4)));
        CHECK(good(at_hand.store->find_session(session_id(id))).caller_report->path == texts[i]);
    }
}
