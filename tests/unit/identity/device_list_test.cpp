#include "unit/identity/fixtures.hpp"

using namespace p2pc;
using namespace p2pc::test;
using identity::DeviceList;

namespace {

Errc make_error(std::uint64_t serial, std::vector<identity::Device> devices) {
    auto list = DeviceList::make(user("alice"), founding_key(), serial, std::move(devices));
    REQUIRE_FALSE(list);
    return list.error().code();
}

}  // namespace

TEST_CASE("a signed device list reads back as it was written", "[identity][device_list]") {
    const auto account = key_of(2);
    const auto list = list_of(7, {device(2, "phone"), device(1, "laptop")});
    const auto read = DeviceList::parse_and_verify(list.sign(account), identity::public_key(account),
                                                   user("alice"), founding_key());
    REQUIRE(read);
    CHECK(*read == list);
    CHECK(read->serial() == 7);
    CHECK(read->devices()[0].name == device_name("laptop"));
    CHECK(read->devices()[1].name == device_name("phone"));
}

TEST_CASE("the order in which devices are given does not change the encoding", "[identity][device_list]") {
    const auto account = key_of(2);
    CHECK(list_of(1, {device(1, "a"), device(2, "b")}).sign(account) ==
          list_of(1, {device(2, "b"), device(1, "a")}).sign(account));
}

TEST_CASE("the encoding is the one of the decision record, byte by byte", "[identity][device_list]") {
    const auto bytes = list_of(0x0102, {device(3, "box")}, "al").sign(key_of(2));
    const BytesView view{bytes};
    CHECK(as_text(view.first(16)) == std::string_view{"p2pc/devices/v1\0", 16});
    CHECK(as_text(view.subspan(16, 3)) ==
          "\x02"
          "al");
    CHECK(as_text(view.subspan(19, 32)) == as_text(founding_key().view()));
    CHECK(as_text(view.subspan(51, 8)) == std::string_view{"\0\0\0\0\0\0\x01\x02", 8});
    CHECK(as_text(view.subspan(59, 1)) == "\x01");
    CHECK(as_text(view.subspan(60, 16)) == as_text(device_id(3).view()));
    CHECK(as_text(view.subspan(76, 4)) ==
          "\x03"
          "box");
    CHECK(as_text(view.subspan(80, 32)) == as_text(public_key_of(1003).view()));
    CHECK(bytes.size() == 112 + 64);
}

TEST_CASE("a list holds 1 to 32 devices", "[identity][device_list]") {
    CHECK(make_error(1, {}) == Errc::limit);
    CHECK(make_error(1, many_devices(33)) == Errc::limit);
    CHECK(list_of(1, many_devices(31)).devices().size() == 31);
    const auto longest = list_of(1, many_devices(32), std::string(32, 'u')).sign(key_of(2));
    CHECK(longest.size() == identity::max_device_list_size);
    CHECK(
        DeviceList::parse_and_verify(longest, public_key_of(2), user(std::string(32, 'u')), founding_key()));
}

TEST_CASE("no id, name or key stands twice in a list, and no serial is 0", "[identity][device_list]") {
    CHECK(make_error(1, {device(1, "a"), {device_id(1), device_name("b"), public_key_of(9)}}) ==
          Errc::malformed);
    CHECK(make_error(1, {device(1, "a"), {device_id(2), device_name("a"), public_key_of(9)}}) ==
          Errc::device_taken);
    CHECK(make_error(1, {device(1, "a"), {device_id(2), device_name("b"), public_key_of(1001)}}) ==
          Errc::malformed);
    CHECK(make_error(0, {device(1, "a")}) == Errc::malformed);
}

TEST_CASE("adding and removing a device makes the next list", "[identity][device_list]") {
    const auto one = list_of(5, {device(1, "laptop")});
    const auto two = one.with(device(2, "phone"));
    REQUIRE(two);
    CHECK(two->serial() == 6);
    CHECK(two->find(device_id(2)) != nullptr);
    const auto back = two->without(device_id(1));
    REQUIRE(back);
    CHECK(back->serial() == 7);
    CHECK(back->find(device_id(1)) == nullptr);
    CHECK(back->find(public_key_of(1002))->name == device_name("phone"));
    CHECK(one.without(device_id(9)).error().code() == Errc::not_found);
    CHECK(one.without(device_id(1)).error().code() == Errc::limit);
    CHECK(one.with(device(2, "laptop")).error().code() == Errc::device_taken);
    CHECK(list_of(~0ull, {device(1, "a")}).with(device(2, "b")).error().code() == Errc::limit);
    CHECK(list_of(~0ull, {device(1, "a"), device(2, "b")}).without(device_id(1)).error().code() ==
          Errc::limit);
}

TEST_CASE("the next list leaves out whoever is gone, in one step", "[identity][device_list]") {
    const auto list = list_of(5, {device(1, "laptop"), device(2, "phone"), device(3, "box")});
    const std::vector<model::DeviceId> gone{device_id(2), device_id(3), device_id(9)};
    const auto left = list.without_any(gone);
    REQUIRE(left);
    CHECK(*left == list_of(6, {device(1, "laptop")}));
    // Also where it is nobody: a list says that the password changed.
    CHECK(*list.without_any({}) == list_of(6, list.devices()));
    CHECK(list.without_any({device_id(1), device_id(2), device_id(3)}).error().code() == Errc::limit);
    // A name that is gone is free, one that stays is not.
    CHECK(*list.with(device(4, "phone"), gone) == list_of(6, {device(1, "laptop"), device(4, "phone")}));
    CHECK(*list.with(device(4, "laptop"), gone) == list_of(6, {device(1, "laptop"), device(4, "laptop-2")}));
    CHECK(list.with(device(4, "new"), {device_id(1), device_id(2), device_id(3)})->devices().size() == 1);
    CHECK(list_of(~0ull, {device(1, "a")}).without_any({}).error().code() == Errc::limit);
    CHECK(list_of(~0ull, {device(1, "a")}).with(device(2, "b"), gone).error().code() == Errc::limit);
}

TEST_CASE("a taken device name gets the first free number", "[identity][device_list]") {
    const std::string longest(32, 'x');
    const auto list = list_of(1, {device(1, "box"), device(2, "box-2"), device(3, longest)});
    CHECK(list.free_name(device_name("lap")) == device_name("lap"));
    CHECK(list.free_name(device_name("box")) == device_name("box-3"));
    CHECK(list.free_name(device_name(longest)) == device_name(std::string(30, 'x') + "-2"));
}
