// The files of a home: what a damaged or made-up one is read as (docs/home.md).
#include <unistd.h>

#include <fstream>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "fuzz/fuzz.hpp"
#include "home/login_store.hpp"
#include "home/pins.hpp"
#include "home/placed.hpp"
#include "home/reports.hpp"
#include "support/temp_folder.hpp"

using namespace p2pc;

namespace {

class Home {
  public:
    Home() : paths(*home::HomePaths::resolve(folder.path().string(), {})) { MUST(paths.make().ok()); }
    testing::TempFolder folder;
    home::HomePaths paths;
};

void put(const std::filesystem::path& file, std::string_view content) {
    std::ofstream out(file, std::ios::binary);
    out << content;
    out.close();
    std::filesystem::permissions(file, std::filesystem::perms{0600});
}

// What somebody who writes such a file would end it with.
std::string with_checksum(std::string_view kind, std::string_view lines) {
    std::string text = fmt::format("p2pc {} 1\n", kind);
    text.append(lines);
    return text + "end " + base::to_base32(crypto::hash256({as_bytes(text)})) + "\n";
}

template <class T>
void check(const Result<T>& read) {
    MUST(read.ok() || read.error().code() == Errc::corrupt || read.error().code() == Errc::not_logged_in);
}

void check_records(std::string_view lines) {
    while (!lines.empty()) {
        const auto line = lines.substr(0, lines.find('\n'));
        const auto record = home::Record::decode(line);
        MUST(record.ok() || record.error().code() == Errc::corrupt);
        // One record has one line.
        if (record) MUST(record->encode() == std::string{line} + "\n");
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Home home;
    fuzz::Input input{data, size};
    const unsigned kind = input.below(7);
    const bool ended = input.below(8) != 0;
    const auto lines = input.rest();
    check_records(lines);
    const auto content = [&](std::string_view name) {
        return ended ? with_checksum(name, lines) : std::string{lines};
    };
    if (kind == 0) {
        put(home.paths.login_file(), content("login"));
        put(home.paths.device_key_file(), content("device-key"));
        const home::LoginStore store{home.paths};
        check(store.load());
        std::filesystem::remove(home.paths.login_file());
        std::filesystem::remove(home.paths.device_key_file());
    } else if (kind == 1) {
        put(home.paths.registration_file(), content("registration"));
        check(home::LoginStore{home.paths}.load_registration());
        std::filesystem::remove(home.paths.registration_file());
    } else if (kind == 2) {
        put(home.paths.pins_file(), content("pins"));
        const auto pins = home::Pins{home.paths}.all();
        check(pins);
        if (pins && !pins->empty()) {
            const auto& pin = pins->front();
            const auto found = home::Pins{home.paths}.find(pin.founding_key, pin.user);
            MUST(found.ok() && found->has_value());
        }
        std::filesystem::remove(home.paths.pins_file());
    } else if (kind == 3) {
        put(home.paths.reports_file(), content("reports"));
        const auto reports = home::Reports{home.paths}.pending();
        check(reports);
        std::filesystem::remove(home.paths.reports_file());
    } else {
        const auto file = home.paths.placed_folder() / "another";
        std::filesystem::create_directory(home.paths.placed_folder());
        put(file, lines);
        const home::Placed placed{home.paths, model::SessionId{}, 0};
        MUST(!placed.find("nothing") || lines.find("nothing") != std::string_view::npos);
        std::filesystem::remove(file);
    }
    return 0;
}
