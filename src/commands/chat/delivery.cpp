#include "commands/chat/delivery.hpp"

#include <filesystem>

#include "base/filter.hpp"
#include "base/units.hpp"
#include "commands/chat/question.hpp"

namespace p2pc::commands::chat {
namespace {

namespace fs = std::filesystem;

Status sendable(const std::string& path, std::uint64_t& size) {
    std::error_code failed;
    const auto status = fs::status(path, failed);
    if (!fs::exists(status)) return Error{Errc::local_io, "no such file"};
    if (fs::is_directory(status)) return Error{Errc::local_io, "it is a folder"};
    if (!fs::is_regular_file(status)) return Error{Errc::local_io, "it is not a regular file"};
    size = fs::file_size(path, failed);
    if (failed) return Error{Errc::local_io, failed.message()};
    return {};
}

}  // namespace

Files Files::look(Room& room, const std::vector<std::string>& paths) {
    Files files;
    for (const auto& path : paths) {
        std::uint64_t size = 0;
        const auto fits = sendable(path, size);
        if (!fits) {
            room.front.failed(base::escape_line(path), fits.error());
            continue;
        }
        files.paths_.push_back(path);
        files.total_ += size;
    }
    return files;
}

std::string Files::first_name() const {
    return fs::path{paths_.front()}.filename().string();
}

std::string Files::title() const {
    std::string out = base::escape_line(first_name());
    if (paths_.size() > 1) out += " and " + std::to_string(paths_.size() - 1) + " more";
    return out;
}

asio::awaitable<Status> Delivery::send(channel::Channel& link, Files files, Number number) {
    direction_ = Direction::sent;
    number_ = number;
    if (canceled_) {
        not_sent(files, number, Error{Errc::canceled});
        co_return Errc::canceled;
    }
    std::vector<std::unique_ptr<transfer::Source>> sources;
    for (const auto& path : files.paths())
        sources.push_back(transfer::make_file_source(path));
    transfer::Outgoing outgoing(std::move(sources));
    peer::OfferTerms terms;
    terms.files = files.paths().size();
    terms.total = files.total();
    terms.first_name = files.first_name();
    peer::DeliverySender sender(room_.loop, room_.pool, link, outgoing, std::move(terms), *this);
    sender_ = &sender;
    auto done = co_await sender.run();
    sender_ = nullptr;
    if (!done) not_sent(files, number, done.error());
    co_return done;
}

asio::awaitable<Status> Delivery::receive(channel::Channel& link, wire::pb::Offer offer) {
    direction_ = Direction::received;
    if (!room_.front.answers(QuestionKind::offer)) co_return answer(link, offer.delivery(), Errc::refused);
    const std::function<void(Number)> announce = [this, &offer](Number number) {
        room_.front.offer_came(number, session_, offer);
    };
    auto verdict = co_await ask_person(room_, QuestionKind::offer, session_, link, announce);
    number_ = verdict.number;
    if (verdict.kind == Verdict::Kind::gone) co_return Error{Errc::interrupted, "the offer was withdrawn"};
    if (verdict.kind == Verdict::Kind::declined) co_return answer(link, offer.delivery(), Errc::refused);
    if (verdict.kind == Verdict::Kind::busy) co_return answer(link, offer.delivery(), Errc::busy);

    auto output = transfer::open_output(".", transfer::AnyNames::no);
    if (!output) {
        room_.front.failed("cannot receive here", output.error());
        co_return answer(link, offer.delivery(), Errc::refused);
    }
    transfer::Incoming incoming(std::move(*output), transfer::ReceivePolicy{});
    peer::ReceiveTerms terms;
    terms.delivery = offer.delivery();
    if (offer.files() > 0) terms.files = offer.files();
    if (offer.has_total()) terms.total = offer.total();
    const transfer::PartialKeys keys{session_.self().device_key().seed(),
                                     session_.introduction().account_key()};
    terms.key = [&keys](const transfer::Entry& entry) { return keys.of(entry); };
    peer::DeliveryReceiver receiver(room_.loop, room_.pool, link, incoming, std::move(terms), *this);
    receiver_ = &receiver;
    const std::string title = base::escape_line(offer.first_name());
    room_.desk.begin(number_, title + " from " + session_.user().text(), [this] { cancel(); });
    room_.front.transfers_changed(room_.desk);
    auto accepted = answer(link, offer.delivery(), Errc{});
    Status done = accepted;
    if (accepted) done = co_await receiver.run();
    receiver_ = nullptr;
    room_.desk.end(number_);
    room_.front.transfers_changed(room_.desk);
    if (!done && told_ == 0) room_.front.failed(title, done.error());
    co_return done;
}

void Delivery::not_sent(const Files& files, Number number, const Error& why) {
    direction_ = Direction::sent;
    number_ = number;
    // Those before were told as they ended.
    while (told_ < files.paths().size()) {
        peer::ItemOutcome outcome;
        outcome.label = files.paths()[told_];
        outcome.name = fs::path{outcome.label}.filename().string();
        outcome.error = why;
        item_ended(outcome);
    }
}

void Delivery::cancel() {
    canceled_ = true;
    if (sender_) sender_->cancel();
    if (receiver_) receiver_->cancel();
}

void Delivery::item_ended(const peer::ItemOutcome& outcome) {
    ++told_;
    room_.front.item_ended(session_, number_, direction_, outcome);
}

void Delivery::progressed(const peer::Progress& progress) {
    room_.desk.progress(number_, progress.done, progress.total);
    room_.front.progressed(session_, number_, direction_, progress);
}

Status Delivery::answer(channel::Channel& link, std::uint32_t delivery, Errc code) {
    wire::pb::PeerMessage message;
    message.mutable_offer_answer()->set_delivery(delivery);
    message.mutable_offer_answer()->set_code(wire::code_to(code));
    return link.send(wire::frame(message));
}

}  // namespace p2pc::commands::chat
