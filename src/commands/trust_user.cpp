#include "commands/trust_user.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "commands/exit_codes.hpp"
#include "commands/people.hpp"
#include "commands/trust_output.hpp"
#include "identity/digits.hpp"
#include "terminal/prompt.hpp"

namespace p2pc::commands {
namespace {

using identity::Pin;

// What the server shows of an account, which has signed its device list: a pin of it.
Result<Pin> pin_of(Context& context, const Client& client, const wire::pb::User& shown) {
    const auto record = user_record(client, shown);
    if (!record) return from_server(record.error());
    const auto user = *model::UserName::parse(record->name);
    const auto& founding_key = client.login().founding_key();
    const auto list = identity::DeviceList::parse_and_verify(as_bytes(shown.device_list()),
                                                             *record->account_key, user, founding_key);
    if (!list)
        return Error{Errc::identity, "the device list of '" + user.text() + "': " + describe(list.error())};
    return Pin{user, founding_key, *record->account_key, list->serial(), context.out.now()};
}

Result<Pin> shown_now(Context& context, Client& client, const model::UserName& user) {
    auto shown = context.wait(look_up(client, user, context.soon()));
    if (!shown) return shown.error();
    return pin_of(context, client, *shown);
}

Result<std::optional<Pin>> pinned(Client& client, const model::UserName& user) {
    return client.pins().find(client.login().founding_key(), user);
}

std::string digits_with(const home::Login& login, const Pin& pin) {
    const identity::Compared self{login.user(), login.account_key()};
    const identity::Compared other{pin.user, pin.account_key};
    return identity::shared_digits(self, other, login.founding_key());
}

Error differ(const model::UserName& user) {
    return Error{Errc::identity,
                 fmt::format("the digits are not those of the key that '{}' has here", user.text())};
}

// "yes", "no" or the digits that the other side reads; ok is the same.
Status ask_person(const home::Login& login, const model::UserName& user, const std::string& digits) {
    std::string question = fmt::format(
        "{}This is what `p2pc trust verify {}` shows {}, if nobody is in between. Compare by a way on which\n"
        "you know each other. The same? (yes, no, or the digits {} reads) ",
        digit_lines(digits), login.user().text(), user.text(), user.text());
    for (;;) {
        const auto line = terminal::prompt_line(question, {STDIN_FILENO, STDERR_FILENO});
        if (!line) return line.error();
        if (*line == "yes") return {};
        if (*line == "no") return differ(user);
        const auto typed = identity::parse_digits(*line);
        if (typed) return *typed == digits ? Status{} : Status{differ(user)};
        question = "Type yes, no, or the 60 digits: ";
    }
}

}  // namespace

int show_trust(Context& context, Client& client, const model::UserName& user) {
    const auto pin = pinned(client, user);
    if (!pin) return context.fail(pin.error());
    const auto shown = shown_now(context, client, user);
    // A pin outlives the account.
    const bool gone = !shown && shown.error().code() == Errc::no_such_user && *pin;
    if (!shown && !gone) return context.fail(shown.error());
    PinRecord record{*pin ? **pin : *shown};
    if (gone) {
        context.out.notice(fmt::format("the server knows no '{}' any more", user.text()));
    } else {
        record.shown = shown->account_key;
        record.trust = identity::trust_in(*pin, shown->account_key);
        if (!*pin) record.forget_pin();
        // Of a key that changed there is nothing to compare: accept it by its fingerprint, then verify.
        if (record.trust != identity::Trust::changed) record.digits = digits_with(client.login(), *shown);
    }
    print_details(context.out, record);
    return exit_code::done;
}

int verify_user(Context& context, Client& client, const model::UserName& user,
                const std::optional<std::string>& digits) {
    const auto known = pinned(client, user);
    if (!known) return context.fail(known.error());
    // The pinned key is compared, whatever the server says today: it need not even be there.
    const auto pin = *known ? Result<Pin>{**known} : shown_now(context, client, user);
    if (!pin) return context.fail(pin.error());
    const auto right = digits_with(client.login(), *pin);
    Status same;
    if (digits) {
        if (*digits != right) same = differ(user);
    } else if (terminal::can_ask(STDIN_FILENO)) {
        same = ask_person(client.login(), user, right);
    } else {
        PinRecord record{*pin};
        if (!*known) record.trust = identity::Trust::fresh;
        record.digits = right;
        if (context.out.json()) {
            context.out.record(line_of(record, context.out.now()));
        } else {
            context.out.text(digit_lines(right));
        }
        same = Error{Errc::needs_answer,
                     fmt::format("whether '{}' sees the same digits (give --digits DIGITS)", user.text())};
    }
    if (!same) return context.fail(same.error());
    const auto verified = client.pins().verify(*pin);
    if (!verified) return context.fail(verified.error());
    PinRecord record{*pin};
    record.trust = identity::Trust::verified;
    record.digits = right;
    print_change(context.out, record, "compared");
    return exit_code::done;
}

int accept_user(Context& context, Client& client, const model::UserName& user, const model::PublicKey& key) {
    const auto pin = pinned(client, user);
    if (!pin) return context.fail(pin.error());
    if (!*pin) {
        return context.fail(Error{Errc::not_found, fmt::format("'{}' is not pinned", user.text())},
                            "a first contact pins them, or p2pc trust verify");
    }
    const auto shown = shown_now(context, client, user);
    if (!shown) return context.fail(shown.error());
    if (shown->account_key != key) {
        return context.fail(Error{
            Errc::identity, fmt::format("that is not the key that the server shows for '{}'", user.text())});
    }
    if ((*pin)->account_key != key) {
        const auto accepted = client.pins().accept((*pin)->account_key, *shown);
        if (!accepted) return context.fail(accepted.error());
        print_change(context.out, PinRecord{*shown}, "accepted");
        return exit_code::done;
    }
    // Typed again after it was accepted: there is nothing that does not match.
    print_change(context.out, PinRecord{**pin}, "already pinned");
    return exit_code::done;
}

int forget_user(Context& context, Client& client, const model::UserName& user) {
    const auto forgotten = client.pins().forget(client.login().founding_key(), user);
    if (!forgotten) return context.fail(forgotten.error(), "p2pc trust list shows who is");
    PinRecord record{*forgotten};
    record.trust = identity::Trust::fresh;
    print_change(context.out, record, "forgot");
    return exit_code::done;
}

}  // namespace p2pc::commands
