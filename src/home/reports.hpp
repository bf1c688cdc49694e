// Reports: how sessions ended, as far as the server has not been told.
//
// A report goes with the next command and is idempotent by session and device. No file is no report. Safe
// from any thread and process. REQUIRES: HomePaths::make() was called.
#pragma once

#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <vector>

#include "home/paths.hpp"
#include "home/state_file.hpp"
#include "model/ids.hpp"
#include "model/session.hpp"

namespace p2pc::home {

struct Report {
    Report(const model::SessionId& of_session, const model::DeviceId& of_device, model::EndReason why,
           ByteCount in, ByteCount out, std::string over, WallTime at)
        : session(of_session),
          device(of_device),
          reason(why),
          bytes_in(in),
          bytes_out(out),
          path(std::move(over)),
          ended(at) {}
    model::SessionId session;
    model::DeviceId device;  // who reports: a later login of the home may be another device
    model::EndReason reason;
    ByteCount bytes_in, bytes_out;
    std::string path;  // direct, punched, mapped, relay
    WallTime ended;
    friend bool operator==(const Report&, const Report&) = default;
};

// More are not kept: the oldest go. A server gone for so long has ended these sessions itself.
constexpr std::size_t max_reports = 1000;

class Reports {
  public:
    explicit Reports(const HomePaths& paths) : paths_(paths), file_(paths.reports_file(), "reports") {}

    // Oldest first. Errc::corrupt, Errc::local_io
    Result<std::vector<Report>> pending() const;
    // In place of an earlier one of the same session and device.
    Status add(const Report& report);
    // Delivered, or refused for good. One that is not there is fine.
    Status remove(const model::SessionId& session, const model::DeviceId& device);

  private:
    Status write(const HomeLock& held, const std::vector<Report>& reports) const;

    HomePaths paths_;
    StateFile file_;
};

}  // namespace p2pc::home
