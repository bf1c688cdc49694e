#include <catch2/catch.hpp>
#include <set>
#include <type_traits>

#include "crypto/init.hpp"
#include "crypto/random.hpp"

using namespace p2pc;

TEST_CASE("a seeded source repeats itself and another seed does not", "[crypto][random]") {
    crypto::SeededRandom one{7}, same{7}, other{8};
    const auto first = one.array<40>();
    CHECK(first == same.array<40>());
    CHECK(first != other.array<40>());
    CHECK(one.array<40>() != first);
    CHECK(same.array<40>() != first);
}

TEST_CASE("the system's source does not repeat itself", "[crypto][random]") {
    REQUIRE(crypto::init());
    REQUIRE(crypto::init());
    crypto::SystemRandom random;
    std::set<ByteArray<16>> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(random.array<16>());
    CHECK(seen.size() == 1000);
}

TEST_CASE("a bounded draw reaches every value below the bound and none above", "[crypto][random]") {
    crypto::SeededRandom random{3};
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 200; ++i)
        seen.insert(random.below(5));
    CHECK(seen == std::set<std::uint64_t>{0, 1, 2, 3, 4});
    CHECK(random.below(1) == 0);
}

TEST_CASE("a secret is wiped where it is moved from and cannot be copied or compared", "[crypto][secret]") {
    using Secret = crypto::SecretBytes<32>;
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Secret>);
    STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<Secret>);
    STATIC_REQUIRE_FALSE(std::equality_comparable<Secret>);

    crypto::SeededRandom random{4};
    Secret from = random.secret<32>();
    const Secret copy = from.clone();
    const Secret to = std::move(from);
    const ByteArray<32> zero{};
    CHECK(crypto::same_secret(to.view(), copy.view()));
    CHECK(crypto::same_secret(from.view(), zero));  // NOLINT(bugprone-use-after-move): it is zeros
}

TEST_CASE("a secret is wiped when its life ends", "[crypto][secret]") {
    using Secret = crypto::SecretBytes<32>;
    crypto::SeededRandom random{5};
    alignas(Secret) ByteArray<sizeof(Secret)> place;
    auto* secret = new (place.data()) Secret(random.secret<32>());
    secret->~Secret();
    CHECK(place == ByteArray<sizeof(Secret)>{});
}

TEST_CASE("secrets of different length are never the same", "[crypto][secret]") {
    CHECK(crypto::same_secret(as_bytes("abc"), as_bytes("abc")));
    CHECK_FALSE(crypto::same_secret(as_bytes("abc"), as_bytes("abd")));
    CHECK_FALSE(crypto::same_secret(as_bytes("abc"), as_bytes("ab")));
    CHECK_FALSE(crypto::same_secret(as_bytes("abc"), {}));
    CHECK(crypto::same_secret({}, {}));
}
