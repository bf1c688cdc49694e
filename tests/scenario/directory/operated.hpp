// What the operator does to a world, and what people are told then.
#pragma once

#include "identity/token.hpp"
#include "scenario/directory/world.hpp"

namespace p2pc::testing {

constexpr std::uint32_t operator_uid = 1234;

// One code for each way that something ended; Errc{} is ok.
inline Errc code_of(const Status& told) {
    return told ? Errc{} : told.error().code();
}

class Operated {
  public:
    explicit Operated(directory::ServerOptions options = {}) : world(options) {}

    Errc password(const Person& who, const std::string& token = "") {
        return entered(&Wire::with_password, who, token);
    }
    Errc device(const Person& who) { return entered(&Wire::log_in, who, ""); }
    Errc registers(const Person& who, const std::string& token = "") {
        return entered(&Wire::register_user, who, token);
    }

    using Change = asio::awaitable<Status> (directory::Operator::*)(model::UserName, std::uint32_t);
    Errc asks(Change what, const std::string& name) {
        auto by = world.server->operated();
        Status status;
        world.run(keep((by.*what)(*model::UserName::parse(name), operator_uid), status));
        return code_of(status);
    }
    std::string token(storage::TokenUse use, const std::string& name = "") {
        auto by = world.server->operated();
        std::optional<model::UserName> user;
        if (!name.empty()) user = *model::UserName::parse(name);
        Result<directory::IssuedToken> issued{Errc::internal};
        world.run(keep(by.token(use, user, operator_uid), issued));
        REQUIRE(issued);
        return issued->token.text();
    }
    directory::ServerStats stats() {
        auto by = world.server->operated();
        Result<directory::ServerStats> seen{Errc::internal};
        world.run(keep(by.stats(), seen));
        REQUIRE(seen);
        return *seen;
    }
    // "event outcome user", oldest first.
    std::vector<std::string> audit() {
        std::vector<std::string> found;
        const auto rows = world.kept().audit_after(0, 10'000);
        REQUIRE(rows);
        for (const auto& row : *rows) {
            const auto& entry = row.entry;
            found.push_back(std::string{storage::to_text(entry.event)} + " " +
                            std::string{storage::to_text(entry.outcome)} + " " +
                            (entry.user ? entry.user->text() : "-"));
        }
        return found;
    }

    World world;

  private:
    using Enter = asio::awaitable<Status> (Wire::*)(Person);

    Errc entered(Enter how, const Person& who, const std::string& token_shown) {
        Wire wire(world);
        wire.token = token_shown;
        Status status;
        world.run(keep((wire.*how)(who), status));
        return code_of(status);
    }

    template <class T>
    static asio::awaitable<void> keep(asio::awaitable<T> answer, T& into) {
        auto got = co_await std::move(answer);
        into = std::move(got);
    }
};

inline Person with_wrong_password(Operated& at, Person who) {
    who.login = std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate(at.world.random));
    return who;
}

}  // namespace p2pc::testing
