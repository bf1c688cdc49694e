// Sources, rates and connections.
#include <catch2/catch.hpp>

#include "directory/connection_table.hpp"
#include "directory/rate.hpp"
#include "directory/source.hpp"

using namespace p2pc;
using namespace p2pc::directory;
using namespace std::chrono_literals;

TEST_CASE("a host is the address without its port, IPv4 in IPv6 clothes undressed", "[directory][source]") {
    CHECK(host_of("192.0.2.7:4711") == "192.0.2.7");
    CHECK(host_of("[2001:db8::1]:9876") == "[2001:db8::1]");
    CHECK(host_of("[::ffff:192.0.2.7]:9876") == "192.0.2.7");
    CHECK(host_of("/run/p2pc.sock") == "/run/p2pc.sock");
    CHECK(host_of("[half") == "[half");
    CHECK(host_of("") == "");
}

TEST_CASE("sources of one IPv6 /64 are one, of two /64 are two", "[directory][source]") {
    CHECK(source_of("[2001:db8:1:2::1]:1") == source_of("[2001:db8:1:2:ffff:ffff:ffff:ffff]:2"));
    CHECK(source_of("[2001:db8:1:2::1]:1") != source_of("[2001:db8:1:3::1]:1"));
    CHECK(source_of("[fe80::1%eth0]:1") == source_of("[fe80::2%eth1]:1"));
    CHECK(source_of("192.0.2.7:1") != source_of("192.0.2.8:1"));
    CHECK(source_of("[::ffff:192.0.2.7]:9876") == source_of("192.0.2.7:1"));
}

TEST_CASE("a bucket gives its burst at once and then its rate", "[directory][rate]") {
    TokenBucket bucket(20, 50);
    Instant now{1h};
    for (int i = 0; i < 50; ++i)
        CHECK(bucket.take(now));
    CHECK(!bucket.take(now));
    CHECK(bucket.wait(now) == 50ms);
    CHECK(!bucket.take(now + 49ms));
    CHECK(bucket.take(now + 50ms));
    CHECK(!bucket.take(now + 50ms));
    now += 1min;
    int taken = 0;
    while (bucket.take(now))
        ++taken;
    CHECK(taken == 50);
}

TEST_CASE("registrations are counted when made, within the hour, and by source", "[directory][rate]") {
    using enum RegistrationLimit::Outcome;
    RegistrationLimit limit(2);
    const Instant now{1h};
    REQUIRE(limit.begin("a", "one", now));
    limit.end("a", "one", not_made, now);
    for (const auto* name : {"one", "two"}) {
        REQUIRE(limit.begin("a", name, now));
        limit.end("a", name, made, now);
    }
    CHECK(!limit.begin("a", "three", now));
    CHECK(limit.begin("b", "three", now));
    CHECK(!limit.begin("a", "three", now + 1h - 1ns));
    CHECK(limit.begin("a", "three", now + 1h));
}

TEST_CASE("many tries for one name take one place, and tries for many names take many", "[directory][rate]") {
    RegistrationLimit limit(2);
    const Instant now{1h};
    for (int i = 0; i < 100; ++i)
        CHECK(limit.begin("a", "same", now));
    CHECK(limit.begin("a", "other", now));
    CHECK(!limit.begin("a", "third", now));
}

TEST_CASE("a try that ends makes room for another, and one that never began changes nothing",
          "[directory][rate]") {
    using enum RegistrationLimit::Outcome;
    RegistrationLimit limit(1);
    const Instant now{1h};
    REQUIRE(limit.begin("a", "one", now));
    REQUIRE(limit.begin("a", "one", now));
    limit.end("a", "one", not_made, now);
    limit.end("a", "other", not_made, now);
    CHECK(!limit.begin("a", "two", now));  // the second try for one is still under way
    limit.end("a", "one", not_made, now);
    CHECK(limit.begin("a", "two", now));
}

TEST_CASE("a source is forgotten an hour after its last account, looked for once a minute",
          "[directory][rate]") {
    using enum RegistrationLimit::Outcome;
    RegistrationLimit limit(2);
    const Instant now{1h};
    for (const auto* source : {"made", "tries", "failed"})
        REQUIRE(limit.begin(source, "one", now));
    limit.end("made", "one", made, now);
    limit.end("failed", "one", not_made, now);
    const auto left_at = [&](Instant then) {
        REQUIRE(limit.begin("other", "one", then));
        limit.end("other", "one", not_made, then);
        return limit.sources();
    };
    CHECK(left_at(now + 1min - 1ns) == 4);
    CHECK(left_at(now + 1min) == 3);  // "failed" is gone; "other" has tried
    CHECK(left_at(now + 1h - 1ns) == 3);
    CHECK(left_at(now + 1h) == 3);  // looked for less than a minute ago
    CHECK(left_at(now + 1h + 1min) == 2);
}

TEST_CASE("full, the delays forget whoever has been quiet long enough, or else the one quiet longest",
          "[directory][rate]") {
    FailureDelays delays({.memory = 1min, .sources = 3});
    const Instant now{1h};
    delays.failed("a", now);
    delays.failed("b", now);
    delays.failed("c", now + 30s);
    CHECK(delays.failed("d", now + 1min + 1ns) == 250ms);
    CHECK(delays.size() == 2);  // a and b had been quiet for more than a minute
    delays.failed("c", now + 1min + 2ns);
    delays.failed("e", now + 1min + 3ns);
    CHECK(delays.failed("f", now + 1min + 4ns) == 250ms);
    CHECK(delays.size() == 3);
    CHECK(delays.failed("c", now + 1min + 5ns) == 1s);
    CHECK(delays.failed("d", now + 1min + 6ns) == 250ms);  // it had made room
}

TEST_CASE("each failure costs its source more, to a bound, and time forgets it", "[directory][rate]") {
    FailureDelays delays({.sources = 2});
    const Instant now{1h};
    CHECK(delays.failed("a", now) == 250ms);
    CHECK(delays.failed("a", now) == 500ms);
    CHECK(delays.failed("b", now) == 250ms);
    for (int i = 0; i < 100; ++i)
        CHECK(delays.failed("a", now) <= 5s);
    CHECK(delays.failed("a", now) == 5s);
    CHECK(delays.failed("c", now + 1s) == 250ms);
    CHECK(delays.size() == 2);
    CHECK(delays.failed("c", now + 1s + 10min + 1ns) == 250ms);
}

TEST_CASE("what a failure costs, and for how long, is as it was set", "[directory][rate]") {
    FailureDelays delays({.first = 1s, .longest = 3s, .memory = 1min});
    const Instant now{1h};
    CHECK(delays.failed("a", now) == 1s);
    CHECK(delays.failed("a", now) == 2s);
    CHECK(delays.failed("a", now) == 3s);
    CHECK(delays.failed("a", now + 1min) == 3s);
    CHECK(delays.failed("a", now + 2min + 1ns) == 1s);
}

namespace {

const auto alice = *model::UserName::parse("alice");
model::DeviceId device(unsigned char n) {
    return model::DeviceId{ByteArray<16>{std::byte{n}}};
}

}  // namespace

TEST_CASE("with no room the oldest stranger of the fullest source makes some", "[directory][connections]") {
    ConnectionTable table({3, 32, 128});
    REQUIRE(table.add(InstanceId{1}, "b"));
    REQUIRE(table.add(InstanceId{2}, "a"));
    REQUIRE(table.add(InstanceId{3}, "a"));
    const auto fourth = table.add(InstanceId{4}, "c");
    REQUIRE(fourth);
    REQUIRE(fourth->has_value());
    CHECK(**fourth == InstanceId{2});
    CHECK(table.size() == 3);
    CHECK(table.strangers() == 3);
}

TEST_CASE("a source that has as many strangers as it may loses its oldest one, and no other source any",
          "[directory][connections]") {
    ConnectionTable table({.strangers_a_source = 2});
    REQUIRE(table.add(InstanceId{1}, "b"));
    for (const std::uint64_t id : {2, 3}) {
        const auto added = table.add(InstanceId{id}, "a");
        REQUIRE(added);
        CHECK_FALSE(added->has_value());
    }
    const auto third = table.add(InstanceId{4}, "a");
    REQUIRE(third);
    CHECK(*third == InstanceId{2});
    CHECK(table.strangers() == 3);
    // Who logged in is no stranger.
    REQUIRE(table.log_in(InstanceId{3}, alice, device(1)));
    const auto fourth = table.add(InstanceId{5}, "a");
    REQUIRE(fourth);
    CHECK_FALSE(fourth->has_value());
}

TEST_CASE("no stranger ever pushes out somebody who logged in", "[directory][connections]") {
    ConnectionTable table({2, 32, 128});
    for (const std::uint64_t id : {1, 2}) {
        REQUIRE(table.add(InstanceId{id}, "a"));
        REQUIRE(table.log_in(InstanceId{id}, alice, device(1)));
    }
    CHECK(table.add(InstanceId{3}, "b").error().code() == Errc::too_many_connections);
    table.remove(InstanceId{1});
    CHECK(table.add(InstanceId{3}, "b"));
    CHECK(table.of_account(alice) == std::vector{InstanceId{2}});
}

TEST_CASE("a device and an account hold as many as they may and no more", "[directory][connections]") {
    ConnectionTable table({100, 2, 3});
    for (const std::uint64_t id : {1, 2, 3, 4})
        REQUIRE(table.add(InstanceId{id}, "a"));
    CHECK(table.log_in(InstanceId{1}, alice, device(1)));
    CHECK(table.log_in(InstanceId{2}, alice, device(1)));
    CHECK(table.log_in(InstanceId{3}, alice, device(1)).error().code() == Errc::too_many_connections);
    CHECK(table.log_in(InstanceId{3}, alice, device(2)));
    CHECK(table.log_in(InstanceId{4}, alice, device(3)).error().code() == Errc::too_many_connections);
    CHECK(table.of_device(alice, device(1)).size() == 2);
    table.remove(InstanceId{1});
    table.remove(InstanceId{1});
    CHECK(table.log_in(InstanceId{4}, alice, device(3)));
}
