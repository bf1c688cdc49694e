// Progress: one line that says how far a transfer is, and the bar that keeps it on a terminal.
//
//   report.pdf  45%  12.3 MiB of 27.1 MiB  5.1 MiB/s  3s  file 2 of 5  direct
#pragma once

#include <cstdint>
#include <optional>
#include <p2pc/base/strong.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <string_view>

namespace p2pc::terminal {

struct Progress {
    std::string name;  // of the file; safe to show
    ByteCount done;
    std::optional<ByteCount> total;  // absent for a stream
    ByteCount rate;                  // a second, now
    std::optional<Duration> left;
    std::uint64_t file = 1, files = 1;
    std::string path;  // "direct", "relay", ...; may be empty
};

// Fits `columns` whatever they are: the least important parts go first, then the name is cut.
std::string format_progress(const Progress& progress, unsigned columns);

// Says yes at most once in each interval.
class Throttle {
  public:
    explicit Throttle(Duration interval) : interval_(interval) {}
    bool due(Instant now);

  private:
    Duration interval_;
    std::optional<Instant> last_;
};

// One row on a terminal, rewritten in place. One thread at a time; each call is at most one write().
class ProgressBar {
  public:
    enum class Visible { yes, no };  // no: -q, or stderr is not a terminal; every call is then without effect
    ProgressBar(int fd, unsigned columns, Visible visible);
    ~ProgressBar();  // clears the row
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    // Draws, at most ten times a second.
    void update(const Progress& progress, Instant now);
    // Before anything else is written to the terminal; the next update draws again at once.
    void clear();
    void resize(unsigned columns) { columns_ = columns == 0 ? 80 : columns; }

  private:
    int fd_;
    unsigned columns_;
    bool visible_;
    bool drawn_ = false;
    Throttle throttle_;
};

}  // namespace p2pc::terminal
