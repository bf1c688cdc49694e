#include "crypto/checksum.hpp"

#include <catch2/catch.hpp>

using namespace p2pc;
using crypto::Checksum;

namespace {

std::string sha256_of(std::string_view text) {
    Checksum sum;
    sum.update(as_bytes(text));
    return sum.finish();
}

}  // namespace

TEST_CASE("the checksum matches the vectors of FIPS 180-4, as sha256sum prints them", "[crypto][checksum]") {
    CHECK(sha256_of("") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_of("abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_of(std::string(1'000'000, 'a')) ==
          "sha256:cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a checksum of counted zeros is that of zeros", "[crypto][checksum]") {
    for (const std::size_t zeros : {0, 1, 65'535, 65'536, 65'537, 200'000}) {
        CAPTURE(zeros);
        Checksum counted;
        counted.update(as_bytes("a"));
        const std::atomic<bool> stop = false;
        CHECK(counted.add_zeros(zeros, stop));
        CHECK(counted.finish() == sha256_of("a" + std::string(zeros, '\0')));
    }
}

TEST_CASE("counted zeros are summed no further once it is to stop", "[crypto][checksum]") {
    Checksum counted;
    const std::atomic<bool> stop = true;
    CHECK_FALSE(counted.add_zeros(std::uint64_t{1} << 40, stop));
}

TEST_CASE("no checksum is made of an unknown kind", "[crypto][checksum]") {
    CHECK(crypto::is_checksum("sha256"));
    CHECK_FALSE(crypto::is_checksum(""));
    CHECK_FALSE(crypto::is_checksum("md5"));
}
