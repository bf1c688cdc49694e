// The vectors are those of draft-irtf-cfrg-cpace-21, appendices A and B.3.
#include "identity/cpace.hpp"

#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "crypto/random.hpp"

using namespace p2pc;
using identity::Cpace;
using identity::CpaceMessage;
using identity::CpaceShare;
using identity::CpaceTerms;

namespace {

Bytes hex(std::string_view text) {
    const auto bytes = base::from_hex(text);
    REQUIRE(bytes);
    return *bytes;
}

template <std::size_t N>
ByteArray<N> array_of(std::string_view text) {
    const Bytes bytes = hex(text);
    REQUIRE(bytes.size() == N);
    ByteArray<N> out;
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

Bytes text(std::string_view said) {
    const auto bytes = as_bytes(said);
    return {bytes.begin(), bytes.end()};
}

// The scalar of the vector.
class Given final : public crypto::Random {
  public:
    explicit Given(std::string_view scalar) : scalar_(array_of<32>(scalar)) {}
    void fill(std::span<std::byte> out) override { std::copy_n(scalar_.begin(), out.size(), out.begin()); }

  private:
    ByteArray<32> scalar_;
};

CpaceTerms of_the_draft() {
    return {as_bytes("Password"), hex("0b415f696e69746961746f720b425f726573706f6e646572"),
            hex("7e4b4791d6a8ef019b936c79fb7f2c57")};
}

constexpr std::string_view a_scalar = "da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08";
constexpr std::string_view b_scalar = "d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d";
constexpr std::string_view a_share = "d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157";
constexpr std::string_view b_share = "3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258";

// A run between two who have these terms; whether each is convinced.
struct Run {
    Run(const CpaceTerms& at_a, const CpaceTerms& at_b) {
        crypto::SeededRandom random{1};
        const Cpace a(Cpace::Role::initiator, at_a, text("ADa"), random);
        const Cpace b(Cpace::Role::responder, at_b, text("ADb"), random);
        const auto of_a = a.meet({b.share(), text("ADb")});
        const auto of_b = b.meet({a.share(), text("ADa")});
        REQUIRE(of_a);
        REQUIRE(of_b);
        a_convinced = of_a->proves(of_b->mine);
        b_convinced = of_b->proves(of_a->mine);
        reflected = of_a->proves(of_a->mine) || of_b->proves(of_b->mine);
    }
    bool a_convinced, b_convinced, reflected;
};

}  // namespace

TEST_CASE("fields are put together with their lengths, which take a second byte from 128 on",
          "[identity][cpace]") {
    CHECK(base::to_hex(identity::lv_cat({as_bytes("1234"), as_bytes("5"), {}, as_bytes("678")})) ==
          "043132333401350003363738");
    CHECK(base::to_hex(identity::lv_cat({Bytes(127)})).substr(0, 4) == "7f00");
    CHECK(base::to_hex(identity::lv_cat({Bytes(128)})).substr(0, 6) == "800100");
    CHECK(identity::lv_cat({Bytes(128)}).size() == 130);
}

TEST_CASE("the generator is that of the draft", "[identity][cpace]") {
    const auto terms = of_the_draft();
    const std::string zeros(200, '0');
    CHECK(base::to_hex(identity::cpace_generator_string(terms)) ==
          "11435061636552697374726574746f3235350850617373776f726464" + zeros +
              "180b415f696e69746961746f720b425f726573706f6e646572107e4b4791d6a8ef019b936c79fb7f2c57");
    CHECK(base::to_hex(identity::cpace_generator(terms).view()) ==
          "222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56");
}

TEST_CASE("shares and session key are those of the draft, at both ends", "[identity][cpace]") {
    Given for_a{a_scalar}, for_b{b_scalar};
    const Cpace a(Cpace::Role::initiator, of_the_draft(), text("ADa"), for_a);
    const Cpace b(Cpace::Role::responder, of_the_draft(), text("ADb"), for_b);
    CHECK(base::to_hex(a.share()) == a_share);
    CHECK(base::to_hex(b.share()) == b_share);
    constexpr std::string_view isk =
        "b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd"
        "2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447";
    const auto at_a = a.session_key({b.share(), text("ADb")});
    const auto at_b = b.session_key({a.share(), text("ADa")});
    REQUIRE(at_a);
    REQUIRE(at_b);
    CHECK(base::to_hex(at_a->view()) == isk);
    CHECK(base::to_hex(at_b->view()) == isk);
}

TEST_CASE("the proofs are the key confirmation of the draft's section 10.4", "[identity][cpace]") {
    // The draft has no vectors of them: worked out from its session key with another implementation.
    Given for_a{a_scalar}, for_b{b_scalar};
    const Cpace a(Cpace::Role::initiator, of_the_draft(), text("ADa"), for_a);
    const Cpace b(Cpace::Role::responder, of_the_draft(), text("ADb"), for_b);
    const auto at_a = a.meet({b.share(), text("ADb")});
    const auto at_b = b.meet({a.share(), text("ADa")});
    REQUIRE(at_a);
    REQUIRE(at_b);
    CHECK(base::to_hex(at_a->mine) ==
          "30478d28d83ae3b214295e91f4a3eb62999a8ed94575075db4a7d3bc3e4d26f1"
          "6c51adba12dc7771372637a46b5134e0937cddd7d820bfdd83be335e339eb57a");
    CHECK(base::to_hex(at_b->mine) ==
          "e927a7da291676f8878caae9cb70407d2f14117e6f9ff9adcfda797c4bcf2bd2"
          "fefd2ca3f2ddcce81b7386996c895b2f359010cc92069d5ff4ad49a977de79a6");
    CHECK(at_a->proves(at_b->mine));
    CHECK(at_b->proves(at_a->mine));
    CHECK(!at_a->proves(BytesView{at_b->mine}.first(63)));
    CHECK(!at_a->proves({}));
}

TEST_CASE("who has other digits, another channel or another session convinces nobody", "[identity][cpace]") {
    const auto right = of_the_draft();
    auto digits = of_the_draft(), channel = of_the_draft(), session = of_the_draft();
    digits.password = as_bytes("passwore");
    channel.channel.back() ^= std::byte{1};
    session.sid.back() ^= std::byte{1};
    const Run same(right, of_the_draft());
    CHECK(same.a_convinced);
    CHECK(same.b_convinced);
    CHECK(!same.reflected);
    for (const auto* other : {&digits, &channel, &session}) {
        const Run run(right, *other);
        CHECK(!run.a_convinced);
        CHECK(!run.b_convinced);
    }
}

TEST_CASE("a share that is no point of the group, or the identity, ends the run", "[identity][cpace]") {
    crypto::SeededRandom random{1};
    const Cpace a(Cpace::Role::initiator, of_the_draft(), text("ADa"), random);
    for (const std::string_view share :
         {"2b3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c",
          "0000000000000000000000000000000000000000000000000000000000000000"}) {
        const auto met = a.meet({array_of<32>(share), text("ADb")});
        REQUIRE(!met);
        CHECK(met.error().code() == Errc::malformed);
    }
}

TEST_CASE("both ends in one role, or other data than the other side's, convince nobody",
          "[identity][cpace]") {
    crypto::SeededRandom random{1};
    const Cpace a(Cpace::Role::initiator, of_the_draft(), text("ADa"), random);
    const Cpace b(Cpace::Role::responder, of_the_draft(), text("ADb"), random);
    const Cpace too(Cpace::Role::initiator, of_the_draft(), text("ADb"), random);
    const auto at_a = a.meet({b.share(), text("ADc")});
    const auto at_b = b.meet({a.share(), text("ADa")});
    REQUIRE(at_a);
    REQUIRE(at_b);
    CHECK(!at_a->proves(at_b->mine));
    const auto with_too = a.meet({too.share(), text("ADb")});
    const auto at_too = too.meet({a.share(), text("ADa")});
    REQUIRE(with_too);
    REQUIRE(at_too);
    CHECK(!with_too->proves(at_too->mine));
}
