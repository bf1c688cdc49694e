// The table of wire types in message.cpp, held against every field that p2pc.proto has.
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "wire/message.hpp"

using namespace p2pc;
using namespace p2pc::wire;

namespace {

struct Field {
    std::string type, name;
    std::uint32_t number = 0;
};
using Schema = std::map<std::string, std::vector<Field>>;

// Enough of the language for our file: a message has fields, and at most a oneof around some of them.
Schema read_schema() {
    std::ifstream file{P2PC_SCHEMA};
    REQUIRE(file);
    Schema schema;
    std::string line, message;
    while (std::getline(file, line)) {
        std::istringstream words{line.substr(0, line.find("//"))};
        std::string type, name, equals;
        words >> type;
        if (type == "repeated" || type == "optional") words >> type;
        if (type == "message") {
            words >> message;
            schema[message];
        } else if (type == "enum") {
            message.clear();
        }
        Field field{type, "", 0};
        if (!message.empty() && words >> field.name >> equals >> field.number && equals == "=")
            schema[message].push_back(field);
    }
    return schema;
}

using Parses = std::function<bool(BytesView)>;

void put_varint(Bytes& out, std::uint64_t value) {
    for (; value > 0x7f; value >>= 7)
        out.push_back(static_cast<std::byte>(value | 0x80));
    out.push_back(static_cast<std::byte>(value));
}

enum WireType : std::uint8_t { varint = 0, delimited = 2 };

Bytes field(std::uint32_t number, WireType type, const Bytes& content) {
    Bytes out;
    put_varint(out, (number << 3) | type);
    if (type == delimited) put_varint(out, content.size());
    append(out, content);
    return out;
}

class Walk {
  public:
    Walk(const Schema& schema, Parses parses) : schema_(schema), parses_(std::move(parses)) {}

    // Each field of `message`, within the fields of `path`.
    void visit(const std::string& message, const std::vector<std::uint32_t>& path) {
        for (const Field& field : schema_.at(message)) {
            INFO(message << "." << field.name << " = " << field.number);
            const bool is_message = schema_.contains(field.type);
            const bool is_bytes = is_message || field.type == "bytes" || field.type == "string";
            const Bytes text = is_message ? Bytes{} : Bytes{std::byte{'x'}};
            const Bytes one{std::byte{1}};
            CHECK(parses_(within(path, field.number, is_bytes ? delimited : varint, is_bytes ? text : one)));
            CHECK_FALSE(
                parses_(within(path, field.number, is_bytes ? varint : delimited, is_bytes ? one : text)));
            if (!is_message) continue;
            auto deeper = path;
            deeper.push_back(field.number);
            visit(field.type, deeper);
        }
    }

  private:
    static Bytes within(const std::vector<std::uint32_t>& path, std::uint32_t number, WireType type,
                        const Bytes& content) {
        Bytes out = field(number, type, content);
        for (auto outer = path.rbegin(); outer != path.rend(); ++outer)
            out = field(*outer, delimited, out);
        return out;
    }

    const Schema& schema_;
    Parses parses_;
};

}  // namespace

TEST_CASE("every field of the schema is taken with its own wire type, and with no other", "[wire][message]") {
    const Schema schema = read_schema();
    REQUIRE(schema.size() > 50);
    const std::map<std::string, Parses> roots{
        {"Hello", [](BytesView b) { return parse_hello(b).ok(); }},
        {"Refusal", [](BytesView b) { return parse_refusal(b).ok(); }},
        {"ClientMessage", [](BytesView b) { return parse_client(b).ok(); }},
        {"ServerMessage", [](BytesView b) { return parse_server(b).ok(); }},
        {"PeerMessage", [](BytesView b) { return parse_peer(b).ok(); }}};
    for (const auto& [root, parses] : roots)
        Walk(schema, parses).visit(root, {});
}
