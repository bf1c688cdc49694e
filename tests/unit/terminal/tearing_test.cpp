// Random typing and random incoming lines in every order, judged by the test terminal after each step.
#include <catch2/catch.hpp>
#include <random>

#include "base/filter.hpp"
#include "support/captured_writes.hpp"
#include "support/vt.hpp"
#include "terminal/line_editor.hpp"
#include "terminal/screen.hpp"

using namespace p2pc;
using namespace p2pc::terminal;
using p2pc::tests::CapturedWrites;
using p2pc::tests::Vt;

namespace {

constexpr std::string_view prompt = "bob> ";

class Run {
  public:
    Run(unsigned seed, unsigned columns)
        : random_(seed), columns_(columns), screen_(fd_.fd(), columns), seen_(columns), expected_(columns) {
        screen_.set_prompt(std::string{prompt});
        screen_.show();
    }

    void step() {
        if (random_() % 3 == 0) {
            receive();
        } else {
            type();
        }
        for (const auto& write : fd_.take())
            seen_.write(write);
        judge(checked_ < 3 ? 0 : checked_ - 3);
        checked_ = expected_.cursor_row();
    }

    // Every row from `first` on.
    void judge(std::size_t first) {
        if (!seen_.violations().empty()) FAIL(seen_.violations()[0]);
        const auto bottom = expected_.cursor_row();
        if (seen_.cursor_row() != bottom)
            FAIL("the input is on row " << seen_.cursor_row() << ", not " << bottom);
        for (std::size_t row = first; row < bottom; ++row) {
            if (seen_.row(row) != expected_.row(row))
                FAIL("row " << row << " is '" << seen_.row(row) << "', not '" << expected_.row(row) << "'");
        }
        for (std::size_t row = bottom + 1; row < seen_.rows(); ++row) {
            if (!seen_.row(row).empty()) FAIL("something is below the input");
        }
        judge_input(bottom);
    }

  private:
    void type() {
        static const std::string_view keys[] = {"a",      "b",       " ",      "é",      "日",
                                                "😀",      "e\u0301", "\u0301", "\x7f",   "\x7f",
                                                "\x1b[D", "\x1b[C",  "\x1b[H", "\x1b[F", "\x1b[A",
                                                "\x1b[B", "\x1b[3~", "\x17",   "\u200d", "a long word "};
        auto key = keys[random_() % std::size(keys)];
        if (random_() % 40 == 0) key = "\r";
        const auto cut = random_() % (key.size() + 1);
        for (const auto piece : {key.substr(0, cut), key.substr(cut)}) {
            if (!editor_.feed(piece).empty()) screen_.set_input(editor_.text(), editor_.cursor());
        }
    }

    void receive() {
        std::string text;
        for (unsigned i = random_() % 120; i > 0; --i) {
            const auto kind = random_() % 8;
            if (kind == 0)
                text.push_back(static_cast<char>(random_() & 0xff));
            else if (kind == 1)
                text += "日";
            else if (kind == 2)
                text += "\x1b[2J\n";
            else
                text.push_back(static_cast<char>('a' + random_() % 26));
        }
        base::BodyShape shape;
        shape.prefix = "eve: ";
        shape.columns = random_() % 2 == 0 ? columns_ : 0;
        const auto lines = base::escape_body(text, shape);
        screen_.print_above(lines);
        expected_.write(ended_lines(lines));
    }

    void judge_input(std::size_t row) {
        const auto typed = visible(editor_.text());
        if (prompt.size() + base::display_width(typed) + 1 >= columns_) {
            if (seen_.row(row).substr(0, prompt.size() - 1) != prompt.substr(0, prompt.size() - 1))
                FAIL("no prompt");
            return;  // scrolled: input_view_test looks at that
        }
        std::string whole = std::string{prompt} + typed;
        whole.resize(whole.find_last_not_of(' ') + 1);
        if (seen_.row(row) != whole) FAIL("typed '" << whole << "', shown '" << seen_.row(row) << "'");
        const auto before = visible(editor_.text().substr(0, editor_.cursor()));
        if (seen_.cursor_column() != prompt.size() + base::display_width(before))
            FAIL("the cursor is elsewhere");
    }

    static std::string visible(std::string_view text) {
        std::string out;
        base::LineEscaper escaper{base::LineEscaper::Backslash::plain};
        while (!text.empty()) {
            const auto next = base::decode_utf8(text);
            escaper.append(out, text, next);
            text.remove_prefix(next.bytes);
        }
        return out;
    }

    std::mt19937 random_;
    unsigned columns_;
    CapturedWrites fd_;
    Screen screen_;
    LineEditor editor_;
    Vt seen_;
    std::size_t checked_ = 0;
    Vt expected_;  // the same lines without anybody typing
};

}  // namespace

TEST_CASE("an incoming line never tears the line being typed", "[terminal][screen]") {
    const auto seed = GENERATE(range(1u, 31u));
    const unsigned columns = 12 + seed * 7 % 90;
    INFO("seed " << seed << ", " << columns << " columns");
    Run run{seed, columns};
    for (int i = 0; i < 300; ++i)
        run.step();
    run.judge(0);
    SUCCEED();
}
