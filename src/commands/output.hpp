// Output: the two streams of a command (docs/cli.md, "Streams").
//
// stdout carries the answer alone, written at once; stderr everything else, each notice one line. Text
// given here is safe to show already, but for errors and notices, which are escaped here. One thread.
#pragma once

#include <functional>
#include <p2pc/base/error.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "commands/globals.hpp"

namespace p2pc::commands {

enum class RecordsTo { standard_output, standard_error };  // the latter: `receive -o -`

class Output {
  public:
    Output(Format format, Verbosity verbosity, const base::Clock& clock)
        : format_(format), verbosity_(verbosity), clock_(clock) {}

    bool json() const noexcept { return format_ == Format::json; }
    bool quiet() const noexcept { return verbosity_ == Verbosity::quiet; }
    WallTime now() const { return clock_.wall(); }
    void records_to(RecordsTo where) noexcept { records_to_ = where; }

    // One record's line (records.hpp), or one item of the plain answer; the newline is added.
    void record(std::string_view line);
    void line(std::string_view text);
    // A piece of the plain answer that has its newlines, as a table has.
    void text(std::string_view text);

    // "p2pc: WHAT" on stderr, unless -q; detail() only with -v.
    void notice(std::string_view what);
    void detail(std::string_view what);
    // "p2pc: what happened: why (hint)" on stderr unless -q, and the `error` record with --json.
    // Returns the exit code. Without a hint the usual one for the code is given.
    int fail(const Error& error, std::string_view hint = {});

    // Called once when nobody reads stdout any more; what is printed afterwards goes nowhere.
    void on_reader_gone(std::function<void()> call) { reader_gone_call_ = std::move(call); }
    bool reader_gone() const noexcept { return reader_gone_; }
    // The system's reason why a line of the answer was lost (a full disk), or 0.
    int lost() const noexcept { return lost_; }

  private:
    void answer(std::string_view bytes);

    Format format_;
    Verbosity verbosity_;
    const base::Clock& clock_;
    RecordsTo records_to_ = RecordsTo::standard_output;
    std::function<void()> reader_gone_call_;
    bool reader_gone_ = false;
    int lost_ = 0;
};

// "sentence: detail (hint)", escaped: the text of an error line.
std::string error_text(const Error& error, std::string_view hint);

}  // namespace p2pc::commands
