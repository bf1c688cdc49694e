// Text from elsewhere, through the filter, on a terminal that is not ours: libvterm says what happened.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "base/filter.hpp"
#include "campaign/terminal/emulator.hpp"

using namespace p2pc;
using tests::Emulator;

namespace {

bool long_form() {
    const char* const form = std::getenv("P2PC_CAMPAIGN");
    return form != nullptr && std::string_view{form} == "long";
}

// As the encoding would have it, also for what it does not allow: surrogates.
std::string encoded(std::uint32_t code) {
    std::string out;
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) {
        out.push_back(static_cast<char>(0xc0 | code >> 6));
    } else {
        if (code < 0x10000) {
            out.push_back(static_cast<char>(0xe0 | code >> 12));
        } else {
            out.push_back(static_cast<char>(0xf0 | code >> 18));
            out.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3f)));
        }
        out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    }
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
    return out;
}

class Strings {
  public:
    explicit Strings(std::uint64_t seed) : engine_(seed) {}
    std::string next() {
        std::string out;
        for (auto parts = below(12); parts > 0; --parts)
            out += part();
        return out;
    }

  private:
    std::uint64_t below(std::uint64_t bound) {
        return std::uniform_int_distribution<std::uint64_t>{0, bound - 1}(engine_);
    }
    std::string part() {
        static const std::string known[] = {"\x1b[2J",
                                            "\x1b[H",
                                            "\x1b[1A",
                                            "\x1b[?1049h",
                                            "\x1b]0;title\a",
                                            "\x1b]52;c;aGk=\a",
                                            "\x1b]8;;http://x\x1b\\",
                                            "\x1bPq#0\x1b\\",
                                            "\x1b"
                                            "c",
                                            "\x9b"
                                            "2J",
                                            "\xc2\x9b"
                                            "31m",
                                            "\xc2\x9d"
                                            "0;x\xc2\x9c",
                                            "\r",
                                            "\b\b\b",
                                            "\n",
                                            "\t",
                                            "\v",
                                            "\f",
                                            "\x0e",
                                            "\x05",
                                            "\x7f",
                                            "\x1b[6n",
                                            "\x1b[5;1r",
                                            "\xe2\x80\xae",
                                            "\xe2\x80\x8d",
                                            "\xef\xb8\x8f",
                                            "\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86",
                                            "\xed\xa0\x80",
                                            "\xf0\x9f\x91\xa9",
                                            "bob: ",
                                            "plain text "};
        switch (below(4)) {
            case 0:
                return known[below(std::size(known))];
            case 1:
                return encoded(static_cast<std::uint32_t>(below(0x110000)));
            case 2:
                return encoded(static_cast<std::uint32_t>(below(0x3000)));
            default:
                break;
        }
        std::string bytes;
        for (auto count = below(8); count > 0; --count)
            bytes.push_back(static_cast<char>(below(256)));
        return bytes;
    }

    std::mt19937_64 engine_;
};

}  // namespace

TEST_CASE("no character of another's text does anything to a terminal but stand in its row") {
    Emulator terminal;
    for (std::uint32_t code = 0; code < 0x110000; ++code) {
        const auto shown = base::escape_line(encoded(code));
        terminal.new_line();
        terminal.write(shown);
        const auto at = terminal.cursor();
        if (terminal.violation().empty() && at.row == terminal.first_row() && at.col < 40) continue;
        FAIL("U+" << std::hex << code << " as '" << shown << "': " << terminal.violation() << " at "
                  << std::dec << at.row - terminal.first_row() << ":" << at.col);
    }
}

TEST_CASE("a body of any bytes stays in its rows, each of which begins with the prefix") {
    const std::uint64_t seed = 20261123;
    const int count = long_form() ? 1'000'000 : 30'000;
    Strings strings{seed};
    base::BodyShape shape;
    shape.prefix = "| ";
    shape.columns = Emulator::columns;
    Emulator terminal;
    for (int i = 0; i < count; ++i) {
        const auto text = strings.next();
        const auto shown = base::escape_body(text, shape);
        terminal.new_line();
        terminal.write(shown);
        const auto rows = std::count(shown.begin(), shown.end(), '\n') + 1;
        const bool in_its_rows = terminal.cursor().row == terminal.first_row() + rows - 1;
        const bool prefixed = terminal.starts() == std::u32string(static_cast<std::size_t>(rows), U'|');
        if (terminal.violation().empty() && in_its_rows && prefixed) continue;
        FAIL("string " << i << " of seed " << seed << ": " << terminal.violation() << " rows " << rows
                       << ", cursor " << terminal.cursor().row - terminal.first_row() << ", begun "
                       << terminal.starts().size() << "\n"
                       << shown);
    }
}

TEST_CASE("the emulator sees what a text does that is not filtered") {
    Emulator terminal;
    for (const std::string text :
         {"\x1b[2J", "\x1b[1A", "\x1b]0;t\a", "\x1b]52;c;aGk=\a", "\a", "\x1b[31m", "\x1b[?1049h"}) {
        terminal.new_line();
        terminal.write(text);
        CHECK_FALSE(terminal.violation().empty());
    }
}
