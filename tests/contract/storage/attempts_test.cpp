#include "contract/storage/stores.hpp"

using namespace p2pc;
using namespace p2pc::storage;

namespace {

AttemptRecord attempt(std::string_view name) {
    return {.key = id_of<AttemptKey>(name),
            .failures = 2,
            .level = UINT32_MAX,
            .block_left = std::chrono::minutes{15},
            .real = true,
            .windows_used = 5,
            .window_day = -1,
            .notices = 7,
            .last_failed = at(1'700'000'000'123)};
}

}  // namespace

TEMPLATE_TEST_CASE("the secrets of a server are those of its first start", "[storage][attempts]", InMemory,
                   InSqlite) {
    TestType at_hand;
    ServerSecrets first;
    first.founding_seed.fill(std::byte{0});
    first.hmac_key.fill(std::byte{0xff});
    ServerSecrets second;
    second.founding_seed.fill(std::byte{1});
    CHECK(good(at_hand.store->secrets(first)) == first);
    CHECK(good(at_hand.store->secrets(second)) == first);
}

TEMPLATE_TEST_CASE("the store knows when the server was last alive", "[storage][attempts]", InMemory,
                   InSqlite) {
    TestType at_hand;
    CHECK(good(at_hand.store->last_alive()) == std::nullopt);
    good(at_hand.store->note_alive(at(5000)));
    good(at_hand.store->note_alive(at(4000)));
    CHECK(good(at_hand.store->last_alive()) == at(4000));
}

TEMPLATE_TEST_CASE("failed attempts come back as they were saved", "[storage][attempts]", InMemory,
                   InSqlite) {
    TestType at_hand;
    CHECK(good(at_hand.store->load_attempts()).empty());
    std::vector<AttemptRecord> rows{attempt("alice"), attempt("bob")};
    rows[1].real = false;
    good(at_hand.store->save_attempts(rows));
    CHECK(good(at_hand.store->load_attempts()) == rows);

    rows[0].failures = 0;
    good(at_hand.store->save_attempts(std::span{rows}.first(1)));
    CHECK(good(at_hand.store->load_attempts()) == rows);

    good(at_hand.store->forget_attempts(rows[0].key));
    good(at_hand.store->forget_attempts(rows[0].key));
    CHECK(good(at_hand.store->load_attempts()) == std::vector{rows[1]});
}
