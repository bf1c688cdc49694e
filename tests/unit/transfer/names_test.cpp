#include "transfer/names.hpp"

#include "support.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;
using namespace std::string_literals;

namespace {

// What the rules say of names of one and two bytes, written down apart from the code: "" is refused.
std::string expected_short(const std::string& name) {
    if (name == "." || name == ".." || name.find('/') != std::string::npos) return {};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(name[i]); };
    if (name.size() == 2 && byte(0) >= 0xc2 && byte(0) <= 0xdf) {
        if (byte(1) < 0x80 || byte(1) > 0xbf) return {};
        const unsigned code = ((byte(0) & 0x1fu) << 6) | (byte(1) & 0x3fu);
        const bool hidden = code < 0xa0 || code == 0xad || code == 0x34f || code == 0x61c;
        return hidden ? "_" : name;
    }
    std::string clean;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (byte(i) == 0 || byte(i) > 0x7f) return {};
        const bool leading = i == 0 && (name[i] == '.' || name[i] == '-');
        clean += byte(i) < 0x20 || byte(i) == 0x7f || leading ? '_' : name[i];
    }
    return clean;
}

std::string cleaned(const std::string& name, AnyNames any = AnyNames::no) {
    auto result = clean_top_level(name, any);
    if (result) return *result;
    CHECK(result.error().code() == Errc::refused);
    return {};
}

}  // namespace

TEST_CASE("every name of one or two bytes lands where the rules say, or is refused", "[transfer][names]") {
    TempFolder parent{fast_parent()};
    const auto output = parent / "out";
    fs::create_directory(output);
    Incoming incoming{make_folder_output(folder_at(output), AnyNames::no), ReceivePolicy{}};
    const auto empty = digest_of({});
    unsigned wrong = 0;
    unsigned taken = 0;
    const auto try_one = [&](const std::string& name) {
        const auto expected = expected_short(name);
        const auto begun = incoming.begin(file_entry(name, 0), keyed());
        if (expected.empty()) {
            wrong += code_of(begun) != Errc::refused;
            return;
        }
        const auto item = incoming.end(ItemEnd{ByteCount{0}, empty});
        ++taken;
        if (!item || *item->path() != output + "/" + expected) {
            ++wrong;
            UNSCOPED_INFO("name " << Catch::StringMaker<std::string>::convert(name) << " wanted "
                                  << expected);
            return;
        }
        wrong += ::unlink(item->path()->c_str()) != 0;
    };
    for (int first = 0; first < 256; ++first) {
        try_one(std::string(1, static_cast<char>(first)));
        for (int second = 0; second < 256; ++second)
            try_one({static_cast<char>(first), static_cast<char>(second)});
    }
    CHECK(wrong == 0);
    CHECK(taken > 17'000);
    CHECK(TempFolder::names_in(output).empty());
    CHECK(parent.names() == std::vector<std::string>{"out"});
}

TEST_CASE("names that leave the folder, are not names or are ours are refused, also with any-names",
          "[transfer][names]") {
    const std::string bad[] = {"",
                               ".",
                               "..",
                               "../x",
                               "a/../../x",
                               "/etc/passwd",
                               "a/",
                               "a\0b"s,
                               "\xff",
                               "a\xc3",
                               "\xc0\xae",
                               "\xed\xa0\x80",
                               "\xf5",
                               ".p2pc-",
                               ".p2pc-partial",
                               ".P2PC-partial",
                               std::string(256, 'a')};
    for (const auto& name : bad) {
        CAPTURE(name);
        CHECK(cleaned(name) == "");
        CHECK(cleaned(name, AnyNames::yes) == "");
    }
}

TEST_CASE("what hides or misleads becomes an underscore, unless any-names is said", "[transfer][names]") {
    const std::pair<std::string, std::string> cases[] = {
        {".bashrc", "_bashrc"},
        {".ssh", "_ssh"},
        {"-rf", "_rf"},
        {"bin", "bin"},
        {"a-b.c", "a-b.c"},
        {"two\nlines\x1b[31m", "two_lines_[31m"},
        {"invoice\u202egpj.exe", "invoice_gpj.exe"},
        {"a\u2066b\u2069c\u200fd\u061c", "a_b_c_d_"},
        {"zero\u200bwidth\u200djoin\ufeff\u2060", "zero_width_join__"},
        {"soft\u00adhyphen\u2028\u2029", "soft_hyphen__"},
        {"fill\u3164\u115f\u1160\uffa0\u034f", "fill_____"},
        {"tag\U000e0041", "tag_"},
        {"\u202e.x", "_.x"},
        {"caf\u00e9 \U0001f600 \u0440", "caf\u00e9 \U0001f600 \u0440"},
        {"\u0301\u0301\u0301", "\u0301\u0301\u0301"},
        {"\u0600\u0605\u06dd\u070f\u08e2", "\u0600\u0605\u06dd\u070f\u08e2"},
    };
    for (const auto& [given, kept] : cases) {
        CAPTURE(given);
        CHECK(cleaned(given) == kept);
        CHECK(cleaned(given, AnyNames::yes) == given);
    }
}

TEST_CASE("a name may have 255 bytes and not one more, also in emoji", "[transfer][names]") {
    CHECK(cleaned(std::string(254, 'a')).size() == 254);
    CHECK(cleaned(std::string(255, 'a')).size() == 255);
    CHECK(cleaned(std::string(256, 'a')).empty());
    std::string emoji;
    while (emoji.size() < 252)
        emoji += "\U0001f600";
    CHECK(cleaned(emoji + "abc").size() == 255);
    CHECK(cleaned(emoji + "\U0001f600").empty());
}

TEST_CASE("a number goes before the extension, and at the end where there is none", "[transfer][names]") {
    CHECK(numbered("report.pdf", 2) == "report (2).pdf");
    CHECK(numbered("a.tar.gz", 13) == "a.tar (13).gz");
    CHECK(numbered("bin", 2) == "bin (2)");
    CHECK(numbered(".profile", 2) == ".profile (2)");
    CHECK(numbered("a.", 2) == "a (2).");
    CHECK(numbered("Dr. No and friends", 2) == "Dr. No and friends (2)");
    CHECK(numbered("x." + std::string(40, 'y'), 2) == "x." + std::string(40, 'y') + " (2)");
}

TEST_CASE("a numbered name stays within 255 bytes and is cut between characters", "[transfer][names]") {
    for (const std::string ending : {"", ".pdf"}) {
        for (std::size_t pad = 0; pad < 4; ++pad) {
            std::string name(pad, 'a');
            while (name.size() + 4 + ending.size() <= 255)
                name += "\U0001f600";
            const auto made = numbered(name + ending, 10'000);
            CAPTURE(made);
            CHECK(made.size() <= 255);
            CHECK(made.size() > 245);
            CHECK(made.ends_with(" (10000)" + ending));
            CHECK(check_component(made));
        }
    }
}

TEST_CASE("a number goes behind the whole name of a folder, and before an end of at most 32 bytes",
          "[transfer][names]") {
    CHECK(numbered("a.b", 2, Named::folder) == "a.b (2)");
    const std::string end = "." + std::string(31, 'y');
    CHECK(numbered("x" + end, 2) == "x (2)" + end);
    CHECK(numbered("x" + end + "y", 2) == "x" + end + "y (2)");
    // It is cut only where it would be too long.
    CHECK(numbered(std::string(251, 'a'), 2) == std::string(251, 'a') + " (2)");
    CHECK(numbered(std::string(252, 'a'), 2) == std::string(251, 'a') + " (2)");
    CHECK(numbered(std::string(250, 'a') + "\u00e9", 2) == std::string(250, 'a') + " (2)");
}

TEST_CASE("below the top a name is kept as it is, but for control characters", "[transfer][names]") {
    for (const auto& name : {"-rf"s, ".x"s, "a\u202eb"s, "a b"s, "~"s, "\u00a0"s}) {
        CAPTURE(name);
        CHECK(check_below_top(name, AnyNames::no));
    }
    for (const auto& name : {"\x1f"s, "a\nb"s, "\x7f"s, "\u0080"s, "a\u009f"s}) {
        CAPTURE(name);
        const auto refused = check_below_top(name, AnyNames::no);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code() == Errc::refused);
        CHECK(check_below_top(name, AnyNames::yes));
    }
    for (const auto& name : {""s, "."s, ".."s, "a/b"s, "a\0b"s, "\xff"s, ".p2pc-x"s}) {
        CAPTURE(name);
        CHECK_FALSE(check_below_top(name, AnyNames::no));
        CHECK_FALSE(check_below_top(name, AnyNames::yes));
    }
}

TEST_CASE("the target of a link leads to no place outside of its tree", "[transfer][names]") {
    const auto taken = [](const std::string& target, std::size_t depth, AnyNames any = AnyNames::no) {
        const auto checked = check_link_target(target, depth, any);
        if (!checked) CHECK(checked.error().code() == Errc::refused);
        return checked.ok();
    };
    for (const auto& target : {"a"s, "a/b"s, "a/"s, "a//b"s, "./a"s, "..a"s, "a ~"s, "a\u00a0"s}) {
        CAPTURE(target);
        CHECK(taken(target, 0));
    }
    CHECK_FALSE(taken("..", 0));
    CHECK(taken("..", 1));
    CHECK(taken("../a", 1));
    CHECK_FALSE(taken("../../a", 1));
    CHECK(taken("../../a", 2));
    for (const auto& target : {""s, "/a"s, "a/.."s, "a/../b"s, "../a/.."s, "./.."s, "a\0b"s, "\xff"s}) {
        CAPTURE(target);
        CHECK_FALSE(taken(target, 9));
        CHECK_FALSE(taken(target, 9, AnyNames::yes));
    }
    for (const auto& target : {"a\nb"s, "\x1b"s, "\x7f"s, "\u0080"s, "a/\u009f"s}) {
        CAPTURE(target);
        CHECK_FALSE(taken(target, 0));
        CHECK(taken(target, 0, AnyNames::yes));
    }
    CHECK(taken(std::string(4095, 'a'), 0));
    CHECK_FALSE(taken(std::string(4096, 'a'), 0));
}
