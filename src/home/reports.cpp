#include "home/reports.hpp"

namespace p2pc::home {
namespace {

Record record_of(const Report& report) {
    Record record{"report"};
    record.bytes("session", report.session.view())
        .bytes("device_id", report.device.view())
        .text("reason", model::to_text(report.reason))
        .number("bytes_in", report.bytes_in.value())
        .number("bytes_out", report.bytes_out.value())
        .text("path", report.path)
        .time("ended", report.ended);
    return record;
}

Result<Report> report_of(const Record& record) {
    const auto session = record.id<model::SessionId>("session");
    const auto device = record.id<model::DeviceId>("device_id");
    const auto reason_text = record.text("reason");
    const auto bytes_in = record.number("bytes_in");
    const auto bytes_out = record.number("bytes_out");
    const auto path = record.text("path");
    const auto ended = record.time("ended");
    const auto reason = reason_text ? model::parse_end_reason(*reason_text) : std::nullopt;
    if (record.name() != "report" || !session || !device || !reason || !bytes_in || !bytes_out || !path ||
        !ended) {
        return Error{Errc::corrupt, "has a report that lacks a field"};
    }
    return Report{*session,           *device, *reason, ByteCount{*bytes_in}, ByteCount{*bytes_out},
                  std::string{*path}, *ended};
}

// Whether there was one.
bool drop(std::vector<Report>& reports, const model::SessionId& session, const model::DeviceId& device) {
    return std::erase_if(reports, [&](const Report& report) {
               return report.session == session && report.device == device;
           }) != 0;
}

}  // namespace

Result<std::vector<Report>> Reports::pending() const {
    const auto records = file_.read();
    std::vector<Report> reports;
    if (!records && records.error().code() == Errc::not_found) return reports;
    if (!records) return records.error();
    for (const Record& record : *records) {
        auto report = report_of(record);
        if (!report) return file_.fault(report.error().detail());
        reports.push_back(std::move(*report));
    }
    return reports;
}

Status Reports::write(const HomeLock& held, const std::vector<Report>& reports) const {
    std::vector<Record> records;
    records.reserve(reports.size());
    for (const Report& report : reports)
        records.push_back(record_of(report));
    return file_.write(held, records);
}

Status Reports::add(const Report& report) {
    auto held = HomeLock::take(paths_);
    if (!held) return held.error();
    auto reports = pending();
    if (!reports) return reports.error();
    drop(*reports, report.session, report.device);
    reports->push_back(report);
    if (reports->size() > max_reports) reports->erase(reports->begin());
    return write(*held, *reports);
}

Status Reports::remove(const model::SessionId& session, const model::DeviceId& device) {
    auto held = HomeLock::take(paths_);
    if (!held) return held.error();
    auto reports = pending();
    if (!reports) return reports.error();
    if (!drop(*reports, session, device)) return {};
    return write(*held, *reports);
}

}  // namespace p2pc::home
