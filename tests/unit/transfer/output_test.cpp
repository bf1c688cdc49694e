// What -o may mean, and the output that is a pipe.
#include "transfer/output.hpp"

#include <thread>

#include "support.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

Result<ReceivedItem> deliver_to(const std::string& output, const std::string& name,
                                AnyNames any = AnyNames::no) {
    auto opened = open_output(output, any);
    if (!opened) return opened.error();
    Incoming incoming{std::move(*opened), ReceivePolicy{}};
    return deliver(incoming, file_entry(name, 3), content(3));
}

}  // namespace

TEST_CASE("an output is a folder when it exists or ends with a slash, else one file's name",
          "[transfer][output]") {
    TempFolder at;
    CHECK(*deliver_to(at.str(), "a")->path() == at / "a");
    CHECK(*deliver_to(at.str() + "/", "b")->path() == at / "b");
    CHECK(*deliver_to(at / "new/deep/", "c")->path() == at / "new/deep/c");
    CHECK(*deliver_to(at / "mine.txt", "theirs")->path() == at / "mine.txt");
    CHECK(*deliver_to(at / "mine.txt", "theirs")->path() == at / "mine (2).txt");
    CHECK(*deliver_to(at / ".own", "theirs")->path() == at / ".own");
    CHECK(code_of(deliver_to(at / "absent/name", "x")) == Errc::local_io);
    CHECK(code_of(deliver_to(at / "a/", "x")) == Errc::local_io);
    CHECK(code_of(deliver_to(at / std::string(256, 'x'), "x")) == Errc::usage);
    CHECK(at.names() == std::vector<std::string>{".own", "a", "b", "mine (2).txt", "mine.txt", "new"});
}

TEST_CASE("with any-names a name is kept byte for byte", "[transfer][output]") {
    TempFolder at;
    CHECK(*deliver_to(at.str(), ".bashrc")->path() == at / "_bashrc");
    CHECK(*deliver_to(at.str(), ".bashrc", AnyNames::yes)->path() == at / ".bashrc");
}

TEST_CASE("an output of one file refuses the second item and a hostile name", "[transfer][output]") {
    TempFolder at;
    Pipe pipe;
    auto named = open_output(at / "one", AnyNames::no);
    REQUIRE(named);
    for (const bool to_pipe : {false, true}) {
        Incoming incoming{to_pipe ? make_stream_output(pipe.ends[1]) : std::move(*named), ReceivePolicy{}};
        CHECK(code_of(deliver(incoming, file_entry("../x", 3), content(3))) == Errc::refused);
        const auto item = deliver(incoming, file_entry("x", 3), content(3));
        REQUIRE(item);
        CHECK(item->path().has_value() != to_pipe);
        CHECK(code_of(deliver(incoming, file_entry("y", 3), content(3))) == Errc::refused);
    }
    CHECK(at.names() == std::vector<std::string>{"one"});
}

TEST_CASE("a pipe gets the bytes of one item and nothing else, and keeps its own flags",
          "[transfer][output]") {
    Pipe pipe;
    const auto bytes = content(1'000'000);
    std::string got;
    std::thread reader{[&] {
        char buffer[10'000];
        ssize_t n = 0;
        while ((n = ::read(pipe.ends[0], buffer, sizeof buffer)) > 0)
            got.append(buffer, static_cast<std::size_t>(n));
    }};
    {
        Incoming incoming{make_stream_output(pipe.ends[1]), ReceivePolicy{}};
        CHECK(deliver(incoming, Entry::stream("x"), bytes));
    }
    CHECK((::fcntl(pipe.ends[1], F_GETFL) & O_NONBLOCK) == 0);
    pipe.close_end(1);
    reader.join();
    CHECK(std::equal(bytes.begin(), bytes.end(), as_bytes(got).begin(), as_bytes(got).end()));
}

TEST_CASE("a wrong digest is an error also where the bytes are gone down a pipe", "[transfer][output]") {
    Pipe pipe;
    Incoming incoming{make_stream_output(pipe.ends[1]), ReceivePolicy{}};
    REQUIRE(incoming.begin(Entry::stream("x"), keyed()));
    REQUIRE(incoming.data(content(3)));
    CHECK(code_of(incoming.end(ItemEnd{ByteCount{3}, digest_of(content(3, 2))})) == Errc::integrity);
}

TEST_CASE("a reader that is gone is reader_gone", "[transfer][output]") {
    Pipe pipe;
    Incoming incoming{make_stream_output(pipe.ends[1]), ReceivePolicy{}};
    pipe.close_end(0);
    CHECK(code_of(deliver(incoming, Entry::stream("x"), content(100))) == Errc::reader_gone);
}

TEST_CASE("a writer stuck before a full pipe is freed by a stop from another thread", "[transfer][output]") {
    Pipe pipe;
    Incoming incoming{make_stream_output(pipe.ends[1]), ReceivePolicy{}};
    REQUIRE(incoming.begin(Entry::stream("x"), keyed()));
    std::thread stopper{[&] { incoming.stop(); }};
    CHECK(code_of(incoming.data(content(4'000'000))) == Errc::canceled);
    stopper.join();
}

TEST_CASE("a closed standard output is said", "[transfer][output]") {
    CHECK(code_of(make_stream_output(-1)->begin(Entry::stream("x"), keyed())) == Errc::local_io);
}
